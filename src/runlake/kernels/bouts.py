"""What speaks for a candidate being a work bout: its level, flanks, edges, heart rate, grade and its like."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

SUMS = ("level", "cadence", "running", "running_level", "still", "adjusted", "heart", "has_heart", "grade", "square")
"""Rows of the running sums that `bout_features` reads."""


@kernel
def cost_of_grade(grade: F8, limit: float) -> F8:
    """What running on a grade costs over what it costs on the level: float64[n], NaN counts as level.

    Grades are held within +-limit. Minetti et al., J. Appl. Physiol. 93 (2002) 1039, equation of the cost of running.
    """
    out = np.empty(grade.size)
    for i in range(grade.size):
        g = 0.0 if np.isnan(grade[i]) else min(max(grade[i], -limit), limit)
        out[i] = (((((155.4 * g - 30.4) * g - 43.3) * g + 46.3) * g + 19.5) * g + 3.6) / 3.6
    return out


@kernel
def bout_sums(
    level: F8, cadence: F8, heart: F8, grade: F8, cost: F8, heart_middle: float, run_level: float, still_level: float
) -> F8:
    """Running sums of the rows in `SUMS`: float64[10, n + 1], first column 0.

    `level`, `cadence`: float64[n] without NaN; `heart` (bpm) and `grade` may have NaN, which adds nothing. Heart rate
    counts as its log over `heart_middle`; running is above `run_level`, still at most `still_level`; adjusted adds
    `cost`, the log of `cost_of_grade`, to the level. O(n).
    """
    n = level.size
    out = np.empty((10, n + 1))
    out[:, 0] = 0.0
    last_bpm, last_beats = np.nan, 0.0
    sum_y = sum_z = sum_runs = sum_running = sum_still = 0.0
    sum_adjusted = sum_heart = sum_has_heart = sum_g = sum_square = 0.0
    for i in range(n):
        y = level[i]
        runs = 1.0 if y > run_level and y > still_level else 0.0
        g = 0.0 if np.isnan(grade[i]) else min(max(grade[i], -0.25), 0.25)
        has_heart = 0.0 if np.isnan(heart[i]) else 1.0
        if has_heart > 0.0 and heart[i] != last_bpm:
            last_bpm = heart[i]
            last_beats = np.log(min(max(last_bpm, 30.0), 250.0) / heart_middle)
        sum_y += y
        sum_z += cadence[i]
        sum_runs += runs
        sum_running += y * runs
        sum_still += 1.0 if y <= still_level else 0.0
        sum_adjusted += (y + cost[i]) * runs
        sum_heart += last_beats if has_heart > 0.0 else 0.0
        sum_has_heart += has_heart
        sum_g += g
        sum_square += y * y
        out[0, i + 1], out[1, i + 1], out[2, i + 1], out[3, i + 1] = sum_y, sum_z, sum_runs, sum_running
        out[4, i + 1], out[5, i + 1], out[6, i + 1], out[7, i + 1] = sum_still, sum_adjusted, sum_heart, sum_has_heart
        out[8, i + 1], out[9, i + 1] = sum_g, sum_square
    return out


@kernel
def _mean(sums: F8, row: int, a: int, b: int) -> float:
    n = sums.shape[1] - 1
    a = min(max(a, 0), n)
    b = min(max(b, 0), n)
    return (sums[row, b] - sums[row, a]) / (b - a) if b > a else np.nan


@kernel
def _ratio(sums: F8, row: int, weight: int, a: int, b: int, least: float) -> float:
    """The mean of a row where the weight row counts; NaN with less than `least` of it."""
    n = sums.shape[1] - 1
    a = min(max(a, 0), n)
    b = min(max(b, 0), n)
    size = sums[weight, b] - sums[weight, a] if b > a else 0.0
    return (sums[row, b] - sums[row, a]) / size if size >= least else np.nan


@kernel
def _lesser(p: float, q: float) -> float:
    """The smaller of two, ignoring a missing one."""
    if np.isnan(p):
        return q
    if np.isnan(q):
        return p
    return min(p, q)


@kernel
def _off_scale(value: float, scale: F8) -> float:
    """Distance (in log) to the nearest entry of a scale of usual values."""
    best = 9.0
    for s in scale:
        best = min(best, abs(np.log(value / s)))
    return best


@kernel
def bout_features(
    sums: F8, runs: I8, breaks: I8, level: F8, start: I8, end: I8, row: I8, speed_sum: F8, facts: F8,
    usual_s: F8, usual_m: F8,
) -> F8:  # fmt: skip
    """Features of each candidate, float64[c, 39]; NaN where a channel is missing. Names: `FEATURES` in detect.

    `sums`: float64[10, n + 1] running sums of the rows in `SUMS` (levels are logs over the easy level; heart
    rate is a log over its median); `runs`: int64[k, 4] of `runs_above`; `breaks`: int64[k + 1]; `level`:
    float64[k]; `start`, `end`: int64[c] samples of the candidates; `row`: int64[c] their rows in `runs`;
    `speed_sum`: float64[n + 1] metres; `facts`: best level, noise, median level, has cadence,
    log of the median heart rate over 180.
    """
    c, n, k = start.size, sums.shape[1] - 1, level.size
    out = np.full((c, 36), np.nan)
    children = np.zeros(max(k, 1))
    for i in range(k):
        if runs[i, 2] >= 0:
            children[runs[i, 2]] += 1.0
    run_total = max(sums[2, n], 1.0)
    for q in range(c):
        a, b, i = start[q], end[q], row[q]
        length = b - a
        wide = min(max(length, 20), 90)
        y, z = _mean(sums, 0, a, b), _mean(sums, 1, a, b)
        f = out[q]
        f[0] = np.log(length)
        f[1] = y
        f[2] = z if facts[3] > 0 else np.nan
        f[3] = y - _mean(sums, 0, a - wide, a)
        f[4] = y - _mean(sums, 0, b, b + wide)
        f[5] = _lesser(f[3], f[4])
        left, right = _ratio(sums, 3, 2, a - 120, a, 8.0), _ratio(sums, 3, 2, b, b + 120, 8.0)
        f[6] = y - left
        f[7] = y - right
        f[8] = _lesser(f[6], f[7])
        if facts[3] > 0:
            f[9] = z - _mean(sums, 1, a - wide, a)
            f[10] = z - _mean(sums, 1, b, b + wide)
            f[11] = _lesser(f[9], f[10])
            f[12] = _lesser(_mean(sums, 1, a + 2, a + 12) - _mean(sums, 1, a - 12, a - 2),
                            _mean(sums, 1, b - 12, b - 2) - _mean(sums, 1, b + 2, b + 12))  # fmt: skip
        f[13] = _mean(sums, 0, a + 2, a + 12) - _mean(sums, 0, a - 12, a - 2)
        f[14] = _mean(sums, 0, b - 12, b - 2) - _mean(sums, 0, b + 2, b + 12)
        f[15] = y - facts[0]
        f[16] = y - level[i]
        parent = runs[i, 2]
        f[17] = level[i] - level[parent] if parent >= 0 else 1.0
        f[18] = children[i]
        f[19] = runs[i, 3]
        f[20] = _mean(sums, 4, a - 60, a)
        f[21] = _mean(sums, 4, b, b + 60)
        f[22] = min(a, 600)
        f[23] = min(n - b, 600)
        f[24] = (sums[2, b] - sums[2, a]) / run_total
        f[25] = facts[1]
        half = (a + b) // 2
        f[26] = _mean(sums, 0, half, b) - _mean(sums, 0, a, half)
        f[27] = np.sqrt(max(_mean(sums, 9, a, b) - y * y, 0.0))
        f[28] = y - facts[2]
        like = 0.0
        for j in range(k):
            if level[j] >= y - 0.03 and (breaks[j + 1] <= a or breaks[j] >= b):
                like += breaks[j + 1] - breaks[j]
        f[29] = like / run_total
        if sums[7, b] - sums[7, a] > 0.5 * length:
            late = _ratio(sums, 6, 7, max(a, b - max(20, length // 2)), b + 8, 8.0)
            f[30] = late
            f[35] = late + facts[4]
            f[31] = late - _ratio(sums, 6, 7, a - 20, a + 3, 8.0)
            f[32] = _ratio(sums, 6, 7, b - 10, b + 8, 8.0) - _ratio(sums, 6, 7, b + 35, b + 80, 8.0)
        f[33] = _mean(sums, 8, a, b) - _lesser(_mean(sums, 8, a - wide, a), _mean(sums, 8, b, b + wide))
        adjusted = _ratio(sums, 5, 2, a, b, 5.0)
        f[34] = adjusted - max(_ratio(sums, 5, 2, a - 120, a, 8.0), _ratio(sums, 5, 2, b, b + 120, 8.0))
        if np.isnan(f[34]):
            f[34] = adjusted - _lesser(_ratio(sums, 5, 2, a - 120, a, 8.0), _ratio(sums, 5, 2, b, b + 120, 8.0))
    return _scale_features(out, start, end, speed_sum, usual_s, usual_m)


@kernel
def _scale_features(out: F8, start: I8, end: I8, speed_sum: F8, usual_s: F8, usual_m: F8) -> F8:
    """The features with distances to usual durations and distances, and speed, put behind them: three more columns."""
    c, width = out.shape
    wide = np.empty((c, width + 3))
    wide[:, :width] = out
    for q in range(c):
        wide[q, width] = _off_scale(float(end[q] - start[q]), usual_s)
        metres = max(speed_sum[end[q]] - speed_sum[start[q]], 1.0)
        wide[q, width + 1] = _off_scale(metres, usual_m)
        wide[q, width + 2] = np.log(metres / (end[q] - start[q]))
    return wide


@kernel
def choice_features(start: I8, end: I8, level: F8, score: F8, taken: npt.NDArray[np.bool_]) -> F8:
    """How each candidate fits a first choice of bouts: float64[c, 8].

    Columns: its score; how many are taken; the sum of their scores; log duration and level against their medians;
    whether it is taken; best overlap over union with one that is; minutes before the first or after the last of
    them (negative after). Missing where nothing is taken. O(c · taken).
    """
    c = start.size
    out = np.full((c, 8), np.nan)
    count = 0
    total = 0.0
    for i in range(c):
        if taken[i]:
            count += 1
            total += score[i]
    lengths, levels = np.empty(max(count, 1)), np.empty(max(count, 1))
    first, last = 1e18, -1e18
    j = 0
    for i in range(c):
        if taken[i]:
            lengths[j] = np.log(end[i] - start[i])
            levels[j] = level[i]
            first, last = min(first, float(start[i])), max(last, float(end[i]))
            j += 1
    usual_length, usual_level = np.median(lengths), np.median(levels)
    for q in range(c):
        out[q, 0] = score[q]
        out[q, 1] = count
        out[q, 2] = total
        if count == 0:
            continue
        out[q, 3] = np.log(end[q] - start[q]) - usual_length
        out[q, 4] = level[q] - usual_level
        out[q, 5] = 1.0 if taken[q] else 0.0
        best = 0.0
        for i in range(c):
            if taken[i] and start[i] < end[q] and start[q] < end[i]:
                both = min(end[i], end[q]) - max(start[i], start[q])
                best = max(best, both / (end[i] - start[i] + end[q] - start[q] - both))
        out[q, 6] = best
        out[q, 7] = 0.0
        if start[q] < first - 1.0:
            out[q, 7] = (end[q] - first) / 60.0
        elif end[q] > last + 1.0:
            out[q, 7] = (start[q] - last) / 60.0
    return out


@kernel
def highest_mean(values: F8, first: I8, stop: I8, width: int) -> F8:
    """The highest mean of `width` (odd) neighbours centred in each range first, ..., stop - 1: float64[b].

    `values`: float64[n]; a mean with a missing (NaN) or no neighbour does not count; NaN where none does. Ranges must
    lie within 0 to n. O(width) for each second in a range.
    """
    n, half = values.size, width // 2
    out = np.full(first.size, np.nan)
    for q in range(first.size):
        best = -np.inf
        for i in range(max(first[q], half), min(stop[q], n - half)):
            total = values[i - half]
            for j in range(i - half + 1, i + half + 1):
                total += values[j]
            if total / width > best:
                best = total / width
        if best > -np.inf:
            out[q] = best
    return out
