"""Altitude without jumps that no terrain has: spikes and short odd stretches out, lasting jumps levelled."""

from __future__ import annotations

import numpy as np

from runlake.kernels.looks import has_cliff
from runlake.model.recording import F8
from runlake.prepare._track import B1

JUMP_M = 50.0
"""At once, a cliff apart, nobody on foot gets so much higher or lower."""
FASTEST_MPS = 10.0
"""Up and down in a car on the steepest road, or on skis."""
SHORT_S = 30.0
"""A stretch between two jumps that lasts less says nothing."""


def without_jumps(time_s: F8, step_s: F8, altitude_m: F8) -> tuple[F8, int]:
    """The altitude as it may have been, and how many values were dropped or jumps levelled.

    The longest stretch keeps its level; a stretch behind a lasting jump (a sensor that was set) is moved to meet it.
    """
    if not has_cliff(altitude_m, step_s, JUMP_M, FASTEST_MPS):
        return altitude_m, 0
    known = np.flatnonzero(~np.isnan(altitude_m))
    if not _jumps(time_s[known], altitude_m[known]).any():
        return altitude_m, 0
    known = known[~_lone(time_s[known], altitude_m[known])]
    at_s, high_m = time_s[known], altitude_m[known].copy()
    edges = np.concatenate(([0], np.flatnonzero(_jumps(at_s, high_m)) + 1, [len(known)]))
    first, last = edges[:-1], edges[1:] - 1
    length_s = at_s[last] - at_s[first]
    # Of a short recording the stretches are short as well.
    is_kept = length_s >= min(SHORT_S, 0.25 * float(at_s[-1] - at_s[0]))
    first, last, length_s = first[is_kept], last[is_kept], length_s[is_kept]
    out = np.full(len(altitude_m), np.nan)
    if len(first) == 0:
        return out, int(np.count_nonzero(~np.isnan(altitude_m)))
    step_m = high_m[first[1:]] - high_m[last[:-1]]
    lasting = np.abs(step_m) > JUMP_M + FASTEST_MPS * (at_s[first[1:]] - at_s[last[:-1]])
    level_m = np.concatenate(([0.0], np.cumsum(np.where(lasting, step_m, 0.0))))
    level_m -= level_m[np.argmax(length_s)]
    for a, b, by_m in zip(first.tolist(), last.tolist(), level_m.tolist(), strict=True):
        out[known[a : b + 1]] = high_m[a : b + 1] - by_m
    n_dropped = np.count_nonzero(~np.isnan(altitude_m)) - np.count_nonzero(~np.isnan(out))
    return out, int(n_dropped + np.count_nonzero(lasting))


def _jumps(time_s: F8, altitude_m: F8) -> B1:
    """True for each step that no terrain has."""
    is_jump: B1 = np.abs(np.diff(altitude_m)) > JUMP_M + FASTEST_MPS * np.diff(time_s)
    return is_jump


def _lone(time_s: F8, altitude_m: F8) -> B1:
    """True for single values that jump away from neighbours which agree with each other."""
    is_lone = np.zeros(len(time_s), dtype=np.bool_)
    jumps = _jumps(time_s, altitude_m)
    agree = np.abs(altitude_m[2:] - altitude_m[:-2]) <= JUMP_M + FASTEST_MPS * (time_s[2:] - time_s[:-2])
    is_lone[1:-1] = jumps[:-1] & jumps[1:] & agree
    return is_lone
