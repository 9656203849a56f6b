"""Was it run on a 400 m track, where, and by how much did the watch mismeasure the laps?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from runlake.detect._series import RUNNING_MPS, Curve
from runlake.kernels.track import nearest_return, points_along
from runlake.model.activity import Activity
from runlake.model.findings import Findings

Array = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]

LAP_M = 400.0
STRAIGHT_M = 84.39
KERB_RADIUS_M = 36.50
LANE_WIDTH_M = 1.22
"""World Athletics standard track: laps are measured 0.30 m off the kerb in lane 1, 0.20 m off the line elsewhere."""
STEP_M = 5.0
LEAST_FIXES = 120
RETURN_LAGS = (74, 93)
"""Laps of 370 to 460 m as the watch measures them: lanes 1 to 8, give or take its error."""
RETURN_WITHIN_M = 12.0
"""Two laps of the same lane lie this close on a watch with ordinary GPS."""
MIN_RETURNS_M = 600.0
"""A lap and a half after the first: less could be the block of houses around a park."""
MAX_FLAW_M = 50.0
MIN_RUN_M = 100.0
"""A turn on an out-and-back road returns to itself for up to 70 m."""
MAX_HOLE_M = 400.0
"""Way between two stretches on the track that still counts as one visit: a walk across the infield."""
LONG_SIDE_M = (150.0, 195.0)
SHORT_SIDE_M = (50.0, 105.0)
"""A standard track is 157 by 74 m in lane 1; older ones are longer and narrower."""
PERIMETER_FRAC = 0.07
"""By how much the oval in that box may differ from the lap: a block of houses differs by more."""
TURNING = (0.85, 1.25)
"""Way for each turn about the centre over the oval's length: above 1 where rests were walked about."""
MAX_SLOW_STEPS = 2
MIN_LAP_POINTS = 20
SNAP_TOLERANCE_M = 1.5
"""A lap this near to the lane's needs no correction: track mode of the watch has made it already."""
AREA_NOISE_M2 = 200.0
"""Half a metre of mean error across the track, all around."""
LAP_NOISE_FRAC = 0.015
LANE_1_SHARE = 0.5
"""Half of all laps are run in lane 1; the rest is spread over the others."""


def lane_radius_m(lane: int) -> float:
    """Radius of the line along which a lane is measured."""
    return KERB_RADIUS_M + 0.30 if lane == 1 else KERB_RADIUS_M + LANE_WIDTH_M * (lane - 1) + 0.20


def lane_length_m(lane: int) -> float:
    """Length of one lap in a lane: 400.0 m in lane 1, 407.0 in lane 2, 453.0 in lane 8."""
    return 2 * STRAIGHT_M + 2 * np.pi * lane_radius_m(lane)


def lane_area_m2(lane: int) -> float:
    """Area within a lap of a lane."""
    r = lane_radius_m(lane)
    return np.pi * r * r + 2 * r * STRAIGHT_M


@dataclass(frozen=True, slots=True)
class Track:
    """A visit to the track: elapsed seconds, and what recorded distance has to be multiplied with inside (1: nothing).

    `lap_m` is the lap as the watch measured it, NaN without positions or with fewer than three laps.
    """

    start_s: float
    end_s: float
    distance_factor: float = 1.0
    lane: int = 1
    lap_m: float = np.nan


def find_track(activity: Activity, curve: Curve) -> Track | None:
    """The visit to a track, by positions that repeat every 370 to 460 m around an oval; None when there is none.

    The FIT sub-sport ``track`` alone is enough for a visit as long as the activity.
    """
    says_so = activity.sub_sport == "track"
    visit = _visit(activity, curve)
    if visit is None:
        return Track(float(curve.time_s[0]), float(curve.time_s[-1])) if says_so else None
    start_m, end_m, lap_m, area_m2, n_laps = visit
    is_measured = n_laps >= 3 and bool(np.isfinite(lap_m))
    lane = _lane(area_m2, lap_m) if is_measured else 1
    factor = lane_length_m(lane) / lap_m if is_measured else 1.0
    if abs(lane_length_m(lane) - lap_m) <= SNAP_TOLERANCE_M or not 0.94 < factor < 1.06:
        factor = 1.0
    if says_so:
        start_m, end_m = float(curve.distance_m[0]), float(curve.distance_m[-1])
    times = curve.time_at(np.array([start_m, end_m]))
    return Track(float(times[0]), float(times[1]), float(factor), lane, lap_m if is_measured else np.nan)


