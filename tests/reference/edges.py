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


def _begin(channels, at, room, length, limits):
    step, least, sharp, walk, ramp, far, reach = limits
    ramp, far, reach = int(ramp), int(far), int(reach)
    n, inside = len(channels[0]), min(30, max(length // 2, 5))
    first = max(at - min(far, room - ramp), 0)
    if at - ramp - first < 4 or at + inside > n:
        return np.nan
    times = []
    for k, x in enumerate(channels):
        low, part = x[first : at - ramp].mean(), x[at + min(ramp, inside // 4) : at + inside]
        half, rise = 0.5 * (low + part.mean()), part.mean() - low
        if k == 0 and low < walk:
            channels = channels[:1]
        if k == 1 and len(channels) == 1:
            continue
        if rise < (step if k == 0 else max(least, sharp * part.std())):
            continue
        low_end, high_end = at - min(reach, room // 2, at - first), min(at + min(reach, inside), n - 1)
        rises = [i for i in range(max(low_end, 0), high_end) if x[i] < half <= x[i + 1]]
        found = [i + (half - x[i]) / (x[i + 1] - x[i]) for i in rises]
        if found:
            times.append(min(found, key=lambda t: abs(t - at)))
    return float(np.mean(times)) if times else np.nan


def ramp_edges(speed, cadence, start, end, limits):
    n, rows = len(speed), []
    forward, backward = (speed, cadence), (speed[::-1], cadence[::-1])
    for q, (a, b) in enumerate(zip(start, end, strict=True)):
        i, j = int(np.rint(a)), n - int(np.rint(b))
        before = i - int(np.rint(end[q - 1])) if q else i
        after = int(np.rint(start[q + 1])) - int(np.rint(b)) if q + 1 < len(start) else j
        t = _begin(forward, i, before, int(b - a), limits)
        u = _begin(backward, j, after, int(b - a), limits)
        rows.append([a if np.isnan(t) else t, b if np.isnan(u) else n - 1 - u])
    return np.array(rows, dtype=float).reshape(len(rows), 2)
