"""Days since 1970-01-01 and ISO weeks."""

from __future__ import annotations

import datetime as dt

import numpy as np

from runlake.history._group import F8

_EPOCH = dt.date(1970, 1, 1)


def week_start(day: F8) -> F8:
    """The Monday of each day's ISO week (1970-01-01 was a Thursday)."""
    return day - np.mod(day + 3.0, 7.0)


def year_of(day: float) -> int:
    """Calendar year of a day."""
    return (_EPOCH + dt.timedelta(days=int(day))).year


def day_text(day: float) -> str:
    """ISO 8601 date of a day."""
    return (_EPOCH + dt.timedelta(days=int(day))).isoformat()
