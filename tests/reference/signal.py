"""Slow twins of kernels/signal.py, each by another route: polynomial fits and NaN-aware numpy reductions."""

from __future__ import annotations

import numpy as np


def local_slope(values, half):
    n = len(values)
    out = np.full(n, np.nan)
    for i in range(n):
        if np.isnan(values[i]):
            continue
        window = values[max(0, i - half) : i + half + 1]
        at = i - max(0, i - half)
        missing = np.flatnonzero(np.isnan(window))
        first = max(missing[missing < at], default=-1) + 1
        last = min(missing[missing > at], default=len(window))
        part = window[first:last]
        if len(part) >= half + 1:
            out[i] = np.polyfit(np.arange(len(part)), part - values[i], 1)[0]
    return out


def local_quadratic(values):
    out = values.copy()
    x = np.arange(-4, 5)
    for i in range(4, len(values) - 4):
        window = values[i - 4 : i + 5]
        if not np.isnan(window).any():
            out[i] = values[i] + np.polyfit(x, window - values[i], 2)[2]
    return out


def _windows(values, half):
    padded = np.concatenate((np.full(half, np.nan), values, np.full(half, np.nan)))
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)


def _moving(middle, values, half):
    out = np.full(len(values), np.nan)
    there = np.flatnonzero(~np.isnan(values))
    if len(there):
        out[there] = middle(_windows(values, half)[there], axis=1)
    return out


def moving_mean(values, half):
    return _moving(np.nanmean, values, half)


def moving_median(values, half):
    return _moving(np.nanmedian, values, half)


def smoothed_change(values, half, limit):
    n = len(values)
    out = np.full(n, np.nan)
    for i in range(half + 1, n - half - 1):
        before = values[i - half - 1 : i + half]
        after = values[i - half + 1 : i + half + 2]
        if not np.isnan(values[i - half - 1 : i + half + 2]).any():
            out[i] = np.clip((after.mean() - before.mean()) / 2.0, -limit, limit)
    return out
