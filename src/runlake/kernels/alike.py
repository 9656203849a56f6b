"""What candidates for work bouts that are alike say of each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

NEAR_LENGTH = (np.exp(-0.2), np.exp(0.2))
NEAR_METRES = (np.exp(-0.1), np.exp(0.1))
"""Ratios within which durations and distances are alike."""


@kernel
def _are_alike(one: float, other: float, one_m: float, other_m: float, apart: float) -> bool:
    """Whether two candidates of such durations, distances and difference of levels are alike.

    Numbers go in, not arrays: counting who holds an array would take longer than the answer.
    """
    if not apart < 0.12 + 1.5 / min(one, other):
        return False
    if NEAR_LENGTH[0] * one < other < NEAR_LENGTH[1] * one or abs(other - one) <= 5.0:
        return True
    return NEAR_METRES[0] * one_m < other_m < NEAR_METRES[1] * one_m


@kernel
def _chain(q: int, start: I8, end: I8, length_m: F8, level: F8, score: F8, chain: I8) -> int:
    """Fill `chain` with the like of candidate q and itself, in order and disjoint; how many there are."""
    size = 0
    a, b, metres, here = start[q], end[q], length_m[q], level[q]
    for j in range(start.size):
        first, stop = start[j], end[j]
        if first > b + 10800 or stop < a - 10800:
            continue
        if j != q:
            if stop > a and b > first:
                continue
            if not _are_alike(float(b - a), float(stop - first), metres, length_m[j], abs(level[j] - here)):
                continue
        if size > 0 and first < end[chain[size - 1]]:
            if chain[size - 1] != q and (j == q or score[j] > score[chain[size - 1]]):
                chain[size - 1] = j
            continue
        chain[size] = j
        size += 1
    return size


@kernel
def _middle(values: F8, n: int) -> float:
    """Median of the first n (at least one), which are sorted in place: insertion, as nothing is faster for so few."""
    for i in range(1, n):
        value = values[i]
        at = i
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
    return 0.5 * (values[(n - 1) // 2] + values[n // 2])


@kernel
def _off(values: F8, n: int, usual: float) -> float:
    """Median distance of the first n from the usual one, over it; the values are lost."""
    for i in range(n):
        values[i] = abs(values[i] - usual)
    return _middle(values, n) / usual


@kernel
def like_features(start: I8, end: I8, length_m: F8, level: F8) -> F8:
    """What the like of each candidate say: float64[c, 7], from candidates in order of start.

    Like are disjoint ones of about the same duration (20 % or 5 s: edges are good to some 3 s) or distance (10 %)
    and level (0.12, more for short ones, whose ramps blur it). Of overlapping like ones the first counts.
    Columns: how many; spread of the time from start to start (over its median); spread of the rests; median
    rest over duration; their share of the time they span; spread of their distances and of their durations (over
    the median).
    `length_m` must be positive. O(c²) within three hours on either side.
    """
    c = start.size
    out = np.full((c, 7), np.nan)
    chain = np.empty(c, dtype=np.int64)
    lengths, metres, gaps, steps = np.empty(c), np.empty(c), np.empty(c), np.empty(c)
    score = np.zeros(c)
    for q in range(c):
        size = _chain(q, start, end, length_m, level, score, chain)
        total = 0.0
        for i in range(size):
            j = chain[i]
            total += end[j] - start[j]
            lengths[i] = end[j] - start[j]
            metres[i] = length_m[j]
            if i > 0:
                gaps[i - 1] = start[j] - end[chain[i - 1]]
                steps[i - 1] = start[j] - start[chain[i - 1]]
        f = out[q]
        f[0] = size - 1
        if size >= 2:
            rest = _middle(gaps, size - 1)
            f[3] = rest / (end[q] - start[q])
        if size >= 3:
            f[1] = _off(steps, size - 1, _middle(steps, size - 1))
            f[2] = _off(gaps, size - 1, max(rest, 1.0))
            f[5] = _off(metres, size, _middle(metres, size))
            f[6] = _off(lengths, size, _middle(lengths, size))
        # A candidate is in its own chain: there is a first and a last.
        f[4] = total / max(end[chain[size - 1]] - start[chain[0]], 1) if size > 0 else 0.0
    return out


@kernel
def like_scores(start: I8, end: I8, length_m: F8, level: F8, score: F8) -> F8:
    """How likely the like of each candidate are: float64[c, 4], from candidates in order of start.

    Like are those of `like_features`, but of overlapping ones the one of higher `score` counts. Columns: mean of the
    four best scores; how many score above 0.5; best score of one inside; best score of one around. O(c²).
    """
    c = start.size
    out = np.zeros((c, 4))
    chain = np.empty(c, dtype=np.int64)
    best = np.empty(4)
    for q in range(c):
        for j in range(c):
            if j == q or start[j] > end[q] + 10800 or end[j] < start[q] - 10800:
                continue
            if start[j] >= start[q] and end[j] <= end[q]:
                out[q, 2] = max(out[q, 2], score[j])
            if start[j] <= start[q] and end[j] >= end[q]:
                out[q, 3] = max(out[q, 3], score[j])
        best[:] = 0.0
        for i in range(_chain(q, start, end, length_m, level, score, chain)):
            if chain[i] != q:
                s = score[chain[i]]
                out[q, 1] += 1.0 if s > 0.5 else 0.0
                for r in range(4):
                    if s > best[r]:
                        s, best[r] = best[r], s
        out[q, 0] = (best[0] + best[1] + best[2] + best[3]) / 4.0
    return out
