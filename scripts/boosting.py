"""Gradient-boosted regression trees on the logistic loss, small and self-contained: train here, ship plain arrays.

Histograms over at most 64 bins a feature, depth-first growth to a fixed depth, second-order leaf values
(Friedman 2001; Chen and Guestrin 2016, equations 5 to 7). Missing values go with the low side.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from runlake.detect._bouts_score import Forest

F8 = npt.NDArray[np.float64]


@njit(cache=True)
def _grow(bins, grad, hess, rows, n_bins, columns, depth, least, ridge):  # type: ignore[no-untyped-def]
    size = 2 ** (depth + 1) - 1
    split = np.full(size, -1)
    cut = np.zeros(size, dtype=np.int64)
    value = np.zeros(size)
    begin = np.zeros(size, dtype=np.int64)
    stop = np.zeros(size, dtype=np.int64)
    stop[0] = rows.size
    scratch = np.empty(rows.size, dtype=np.int64)
    for q in range(size):
        a, b = begin[q], stop[q]
        if b <= a:
            continue
        g = 0.0
        h = 0.0
        for r in range(a, b):
            g += grad[rows[r]]
            h += hess[rows[r]]
        value[q] = -g / (h + ridge)
        if q >= size // 2:
            continue
        best, best_f, best_c = 1e-3, -1, 0
        for f in columns:
            hg = np.zeros(n_bins)
            hh = np.zeros(n_bins)
            for r in range(a, b):
                i = bins[f, rows[r]]
                hg[i] += grad[rows[r]]
                hh[i] += hess[rows[r]]
            lg = 0.0
            lh = 0.0
            for c in range(n_bins - 1):
                lg += hg[c]
                lh += hh[c]
                if lh < least or h - lh < least:
                    continue
                gain = lg * lg / (lh + ridge) + (g - lg) ** 2 / (h - lh + ridge) - g * g / (h + ridge)
                if gain > best:
                    best, best_f, best_c = gain, f, c
        if best_f < 0:
            continue
        split[q] = best_f
        cut[q] = best_c
        i, j = a, 0
        for r in range(a, b):
            if bins[best_f, rows[r]] <= best_c:
                rows[i] = rows[r]
                i += 1
            else:
                scratch[j] = rows[r]
                j += 1
        rows[i:b] = scratch[:j]
        begin[2 * q + 1], stop[2 * q + 1] = a, i
        begin[2 * q + 2], stop[2 * q + 2] = i, b
    return split, cut, value


@njit(cache=True)
def _add(bins, split, cut, value, out, rate):  # type: ignore[no-untyped-def]
    for r in range(bins.shape[1]):
        q = 0
        while split[q] >= 0:
            q = 2 * q + 1 if bins[split[q], r] <= cut[q] else 2 * q + 2
        out[r] += rate * value[q]


def _bin(x: F8, edges: list[F8]) -> npt.NDArray[np.uint8]:
    out = np.zeros((x.shape[1], x.shape[0]), dtype=np.uint8)
    for f, edge in enumerate(edges):
        out[f] = np.where(np.isnan(x[:, f]), 0, np.searchsorted(edge, x[:, f], side="left") + 1)
    return out


def fit(
    x: F8,
    y: F8,
    weight: F8,
    *,
    n_trees: int,
    depth: int,
    rate: float = 0.08,
    seed: int = 1,
    least: float = 12.0,
    ridge: float = 3.0,
) -> Forest:
    """A forest for P(y = 1 | x) in logits; x float64[r, f] (NaN missing), y 0 or 1, weight of each row."""
    rng = np.random.default_rng(seed)
    edges = [
        np.unique(np.quantile(c[np.isfinite(c)], np.linspace(0.02, 0.98, 60))) if np.isfinite(c).any() else np.zeros(1)
        for c in x.T
    ]
    bins = _bin(x, edges)
    p = np.average(y, weights=weight)
    base = float(np.log(p / (1 - p)))
    score = np.full(y.size, base)
    parts: list[tuple[np.ndarray, ...]] = []
    offset = 0
    for _ in range(n_trees):
        prob = 1 / (1 + np.exp(-score))
        grad, hess = weight * (prob - y), weight * np.maximum(prob * (1 - prob), 1e-4)
        rows = np.flatnonzero(rng.random(y.size) < 0.6)
        columns = rng.permutation(x.shape[1])[: max(4, int(0.5 * x.shape[1]))]
        split, cut, value = _grow(bins, grad, hess, rows, 62, columns, depth, least, ridge)
        _add(bins, split, cut, value, score, rate)
        parts.append(_compact(split, cut, value * rate, edges, offset))
        offset += parts[-1][0].size
    root = np.cumsum([0] + [p[0].size for p in parts[:-1]])
    return Forest(*(np.concatenate([p[i] for p in parts]) for i in range(4)), root, base)


def _compact(split, cut, value, edges, offset):  # type: ignore[no-untyped-def]
    """Only the nodes that are reached, children after parents; bin cuts become thresholds."""
    order = [0]
    for q in order:
        if split[q] >= 0:
            order += [2 * q + 1, 2 * q + 2]
    at = {q: i for i, q in enumerate(order)}
    child = np.array([[at[2 * q + 1] + offset, at[2 * q + 2] + offset] if split[q] >= 0 else [-1, -1] for q in order])
    threshold = np.array([_edge(edges[split[q]], cut[q]) if split[q] >= 0 else 0.0 for q in order])
    return split[order], threshold, child, np.where(split[order] >= 0, 0.0, value[order])


def _edge(edge: F8, cut: int) -> float:
    """Bins 0..cut go low: values at most edge[cut - 1]; bin 0 holds what is missing alone."""
    return float(edge[min(cut - 1, edge.size - 1)]) if cut > 0 else -1e300
