"""What several detectors ask of an activity: distance against time, means between two times, moving seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.kernels import ranges
from runlake.kernels.climbs import climb_so_far
from runlake.kernels.motion import growth_between, highest_between, means_between, motion, running_totals
from runlake.kernels.standstill import paused_until, with_pause_edges
from runlake.model.activity import Activity
from runlake.model.recording import F8

B1 = npt.NDArray[np.bool_]
I8 = npt.NDArray[np.int64]

MOVING_MPS = 0.5
"""Slower than the slowest walk: standing, with GPS jitter."""
SWIMMING_MPS = 0.2
"""A hundred metres in more than eight minutes is treading water."""
CLOSED_STOP_S = 3
"""A stop this short is a stumble or a missed sample, not a stop."""
RUNNING_MPS = 1.8
"""Just below the preferred walk-run transition of about 2.0 m/s."""
WALKING_SPM = 140.0
SURELY_MPS = 2.2
"""Whoever is slower than this, and steps less often than that, walks."""
CLIMB_THRESHOLD_M = {"barometer": 2.0, "gps": 5.0}
"""A swing below this is noise of the sensor."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Distance against time as straight lines between points; pauses begin and end at points of their own.

    `time_s` (elapsed) rises strictly, `timer_s` and `distance_m` never fall; no NaN; at least two points.
    """

    time_s: F8
    timer_s: F8
    distance_m: F8

    def distance_at(self, time_s: F8) -> F8:
        """Distance at elapsed seconds; the ends are held beyond the ends."""
        return np.interp(time_s, self.time_s, self.distance_m)

    def time_at(self, distance_m: F8) -> F8:
        """Elapsed seconds at which a distance was first reached; NaN where it lies outside."""
        at: F8 = ranges.crossing_times(self.time_s, self.distance_m, np.array(distance_m, dtype=np.float64))
        return at


once = lru_cache(maxsize=1)
"""Several detectors ask for the same of one activity, one after the other; nobody writes into it."""


def median(values: npt.NDArray[Any]) -> float:
    """Middle value of at least one, none of them NaN; a third of the time that np.median takes."""
    middle = len(values) // 2
    parted = np.partition(values, middle)
    return float(parted[middle]) if len(values) % 2 else 0.5 * float(parted[middle] + parted[:middle].max())


def paused_before(activity: Activity, time_s: F8) -> F8:
    """Seconds paused before each elapsed second."""
    if len(activity.pause_start_s) == 0:
        return np.zeros(len(time_s))
    return np.interp(time_s, *_paused_until(activity))


@once
def _paused_until(activity: Activity) -> tuple[F8, F8]:
    """Begin and end of every pause in turn, and the seconds paused until then."""
    start, end = activity.pause_start_s, activity.pause_end_s
    paused = np.cumsum(end - start)
    return np.column_stack((start, end)).ravel(), np.column_stack((paused - (end - start), paused)).ravel()


@once
def distance_curve(activity: Activity) -> Curve | None:
    """Distance against time of the whole activity; None when no way was recorded."""
    distance = activity.channels["distance_m"]
    time_s = activity.time_s
    known = np.isfinite(distance)
    if not known.all():
        distance, time_s = distance[known], time_s[known]
    if len(time_s) < 2 or distance[-1] <= distance[0]:
        return None
    if len(activity.pause_start_s) == 0:
        return Curve(np.array(time_s), np.array(time_s), ranges.rising(distance))
    pauses = activity.pause_start_s, activity.pause_end_s
    time_s, distance = with_pause_edges(time_s, distance, *pauses)
    return Curve(time_s, time_s - paused_until(time_s, *pauses), distance)


_COLUMNS = ("heart_rate_bpm", "cadence_spm", "gap_speed_mps", "grade_frac", "speed_mps")
HEART, CADENCE, GAP, GRADE, SPEED, RUNNING_CADENCE, TIMER_SPEED = range(7)
"""Columns whose means are asked for again and again; cadence while running; speed, 0 while the timer was off."""


@once
def _totals(activity: Activity) -> tuple[F8, npt.NDArray[np.int32]]:
    """Sums and counts so far of those columns: [7, m + 1] each."""
    columns = tuple(getattr(activity.grid, name) for name in _COLUMNS)
    total, known = running_totals(columns, _motion(activity).is_running, activity.grid.is_timer_on)
    return total, known


@lru_cache(maxsize=32)
def _rows(*columns: int) -> I8:
    return np.array(columns, dtype=np.int64)


def means_of(activity: Activity, columns: tuple[int, ...], start_s: F8, end_s: F8) -> F8:
    """Time-weighted mean of grid columns over each [start, end): float64[columns, stretches].

    NaN seconds are left out, NaN when all are.
    """
    means: F8 = means_between(*_totals(activity), _rows(*columns), start_s, end_s)
    return means


def max_between(values: F8, start_s: F8, end_s: F8) -> F8:
    """Highest value of a grid column over each [start, end); NaN when there is none."""
    highest: F8 = highest_between(values, start_s, end_s)
    return highest


@dataclass(frozen=True, slots=True, eq=False)
class _Motion:
    """Grid seconds: moved (None when the sensor never saw any movement), run; metres covered and speed, 0 unknown."""

    is_moving: B1 | None
    is_running: B1
    metres: F8
    speed_mps: F8


@once
def _motion(activity: Activity) -> _Motion:
    grid = activity.grid
    slowest_mps = SWIMMING_MPS if activity.sport == "swimming" else MOVING_MPS
    is_moving, is_running, metres, speed_mps, has_moved = motion(
        grid.speed_mps, grid.cadence_spm, grid.distance_m, grid.is_timer_on, slowest_mps, CLOSED_STOP_S, RUNNING_MPS,
        SURELY_MPS, WALKING_SPM,
    )  # fmt: skip
    is_moving = on_foot(activity, is_moving) if has_moved else None
    return _Motion(is_moving, on_foot(activity, is_running), metres, speed_mps)


def moving_mask(activity: Activity) -> B1 | None:
    """True for each grid second in which the athlete moved; None when the sensor never saw any movement.

    A vehicle moves, not the athlete in it.
    """
    return _motion(activity).is_moving


def running_mask(activity: Activity) -> B1:
    """True for each grid second of running: fast enough, and not the cadence of a walk."""
    return _motion(activity).is_running


def on_foot(activity: Activity, seconds: B1) -> B1:
    """The same grid seconds without those in a vehicle."""
    if len(activity.vehicle_start_s) == 0:
        return seconds
    seconds = seconds.copy()
    for start_s, end_s in zip(activity.vehicle_start_s.tolist(), activity.vehicle_end_s.tolist(), strict=True):
        seconds[int(start_s) : int(end_s)] = False
    return seconds


def driven_share(activity: Activity, start_s: F8, end_s: F8) -> F8:
    """Of each stretch, the share of its time that was spent in a vehicle; float64[len(start_s)]."""
    driven_s = np.zeros(len(start_s))
    for first_s, last_s in zip(activity.vehicle_start_s.tolist(), activity.vehicle_end_s.tolist(), strict=True):
        driven_s += np.clip(np.minimum(end_s, last_s) - np.maximum(start_s, first_s), 0.0, None)
    return driven_s / (end_s - start_s)


def metres_each_second(activity: Activity) -> F8:
    """Distance covered in each grid second, float64[m]; 0 where unknown."""
    return _motion(activity).metres


def speed_or_zero(activity: Activity) -> F8:
    """Speed of each grid second, float64[m]; 0 where unknown."""
    return _motion(activity).speed_mps


@once
def climb_curves(activity: Activity) -> tuple[F8, F8] | None:
    """Ascent and descent so far at each grid second; None without altitude."""
    altitude = np.array(activity.grid.altitude_m)
    if np.isnan(altitude).all():
        return None
    threshold = CLIMB_THRESHOLD_M.get(activity.quality.altitude_kind, CLIMB_THRESHOLD_M["gps"])
    ascent, descent = climb_so_far(altitude, threshold)
    return ascent, descent


def between(curve: F8, start_s: F8, end_s: F8) -> F8:
    """Growth of a running total (one value for each grid second) between two times."""
    growth: F8 = growth_between(curve, start_s, end_s)
    return growth
