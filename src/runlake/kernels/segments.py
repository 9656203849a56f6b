"""Segments of like speed and cadence, the runs above every level among them, and the best choice of disjoint ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@kernel
def _sweep(edge: F8, sum_y: F8, sum_z: F8, work: F8, k: int, limit: float, shortest: float) -> int:
    """Join neighbours once, where the cost is within the limit (or a part too short) and least nearby; parts left.

    `edge`, `sum_y`, `sum_z`: float64[k + 1] borders and the running sums there, joined in place; `work`:
    float64[3, k + 1].
    """
    mean_y, mean_z, cost = work[0], work[1], work[2]
    for i in range(k):  # loops without a branch in them are run four at a time
        width = edge[i + 1] - edge[i]
        mean_y[i] = (sum_y[i + 1] - sum_y[i]) / width
        mean_z[i] = (sum_z[i + 1] - sum_z[i]) / width
    # cost[i] is that of giving up border i; nobody gives up the first and the last.
    cost[0] = np.inf
    cost[k] = np.inf
    inner = cost[1:]
    for i in range(k - 1):
        left, right = edge[i + 1] - edge[i], edge[i + 2] - edge[i + 1]
        dy, dz = mean_y[i] - mean_y[i + 1], mean_z[i] - mean_z[i + 1]
        grows = (left * right) / (left + right) * (dy * dy + dz * dz)
        inner[i] = np.inf if grows > limit and min(left, right) >= shortest else grows
    out = 1
    joined = False
    for i in range(1, k):  # every border is written; the next one overwrites it where it is given up
        here = cost[i]
        edge[out], sum_y[out], sum_z[out] = edge[i], sum_y[i], sum_z[i]
        joined = (here < np.inf) & (not joined) & (not (cost[i - 1] < here)) & (not (cost[i + 1] < here))
        out += 0 if joined else 1
    edge[out], sum_y[out], sum_z[out] = edge[k], sum_y[k], sum_z[k]
    return out


@kernel
def _saved(sum_y: F8, sum_z: F8, place: F8, a: int, c: int, low: int, high: int, gain: F8) -> None:
    """Fill `gain` with the squared error that a border at low, ..., high - 1 saves between a and c.

    Two parts save (left * right) / (left + right) times the squared difference of their means; y and z count alike.
    """
    start, end, width = place[a], place[c], place[c] - place[a]
    y0, y1, z0, z1 = sum_y[a], sum_y[c], sum_z[a], sum_z[c]
    y, z, at = sum_y[low:high], sum_z[low:high], place[low:high]
    for j in range(high - low):  # no branch, and floats only: run four at a time
        left, right = at[j] - start, end - at[j]
        dy = (y[j] - y0) / left - (y1 - y[j]) / right
        dz = (z[j] - z0) / left - (z1 - z[j]) / right
        gain[j] = (left * right) / width * (dy * dy + dz * dz)


@kernel
def _best_border(sum_y: F8, sum_z: F8, place: F8, a: int, b: int, c: int, shortest: int, gain: F8) -> int:
    """Where between a and c a border saves most squared error; b unless another saves more. `gain`: work, n long."""
    _saved(sum_y, sum_z, place, a, c, b, b + 1, gain)
    best, worth = b, gain[0]
    low, high = a + shortest, c - shortest + 1
    if high > low:
        _saved(sum_y, sum_z, place, a, c, low, high, gain)
    for j in range(high - low):
        if gain[j] > worth:
            worth, best = gain[j], low + j
    return best


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
    place = np.arange(n + 1).astype(np.float64)
    edge, part_y, part_z = place.copy(), sum_y.copy(), sum_z.copy()
    work = np.empty((3, n + 1))
    between = np.zeros((2, n + 1), dtype=np.int64)  # the neighbours between which a border at a place was the best
    k = n
    for turn in range(2):
        limit = penalty / 32.0 if turn == 0 else penalty
        while limit <= penalty * 1.0001:
            least = float(shortest) if limit > penalty * 0.6 else 0.0
            for _ in range(64):
                before = k
                k = _sweep(edge, part_y, part_z, work, k, limit, least)
                if k == before:
                    break
            limit *= 2.0
        for _ in range(2):
            for i in range(1, k):
                a, b, c = int(edge[i - 1]), int(edge[i]), int(edge[i + 1])
                if between[0, b] == a and between[1, b] == c:
                    continue
                best = _best_border(sum_y, sum_z, place, a, b, c, shortest, work[0])
                edge[i], part_y[i], part_z[i] = place[best], sum_y[best], sum_z[best]
                between[0, best], between[1, best] = a, c
    return edge[: k + 1].astype(np.int64)


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
def distinct_runs(runs: I8, breaks: I8, running_s: F8, shortest: int, most_share: float) -> I8:
    """The different runs that are long enough and not nearly all there is, by where they begin, then where they end.

    int64[5, c]: row in `runs` (the first of equal ones), first sample and end, samples of the segments before and
    after. `runs`, `breaks`: of `runs_above`; `running_s`: float64[n + 1] seconds of running so far; runs hold at least
    `shortest` samples and at most `most_share` of the running. O(k log k).
    """
    k, n = runs.shape[0], running_s.size - 1
    out = np.empty((5, k), dtype=np.int64)
    c, before = 0, -1
    code = runs[:, 0] * (k + 1) + runs[:, 1]
    for i in np.argsort(code, kind="mergesort"):
        if code[i] == before:
            continue
        before = code[i]
        first, last = breaks[runs[i, 0]], breaks[runs[i, 1]]
        if last - first < shortest or running_s[last] - running_s[first] > most_share * running_s[n]:
            continue
        out[0, c], out[1, c], out[2, c] = i, first, last
        out[3, c] = first - breaks[max(runs[i, 0] - 1, 0)]
        out[4, c] = breaks[min(runs[i, 1] + 1, k)] - last
        c += 1
    return out[:, :c].copy()


@kernel
def level_kept_for(level: F8, breaks: I8, samples: float) -> float:
    """The level that is reached or exceeded for so many samples, the lowest where that is never: k >= 1. O(k log k)."""
    order = np.argsort(level)
    total = 0.0
    for q in range(level.size - 1, -1, -1):
        i = order[q]
        total += breaks[i + 1] - breaks[i]
        if total >= samples:
            return level[i]
    return level[order[0]]


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
    rows = features.shape[0]
    out = np.zeros(rows)
    at = np.empty(rows, dtype=np.int64)
    for q0 in root:
        at[:] = q0
        inner = rows
        while inner > 0:  # all rows go down one step: steps of different rows do not wait for each other
            inner = 0
            for r in range(rows):
                q = at[r]
                if split[q] >= 0:
                    at[r] = child[q, 1 if features[r, split[q]] > threshold[q] else 0]
                    inner += 1
        for r in range(rows):
            out[r] += value[at[r]]
    return out
