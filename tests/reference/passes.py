"""Slow twins of kernels/passes.py: a dictionary of squares, and each pair by itself."""

from __future__ import annotations

import numpy as np


def square_keys(east_m, north_m, is_used, every, size_m):
    around = [np.roll(v, shift) for v in (east_m, north_m) for shift in (-1, 0, 1)]
    known = is_used & np.isfinite(np.sum(around, axis=0))
    second = np.array([i for i in range(every, len(east_m) - 1, every) if known[i]], dtype=np.int64)
    if len(second) == 0:
        return second, second
    squares = [np.floor((v[second] - v[second].min()) / size_m).astype(np.int64) for v in (east_m, north_m)]
    n_rows = squares[1].max() + 1
    return second, (squares[0] * n_rows + squares[1]) * len(second) + np.arange(len(second))


def passed_again(key, second, east_m, north_m, apart_s, visit_s, size_m):
    k = len(key)
    squares: dict[int, list[int]] = {}
    for number in sorted(key):
        squares.setdefault(number // k, []).append(second[number % k])
    rows, pairs = [], []

    def step(at):
        return np.array([v[at + 1] - v[at - 1] for v in (east_m, north_m)])

    for seconds in squares.values():
        start = len(rows)
        for j, at in enumerate(seconds):
            before = seconds[max(j - 1, 0)]
            rows.append((at, start, j == 0 or at - before >= visit_s, *step(at)))
            before = before if at - before >= apart_s else seconds[0]
            way = np.hypot(east_m[at] - east_m[before], north_m[at] - north_m[before])
            if at - before >= apart_s and way <= size_m:
                pairs.append((before, at, np.sign(step(at) @ step(before))))
    at_s, first, is_visit, step_east, step_north = np.array(rows).reshape(-1, 5).T
    earlier, later, sign = np.array(pairs).reshape(-1, 3).T
    return at_s, first, is_visit, step_east, step_north, earlier, later, sign


def pairs_apart(values, earlier_s, later_s, sign, lag_s):
    earlier, later = (np.take(values, at + lag_s, mode="clip") for at in (earlier_s, later_s))
    apart = np.abs(later - sign * earlier)
    return apart[~np.isnan(apart)]
