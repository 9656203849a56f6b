"""Twins of kernels/ranges.py: second by second, block by block, and by summing small pieces."""

import numpy as np


def block_means(values, keep, width, least):
    n = len(values) // width
    out = np.full(n, np.nan)
    for b in range(n):
        block = slice(b * width, (b + 1) * width)
        known = values[block][keep[block] & np.isfinite(values[block])]
        if len(known) >= max(least, 1):
            out[b] = known.mean()
    return out


def mean_around(time_s, values, half_s):
    out = np.array(values)
    for k in range(1, len(time_s) - 1):
        half = min(half_s, time_s[k] - time_s[0], time_s[-1] - time_s[k])
        inside = time_s[(time_s > time_s[k] - half) & (time_s < time_s[k] + half)]
        knots = np.concatenate(([time_s[k] - half], inside, [time_s[k] + half]))
        heights = np.interp(knots, time_s, values)
        out[k] = np.sum(0.5 * (heights[1:] + heights[:-1]) * np.diff(knots)) / (2 * half)
    return out


def crossing_times(time_s, distance_m, wanted_m):
    out = np.full(len(wanted_m), np.nan)
    for k, wanted in enumerate(wanted_m):
        reached = [j for j in range(len(distance_m)) if distance_m[j] >= wanted]
        if not reached or not wanted >= distance_m[0]:
            continue
        j = max(reached[0], 1)
        # Backwards on a step that rises, its begin where it does not.
        steps = [time_s[j - 1], time_s[j]]
        ways = [distance_m[j - 1], distance_m[j]]
        out[k] = np.interp(wanted, ways, steps) if ways[1] > ways[0] else steps[0]
    return out


def mean_while(values, keep, width):
    out = np.full(len(values), np.nan)
    good = keep & np.isfinite(values)
    for i in np.flatnonzero(good):
        window = slice(max(i - width // 2, 0), i + (width + 1) // 2)
        out[i] = max(values[window][good[window]].mean(), 0.0)
    return out


def peak_mean(values, width):
    windows = [values[i : i + width] for i in range(len(values) - width + 1)]
    return max((float(w.mean()) for w in windows if np.isfinite(w).all()), default=np.nan)


def known_where(values, keep):
    return np.array([v for v, k in zip(values, keep, strict=True) if k and np.isfinite(v)], dtype=np.float64)


def level_blocks(is_running, grade_frac, speed_mps, cadence_spm, steepest_frac, width):
    flat = is_running & ~(np.abs(grade_frac) >= steepest_frac) & (cadence_spm > 0)
    speed, cadence = (block_means(v, flat, width, width) for v in (speed_mps, cadence_spm))
    known = np.isfinite(speed)
    return speed[known], cadence[known]


def easy_seconds(is_running, grade_frac, one, other, steepest_frac, first_s, start_s, end_s, before_s, after_s):
    keep = is_running & ~(np.abs(grade_frac) >= steepest_frac) & np.isfinite(one) & np.isfinite(other)
    keep[:first_s] = False
    for start, end in zip(start_s, end_s, strict=True):
        keep[max(int(start) - before_s, 0) : int(end) + after_s] = False
    return one[keep], other[keep]


def rising(values):
    return np.maximum.accumulate(values)