def corrected(curve: Curve, track: Track | None) -> Curve:
    """The curve with distance on the track as the track's geometry has it, not as the watch measured it."""
    if track is None or track.distance_factor == 1.0:
        return curve
    low, high = curve.distance_at(np.array([track.start_s, track.end_s]))
    extra = (track.distance_factor - 1.0) * (np.clip(curve.distance_m, low, high) - low)
    return Curve(curve.time_s, curve.timer_s, curve.distance_m + extra)


@lru_cache(maxsize=1)  # three detectors ask for it
def track_of(splits: Findings) -> Track | None:
    """The visit to a track that the splits tell of; None without 400 m splits."""
    kinds = splits["kind"].tolist()
    if "track_400" not in kinds:
        return None
    first, last = kinds.index("track_400"), len(kinds) - 1 - kinds[::-1].index("track_400")
    end_s = float(splits["start_s"][last] + splits["elapsed_s"][last])
    return Track(float(splits["start_s"][first]), end_s, float(splits["distance_factor"][first]))


def _visit(activity: Activity, curve: Curve) -> tuple[float, float, float, float, float] | None:
    """Distance at begin and end of the longest visit, its lap by the watch, its area, its number of laps."""
    grid = activity.grid
    if curve.distance_m[-1] - curve.distance_m[0] < MIN_RETURNS_M + LAP_M:
        return None
    missing = np.isnan(grid.east_m + grid.north_m)
    if missing.any():
        known = np.flatnonzero(~missing)
        if len(known) < LEAST_FIXES:
            return None
        ways = known.astype(np.float64), grid.east_m[known], grid.north_m[known]
        coarse = _raster(curve, 3 * STEP_M, *ways)[2:]
    elif grid.m < LEAST_FIXES:
        return None
    else:
        ways = np.arange(grid.m, dtype=np.float64), grid.east_m, grid.north_m
        coarse = points_along(curve.time_s, curve.distance_m, grid.east_m, grid.north_m, 3 * STEP_M)
    if not _may_return(*coarse):
        return None
    at_m, time_s, east, north = _raster(curve, STEP_M, *ways)
    window = _longest_window(nearest_return(east, north, *RETURN_LAGS) < RETURN_WITHIN_M**2)
    if window is None:
        return None
    i, j = window
    return _oval(time_s[i:j], at_m[i:j], east[i:j], north[i:j])


def _raster(curve: Curve, step_m: float, second: Array, east: Array, north: Array) -> tuple[Array, ...]:
    """Distance, elapsed seconds, east and north at equal steps of the way."""
    at_m = np.arange(curve.distance_m[0], curve.distance_m[-1], step_m)
    time_s = curve.time_at(at_m)
    return at_m, time_s, np.interp(time_s, second, east), np.interp(time_s, second, north)


