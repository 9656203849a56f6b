"""The mix of a week: 80/20 by distance, time and sessions, grey zone, polarization, fast and tempo time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import Calendar, texts
from runlake.history._effective import dated
from runlake.history._formulas import distribution_class, polarization
from runlake.history._group import B1, F8, Array, has_text, index_of, ratio, rows_of, sum_by
from runlake.history._ladder import goal_speed_on
from runlake.history._purpose_rules import EASY_PURPOSES
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

FAST_KINDS = ("interval", "sprint", "hill", "fartlek")


@dataclass(frozen=True, slots=True, eq=False)
class ZoneSums:
    """Weekly seconds and metres of runs in zones 1 to 3 by one method, float64[3, weeks], and what share is covered."""

    seconds: F8
    metres: F8
    coverage: F8


def zone_sums(calendar: Calendar, sessions: Table, intensity: Table, method: str) -> ZoneSums:
    """Sums over the runs of each week."""
    keep = np.flatnonzero(has_text(intensity["method"], method))
    row = rows_of(intensity["activity_id"][keep], index_of(sessions["activity_id"]))
    keep, row = keep[row >= 0], row[row >= 0]
    keep, row = keep[calendar.is_run[row]], row[calendar.is_run[row]]
    zone, week = intensity["zone"][keep], calendar.week[row]
    seconds = np.array([sum_by(week[zone == z], intensity["seconds"][keep][zone == z], calendar.n) for z in (1, 2, 3)])
    metres = np.array(
        [sum_by(week[zone == z], intensity["distance_m"][keep][zone == z], calendar.n) for z in (1, 2, 3)]
    )
    return ZoneSums(seconds, metres, ratio(seconds.sum(axis=0), calendar.sum(calendar.moving_s, calendar.is_run)))


def intensity_columns(calendar: Calendar, tables: Mapping[str, Table], min_coverage: float) -> dict[str, Array]:
    """The columns on how hard the week's running was."""
    sessions = tables["activities"]
    rate = zone_sums(calendar, sessions, tables["intensity"], "heart_rate")
    pace = zone_sums(calendar, sessions, tables["intensity"], "pace")
    has_rate, has_pace = rate.coverage >= min_coverage, pace.coverage >= min_coverage
    use_rate = has_rate & ~(has_pace & _pace_is_surer(calendar, tables["thresholds"]))
    any_method = has_rate | has_pace
    seconds = np.where(use_rate, rate.seconds, np.where(has_pace, pace.seconds, np.nan))
    metres = np.where(use_rate, rate.metres, np.where(has_pace, pace.metres, np.nan))
    share = ratio(seconds, np.tile(seconds.sum(axis=0), (3, 1)))
    has_runs = calendar.count(calendar.is_run) > 0
    tempo = _bout_seconds(calendar, tables, ("tempo",))
    grey = np.maximum(seconds[1] - tempo, 0.0)
    index, why, name = _polarized(share)
    return {
        "easy_share_distance": ratio(metres[0], metres.sum(axis=0)),
        "easy_share_time": share[0],
        "easy_share_method": texts(calendar.n, (use_rate, "heart_rate"), (has_pace, "pace")),
        "easy_share_reason": texts(
            calendar.n,
            (any_method, ""),
            (~has_runs, "no runs"),
            (~any_method, "zones known for less than 80 % of the running time"),
        ),
        "easy_share_time_heart_rate": np.where(has_rate, ratio(rate.seconds[0], rate.seconds.sum(axis=0)), np.nan),
        "easy_share_time_pace": np.where(has_pace, ratio(pace.seconds[0], pace.seconds.sum(axis=0)), np.nan),
        "grey_share_time": ratio(grey, seconds.sum(axis=0)),
        "hard_share_time": share[2],
        "polarization_index": index,
        "polarization_reason": why,
        "distribution_class": name,
        "tempo_s": tempo,
    }


def _pace_is_surer(calendar: Calendar, thresholds: Table) -> B1:
    """Weeks in which HRmax is only a guess (by age, or by few sessions) but critical speed was measured."""
    end = calendar.monday + 6
    rate = dated(thresholds, "hr_max").source_on(end)
    limit = dated(thresholds, "hr_threshold").source_on(end)
    pace = dated(thresholds, "critical_speed").source_on(end)
    return (
        ~has_text(rate, "config", "measured")
        & ~has_text(limit, "config", "measured")
        & has_text(pace, "config", "measured")
    )


