"""How the weeks went: volume, 80/20, key sessions, ramp, load, rhythm, and a verdict that can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import Calendar, human_metres, make_calendar
from runlake.history._group import Array, has_text, max_by, ratio, text_column
from runlake.history._week_load import load_columns, ramp_columns
from runlake.history._week_mix import intensity_columns, quality_columns, session_columns
from runlake.history._week_rhythm import key_columns, recovery_columns, rest_columns
from runlake.history._week_verdict import verdict_columns
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import weeks


@dataclass(frozen=True, slots=True)
class Settings:
    """How much has to be known, and when a week is judged."""

    min_coverage: float = 0.8
    """Share of running time with zones (of training time with loads) that a share or sum must rest on."""
    verdict_min_runs: int = 2
    verdict_min_s: float = 3600.0


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Every ISO week from the first activity to the last, also those without any."""
    sessions = tables["activities"]
    if sessions.n_rows == 0:
        return (Table.empty(weeks.SPEC),)
    calendar = make_calendar(sessions)
    columns = _volume(calendar, sessions)
    columns |= intensity_columns(calendar, tables, settings.min_coverage)
    columns |= quality_columns(calendar, tables, athlete)
    columns |= session_columns(calendar, sessions)
    columns |= key_columns(calendar, sessions)
    columns |= rest_columns(calendar)
    columns |= ramp_columns(calendar, columns["distance_m"], columns["fast_s"])
    columns |= recovery_columns(calendar, columns["distance_m"], columns["n_key_sessions"])
    columns |= load_columns(calendar, sessions, settings.min_coverage)
    columns |= verdict_columns(
        calendar, sessions, tables["thresholds"], columns, settings.verdict_min_runs, settings.verdict_min_s
    )
    athlete_id = text_column(calendar.n)
    athlete_id[:] = athlete.athlete_id
    stamps = {"athlete_id": athlete_id, "week_start_date": calendar.monday, "is_complete": calendar.is_complete}
    return (Table(weeks.SPEC, {**stamps, **columns}),)


def _volume(calendar: Calendar, sessions: Table) -> dict[str, Array]:
    """Distance, time, counts, longest run, climb, other sports."""
    is_run, n = calendar.is_run, calendar.n
    week = np.where(is_run, calendar.week, -1)
    metres = human_metres(sessions)
    distance = calendar.sum(metres, is_run)
    moving = calendar.sum(calendar.moving_s, is_run)
    longest = max_by(week, metres, n)
    climbs = is_run & ~np.isnan(sessions["ascent_m"])
    other = ~is_run & ~has_text(sessions["sport"], "generic", "unknown", "all", "transition")
    other_s = calendar.sum(calendar.moving_s, other)
    return {
        "distance_m": distance,
        "moving_s": moving,
        "n_runs": calendar.count(is_run),
        "n_activities": calendar.count(np.ones(len(is_run), dtype=bool)),
        "longest_run_m": longest,
        "ascent_m": np.where(calendar.count(climbs) > 0, calendar.sum(sessions["ascent_m"], climbs), np.nan),
        "spike_ratio": max_by(week, sessions["spike_ratio"], n),
        "cross_training_s": other_s,
        "cross_training_share": ratio(other_s, other_s + moving),
        "long_run_share": ratio(longest, distance),
    }


HISTORIAN = Historian(
    name="weeks",
    specs=(weeks.SPEC,),
    needs=("activities", "intervals", "strides", "intensity", "thresholds", "best_efforts"),
    settings=Settings(),
    build=build,
)
