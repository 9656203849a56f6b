"""Segments of like speed and cadence, the runs above every level among them, and the best choice of disjoint ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@kernel
def _cut(sum_y: F8, sum_z: F8, a: int, b: int, c: int) -> float:
    """By how much squared error grows when [a, b) and [b, c) become one; y and z each count once."""
    left, right = b - a, c - b
    dy = (sum_y[b] - sum_y[a]) / left - (sum_y[c] - sum_y[b]) / right
    dz = (sum_z[b] - sum_z[a]) / left - (sum_z[c] - sum_z[b]) / right
    return (left * right) / (left + right) * (dy * dy + dz * dz)


@kernel
def _sweep(sum_y: F8, sum_z: F8, breaks: I8, cost: F8, k: int, limit: float, shortest: int) -> int:
    """Join neighbours once, where the cost is within the limit (or a part too short) and least nearby; parts left."""
    for i in range(k - 1):
        a, b, c = breaks[i], breaks[i + 1], breaks[i + 2]
        cost[i] = _cut(sum_y, sum_z, a, b, c)
        if cost[i] > limit and min(b - a, c - b) >= shortest:
            cost[i] = np.inf
    out = 1
    i = 0
    while i < k - 1:
        joins = cost[i] < np.inf
        if joins and i > 0 and cost[i - 1] < cost[i]:
            joins = False
        if joins and i < k - 2 and cost[i + 1] < cost[i]:
            joins = False
        if joins:
            breaks[out] = breaks[i + 2]
            i += 2
        else:
            breaks[out] = breaks[i + 1]
            i += 1
        out += 1
    if i == k - 1:
        breaks[out] = breaks[k]
        out += 1
    return out - 1


@kernel
def merge_segments(y: F8, z: F8, penalty: float, shortest: int) -> I8:
    """Borders (first 0, last n) of segments whose squared error, plus penalty for each border, is near its least.

    Neighbours are joined bottom-up (Ward 1963) in sweeps at limits that double up to `penalty`; then every border
    moves to its best place between its neighbours, and the joining is done once more. `y`, `z`: float64[n] without
    NaN, any unit (one weight each: scale them before). `shortest`: least length in samples. O(n) for each sweep, a
    number of sweeps that does not grow with n; an exact search (PELT, Killick 2012) is quadratic on steady runs.
    """
    n = y.size
    if n == 0:
        return np.zeros(1, dtype=np.int64)
    sum_y = np.zeros(n + 1)
    sum_z = np.zeros(n + 1)
    for i in range(n):
        sum_y[i + 1] = sum_y[i] + y[i]
        sum_z[i + 1] = sum_z[i] + z[i]
    breaks = np.arange(n + 1)
    cost = np.empty(n)
    k = n
    for turn in range(2):
        limit = penalty / 32.0 if turn == 0 else penalty
        while limit <= penalty * 1.0001:
            least = shortest if limit > penalty * 0.6 else 0
            for _ in range(64):
                before = k
                k = _sweep(sum_y, sum_z, breaks, cost, k, limit, least)
                if k == before:
                    break
            limit *= 2.0
        for _ in range(2):
            for i in range(1, k):
                a, c = breaks[i - 1], breaks[i + 1]
                low, high = a + shortest, c - shortest
                best = breaks[i]
                worth = _cut(sum_y, sum_z, a, best, c)
                for b in range(low, high + 1):
                    gain = _cut(sum_y, sum_z, a, b, c)
                    if gain > worth:
                        worth, best = gain, b
                breaks[i] = best
    return breaks[: k + 1].copy()


@kernel
def merge_levels(breaks: I8, level: F8, least_step: float, full_length: int) -> I8:
    """The borders that remain when neighbours of like level are joined, smallest difference first.

    `breaks`: int64[k + 1]; `level`: float64[k] mean level of each segment. A step counts in full when the shorter
    side has `full_length` samples, less (by the square root) below. Joined sweep by sweep at limits that grow to
    `least_step`. O(k) for each sweep.
    """
    borders = breaks.copy()
    mean = level.copy()
    step = np.empty(max(level.size, 1))
    k = level.size
    for part in range(1, 9):
        limit = least_step * part / 8.0
        for _ in range(64):
            for i in range(k - 1):
                size = min(borders[i + 1] - borders[i], borders[i + 2] - borders[i + 1])
                step[i] = abs(mean[i + 1] - mean[i]) * min(1.0, np.sqrt(size / full_length))
            out = 0
            i = 0
            while i < k:
                joins = i < k - 1 and step[i] < limit
                if joins and i > 0 and step[i - 1] < step[i]:
                    joins = False
                if joins and i < k - 2 and step[i + 1] <= step[i]:
                    joins = False
                if joins:
                    left = borders[i + 1] - borders[i]
                    right = borders[i + 2] - borders[i + 1]
                    mean[out] = (mean[i] * left + mean[i + 1] * right) / (left + right)
                    borders[out + 1] = borders[i + 2]
                    i += 2
                else:
                    mean[out] = mean[i]
                    borders[out + 1] = borders[i + 1]
                    i += 1
                out += 1
            if out == k:
                break
            k = out
    return borders[: k + 1].copy()


@kernel
def runs_above(level: F8) -> I8:
    """Every maximal run of neighbours at or above one of their levels: rows of first, end, parent, depth.

    `level`: float64[k] without NaN. Row i of int64[k, 4] belongs to segment i, the lowest of its run [first, end);
    equal lowest segments give equal rows. `parent` is the segment whose run is the next larger one (-1: none),
    `depth` the number of larger runs around it. Nested like brackets (a max-tree). O(k).
    """
    k = level.size
    out = np.empty((k, 4), dtype=np.int64)
    stack = np.empty(k + 1, dtype=np.int64)
    top = 0
    for i in range(k):
        while top > 0 and level[stack[top - 1]] >= level[i]:
            top -= 1
        out[i, 0] = stack[top - 1] + 1 if top > 0 else 0
        stack[top] = i
        top += 1
    top = 0
    for i in range(k - 1, -1, -1):
        while top > 0 and level[stack[top - 1]] >= level[i]:
            top -= 1
        out[i, 1] = stack[top - 1] if top > 0 else k
        stack[top] = i
        top += 1
    for i in range(k):
        left, right = out[i, 0] - 1, out[i, 1]
        parent = left
        if right < k and (left < 0 or level[right] > level[left]):
            parent = right
        out[i, 2] = parent
    for i in np.argsort(level, kind="mergesort"):
        parent = out[i, 2]
        out[i, 3] = 0 if parent < 0 else out[parent, 3] + 1
    return out


@kernel
def best_disjoint(start: F8, end: F8, gain: F8) -> npt.NDArray[np.bool_]:
    """Which of the ranges [start, end) to take so that none overlap and the sum of gains is largest.

    Weighted interval scheduling by dynamic programming over ends (Kleinberg and Tardos 2005, 6.1); only ranges of
    positive gain are taken. Three float64[c]; bool[c] comes out. O(c log c).
    """
    c = start.size
    order = np.argsort(end, kind="mergesort")
    ends = end[order]
    best = np.zeros(c + 1)
    before = np.zeros(c, dtype=np.int64)
    for j in range(c):
        i = order[j]
        before[j] = min(np.searchsorted(ends, start[i], side="right"), j)
        best[j + 1] = max(best[j], gain[i] + best[before[j]])
    taken = np.zeros(c, dtype=np.bool_)
    j = c
    while j > 0:
        i = order[j - 1]
        if gain[i] > 0.0 and gain[i] + best[before[j - 1]] > best[j - 1]:
            taken[i] = True
            j = before[j - 1]
        else:
            j -= 1
    return taken


@kernel
def sum_trees(features: F8, split: I8, threshold: F8, child: I8, value: F8, root: I8) -> F8:
    """The sum over regression trees for each row: float64[r] from float64[r, f].

    Node q goes to `child[q, 0]` when feature `split[q]` is at most `threshold[q]` or NaN, else to `child[q, 1]`;
    a leaf (`split` -1) gives `value[q]`. `root`: int64 node of each tree. Children come after their parent.
    """
    out = np.zeros(features.shape[0])
    for q0 in root:
        for r in range(features.shape[0]):
            q = q0
            while split[q] >= 0:
                x = features[r, split[q]]
                q = child[q, 1] if x > threshold[q] else child[q, 0]
            out[r] += value[q]
    return out


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
