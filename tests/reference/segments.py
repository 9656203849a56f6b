"""Twins of kernels/segments.py: exhaustive search, recursion and brute force instead of sweeps, stacks and tables."""

from itertools import combinations

import numpy as np


def _error(x):
    return float(((x - x.mean()) ** 2).sum())


def cost_of(y, z, breaks, penalty):
    """Squared error inside the segments plus the penalty for each inner border."""
    parts = zip(breaks[:-1], breaks[1:], strict=True)
    return sum(_error(y[a:b]) + _error(z[a:b]) for a, b in parts) + penalty * (len(breaks) - 2)


def merge_segments(y, z, penalty, shortest):
    """The exact optimum, by dynamic programming over every last border (optimal partitioning, Jackson 2005)."""
    n = len(y)
    if n == 0:
        return np.zeros(1, dtype=np.int64)
    best = [0.0] + [np.inf] * n
    came = [0] * (n + 1)
    for end in range(1, n + 1):
        for start in range(end):
            if end - start < shortest and (start, end) != (0, n):
                continue
            cost = best[start] + _error(y[start:end]) + _error(z[start:end]) + penalty
            if cost < best[end]:
                best[end], came[end] = cost, start
    breaks = [n]
    while breaks[0] > 0:
        breaks.insert(0, came[breaks[0]])
    return np.array(breaks)


def merge_levels(breaks, level, least_step, full_length):
    """Joining one pair at a time, always the one of smallest step."""
    borders, mean = [int(b) for b in breaks], [float(v) for v in level]
    while len(mean) > 1:
        steps = []
        for i in range(len(mean) - 1):
            size = min(borders[i + 1] - borders[i], borders[i + 2] - borders[i + 1])
            steps.append(abs(mean[i + 1] - mean[i]) * min(1.0, (size / full_length) ** 0.5))
        i = int(np.argmin(steps))
        if steps[i] >= least_step:
            break
        left, right = borders[i + 1] - borders[i], borders[i + 2] - borders[i + 1]
        mean[i : i + 2] = [(mean[i] * left + mean[i + 1] * right) / (left + right)]
        del borders[i + 1]
    return np.array(borders)


def runs_above(level):
    """For each segment, walking outwards while nothing is lower; the parent is the higher of the two that stop it."""
    k = len(level)
    rows = []
    for i in range(k):
        first, end = i, i + 1
        while first > 0 and level[first - 1] >= level[i]:
            first -= 1
        while end < k and level[end] >= level[i]:
            end += 1
        walls = [j for j in (first - 1, end) if 0 <= j < k]
        parent = max(walls, key=lambda j: (level[j], -j)) if walls else -1
        rows.append([first, end, parent, 0])
    for row in rows:
        parent = row[2]
        while parent >= 0:
            row[3] += 1
            parent = rows[parent][2]
    return np.array(rows, dtype=np.int64).reshape(k, 4)


def best_disjoint(start, end, gain):
    """The largest sum of gains over every subset without overlaps."""
    useful = [i for i in range(len(start)) if gain[i] > 0]
    best, chosen = 0.0, ()
    for size in range(1, len(useful) + 1):
        for subset in combinations(useful, size):
            ordered = sorted(subset, key=lambda i: (end[i], start[i]))
            if all(end[a] <= start[b] for a, b in zip(ordered[:-1], ordered[1:], strict=True)):
                total = sum(gain[i] for i in subset)
                if total > best + 1e-12:
                    best, chosen = total, subset
    taken = np.zeros(len(start), dtype=bool)
    taken[list(chosen)] = True
    return taken


def sum_trees(features, split, threshold, child, value, root):
    """Each tree by recursion."""

    def leaf(row, q):
        if split[q] < 0:
            return value[q]
        x = row[split[q]]
        goes_low = np.isnan(x) or x <= threshold[q]
        return leaf(row, child[q][0] if goes_low else child[q][1])

    return np.array([sum(leaf(row, q) for q in root) for row in features])


def distinct_runs(runs, breaks, running_s, shortest, most_share):
    found = {}
    for row, (first, end, *_) in enumerate(runs.tolist()):
        a, b = breaks[first], breaks[end]
        is_kept = b - a >= shortest and running_s[b] - running_s[a] <= most_share * running_s[-1]
        if is_kept and (first, end) not in found:
            beside = a - breaks[max(first - 1, 0)], breaks[min(end + 1, len(runs))] - b
            found[first, end] = [row, a, b, *beside]
    return np.array([found[key] for key in sorted(found)], dtype=np.int64).reshape(-1, 5).T


def level_kept_for(level, breaks, samples):
    each = sorted(np.repeat(level, np.diff(breaks)).tolist(), reverse=True)
    return each[max(int(np.ceil(samples)) - 1, 0)] if samples <= len(each) else min(each)
