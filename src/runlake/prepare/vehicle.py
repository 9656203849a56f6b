"""Time in a vehicle: the watch of a runner went on in the car on the way home."""

from __future__ import annotations

import numpy as np

from runlake.kernels.efforts import too_fast_steps
from runlake.kernels.looks import most_grown
from runlake.kernels.signal import moving_mean
from runlake.model.recording import F8
from runlake.prepare._track import B1, I8, Timer, Track, median, on_grid
from runlake.prepare.cadence import RUNNING_SPM, Cadence
from runlake.prepare.distance import INDOOR_SUB_SPORTS, Distance
from runlake.prepare.positions import SPIKE_SPEED_MPS, Places

MARGIN = 1.02
SPANS = tuple(
    (span_m, record_s / MARGIN)
    for span_m, record_s in (
        (400.0, 43.03), (800.0, 100.91), (1609.344, 223.13), (5000.0, 755.36), (10_000.0, 1571.0),
    )
)  # fmt: skip
"""World records of men, rounded down, less 2 %: nobody on foot covers as much in less time."""
SLOWEST_MPS = min(span_m / floor_s for span_m, floor_s in SPANS)
WINDOW_S = 33
"""At the cap of `SPIKE_SPEED_MPS` the shortest span takes as long: any stretch that is too fast holds such a window."""
STEPLESS_S = 30
"""A sprint that a wrist counted no step of is over sooner."""
STOP_S = 180
"""Lights, jams and narrow streets between two fast stretches of one drive; nobody parks, runs and drives on in less."""
POSITION_STEP_S = 10
NEAR_SHARE = 0.5
"""Positions that cover less of a stretch, or show less than that part of its way, say nothing or speak against it."""


def find(track: Track, timer: Timer, places: Places, distance: Distance, grid_m: F8, cadence: Cadence) -> tuple[F8, F8]:
    """Begin and end of each stretch in a vehicle, half-open on the elapsed axis, sorted and disjoint.

    A stretch is faster than any human over half a minute or longer; from car to car in a jam it is as fast as a world
    record over 10 km, without a step. It is a wrong distance instead where runner's steps were counted, or where
    positions do not show the way.
    """
    if not track.is_foot or track.sub_sport in INDOOR_SUB_SPORTS or not _could_be(grid_m):
        return np.empty(0), np.empty(0)
    fast = np.flatnonzero(_too_fast(grid_m) | _without_steps(track, timer, grid_m, cadence))
    if len(fast) == 0:
        return np.empty(0), np.empty(0)
    apart = np.flatnonzero(np.diff(fast) > STOP_S)
    first, last = fast[np.append(0, apart + 1)], fast[np.append(apart, len(fast) - 1)] + 1
    is_kept = np.array(
        [
            not _has_steps(cadence, a, b) and (distance.source == "positions" or _is_shown(places, grid_m, a, b))
            for a, b in zip(first.tolist(), last.tolist(), strict=True)
        ]
    )
    return first[is_kept].astype(np.float64), last[is_kept].astype(np.float64)


def without(grid: F8, start_s: F8, end_s: F8) -> F8:
    """The signal on whole seconds without what it says of the vehicle: a car that stops and goes is no session."""
    if len(start_s) == 0:
        return grid
    out = grid.copy()
    for first, last in zip(start_s.tolist(), end_s.tolist(), strict=True):
        out[int(first) : int(last)] = np.nan
    return out


def seconds(timer: Timer, start_s: F8, end_s: F8) -> float:
    """How long the timer ran in vehicles."""
    return float(sum(np.count_nonzero(timer.is_on[int(a) : int(b)]) for a, b in zip(start_s, end_s, strict=True)))


def _could_be(grid_m: F8) -> bool:
    """False where nothing can be too fast: true of nearly every run, at the cost of a subtraction."""
    if len(grid_m) <= WINDOW_S or np.isnan(grid_m[0]):
        return False
    return bool(most_grown(grid_m, WINDOW_S) > SLOWEST_MPS * WINDOW_S)


def _too_fast(grid_m: F8) -> B1:
    """True for seconds of stretches that are faster than any human over one of the spans."""
    # A jump of the distance is a glitch, not travel: each second counts for no more than a sprinter's.
    metres = np.minimum(np.diff(grid_m), SPIKE_SPEED_MPS)
    way_m = np.concatenate(([0.0], np.cumsum(metres)))
    time_s = np.arange(len(way_m), dtype=np.float64)
    is_too_fast = np.zeros(len(metres), dtype=np.bool_)
    for span_m, floor_s in SPANS:
        is_too_fast |= too_fast_steps(time_s, way_m, span_m, floor_s)
    # What was run before and after shares the stretch, but not its speed.
    is_too_fast &= moving_mean(metres, 5) > SLOWEST_MPS
    return is_too_fast


def _without_steps(track: Track, timer: Timer, grid_m: F8, cadence: Cadence) -> B1:
    """True for seconds of stretches of half a minute at a racer's speed in which not one step was counted.

    Only where the watch counts steps at all: a sensor that says 0 throughout has died.
    """
    metres = np.diff(grid_m)
    nothing = np.zeros(len(metres), dtype=np.bool_)
    recorded = track.channel("cadence_cpm")
    if not cadence.is_there or not median(cadence.on_grid_spm[cadence.on_grid_spm > 0.0]) >= RUNNING_SPM[0]:
        return nothing
    is_still = on_grid(track, timer, recorded)[:-1] == 0.0
    edges = np.flatnonzero(
        np.diff(np.concatenate(([False], is_still & (moving_mean(metres, 5) > SLOWEST_MPS), [False])))
    )
    for first, end in edges.reshape(-1, 2).tolist():
        nothing[first:end] = end - first >= STEPLESS_S
    return nothing


def _has_steps(cadence: Cadence, first: int, last: int) -> bool:
    """True where the watch counted the steps of a runner for most of the stretch."""
    spm = cadence.on_grid_spm[first:last]
    is_known = np.count_nonzero(~np.isnan(spm)) >= NEAR_SHARE * len(spm)
    return bool(is_known and median(spm) >= RUNNING_SPM[0])


def _is_shown(places: Places, grid_m: F8, first: int, last: int) -> bool:
    """False where positions are there and do not show the way that the distance claims."""
    at: I8 = np.arange(first, last, POSITION_STEP_S)
    at = at[~np.isnan(places.path_east_m[at])]
    if len(at) * POSITION_STEP_S < NEAR_SHARE * (last - first):
        return True
    shown_m = float(np.sum(np.hypot(np.diff(places.path_east_m[at]), np.diff(places.path_north_m[at]))))
    return shown_m >= NEAR_SHARE * float(grid_m[at[-1]] - grid_m[at[0]])
