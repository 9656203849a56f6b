"""Which runs were races or time trials: `activities.is_race` and `pacing.is_race_like`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import usable_efforts
from runlake.history._effective import dated
from runlake.history._group import B1, F8, count_by, has_text, index_of, max_by, ratio, rows_of
from runlake.history._ladder import EFFORT_M
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import activities, pacing

TITLE = re.compile(
    r"\b(race|raced|parkrun|time[ -]?trial|marathon|championships?|wettkampf|volkslauf)\b",
    re.IGNORECASE,
)
NOT_A_RACE = re.compile(r"\b(pace|prep|training|recovery|easy|shake|warm|cool|before|after|post|pre)\b", re.IGNORECASE)
DEFAULT_D_PRIME_M = 150.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes a race."""

    min_model_frac: float = 0.97
    """Speed over what critical speed and D' predict for the duration."""
    min_share: float = 0.6
    """Share of the moving time that the effort fills."""
    hard_heart_rate_frac: float = 0.87
    """Mean heart rate of races over the maximum: 5 km and 10 km are run at 90 %, a marathon below it."""


def model_speed(duration_s: F8, critical_mps: F8, d_prime_m: F8) -> F8:
    """Fastest speed that can be expected for a duration: CS + D' / t up to an hour, then t^-0.06 (Riegel 1981).

    Below 2 min the hyperbola promises too much; it is held there.
    """
    t = np.clip(duration_s, 120.0, 3600.0)
    return (critical_mps + d_prime_m / t) * np.maximum(duration_s / 3600.0, 1.0) ** -0.06


def race_score(sessions: Table, tables: Mapping[str, Table], settings: Settings) -> F8:
    """How much speaks for a race, 0 to 1, float64[n]; 0.5 and above is one."""
    index = index_of(sessions["activity_id"])
    n = len(index)
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    best = _best_model_frac(tables, index, moving, settings)
    critical_source = dated(tables["thresholds"], "critical_speed").source_on(sessions["local_date"])
    is_sure_model = has_text(critical_source, "config", "measured")
    hr_max = dated(tables["thresholds"], "hr_max").value_on(sessions["local_date"])
    rate = ratio(sessions["mean_heart_rate_bpm"], hr_max)
    named = _is_named_race(sessions)
    standard = _near_standard(sessions["distance_m"])
    even = np.where(best >= settings.min_model_frac, 0.5, np.where(best >= 0.93, 0.25, 0.0))
    score = even + 0.15 * standard + 0.15 * (rate >= settings.hard_heart_rate_frac) + 0.35 * named
    score -= 0.25 * (rate < settings.hard_heart_rate_frac - 0.07) + 0.15 * ~is_sure_model + 0.3 * (best < 0.85)
    bouts = tables["intervals"]
    many = count_by(rows_of(bouts["activity_id"], index)[bouts["confidence"] >= 0.5], n) >= 3
    score -= 0.4 * many
    return np.where(has_text(sessions["sport"], "running"), np.clip(score, 0.0, 0.95), 0.0)


def _best_model_frac(tables: Mapping[str, Table], index: dict[str, int], moving_s: F8, settings: Settings) -> F8:
    """Highest speed over the model's among efforts that fill most of the run, float64[n]; NaN without one."""
    efforts = tables["best_efforts"]
    row = rows_of(efforts["activity_id"], index)
    long_enough = (
        (row >= 0) & (efforts["elapsed_s"] >= settings.min_share * moving_s[row]) & (efforts["elapsed_s"] >= 180.0)
    )
    keep = np.flatnonzero(usable_efforts(efforts) & long_enough)
    day = efforts["local_date"][keep]
    critical = dated(tables["thresholds"], "critical_speed").value_on(day)
    d_prime = dated(tables["thresholds"], "d_prime").value_on(day)
    expected = model_speed(
        efforts["elapsed_s"][keep], critical, np.where(np.isnan(d_prime), DEFAULT_D_PRIME_M, d_prime)
    )
    return max_by(row[keep], efforts["speed_mps"][keep] / expected, len(index))


def _is_named_race(sessions: Table) -> B1:
    return np.array(
        [bool(name) and bool(TITLE.search(name)) and not NOT_A_RACE.search(name) for name in sessions["name"].tolist()],
        dtype=bool,
    )


def _near_standard(distance_m: F8) -> B1:
    """Whether the distance is a usual race distance: up to 1 % short, 2.5 % long (GPS and lines not run exactly)."""
    usual = [EFFORT_M[name] for name in ("mile", "3k", "5k", "10k", "half", "marathon")]
    return np.any([(distance_m >= 0.99 * d) & (distance_m <= 1.025 * d) for d in usual], axis=0)


def build(_athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Activities with `is_race`, and pacing with `is_race_like` (an effort that fills most of such a run)."""
    sessions = tables["activities"]
    is_race = race_score(sessions, tables, settings) >= 0.5
    index = index_of(sessions["activity_id"])
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    paced = tables["pacing"]
    row = rows_of(paced["activity_id"], index)
    fills = paced["elapsed_s"] >= settings.min_share * moving[row]
    return (
        sessions.replace(is_race=is_race),
        paced.replace(is_race_like=(row >= 0) & is_race[row] & fills if len(row) else np.empty(0, dtype=bool)),
    )


HISTORIAN = Historian(
    name="races",
    specs=(activities.SPEC, pacing.SPEC),
    needs=("activities", "pacing", "best_efforts", "intervals", "thresholds"),
    settings=Settings(),
    build=build,
)