def _polarized(share: F8) -> tuple[F8, Array, Array]:
    n = share.shape[1]
    index = np.full(n, np.nan)
    why, name = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    for i, (z1, z2, z3) in enumerate(share.T.tolist()):
        index[i], text = polarization(z1, z2, z3)
        why[i] = text or None
        name[i] = distribution_class(z1, z2, z3) or None
    return index, why, name


def _bout_rows(calendar: Calendar, tables: Mapping[str, Table], table: str) -> tuple[Array, Array]:
    """Rows of confidence 0.5 and above that belong to runs, and their weeks."""
    bouts = tables[table]
    row = rows_of(bouts["activity_id"], index_of(tables["activities"]["activity_id"]))
    keep = np.flatnonzero((row >= 0) & (bouts["confidence"] >= 0.5))
    keep = keep[calendar.is_run[row[keep]]]
    return keep, calendar.week[row[keep]]


def _bout_seconds(calendar: Calendar, tables: Mapping[str, Table], kinds: tuple[str, ...]) -> F8:
    keep, week = _bout_rows(calendar, tables, "intervals")
    of_kind = has_text(tables["intervals"]["kind"][keep], *kinds)
    return sum_by(week[of_kind], tables["intervals"]["duration_s"][keep][of_kind], calendar.n)


def quality_columns(calendar: Calendar, tables: Mapping[str, Table], athlete: Athlete) -> dict[str, Array]:
    """The columns on fast running: strides, fast time, work of any kind, distance at goal pace."""
    bouts, strides = tables["intervals"], tables["strides"]
    keep, week = _bout_rows(calendar, tables, "intervals")
    stride_keep, stride_week = _bout_rows(calendar, tables, "strides")
    stride_s = sum_by(stride_week, strides["duration_s"][stride_keep], calendar.n)
    status = tables["activities"]["strides_status"]
    can_tell = calendar.count(calendar.is_run & has_text(status, "found", "none")) > 0
    return {
        "n_strides": np.where(can_tell, calendar.sum(tables["activities"]["n_strides"], calendar.is_run), np.nan),
        "fast_s": _bout_seconds(calendar, tables, FAST_KINDS) + stride_s,
        "quality_s": sum_by(week, bouts["duration_s"][keep], calendar.n),
        "quality_m": sum_by(week, bouts["distance_m"][keep], calendar.n),
        "goal_pace_m": _goal_pace_metres(calendar, tables, athlete),
    }


def _goal_pace_metres(calendar: Calendar, tables: Mapping[str, Table], athlete: Athlete) -> F8:
    """Metres of work bouts run within 2 % of goal pace; NaN before there is a goal."""
    bouts = tables["intervals"]
    keep, week = _bout_rows(calendar, tables, "intervals")
    goal = goal_speed_on(bouts["local_date"][keep], tables["best_efforts"], athlete)
    near = np.abs(bouts["mean_speed_mps"][keep] / goal - 1.0) <= 0.02
    metres = sum_by(week[near], bouts["distance_m"][keep][near], calendar.n)
    known = goal_speed_on(calendar.monday + 6, tables["best_efforts"], athlete)
    return np.where(np.isnan(known), np.nan, metres)


def session_columns(calendar: Calendar, sessions: Table) -> dict[str, Array]:
    """Share of easy sessions, and how many different purposes there were."""
    purpose = sessions["purpose"]
    is_known = (
        calendar.is_run
        & ~has_text(purpose, "unclear", "walk")
        & np.array([p is not None for p in purpose.tolist()], dtype=bool)
    )
    n_known, n_runs = calendar.count(is_known), calendar.count(calendar.is_run)
    easy = calendar.count(is_known & has_text(purpose, *EASY_PURPOSES))
    names = sorted({str(p) for p in purpose.tolist() if p not in (None, "unclear")})
    variety = (
        np.sum([calendar.count(has_text(purpose, name)) > 0 for name in names], axis=0)
        if names
        else np.zeros(calendar.n)
    )
    return {
        "easy_share_sessions": np.where(2 * n_known >= n_runs, ratio(easy, n_known), np.nan),
        "variety": np.asarray(variety, dtype=np.float64),
    }
