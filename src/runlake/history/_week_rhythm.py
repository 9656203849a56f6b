"""The rhythm of a week: key sessions and their spacing, rest days, gaps, recovery weeks."""

from __future__ import annotations

import numpy as np

from runlake.history._calendar import Calendar, mean_of_weeks_before
from runlake.history._group import B1, F8, Array, has_text
from runlake.history._purpose_rules import KEY_PURPOSES
from runlake.model.findings import Table

RECOVERY_FRAC = 0.8
FAR_APART_H = 28 * 24.0
"""Sessions further apart than four weeks are no pair."""


def is_key(sessions: Table) -> B1:
    """Sessions that count as key: intervals, hiit, tempo, hills, fartlek, progression, race."""
    return has_text(sessions["purpose"], *KEY_PURPOSES)


def key_columns(calendar: Calendar, sessions: Table) -> dict[str, Array]:
    """How many key sessions, and the shortest time from the end of one to the next one's begin, in that one's week."""
    key = np.flatnonzero(is_key(sessions))
    key = key[np.argsort(sessions["start_time_utc"][key], kind="stable")]
    gap_h = (sessions["start_time_utc"][key][1:] - sessions["end_time_utc"][key][:-1]) / 3600.0
    gap_h[gap_h > FAR_APART_H] = np.nan
    shortest = np.full(calendar.n, np.nan)
    np.fmin.at(shortest, calendar.week[key][1:], gap_h)
    return {"n_key_sessions": calendar.count(is_key(sessions)), "min_gap_h": shortest}


def rest_columns(calendar: Calendar) -> dict[str, Array]:
    """Days without a run, and the longest streak of them that lasted into the week; only days that are known."""
    ran = np.zeros(calendar.n_days, dtype=bool)
    ran[calendar.day_no[calendar.is_run]] = True
    day = np.arange(calendar.n_days)
    streak = day - np.maximum.accumulate(np.where(ran, day, -1))
    start = np.maximum(calendar.monday - calendar.first_day, 0).astype(np.int64)
    rest = np.add.reduceat(~ran, start, dtype=np.float64)
    return {"rest_days": rest, "longest_gap_days": np.maximum.reduceat(streak, start).astype(np.float64)}


def recovery_columns(calendar: Calendar, distance_m: F8, n_key: F8) -> dict[str, Array]:
    """Whether distance was at most 80 % of the three weeks before, with fewer key sessions; and weeks since the last.

    NaN for the last week (it is not over), and before there are three weeks. With no key sessions in the weeks
    before, distance alone decides. A first week that began late makes the usual smaller, so it hides rather than
    invents a recovery week.
    """
    usual, usual_key = mean_of_weeks_before(distance_m, 3), mean_of_weeks_before(n_key, 3)
    fewer = (n_key < usual_key) | ((n_key == 0) & (usual_key == 0))
    light = distance_m <= RECOVERY_FRAC * usual
    known = calendar.is_complete & (usual > 0)
    recovery = np.where(known, (light & fewer).astype(np.float64), np.nan)
    number = np.arange(calendar.n)
    last = np.maximum.accumulate(np.where(recovery == 1.0, number, -1)) if calendar.n else number
    since = np.where(last >= 0, number - last, np.nan)
    return {"is_recovery_week": recovery, "weeks_since_recovery": since}
