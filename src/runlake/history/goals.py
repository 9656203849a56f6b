"""The ladder towards the goal: rungs, when each fell and by which activity, and when the next may fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._ladder import EFFORT_M, GoalEfforts, goal_efforts, next_rung_s, passed_rungs_s, step_s
from runlake.history._projection import (
    Projection,
    comparable,
    equivalents,
    near_best,
    personal_exponent,
    project,
    reach,
)
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import goals


@dataclass(frozen=True, slots=True)
class Settings:
    """How far ahead a proposed rung may lie."""

    rung_days: float = 56.0


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """One row per rung, slowest first."""
    effort = athlete.goal_effort
    distance = EFFORT_M.get(effort, float("nan"))
    efforts = goal_efforts(tables["best_efforts"], effort)
    days = tables["activities"]["local_date"]
    if len(efforts.day) == 0 and not athlete.goal_ladder_s:
        return (Table.empty(goals.SPEC),)
    if np.isnan(distance):
        return (_unknown_effort(athlete),)
    now = float(days.max()) if len(days) else float("nan")
    keep = comparable(tables["best_efforts"], tables["thresholds"], distance)
    exponent = personal_exponent(tables["best_efforts"], keep, now)
    points = equivalents(tables["best_efforts"], keep, distance, exponent)
    hard = near_best(points.day, points.time_s) if len(points.day) else np.empty(0, dtype=bool)
    projection = project(points.day[hard], points.time_s[hard], now)
    best = float(efforts.elapsed_s.min()) if len(efforts.day) else float("nan")
    if athlete.goal_ladder_s:
        rungs, source = tuple(sorted(set(athlete.goal_ladder_s), reverse=True)), "config"
    else:
        passed = passed_rungs_s(float(efforts.elapsed_s[0]), best, distance)
        rungs, source = (*passed[:-1], _reachable(best, distance, projection, settings)), "proposed"
    rows = [_row(athlete, rung, source, efforts, best, projection) for rung in rungs]
    return (Table.from_rows(goals.SPEC, rows),)


def _unknown_effort(athlete: Athlete) -> Table:
    """The told rungs of an effort that nobody measures, with the reason: better seen in the report than dropped."""
    why = f"no effort is called {athlete.goal_effort}; known are {', '.join(EFFORT_M)}"
    rungs = sorted(set(athlete.goal_ladder_s), reverse=True)
    row = {
        "athlete_id": athlete.athlete_id,
        "effort": athlete.goal_effort,
        "source": "config",
        "projection_reason": why,
    }
    return Table.from_rows(goals.SPEC, [{**row, "target_s": rung} for rung in rungs])


def _reachable(best_s: float, distance_m: float, projection: Projection, settings: Settings) -> float:
    """The next round step below the best, or half of it where the whole lies outside the range of 8 weeks."""
    rung = next_rung_s(best_s, distance_m)
    if projection.reason or projection.bounds_s(settings.rung_days)[0] <= rung:
        return rung
    half = step_s(best_s, distance_m) / 2
    return float(np.ceil(best_s / half - 1e-9) * half - half)


def _row(
    athlete: Athlete, rung_s: float, source: str, efforts: GoalEfforts, best_s: float, projection: Projection
) -> dict[str, object]:
    met = np.flatnonzero(efforts.elapsed_s <= rung_s)
    row: dict[str, object] = {
        "athlete_id": athlete.athlete_id,
        "effort": athlete.goal_effort,
        "target_s": rung_s,
        "best_s": best_s,
        "gap_s": best_s - rung_s,
        "source": source,
    }
    if len(met):
        first = met[0]
        return {
            **row,
            "first_met_on": efforts.day[first],
            "activity_id": efforts.activity_id[first],
            "projection_reason": "met",
        }
    start, end, why = reach(projection, rung_s)
    return {**row, "projected_from": start, "projected_to": end, "projection_reason": why or None}


HISTORIAN = Historian(
    name="goals",
    specs=(goals.SPEC,),
    needs=("activities", "best_efforts", "thresholds"),
    settings=Settings(),
    build=build,
)
