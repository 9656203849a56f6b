"""The athlete's weeks: every ISO week from the first activity to the last, and which activity lies in which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.history._dates import week_start
from runlake.history._group import B1, F8, I8, Array, count_by, has_text, sum_by
from runlake.model.findings import Table


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """n weeks; `week` is each activity's week, `day_no` its day counted from `first_day`."""

    monday: F8
    first_day: float
    last_day: float
    week: I8
    day_no: I8
    is_run: B1
    moving_s: F8
    """Of each activity: moving time, else timer time."""

    @property
    def n(self) -> int:
        """How many weeks there are."""
        return len(self.monday)

    @property
    def n_days(self) -> int:
        """Days from the first activity's to the last one's."""
        return int(self.last_day - self.first_day) + 1

    @property
    def is_complete(self) -> B1:
        """False for the last week: more may come."""
        return np.arange(self.n) < self.n - 1

    @property
    def is_whole_before(self) -> B1:
        """Whether the week is known from its Monday on: false for a first week that begins later."""
        return self.monday >= self.first_day

    def sum(self, values: F8, where: B1) -> F8:
        """Weekly sum over the activities of the mask, float64[n]."""
        return sum_by(self.week[where], values[where], self.n)

    def count(self, where: B1) -> F8:
        """How many activities of the mask each week has, float64[n]."""
        return count_by(self.week[where], self.n)

    def end_day_no(self) -> I8:
        """The last known day of each week, counted from the first day, int64[n]."""
        return np.minimum(self.monday + 6 - self.first_day, self.n_days - 1).astype(np.int64)


def make_calendar(sessions: Table) -> Calendar:
    """The weeks of these activities, of which there is at least one."""
    day = sessions["local_date"]
    first, last = float(day.min()), float(day.max())
    monday = np.arange(week_start(np.array([first]))[0], last + 1.0, 7.0)
    return Calendar(
        monday=monday,
        first_day=first,
        last_day=last,
        week=((day - monday[0]) // 7).astype(np.int64),
        day_no=(day - first).astype(np.int64),
        is_run=has_text(sessions["sport"], "running"),
        moving_s=np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"]),
    )


def human_metres(sessions: Table) -> F8:
    """Distance of each activity without what was covered faster than any human runs, float64[n]; NaN where unknown."""
    return sessions["distance_m"] - np.nan_to_num(sessions["quality_too_fast_m"])


def mean_of_weeks_before(values: F8, n_before: int) -> F8:
    """Mean of the n weeks before each week, float64[n]; NaN where there are fewer, or one is NaN."""
    out = np.full(len(values), np.nan)
    if len(values) > n_before:
        windows = np.lib.stride_tricks.sliding_window_view(values, n_before)[: len(values) - n_before]
        out[n_before:] = windows.mean(axis=1)
    return out


def texts(n: int, *rules: tuple[B1, str]) -> Array:
    """For each entry the text of the first rule that holds; None without one, or where it is ""."""
    out = np.full(n, None, dtype=object)
    for where, text in reversed(rules):
        out[where] = text or None
    return out
