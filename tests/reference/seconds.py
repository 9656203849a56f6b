"""Slow twins of kernels/seconds.py: each second is looked up by itself among the values of its run."""

from __future__ import annotations

import numpy as np


def on_seconds(values, second, run_no, n_seconds, max_gap):
    out = np.full(n_seconds, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    out[second[known]] = values[known]
    for a, b in zip(known[:-1], known[1:], strict=True):
        if run_no[a] == run_no[b] and second[b] - second[a] <= max_gap:
            at = np.arange(second[a] + 1, second[b])
            out[at] = np.interp(at, [second[a], second[b]], [values[a], values[b]])
    return out


def read_later(values, run_no, later_s, max_gap_s, hold_s):
    out = np.full(len(values), np.nan)
    for i, run in enumerate(run_no):
        mine = np.flatnonzero((run_no == run) & ~np.isnan(values))
        at = i + later_s
        left, right = mine[mine <= at], mine[mine > at]
        if len(left) and len(right) and left[-1] != at:
            if right[0] - left[-1] <= max_gap_s:
                out[i] = np.interp(at, [left[-1], right[0]], values[[left[-1], right[0]]])
        elif len(left) and at - left[-1] <= hold_s:
            out[i] = values[left[-1]]
        elif not len(left) and len(right) and right[0] - at <= hold_s:
            out[i] = values[right[0]]
    return out


def straight_between(values, second, n_seconds):
    return np.interp(np.arange(n_seconds, dtype=np.float64), second.astype(np.float64), values)
