"""The efforts that are looked for, the fastest that humans are over each, and which samples deserve doubt."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from runlake.detect._series import B1, Curve, median, metres_each_second, running_mask
from runlake.kernels.efforts import step_doubts, too_fast_steps
from runlake.kernels.sensor import runs_away
from runlake.kernels.signal import moving_mean
from runlake.model.activity import Activity
from runlake.model.recording import F8
from runlake.units import HALF_MARATHON_M, MARATHON_M, MILE_M

BY_DISTANCE: tuple[tuple[str, float], ...] = (
    ("100m", 100.0), ("200m", 200.0), ("400m", 400.0), ("800m", 800.0), ("1k", 1000.0), ("1200m", 1200.0),
    ("mile", MILE_M), ("3k", 3000.0), ("5k", 5000.0), ("10k", 10_000.0), ("half", HALF_MARATHON_M),
    ("marathon", MARATHON_M), ("50k", 50_000.0), ("100k", 100_000.0),
)  # fmt: skip
BY_TIME: tuple[tuple[str, float], ...] = (
    ("5s", 5.0), ("10s", 10.0), ("30s", 30.0), ("1min", 60.0), ("2min", 120.0), ("5min", 300.0), ("10min", 600.0),
    ("20min", 1200.0), ("30min", 1800.0), ("60min", 3600.0),
)  # fmt: skip

_RECORD_M = np.array([60.0, 100, 200, 400, 800, 1000, MILE_M, 3000, 5000, 10_000, HALF_MARATHON_M, MARATHON_M, 1e5])
_RECORD_S = np.array(
    [5.0, 9.58, 19.19, 43.03, 100.91, 131.96, 223.13, 437.55, 755.36, 1571.0, 3402.0, 7235.0, 21_935.0]
)
"""World records of men, rounded down; 60 m in 5 s stands for the 12 m/s of a sprinter at full speed."""
RECORD_MARGIN = 1.02
MAX_STEP_MPS = 12.0
LONGEST_STEP_S = 12.0
"""Samples further apart than this are a signal gap, not smart recording."""
STEADY_S = 15.0
"""Jitter of distance is averaged over so much before and after."""
GLITCH_WEIGHT = 10.0
"""A metre that a glitch made up spoils a window as much as ten that went unseen in a gap."""


_LOG_RECORD_M: list[float] = np.log(_RECORD_M).tolist()
_LOG_RECORD_S: list[float] = np.log(_RECORD_S).tolist()


def fastest_possible_s(distance_m: float) -> float:
    """Time that no human beats over a distance: the world record less 2 %."""
    log_m = math.log(distance_m)
    j = bisect_right(_LOG_RECORD_M, log_m) - 1
    if j < 0 or j == len(_LOG_RECORD_M) - 1:  # beyond the records
        return math.exp(_LOG_RECORD_S[max(j, 0)]) / RECORD_MARGIN
    slope = (_LOG_RECORD_S[j + 1] - _LOG_RECORD_S[j]) / (_LOG_RECORD_M[j + 1] - _LOG_RECORD_M[j])
    return math.exp(slope * (log_m - _LOG_RECORD_M[j]) + _LOG_RECORD_S[j]) / RECORD_MARGIN


_SPANS = tuple((m, fastest_possible_s(m)) for m in (60.0, 100.0, 200.0, 400.0, 800.0, MILE_M, 5000.0, 10_000.0))
"""Over which a stretch is tested for being too fast."""
SLOWEST_LIMIT_MPS = min(span_m / floor_s for span_m, floor_s in _SPANS)
_N_SPRINTS = 2
"""The first spans are sprints: what is too fast for them is too fast within seconds, whatever lies around it."""
_N_SHORT = 3
"""Spans that a human covers in less than half a minute."""


def running_sum(steps: F8) -> F8:
    """What was added up before each step, and after the last one: one entry more than there are steps."""
    return np.concatenate(([0.0], np.cumsum(steps))) if steps.any() else np.zeros(len(steps) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """What deserves doubt in each step of the curve between points k and k+1: float64[n-1] each."""

    gap_m: F8
    glitch_m: F8

    def until_m(self) -> F8:
        """Running sum in metres at each point, glitches tenfold: what the kernels count."""
        return running_sum(self.gap_m + GLITCH_WEIGHT * self.glitch_m)


def doubt_of(activity: Activity, recorded: Curve, curve: Curve, speed_mps: F8) -> Doubt:
    """Signal gaps, steps no human can run, steps that `speed_in_step` or cadence contradict; `curve` is `caught_up`."""
    # Two records within a second share its rounding: the limit holds for a whole second at least.
    is_gap, is_glitch, could_be = step_doubts(
        curve.time_s, curve.timer_s, curve.distance_m, LONGEST_STEP_S, MAX_STEP_MPS, SLOWEST_LIMIT_MPS
    )
    # A stretch faster than any of the limits holds a step that is: most runs have none.
    for span_m, floor_s in _SPANS if could_be else ():
        if span_m > curve.distance_m[-1] - curve.distance_m[0]:
            break
        is_glitch |= too_fast_steps(curve.time_s, curve.distance_m, span_m, floor_s)
    is_glitch |= _contradicted(activity, recorded, curve, speed_mps) & ~is_gap
    is_glitch |= driven_steps(activity, curve)
    if is_glitch.any():
        # `steadied` smears a jump over its surroundings: they are spoilt as well.
        hit_s = np.append(curve.time_s[np.flatnonzero(is_glitch)], np.inf)
        next_s = hit_s[np.searchsorted(hit_s, curve.time_s[:-1] - STEADY_S - np.diff(curve.time_s))]
        is_glitch |= next_s <= curve.time_s[1:] + STEADY_S
    step_m = curve.distance_m[1:] - curve.distance_m[:-1]
    return Doubt(*(np.where(bad, step_m, 0.0) if bad.any() else np.zeros(len(bad)) for bad in (is_gap, is_glitch)))


def driven_steps(activity: Activity, curve: Curve) -> B1:
    """True for each step of the curve that lies in a vehicle, by its middle: bool[n-1]."""
    if len(activity.vehicle_start_s) == 0:
        return np.zeros(max(len(curve.time_s) - 1, 0), dtype=np.bool_)
    middle_s = 0.5 * (curve.time_s[1:] + curve.time_s[:-1])
    n_begun = np.searchsorted(activity.vehicle_start_s, middle_s, side="right")
    n_ended = np.searchsorted(activity.vehicle_end_s, middle_s, side="right")
    return np.asarray(n_begun > n_ended)


def sprint_glitches(curve: Curve) -> B1:
    """True for each step of the curve in 60 m or 100 m that no human covers as fast: bool[n-1].

    Shorter than that, the fits and starts in which watches write distance look the same.
    """
    is_glitch = np.zeros(len(curve.time_s) - 1, dtype=np.bool_)
    slowest_mps = 0.999 * min(span_m / floor_s for span_m, floor_s in _SPANS[:_N_SPRINTS])
    if not step_doubts(curve.time_s, curve.timer_s, curve.distance_m, np.inf, np.inf, slowest_mps)[2]:
        return is_glitch  # as most are
    step_s, step_m = np.diff(curve.time_s), np.diff(curve.distance_m)
    for span_m, floor_s in _SPANS[:_N_SPRINTS]:
        # What lies around a jump shares its stretch, and is no jump itself.
        is_fast = step_m * floor_s > span_m * step_s
        if is_fast.any():
            is_glitch |= is_fast & too_fast_steps(curve.time_s, curve.distance_m, span_m, floor_s)
    return is_glitch


def too_fast_m(activity: Activity) -> float:
    """Metres that were covered faster than any human over the same time, in stretches of half a minute and longer."""
    metres = metres_each_second(activity)
    # A jump of the distance is a glitch, not travel: each second counts for no more than a sprinter's.
    human = np.minimum(metres, MAX_STEP_MPS)
    if not (human > SLOWEST_LIMIT_MPS).any():
        return 0.0
    time_s = np.arange(len(metres), dtype=np.float64)
    way_m = np.concatenate(([0.0], np.cumsum(human[:-1])))
    is_too_fast = np.zeros(len(metres) - 1, dtype=np.bool_)
    # At that cap the shortest span left takes 33 s.
    for span_m, floor_s in _SPANS[_N_SHORT:]:
        is_too_fast |= too_fast_steps(time_s, way_m, span_m, floor_s)
    # What was run before and after shares the stretch, but not its speed.
    is_fast = moving_mean(human, 5)[:-1] > SLOWEST_LIMIT_MPS
    return float(metres[:-1][is_too_fast & is_fast].sum())


def _contradicted(activity: Activity, recorded: Curve, curve: Curve, speed_mps: F8) -> np.ndarray:
    """True for steps in which distance ran away from the speed sensor, or from what cadence allows."""
    grid = activity.grid
    nothing = np.zeros(len(curve.time_s) - 1, dtype=bool)
    metres = metres_each_second(activity)
    if curve is not recorded:
        second = np.arange(len(metres) + 1, dtype=np.float64)
        metres = metres + np.diff(curve.distance_at(second) - recorded.distance_at(second))
    usual_mps = (curve.distance_m[-1] - curve.distance_m[0]) / max(curve.timer_s[-1] - curve.timer_s[0], 1.0)
    # A mean above a limit holds a second above it: most runs hold none.
    has_sensor = activity.quality.speed_source in ("device", "footpod") and not activity.is_indoor
    is_odd, could_be_fast = runs_away(metres, speed_mps, 1.25, 1.0, max(1.5 * usual_mps, 4.5))
    is_odd = is_odd and has_sensor
    if not is_odd and not could_be_fast:
        return nothing
    bad = np.zeros(grid.m, dtype=bool)
    covered = moving_mean(metres, 5)
    if is_odd:
        # Both come from one watch and agree within a few percent; the metre a second is for rounding and smoothing.
        bad |= covered > 1.25 * moving_mean(np.where(np.isnan(grid.speed_mps), np.nan, speed_mps), 5) + 1.0
    fast = (covered > 1.5 * usual_mps) & (covered > 4.5)
    running = np.flatnonzero(running_mask(activity) & np.isfinite(grid.cadence_spm)) if fast.any() else ()
    if len(running) >= 300:
        usual_mps, usual_spm = median(grid.speed_mps[running]), median(grid.cadence_spm[running])
        # Half as fast again takes at least 6 % more steps (step length takes at most 85 % of a gain in speed).
        bad |= fast & (covered > 1.5 * usual_mps) & (moving_mean(np.array(grid.cadence_spm), 5) < 0.98 * usual_spm)
    if not bad.any():
        return nothing
    bad_until = np.concatenate(([0.0], np.cumsum(bad)))
    at = np.interp(curve.time_s, np.arange(len(bad_until), dtype=np.float64), bad_until)
    return np.diff(at) > 0.5 * np.diff(curve.time_s)