def _may_return(east: Array, north: Array) -> bool:
    """True unless a look every 15 m (so at most 8 m further off) already says no: most runs end here."""
    coarse_lags = (RETURN_LAGS[0] // 3, RETURN_LAGS[1] // 3 + 1)
    near = nearest_return(east, north, *coarse_lags) < (RETURN_WITHIN_M + 8.0) ** 2
    return bool(np.count_nonzero(near) * 3 * STEP_M >= MIN_RETURNS_M / 2)


def _joined(starts: Places, stops: Places, hole_m: float) -> tuple[Places, Places]:
    """The same stretches, those with at most `hole_m` between them as one."""
    if len(starts) == 0:
        return starts, stops
    apart = np.flatnonzero((starts[1:] - stops[:-1]) * STEP_M > hole_m)
    return starts[np.append(0, apart + 1)], stops[np.append(apart, len(stops) - 1)]


def _longest_window(returns: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[int, int] | None:
    """Index range of the longest stretch of returning points, the lap after the last one included."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], returns.astype(np.int8), [0]))))
    starts, stops = _joined(edges[0::2], edges[1::2], MAX_FLAW_M)
    long = (stops - starts) * STEP_M >= MIN_RUN_M
    starts, stops = starts[long], stops[long]
    if len(starts) == 0:
        return None
    is_new = np.concatenate(([True], (starts[1:] - stops[:-1]) * STEP_M > MAX_HOLE_M))
    groups = np.cumsum(is_new) - 1
    on_track = np.bincount(groups, weights=stops - starts) * STEP_M
    best = int(np.argmax(on_track))
    if on_track[best] < MIN_RETURNS_M:
        return None
    members = np.flatnonzero(groups == best)
    stop = min(stops[members[-1]] + int(LAP_M / STEP_M), len(returns))
    return int(starts[members[0]]), int(stop)


def _oval(time_s: Array, at_m: Array, east: Array, north: Array) -> tuple[float, float, float, float, float] | None:
    """What `_visit` returns, when the stretch is an oval of the size of a track; else None."""
    points = np.column_stack((east, north))
    low, high = np.percentile(points, (1, 99), axis=0)
    centre = (low + high) / 2
    _, axes = np.linalg.eigh(np.cov((points - points.mean(axis=0)).T))
    turned = (points - centre) @ axes
    sides = np.sort(np.diff(np.percentile(turned, (1, 99), axis=0), axis=0).ravel())
    if not (LONG_SIDE_M[0] <= sides[1] <= LONG_SIDE_M[1] and SHORT_SIDE_M[0] <= sides[0] <= SHORT_SIDE_M[1]):
        return None
    turned -= np.percentile(turned, (1, 99), axis=0).mean(axis=0)
    angle = np.unwrap(np.arctan2(turned[:, 1], turned[:, 0]))
    n_laps = abs(angle[-1] - angle[0]) / (2 * np.pi)
    around_m = 2 * (sides[1] - sides[0]) + np.pi * sides[0]
    usual_m = (at_m[-1] - at_m[0]) / n_laps if n_laps > 1 else np.inf
    if not (TURNING[0] <= usual_m / around_m <= TURNING[1] and n_laps >= 2):
        return None
    lap_m = _lap_length(time_s, at_m, angle)
    if np.isfinite(lap_m) and abs(around_m / lap_m - 1) > PERIMETER_FRAC:
        return None
    return float(at_m[0]), float(at_m[-1]), lap_m, _area(turned, angle), float(n_laps)


def _lap_length(time_s: Array, at_m: Array, angle: Array) -> float:
    """Median distance by the watch between two passages of the same direction from the centre, without a stop.

    NaN when no lap was run without one: walking about between reps adds metres that belong to no lap.
    """
    forward = np.maximum.accumulate(angle if angle[-1] > angle[0] else -angle)
    slow_until = np.concatenate(([0.0], np.cumsum(np.diff(time_s) > STEP_M / RUNNING_MPS)))
    again = np.interp(forward + 2 * np.pi, forward, at_m, right=np.nan)
    slow_again = np.interp(forward + 2 * np.pi, forward, slow_until)
    laps = (again - at_m)[np.isfinite(again) & (slow_again - slow_until <= MAX_SLOW_STEPS)]
    return float(np.median(laps)) if len(laps) >= MIN_LAP_POINTS else np.nan


def _area(turned: Array, angle: Array) -> float:
    """Area within the mean lap: half the sum of squared radius over angle; noise of single fixes averages out."""
    n_bins = 36
    bins = ((angle % (2 * np.pi)) / (2 * np.pi) * n_bins).astype(np.int64) % n_bins
    count = np.bincount(bins, minlength=n_bins)
    radius = np.bincount(bins, weights=np.hypot(turned[:, 0], turned[:, 1]), minlength=n_bins) / np.maximum(count, 1)
    return float(np.pi / n_bins * np.sum(radius**2))


def _lane(area_m2: float, lap_m: float) -> int:
    """The most likely lane by the area within the laps and their length by the watch, lane 1 favoured."""

    def log_likelihood(lane: int) -> float:
        by_area = (area_m2 - lane_area_m2(lane)) / AREA_NOISE_M2
        by_length = (lap_m / lane_length_m(lane) - 1.0) / LAP_NOISE_FRAC
        share = LANE_1_SHARE if lane == 1 else (1.0 - LANE_1_SHARE) / 7
        return float(np.log(share) - (by_area**2 + by_length**2) / 2)

    return max(range(1, 9), key=log_likelihood)
