"""The ladder of a goal: its rungs, told or proposed, and which one stood on each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import usable_efforts
from runlake.history._group import F8, Array, distinct, has_text
from runlake.model.findings import Table
from runlake.model.plugins import Athlete
from runlake.units import HALF_MARATHON_M, MARATHON_M, MILE_M

EFFORT_M = {
    "100m": 100.0,
    "200m": 200.0,
    "400m": 400.0,
    "800m": 800.0,
    "1k": 1000.0,
    "1200m": 1200.0,
    "mile": MILE_M,
    "3k": 3000.0,
    "5k": 5000.0,
    "10k": 10_000.0,
    "half": HALF_MARATHON_M,
    "marathon": MARATHON_M,
}
"""Efforts that can be a goal."""


@dataclass(frozen=True, slots=True, eq=False)
class GoalEfforts:
    """Every activity's effort over the goal distance that may count, in order of time."""

    start_utc: F8
    day: F8
    elapsed_s: F8
    activity_id: Array


def goal_efforts(best_efforts: Table, effort: str) -> GoalEfforts:
    """The efforts of that name, of quality ok and outdoors."""
    keep = np.flatnonzero(has_text(best_efforts["effort"], effort) & usable_efforts(best_efforts))
    keep = keep[np.argsort(best_efforts["start_time_utc"][keep], kind="stable")]
    return GoalEfforts(
        best_efforts["start_time_utc"][keep],
        best_efforts["local_date"][keep],
        best_efforts["elapsed_s"][keep],
        best_efforts["activity_id"][keep],
    )


def step_s(elapsed_s: float, distance_m: float = MILE_M) -> float:
    """Size of a round step of the ladder: for the mile 60 s from 10 min, 30 s from 8, 15 s from 6, else 5 s.

    Other distances take the step of the same pace, in proportion to the distance, on the round values 1, 2, 5 ...
    """
    per_mile = elapsed_s * MILE_M / distance_m
    step = 60.0 if per_mile > 600 else 30.0 if per_mile > 480 else 15.0 if per_mile > 360 else 5.0
    if abs(distance_m - MILE_M) < 1.0:
        return step
    wanted = step * distance_m / MILE_M
    rounds = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0]
    return max((r for r in rounds if r <= wanted), default=1.0)


def next_rung_s(best_s: float, distance_m: float = MILE_M) -> float:
    """The nearest round time below the best."""
    step = step_s(best_s, distance_m)
    rung = np.ceil(best_s / step - 1e-9) * step - step
    finer = step_s(rung, distance_m)
    return (
        float(np.ceil(best_s / finer - 1e-9) * finer - finer) if finer < step and best_s - rung > step else float(rung)
    )


def passed_rungs_s(first_s: float, best_s: float, distance_m: float = MILE_M) -> tuple[float, ...]:
    """Round times from the first effort's next rung down to the best's, slowest first."""
    rungs: list[float] = []
    rung = next_rung_s(first_s, distance_m)
    last = next_rung_s(best_s, distance_m)
    while rung > last and len(rungs) < 100:
        rungs.append(rung)
        rung = next_rung_s(rung, distance_m)
    return (*rungs, last)


def goal_speed_on(day: F8, best_efforts: Table, athlete: Athlete) -> F8:
    """Speed of the rung that stood at the begin of each day, m/s, float64[len(day)]; NaN where none stood.

    Told rungs: the slowest not yet met (the last one for good once all are). Proposed: the next round time below the
    best so far.
    """
    distance = EFFORT_M.get(athlete.goal_effort, np.nan)
    efforts = goal_efforts(best_efforts, athlete.goal_effort)
    best = np.minimum.accumulate(efforts.elapsed_s) if len(efforts.day) else np.empty(0)
    seen = np.searchsorted(efforts.day, day, side="left")
    best_then = np.full(len(day), np.inf)
    best_then[seen > 0] = best[seen[seen > 0] - 1]
    out = np.full(len(day), np.nan)
    if athlete.goal_ladder_s:
        for rung in sorted(athlete.goal_ladder_s):
            stands = best_then > rung
            out[stands] = distance / rung  # the last write is the slowest rung that stands
        out[np.isnan(out)] = distance / min(athlete.goal_ladder_s)
        return out
    for value in distinct(best_then[np.isfinite(best_then)]).tolist():
        out[best_then == value] = distance / next_rung_s(value, distance)
    return out
