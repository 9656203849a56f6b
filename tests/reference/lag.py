"""Slow twin of kernels/lag.py: all pairs of each lag, and numpy's corrcoef."""

from __future__ import annotations

import numpy as np


def lagged_correlation(leader, follower, first_lag, last_lag):
    n = len(leader)
    out = []
    for lag in range(first_lag, last_lag + 1):
        pairs = [(leader[t], follower[t + lag]) for t in range(n) if 0 <= t + lag < n]
        array = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        array = array[~np.isnan(array).any(axis=1)]
        spread = array.var(axis=0) * len(array) if len(array) >= 3 else np.zeros(2)
        out.append(np.corrcoef(array.T)[0, 1] if (spread > 1e-12).all() else np.nan)
    return np.array(out)


def participation(values):
    there = values[~np.isnan(values)].astype(np.longdouble)
    shares = there**2 / np.sum(there**2) if np.any(there != 0.0) else np.empty(0)
    return float(1.0 / np.sum(shares**2)) if shares.size else 0.0
