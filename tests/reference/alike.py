"""Twins of kernels/alike.py: lists and np.median instead of work arrays."""

import numpy as np


def _like(q, j, start, end, length_m, level):
    if j == q:
        return True
    apart = end[j] <= start[q] or start[j] >= end[q]
    sizes = [float(end[i] - start[i]) for i in (j, q)]
    same_s = abs(np.log(sizes[0] / sizes[1])) < 0.2 or abs(sizes[0] - sizes[1]) <= 5
    same_m = abs(np.log(length_m[j] / length_m[q])) < 0.1
    return apart and (same_s or same_m) and abs(level[j] - level[q]) < 0.12 + 1.5 / min(sizes)


def _spread(x, floor=0.0):
    usual = max(np.median(x), floor)
    return float(np.median(np.abs(np.asarray(x) - usual)) / usual)


def _chain(q, start, end, length_m, level, score):
    near = [j for j in range(len(start)) if start[j] <= end[q] + 10800 and end[j] >= start[q] - 10800]
    chain = []
    for j in (j for j in near if _like(q, j, start, end, length_m, level)):
        if chain and start[j] < end[chain[-1]]:
            if chain[-1] != q and (j == q or score[j] > score[chain[-1]]):
                chain[-1] = j
        else:
            chain.append(j)
    return near, chain


def like_features(start, end, length_m, level):
    rows = []
    for q in range(len(start)):
        _, chain = _chain(q, start, end, length_m, level, np.zeros(len(start)))
        gaps = [start[b] - end[a] for a, b in zip(chain[:-1], chain[1:], strict=True)]
        steps = [start[b] - start[a] for a, b in zip(chain[:-1], chain[1:], strict=True)]
        many = len(chain) >= 3
        rows.append([
            len(chain) - 1, _spread(steps) if many else np.nan, _rest_spread(gaps) if many else np.nan,
            np.median(gaps) / (end[q] - start[q]) if gaps else np.nan,
            sum(end[j] - start[j] for j in chain) / max(end[chain[-1]] - start[chain[0]], 1),
            _spread([length_m[j] for j in chain]) if many else np.nan,
            _spread([end[j] - start[j] for j in chain]) if many else np.nan,
        ])  # fmt: skip
    return np.array(rows, dtype=float).reshape(len(rows), 7)


def like_scores(start, end, length_m, level, score):
    rows = []
    for q in range(len(start)):
        near, chain = _chain(q, start, end, length_m, level, score)
        others = sorted((score[j] for j in chain if j != q), reverse=True)
        inside = [score[j] for j in near if j != q and start[j] >= start[q] and end[j] <= end[q]]
        around = [score[j] for j in near if j != q and start[j] <= start[q] and end[j] >= end[q]]
        rows.append([
            sum(others[:4]) / 4, sum(s > 0.5 for s in others), max([0.0, *inside]), max([0.0, *around]),
        ])  # fmt: skip
    return np.array(rows, dtype=float).reshape(len(rows), 4)


def _rest_spread(gaps):
    return _spread(gaps, floor=1.0)
