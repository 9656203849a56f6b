"""Twins of kernels/efforts.py: every pair of samples is tried, nothing is remembered from one to the next."""

import numpy as np


def fastest_window(time_s, distance_m, doubt_until, target_m, doubt_limit):
    n = len(time_s)
    windows = []
    for i in range(n - 1):
        for j in range(i + 1, n):
            if doubt_until[j] - doubt_until[i] > doubt_limit:
                continue
            # end at sample j, start inside step i
            wanted = distance_m[j] - target_m
            if distance_m[i] <= wanted < distance_m[i + 1]:
                share = (wanted - distance_m[i]) / (distance_m[i + 1] - distance_m[i])
                start = time_s[i] + share * (time_s[i + 1] - time_s[i])
                windows.append((time_s[j] - start, start, time_s[j]))
            # start at sample i, end inside step j-1
            if distance_m[j - 1] - target_m < distance_m[i] <= distance_m[j] - target_m:
                share = (distance_m[i] + target_m - distance_m[j - 1]) / (distance_m[j] - distance_m[j - 1])
                share = min(share, 1.0)
                end = time_s[j - 1] + share * (time_s[j] - time_s[j - 1])
                windows.append((end - time_s[i], time_s[i], end))
    if not windows:
        return np.nan, np.nan
    _, start, end = min(windows, key=lambda w: (w[0], w[1]))
    return start, end


def farthest_window(time_s, distance_m, doubt_until, target_s, doubt_limit):
    n = len(time_s)
    windows = []
    for i in range(n - 1):
        for j in range(i + 1, n):
            if doubt_until[j] - doubt_until[i] > doubt_limit:
                continue
            start = time_s[j] - target_s
            if time_s[i] <= start < time_s[i + 1]:
                share = (start - time_s[i]) / (time_s[i + 1] - time_s[i])
                at_start = distance_m[i] + share * (distance_m[i + 1] - distance_m[i])
                windows.append((-(distance_m[j] - at_start), start))
            if time_s[j - 1] - target_s < time_s[i] <= time_s[j] - target_s:
                share = min((time_s[i] + target_s - time_s[j - 1]) / (time_s[j] - time_s[j - 1]), 1.0)
                at_end = distance_m[j - 1] + share * (distance_m[j] - distance_m[j - 1])
                windows.append((-(at_end - distance_m[i]), time_s[i]))
    if not windows:
        return np.nan, np.nan
    minus_covered, start = min(windows)
    return start, -minus_covered


def too_fast_steps(time_s, distance_m, span_m, floor_s):
    n = len(time_s)
    out = np.zeros(max(n - 1, 0), dtype=bool)
    for j in range(1, n):
        for i in range(j - 1, -1, -1):
            covered = distance_m[j] - distance_m[i]
            if covered >= span_m:
                if (time_s[j] - time_s[i]) * span_m < floor_s * covered:
                    out[i:j] = True
                break
    return out


def fastest_windows(time_s, distance_m, doubt_until, targets_m, doubt_limits):
    pairs = zip(targets_m, doubt_limits, strict=True)
    found = [fastest_window(time_s, distance_m, doubt_until, target, limit) for target, limit in pairs]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def farthest_windows(time_s, distance_m, doubt_until, targets_s, doubt_limits):
    pairs = zip(targets_s, doubt_limits, strict=True)
    found = [farthest_window(time_s, distance_m, doubt_until, target, limit) for target, limit in pairs]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def way_by_speed(speed_mps, time_s):
    ran = np.concatenate(([0.0], np.cumsum(np.nan_to_num(speed_mps))))
    return np.interp(time_s, np.arange(len(ran)), ran)


def step_doubts(time_s, timer_s, distance_m, gap_s, max_mps, slow_mps):
    step_s, step_m = np.diff(time_s), np.diff(distance_m)
    is_gap = (np.diff(timer_s) > gap_s) & (step_m > 0)
    is_glitch = np.array([m > max_mps * (s if s > 1.0 else 1.0) for s, m in zip(step_s, step_m, strict=True)], bool)
    return is_gap, is_glitch, any(m > slow_mps * s for s, m in zip(step_s, step_m, strict=True))
