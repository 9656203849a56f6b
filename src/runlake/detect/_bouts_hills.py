"""Hill repeats that speed alone does not show: as hard up as the rest is easy down, at the same pace.

A pass of its own, because grade-adjusted speed with coarse altitude invents bouts on ordinary hilly ground. What it
finds has to come back to the same climb again and again.
"""

from __future__ import annotations

import numpy as np

from runlake.detect._bouts_candidates import HIGHEST, I8, LEVEL_STEP, LOWEST, PENALTY, Channels
from runlake.detect._series import median
from runlake.kernels.climbs import largest_family
from runlake.kernels.edges import half_height_edges
from runlake.kernels.levels import uphill
from runlake.kernels.segments import merge_levels, merge_segments, runs_above
from runlake.model.activity import B1, Grid
from runlake.model.recording import F8

STEEP = 0.04
"""Grade from which a coach speaks of a hill."""
LEAST_GAIN_M = 6.0
"""Two storeys: three times what a barometer wanders in a minute."""
GAIN_SPREAD = 0.2
"""Repeats of one climb gain the same, give or take this."""
SAME_START_M = 40.0
"""And begin at the same place: GPS is good to some 10 m, and nobody turns on a point."""
LEAST_REPEATS = 3
SHORTEST_S, LONGEST_S = 10.0, 400.0
LEAST_EFFORT = 0.12
"""Log grade-adjusted speed over what lies around it: 12 %, a third of what the shortest repeats show."""
DOWN = -0.015
SEGMENT_S = 8
MOST_RETURN = 2.5
"""The way back to the foot, over the way up: repeats go down the hill they came up, a round with a climb does not."""
BASE_CONFIDENCE, EACH_REPEAT, MOST_CONFIDENCE = 0.5, 0.06, 0.9
"""Three repeats are more likely than not; each further one makes chance less likely."""


def find_hills(grid: Grid, ch: Channels, altitude_kind: str) -> tuple[F8, F8, F8]:
    """Start, end (elapsed seconds) and confidence of repeats on a climb; empty without a barometer or a climb."""
    none = (np.empty(0), np.empty(0), np.empty(0))
    if altitude_kind != "barometer":
        return none
    grade, climbed_m = uphill(grid.grade_frac, ch.speed_mps, 0.3, STEEP, 0.5)
    if climbed_m < LEAST_REPEATS * LEAST_GAIN_M:
        return none
    cost = ((((155.4 * grade - 30.4) * grade - 43.3) * grade + 46.3) * grade + 19.5) * grade + 3.6
    moving = ch.speed_mps > 0.5
    effort = np.where(moving, np.clip(ch.level + np.log(cost / 3.6), LOWEST, HIGHEST), LOWEST)
    breaks = merge_segments(effort, 3.0 * grade, PENALTY, SEGMENT_S)
    total = np.concatenate(([0.0], np.cumsum(effort)))
    level = np.diff(total[breaks]) / np.diff(breaks)
    breaks = merge_levels(breaks, level, LEVEL_STEP, 15)
    level = np.diff(total[breaks]) / np.diff(breaks)
    runs = runs_above(level)
    first, last = breaks[runs[:, 0]], breaks[runs[:, 1]]
    before = first - breaks[np.maximum(runs[:, 0] - 1, 0)]
    after = breaks[np.minimum(runs[:, 1] + 1, level.size)] - last
    climb = np.concatenate(([0.0], np.cumsum(grade * ch.speed_mps)))
    keep = _worthy(total, climb, ch.speed_mps, first, last)
    if np.count_nonzero(keep) < LEAST_REPEATS:
        return none
    edges = half_height_edges(effort, grade, first[keep], last[keep], before[keep], after[keep], np.array([0.05, 0.02]))
    way = np.concatenate(([0.0], np.cumsum(ch.speed_mps)))
    return _repeats(grid, climb, way, edges, first[keep], last[keep])


def _mean(total: F8, a: I8, b: I8) -> F8:
    return np.asarray((total[b] - total[a]) / np.maximum(b - a, 1))


def _worthy(total: F8, climb: F8, speed: F8, first: I8, last: I8) -> B1:
    """Candidates that are steep, long enough, and harder than both sides."""
    n = speed.size
    way = np.concatenate(([0.0], np.cumsum(speed)))
    length, gain = way[last] - way[first], climb[last] - climb[first]
    here = _mean(total, first, last)
    left = _mean(total, np.maximum(first - 60, 0), first)
    right = _mean(total, last, np.minimum(last + 60, n))
    harder = (here - np.where(first > 0, left, -9.0) >= LEAST_EFFORT) & (here - right >= LEAST_EFFORT)
    size = last - first
    return np.asarray(
        (size >= SHORTEST_S) & (size <= LONGEST_S) & (gain >= LEAST_GAIN_M) & (gain >= STEEP * length) & harder
    )


def _repeats(grid: Grid, climb: F8, way: F8, edges: F8, first: I8, last: I8) -> tuple[F8, F8, F8]:
    """Of the climbs, the largest family that gains the same from the same place and comes down in between."""
    gain = climb[last] - climb[first]
    best = largest_family(first, last, gain, grid.east_m[first], grid.north_m[first], GAIN_SPREAD, SAME_START_M)
    at = np.flatnonzero(best)
    at = at[np.argsort(first[at])]
    fell = climb[first[at][1:]] - climb[last[at][:-1]]
    back = way[first[at][1:]] - way[last[at][:-1]]
    up = way[last[at]] - way[first[at]]
    if at.size < LEAST_REPEATS or median(back) > MOST_RETURN * median(up):
        return np.empty(0), np.empty(0), np.empty(0)
    if median(fell) > -0.5 * median(gain[at]):
        return np.empty(0), np.empty(0), np.empty(0)
    confidence = min(BASE_CONFIDENCE + EACH_REPEAT * at.size, MOST_CONFIDENCE)
    return edges[at, 0], edges[at, 1], np.full(at.size, confidence)
