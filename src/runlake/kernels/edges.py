"""Where a bout begins and ends: half height between the levels outside and inside, in speed and in cadence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@kernel
def _crossing(x: F8, at: int, outside: int, inside: int, least: float) -> float:
    """Where x crosses half height nearest to `at` (a rise); NaN when the step is below `least`.

    `outside` samples before `at` and `inside` samples after it give the two levels (the ramp itself left out).
    """
    n = x.size
    skip = min(3, inside // 4)
    low, high, count = 0.0, 0.0, 0
    for i in range(max(at - outside, 0), max(at - min(3, outside // 4), 0)):
        low += x[i]
        count += 1
    if count == 0:
        return np.nan
    low /= count
    count = 0
    for i in range(at + skip, min(at + inside, n)):
        high += x[i]
        count += 1
    if count == 0:
        return np.nan
    high /= count
    if high - low < least:
        return np.nan
    half = 0.5 * (low + high)
    best, where = 1e9, np.nan
    for i in range(max(at - min(20, outside), 0), min(at + min(20, inside), n - 1)):
        if x[i] < half <= x[i + 1]:
            t = i + (half - x[i]) / (x[i + 1] - x[i])
            if abs(t - at + 0.5) < best:
                best, where = abs(t - at + 0.5), t
    return where


@kernel
def half_height_edges(y: F8, z: F8, start: I8, end: I8, before: I8, after: I8, steps: F8) -> F8:
    """Start and end of each bout where speed and cadence cross half height: float64[c, 2], in samples.

    An edge between samples i and i + 1 that stays lies at i + 0.5; the end is exclusive in that sense too.

    `y`, `z`: float64[n] without NaN; `before`, `after`: int64[c] samples of the neighbouring segments, from which
    the level outside is taken (at most 30); `steps`: least step of y and of z. Cadence counts where speed shows no
    step; where neither does, the edge stays. O(50 c).
    """
    c, n = start.size, y.size
    out = np.empty((c, 2))
    back_y, back_z = y[::-1].copy(), z[::-1].copy()
    for q in range(c):
        inside = min(30, max((end[q] - start[q]) // 2, 4))
        for side in range(2):
            if side == 0:
                at, outside = start[q], min(30, before[q])
                ty = _crossing(y, at, outside, inside, steps[0])
                tz = _crossing(z, at, outside, inside, steps[1])
            else:
                at, outside = n - end[q], min(30, after[q])
                ty = _crossing(back_y, at, outside, inside, steps[0])
                tz = _crossing(back_z, at, outside, inside, steps[1])
            t = float(at) - 0.5
            if not np.isnan(ty):
                t = ty
            elif not np.isnan(tz):
                t = tz
            out[q, side] = t if side == 0 else n - 1.0 - t
    return out


@kernel
def _mean(x: F8, a: int, b: int) -> float:
    total = 0.0
    for i in range(a, b):
        total += x[i]
    return total / (b - a)


@kernel
def _nearest_rise(x: F8, half: float, at: int, back: int, forth: int) -> float:
    """Where x rises through `half` nearest to `at`, at most so far before and after it; NaN where it does not."""
    where = np.nan
    for i in range(max(at - back, 0), min(at + forth, x.size - 1)):
        if x[i] < half <= x[i + 1]:
            t = i + (half - x[i]) / (x[i + 1] - x[i])
            if np.isnan(where) or abs(t - at) < abs(where - at):
                where = t
    return where


@kernel
def _ramp(x: F8, t: float, low: float, high: float, first: int, stop: int) -> tuple[float, float]:
    """The samples between which x climbs from `low` to `high` through a crossing at t, within first, ..., stop - 1."""
    i, j = int(np.floor(t)), int(np.ceil(t))
    while i > first and x[i] > low:
        i -= 1
    while j < stop - 1 and x[j] < high:
        j += 1
    return float(i), float(j)


@kernel
def _step(
    x: F8, at: int, room: int, length: int, least: float, noises: float, limits: F8
) -> tuple[float, float, float, float]:
    """Where x rises near `at`, since when and until when it climbs, and its level before; NaN where no step shows."""
    ramp, far, reach = int(limits[4]), int(limits[5]), int(limits[6])
    inside = min(int(limits[7]), max(int(limits[8] * length), 5))
    first, within, stop = max(at - min(far, room - ramp), 0), at + min(ramp, inside // 4), at + inside
    if at - ramp - first < 4 or stop > x.size:
        return np.nan, np.nan, np.nan, np.nan
    low, high = _mean(x, first, at - ramp), _mean(x, within, stop)
    spread = 0.0
    if noises > 0.0:
        for i in range(within, stop):
            spread += (x[i] - high) ** 2
        spread = np.sqrt(spread / (stop - within))
    step = high - low
    if step < max(least, noises * spread):
        return np.nan, np.nan, np.nan, low
    back, forth = min(reach, room // 2, at - first), min(reach, inside)
    t = _nearest_rise(x, 0.5 * (low + high), at, back, forth)
    if np.isnan(t):
        return np.nan, np.nan, np.nan, low
    since, until = _ramp(x, t, low + limits[9] * step, high - limits[9] * step, at - back, min(at + forth, x.size))
    return t, since, until, low


@kernel
def _start(
    speed: F8, cadence: F8, believed: float, at: int, room: int, length: int, limits: F8
) -> tuple[float, float, float]:
    """Where the bout of so many samples begins that was believed to begin at `at`, and the ramp around it."""
    t, since, until, low = _step(speed, at, room, length, limits[0], 0.0, limits)
    if not low < limits[3]:
        u, first, last, _ = _step(cadence, at, room, length, limits[1], limits[2], limits)
        if np.isnan(t):
            t, since, until = u, first, last
        elif not np.isnan(u):
            t, since, until = 0.5 * (t + u), 0.5 * (since + first), 0.5 * (until + last)
    if np.isnan(t):
        return believed, believed - limits[10], believed + limits[10]
    return t, since, until


@kernel
def ramp_edges(speed: F8, cadence: F8, start: F8, end: F8, limits: F8) -> F8:
    """Start and end of disjoint bouts where speed and cadence cross half height, and ramps: float64[b, 6], in samples.

    `speed`, `cadence`: float64[n] without NaN (cadence: any unit); `start`, `end`: float64[b] where the bouts were
    believed to be, in order. Each edge is the mean of the two crossings nearest to it; of one where the other channel
    shows no step; and stays where none does. Columns 2 and 3 are where the ramp of the start begins and ends, 4 and 5
    that of the end; where no step shows, what the belief is good to. `limits`: least step of speed; of cadence; the
    same in standard deviations inside the bout; speed outside below which cadence is not asked; samples of ramp left
    out of the levels; samples outside from which the level is taken (the bout's neighbours left out); farthest move;
    samples inside from which the level is taken, and at most this share of the bout; share of the step that is still
    the level outside or inside, not ramp; samples that the belief is good to. O(100 b).
    """
    b, n = start.size, speed.size
    out = np.empty((b, 6))
    back_speed, back_cadence = speed[::-1].copy(), cadence[::-1].copy()
    for q in range(b):
        length = int(end[q] - start[q])
        at = int(np.rint(start[q]))
        room = at - int(np.rint(end[q - 1])) if q > 0 else at
        out[q, 0], out[q, 2], out[q, 3] = _start(speed, cadence, start[q], at, room, length, limits)
        at = n - int(np.rint(end[q]))
        room = int(np.rint(start[q + 1])) - int(np.rint(end[q])) if q < b - 1 else at
        t, since, until = _start(back_speed, back_cadence, n - 1.0 - end[q], at, room, length, limits)
        out[q, 1], out[q, 4], out[q, 5] = n - 1.0 - t, n - 1.0 - until, n - 1.0 - since
    return out
