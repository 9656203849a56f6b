"""Twins of kernels/edges.py: slices and lists of crossings, not loops; ends by looking at everything backwards."""

import numpy as np


def _first_crossing(x, at, outside, inside, least):
    n = len(x)
    low = x[max(at - outside, 0) : max(at - min(3, outside // 4), 0)]
    high = x[at + min(3, inside // 4) : min(at + inside, n)]
    if len(low) == 0 or len(high) == 0 or high.mean() - low.mean() < least:
        return np.nan
    half = 0.5 * (low.mean() + high.mean())
    times = [
        i + (half - x[i]) / (x[i + 1] - x[i])
        for i in range(max(at - min(20, outside), 0), min(at + min(20, inside), n - 1))
        if x[i] < half <= x[i + 1]
    ]
    return min(times, key=lambda t: abs(t - at + 0.5)) if times else np.nan


def half_height_edges(y, z, start, end, before, after, steps):
    """Each edge on its own, the end by looking at everything backwards."""
    n = len(y)
    rows = []
    for a, b, free_before, free_after in zip(start, end, before, after, strict=True):
        inside = min(30, max((b - a) // 2, 4))
        row = []
        for at, free, channels in ((a, free_before, (y, z)), (n - b, free_after, (y[::-1], z[::-1]))):
            found = [_first_crossing(x, at, min(30, free), inside, s) for x, s in zip(channels, steps, strict=True)]
            known = [t for t in found if not np.isnan(t)]
            row.append(known[0] if known else at - 0.5)
        rows.append([row[0], n - 1 - row[1]])
    return np.array(rows, dtype=float).reshape(len(rows), 2)


def _climb(x, at, room, length, least, noises, limits):
    """Crossing, since, until (a list) and the level before; an empty list where no step shows."""
    ramp, far, reach, most = (int(limits[i]) for i in (4, 5, 6, 7))
    inside = min(most, max(int(limits[8] * length), 5))
    first = max(at - min(far, room - ramp), 0)
    if at - ramp - first < 4 or at + inside > len(x):
        return [], np.nan
    low, part = x[first : at - ramp].mean(), x[at + min(ramp, inside // 4) : at + inside]
    step = part.mean() - low
    if step < max(least, noises * part.std()):
        return [], low
    begin, stop = at - min(reach, room // 2, at - first), at + min(reach, inside)
    half = 0.5 * (low + part.mean())
    rises = [i for i in range(begin, min(stop, len(x) - 1)) if x[i] < half <= x[i + 1]]
    if not rises:
        return [], low
    t = min((i + (half - x[i]) / (x[i + 1] - x[i]) for i in rises), key=lambda t: abs(t - at))
    calm = [i for i in range(begin, int(np.floor(t)) + 1) if x[i] <= low + limits[9] * step]
    fast = [i for i in range(int(np.ceil(t)), min(stop, len(x))) if x[i] >= part.mean() - limits[9] * step]
    return [t, max(calm, default=begin), min(fast, default=max(min(stop, len(x)) - 1, int(np.ceil(t))))], low


def _begin(channels, believed, at, room, length, limits):
    speed, low = _climb(channels[0], at, room, length, limits[0], 0.0, limits)
    cadence, _ = _climb(channels[1], at, room, length, limits[1], limits[2], limits)
    witnesses = [w for w in (speed, [] if low < limits[3] else cadence) if w]
    return np.mean(witnesses, axis=0) if witnesses else believed + np.array([0.0, -limits[10], limits[10]])


def ramp_edges(speed, cadence, start, end, limits):
    n, rows = len(speed), []
    forward, backward = (speed, cadence), (speed[::-1], cadence[::-1])
    for q, (a, b) in enumerate(zip(start, end, strict=True)):
        i, j = int(np.rint(a)), n - int(np.rint(b))
        before = i - int(np.rint(end[q - 1])) if q else i
        after = int(np.rint(start[q + 1])) - int(np.rint(b)) if q + 1 < len(start) else j
        t, since, until = _begin(forward, a, i, before, int(b - a), limits)
        u, first, last = n - 1 - _begin(backward, n - 1 - b, j, after, int(b - a), limits)
        rows.append([t, u, since, until, last, first])
    return np.array(rows, dtype=float).reshape(len(rows), 6)
