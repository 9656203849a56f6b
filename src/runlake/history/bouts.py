"""What each work bout meant on its day: its share of critical speed and HRmax, its name, its distance to the goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._effective import dated
from runlake.history._group import F8, Array, has_text, ratio, text_column
from runlake.history._ladder import goal_speed_on
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import intervals


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds of the names, as shares of critical speed."""

    tempo_low_frac: float = 0.84
    threshold_low_frac: float = 0.93
    vo2max_low_frac: float = 1.02
    anaerobic_low_frac: float = 1.15
    speed_low_frac: float = 1.30
    speed_max_s: float = 45.0
    """Only short bouts are called speed."""


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Intervals with their history columns, by the thresholds of the day.

    Grade-adjusted speed where there is one: a hill repeat is judged by its effort.
    """
    bouts = tables["intervals"]
    day = bouts["local_date"]
    critical = dated(tables["thresholds"], "critical_speed")
    speed = np.where(np.isnan(bouts["mean_gap_speed_mps"]), bouts["mean_speed_mps"], bouts["mean_gap_speed_mps"])
    frac = ratio(speed, critical.value_on(day))
    goal = goal_speed_on(day, tables["best_efforts"], athlete)
    length = bouts["snapped_distance_m"]
    return (
        bouts.replace(
            critical_speed_frac=frac,
            intensity_name=_names(frac, bouts["duration_s"], critical.source_on(day), settings),
            hr_max_frac=ratio(bouts["max_heart_rate_bpm"], dated(tables["thresholds"], "hr_max").value_on(day)),
            goal_delta_s=ratio(length, bouts["mean_speed_mps"]) - ratio(length, goal),
        ),
    )


def _names(frac: F8, duration_s: F8, source: Array, settings: Settings) -> Array:
    """The name of each bout's intensity; None below tempo, and where critical speed is no more than easy times 1.25.

    The bounds: mile to 5 km pace is 1.02 to 1.15 of critical speed for most runners, faster is anaerobic.
    """
    name = text_column(len(frac))
    steps = (
        ("tempo", settings.tempo_low_frac),
        ("threshold", settings.threshold_low_frac),
        ("vo2max", settings.vo2max_low_frac),
        ("anaerobic", settings.anaerobic_low_frac),
    )
    for word, low in steps:
        name[frac >= low] = word
    name[(frac >= settings.speed_low_frac) & (duration_s <= settings.speed_max_s)] = "speed"
    name[~has_text(source, "config", "measured", "estimated")] = None
    return name


HISTORIAN = Historian(
    name="bouts",
    specs=(intervals.SPEC,),
    needs=("intervals", "thresholds", "best_efforts"),
    settings=Settings(),
    build=build,
)
