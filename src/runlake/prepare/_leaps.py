"""Positions that leap as nothing on the ground does: where, and the path as if it had gone straight on."""

from __future__ import annotations

import numpy as np

from runlake.model.recording import F8
from runlake.prepare._track import I8, MAX_HOLD_S

LEAP_MPS = 40.0
"""As fast as the spikes of a ride: a car's 144 km/h, but for seconds only, which no car has either."""
SLOPE_SHARE = 1.0 / 6.0
"""A step shows as so much of itself in the slope over nine seconds: 10 parts of 60."""
NO_LEAPS: I8 = np.empty(0, dtype=np.int64)


def could_leap(fastest_mps: float) -> bool:
    """False where the fastest slope over nine seconds says that no step can be a leap."""
    return fastest_mps > LEAP_MPS * SLOPE_SHARE


def leaps(time_s: F8, east_m: F8, north_m: F8) -> tuple[I8, F8, F8]:
    """Samples that the positions leapt to, and by how much farther east and north than they were going.

    A leap is a step, or a few within 12 s, at more than 40 m/s between slower ones: what lasts longer is travel.
    """
    there = np.flatnonzero(~np.isnan(east_m))
    step_s, east, north = np.diff(time_s[there]), np.diff(east_m[there]), np.diff(north_m[there])
    fast = np.flatnonzero(np.hypot(east, north) > LEAP_MPS * step_s)
    if len(fast) == 0:
        return NO_LEAPS, np.empty(0), np.empty(0)
    apart = np.flatnonzero(np.diff(fast) > 1)
    first, last = fast[np.append(0, apart + 1)], fast[np.append(apart, len(fast) - 1)]
    is_short = time_s[there[last + 1]] - time_s[there[first]] <= MAX_HOLD_S
    at = np.concatenate(
        [np.arange(a, b + 1) for a, b in zip(first[is_short], last[is_short], strict=True)] or [NO_LEAPS]
    )
    # The step before says how fast the runner was; the first step of all has none.
    before = np.repeat(first[is_short], last[is_short] - first[is_short] + 1) - 1
    part = np.where(before >= 0, step_s[at] / step_s[before], 0.0)
    return there[at + 1], east[at] - part * east[before], north[at] - part * north[before]


def straightened(values: F8, at: I8, by: F8) -> F8:
    """Places with every leap taken out of all that follows it."""
    off = np.zeros(len(values))
    off[at] = by
    return np.asarray(values - np.cumsum(off))
