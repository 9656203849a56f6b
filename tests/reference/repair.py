"""Slow twins of kernels/repair.py: search for each target anew, all pairs of jumps, the quadratic subsequence."""

from __future__ import annotations

import itertools

import numpy as np


def interpolate_at(target_s, target_run, time_s, values, run_no, max_gap_s, hold_s):
    out = np.full(len(target_s), np.nan)
    for i, (at, run) in enumerate(zip(target_s, target_run, strict=True)):
        mine = np.flatnonzero((run_no == run) & ~np.isnan(values))
        left, right = mine[time_s[mine] <= at], mine[time_s[mine] > at]
        if len(left) and len(right):
            a, b = left[-1], right[0]
            if time_s[a] == at:
                out[i] = values[a]
            elif time_s[b] - time_s[a] <= max_gap_s:
                out[i] = np.interp(at, time_s[[a, b]], values[[a, b]])
        elif len(left) and at - time_s[left[-1]] <= hold_s:
            out[i] = values[left[-1]]
        elif len(right) and time_s[right[0]] - at <= hold_s:
            out[i] = values[right[0]]
    return out


def excursions(time_s, x, y, max_rate, min_deviation, max_span_s):
    out = np.zeros(len(time_s), dtype=bool)
    good = [i for i in range(len(time_s)) if not (np.isnan(x[i]) or np.isnan(y[i]))]
    place = {i: np.array([x[i], y[i]]) for i in good}

    def is_fast(i, j):
        return np.hypot(*(place[j] - place[i])) > max_rate * (time_s[j] - time_s[i])

    k = 0
    while k < len(good) - 1:
        before, first = good[k], good[k + 1]
        back = None
        if is_fast(before, first):
            for m in range(k + 2, len(good)):
                if time_s[good[m]] - time_s[first] > max_span_s:
                    break
                if is_fast(good[m - 1], good[m]) and not is_fast(before, good[m]):
                    back = m
                    break
        inside = good[k + 1 : back] if back is not None else []
        line = (
            [np.interp(time_s[inside], time_s[[before, good[back]]], [c[before], c[good[back]]]) for c in (x, y)]
            if inside
            else []
        )
        if inside and all(
            np.hypot(x[i] - lx, y[i] - ly) >= min_deviation for i, lx, ly in zip(inside, *line, strict=True)
        ):
            out[inside] = True
            k = back
        else:
            k += 1
    return out


def longest_rising(values):
    """Length only is unique; the twin gives the length of the longest subsequence that never falls."""
    best = []
    for i, value in enumerate(values):
        best.append(1 + max((best[j] for j in range(i) if values[j] <= value), default=0))
    return max(best, default=0)


def unchanging(time_s, values, least_s, least_n):
    out = np.zeros(len(values), dtype=bool)
    at = 0
    for value, group in itertools.groupby(values):
        n = len(list(group))
        last = at + n - 1
        out[at : last + 1] = value == value and n >= least_n and time_s[last] - time_s[at] >= least_s
        at += n
    return out


def are_within(values, low, high):
    return all(value != value or low <= value <= high for value in values)
