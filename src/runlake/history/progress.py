"""What got better: bests, equivalents, thresholds, efficiency, form, fatigue onset, the same workout again, plateau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runlake.history import _progress_runs as runs
from runlake.history import _progress_trends as trends
from runlake.history._effective import dated
from runlake.history._progress_rows import join
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import progress


@dataclass(frozen=True, slots=True)
class Settings:
    """Spans of the rolling measures."""

    efficiency_days: float = 28.0
    efficiency_min_runs: int = 3
    plateau_days: float = 56.0


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """One row per measure and date; a measure without data has no rows."""
    sessions = tables["activities"]
    if sessions.n_rows == 0:
        return (Table.empty(progress.SPEC),)
    easy = runs.easy_runs(tables)
    miles = runs.hard_miles(tables["best_efforts"], tables["thresholds"])
    form = runs.comfort_form(tables)
    comfortable = dated(tables["thresholds"], "comfortable_speed").value_on(sessions["local_date"])
    parts = [
        *runs.bests(tables["best_efforts"]),
        runs.mile_equivalents(miles),
        runs.comfortable_mile(tables),
        *easy,
        *runs.form_parts(sessions, form),
        runs.step_length_excess(sessions, form, comfortable),
        *runs.fatigue_parts(tables),
        *runs.set_parts(tables),
        *runs.recovery_and_kick(tables),
        *trends.threshold_parts(tables["thresholds"]),
        trends.rolling_quartiles(
            "efficiency_28d", "m", easy[0].day, easy[0].value, settings.efficiency_days, settings.efficiency_min_runs
        ),
        trends.onset_trend(tables),
        trends.speed_split(tables),
        trends.plateau(tables, miles, settings.plateau_days),
    ]
    return (join(athlete.athlete_id, parts),)


HISTORIAN = Historian(
    name="progress",
    specs=(progress.SPEC,),
    needs=(
        "activities", "best_efforts", "thresholds", "form", "fatigue", "interval_sets", "intervals", "pacing",
    ),
    settings=Settings(),
    build=build,
)  # fmt: skip
