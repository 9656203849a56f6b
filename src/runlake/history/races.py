"""Which runs were races or time trials: `activities.is_race` and `pacing.is_race_like`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import expected_speed, usable_efforts
from runlake.history._effective import dated
from runlake.history._group import (
    B1,
    F8,
    count_by,
    has_text,
    index_of,
    is_true,
    max_by,
    put_text,
    ratio,
    rows_of,
    sum_by,
    text_column,
)
from runlake.history._ladder import EFFORT_M
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import activities, pacing

TITLE = re.compile(
    r"\b(race|raced|parkrun|time[ -]?trial|marathon|championships?|wettkampf|volkslauf)\b",
    re.IGNORECASE,
)
NOT_A_RACE = re.compile(r"\b(pace|prep|training|recovery|easy|shake|warm|cool|before|after|post|pre)\b", re.IGNORECASE)


MEAN_TO_HIGHEST = 0.87 / 0.93
"""Mean over highest heart rate of a race of some minutes."""


TITLE_SCORE = 0.35
"""What a title that says race adds to the score."""
IS_RACE = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes a race."""

    min_model_frac: float = 0.97
    """Speed over what critical speed and D' predict for the duration."""
    min_share: float = 0.6
    """Share of the moving time that the effort fills."""
    hard_heart_rate_frac: float = 0.87
    """Mean heart rate of races over the maximum: 5 km and 10 km are run at 90 %, a marathon below it."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """The stretch of each activity that may have been a race; NaN where there is none."""

    model_frac: F8
    """Speed over what can be expected for the duration."""
    distance_m: F8
    heart_rate_bpm: F8


def _as_score(sessions: Table, score: F8) -> F8:
    """How much speaks for a race, 0 to 1, float64[n]; 0.5 and above is one."""
    return np.where(has_text(sessions["sport"], "running"), np.clip(np.nan_to_num(score), 0.0, 0.95), 0.0)


def _score_of_samples(sessions: Table, tables: Mapping[str, Table], settings: Settings) -> F8:
    """What speed, distance and heart rate say, whatever the title, float64[n].

    Either one effort fills most of the run, or there is a single hard bout between warm-up and cool-down.
    """
    index = index_of(sessions["activity_id"])
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    whole = _whole_run(sessions, tables, index, moving, settings)
    bout = _lone_bout(tables, index)
    day = sessions["local_date"]
    critical = dated(tables["thresholds"], "critical_speed")
    is_sure_model = has_text(critical.source_on(day), "config") | (critical.evidence_on(day) > 0)
    hr_max = dated(tables["thresholds"], "hr_max").value_on(day)
    many = _n_bouts(tables["intervals"], index) >= 3
    score = np.fmax(
        _candidate_score(whole, 0.01, hr_max, settings) - 0.4 * many, _candidate_score(bout, 0.03, hr_max, settings)
    )
    return score - 0.15 * ~is_sure_model


def _candidate_score(candidate: Candidate, short_frac: float, hr_max_bpm: F8, settings: Settings) -> F8:
    """Speed alone is not enough, for critical speed may be a lower bound: distance, heart rate or title must agree."""
    best = candidate.model_frac
    rate = ratio(candidate.heart_rate_bpm, hr_max_bpm)
    score = np.where(best >= settings.min_model_frac, 0.42, np.where(best >= 0.93, 0.25, 0.0))
    score += 0.15 * _near_standard(candidate.distance_m, short_frac)
    score += 0.15 * (rate >= settings.hard_heart_rate_frac)
    return score - 0.25 * (rate < settings.hard_heart_rate_frac - 0.07) - 0.3 * (best < 0.85)


def _n_bouts(bouts: Table, index: dict[str, int]) -> F8:
    return count_by(rows_of(bouts["activity_id"], index)[bouts["confidence"] >= 0.5], len(index))


def _whole_run(
    sessions: Table, tables: Mapping[str, Table], index: dict[str, int], moving_s: F8, settings: Settings
) -> Candidate:
    """The best effort among those that fill most of the run."""
    efforts = tables["best_efforts"]
    row = rows_of(efforts["activity_id"], index)
    known = usable_efforts(efforts) & (row >= 0)
    long_enough = (efforts["elapsed_s"] >= settings.min_share * moving_s[row]) & (efforts["elapsed_s"] >= 180.0)
    keep = np.flatnonzero(known & long_enough)
    expected = expected_speed(tables["thresholds"], efforts["local_date"][keep], efforts["elapsed_s"][keep])
    frac = max_by(row[keep], efforts["speed_mps"][keep] / expected, len(index))
    return Candidate(frac, sessions["distance_m"], sessions["mean_heart_rate_bpm"])


def _lone_bout(tables: Mapping[str, Table], index: dict[str, int]) -> Candidate:
    """The longest bout of an activity with one or two, if it is 2.5 min or longer and most of the work."""
    bouts = tables["intervals"]
    n = len(index)
    row = rows_of(bouts["activity_id"], index)
    keep = np.flatnonzero((row >= 0) & (bouts["confidence"] >= 0.5) & ~has_text(bouts["kind"], "hill"))
    keep = keep[np.lexsort((bouts["duration_s"][keep], row[keep]))]
    row = row[keep]
    duration = bouts["duration_s"][keep]
    is_longest = np.append(row[1:] != row[:-1], True) if len(row) else np.empty(0, dtype=bool)
    work = sum_by(row, duration, n)
    counts = _n_bouts(bouts, index)
    ok = is_longest & (duration >= 150.0) & (duration >= 0.8 * work[row]) & (counts[row] <= 2)
    at, row = keep[ok], row[ok]
    out = np.full((3, n), np.nan)
    expected = expected_speed(tables["thresholds"], bouts["local_date"][at], bouts["duration_s"][at])
    # Heart rate needs minutes to rise, so a short bout is judged by its highest, brought to the scale of means.
    rate = np.fmax(bouts["mean_heart_rate_bpm"][at], MEAN_TO_HIGHEST * bouts["max_heart_rate_bpm"][at])
    out[:, row] = (bouts["mean_speed_mps"][at] / expected, bouts["distance_m"][at], rate)
    return Candidate(*out)


def _is_named_race(sessions: Table) -> B1:
    return np.array(
        [bool(name) and bool(TITLE.search(name)) and not NOT_A_RACE.search(name) for name in sessions["name"].tolist()],
        dtype=bool,
    )


def _near_standard(distance_m: F8, short_frac: float) -> B1:
    """Whether the distance is a usual race distance: so much short, 2.5 % long (GPS, and lines not run exactly)."""
    usual = [EFFORT_M[name] for name in ("mile", "3k", "5k", "10k", "half", "marathon")]
    return np.any([(distance_m >= (1.0 - short_frac) * d) & (distance_m <= 1.025 * d) for d in usual], axis=0)


def _fills_bout(paced: Table, bouts: Table, index: dict[str, int]) -> B1:
    """Whether the effort lies in the longest bout of its activity and makes up most of it."""
    n = len(index)
    row = rows_of(bouts["activity_id"], index)
    longest = max_by(np.where(bouts["confidence"] >= 0.5, row, -1), bouts["duration_s"], n)
    at = rows_of(paced["activity_id"], index)
    return (at >= 0) & (paced["elapsed_s"] >= 0.7 * longest[at]) if n else np.zeros(len(at), dtype=bool)


def build(_athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Activities with `is_race` and its reason, and pacing with `is_race_like` (an effort that fills most of it)."""
    sessions = tables["activities"]
    score = _score_of_samples(sessions, tables, settings)
    by_samples = _as_score(sessions, score) >= IS_RACE
    by_title = _as_score(sessions, score + TITLE_SCORE * _is_named_race(sessions)) >= IS_RACE
    # What the export says of a race stands: the athlete ticked it.
    by_export = is_true(sessions["is_race"])
    is_race = by_samples | by_title | by_export
    reason = text_column(sessions.n_rows)
    put_text(reason, by_export, "marked as a race in the export")
    put_text(reason, by_samples, "one effort near the best that can be expected")
    put_text(reason, by_title, "called a race by its title, with an effort that fits")
    index = index_of(sessions["activity_id"])
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    paced = tables["pacing"]
    row = rows_of(paced["activity_id"], index)
    fills = (paced["elapsed_s"] >= settings.min_share * moving[row]) | _fills_bout(paced, tables["intervals"], index)
    return (
        sessions.replace(is_race=is_race, race_reason=reason),
        paced.replace(is_race_like=(row >= 0) & is_race[row] & fills if len(row) else np.empty(0, dtype=bool)),
    )


HISTORIAN = Historian(
    name="races",
    specs=(activities.SPEC, pacing.SPEC),
    needs=("activities", "pacing", "best_efforts", "intervals", "thresholds"),
    settings=Settings(),
    build=build,
)
