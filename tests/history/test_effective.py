"""When thresholds are looked at, and which rows are worth keeping."""

from __future__ import annotations

import numpy as np
from tests.history.season import week_day

from runlake.history._effective import Estimate, keep_changes, occasions


def test_one_odd_date_costs_no_thousands_of_looks() -> None:
    day = np.array([week_day(0, 0), week_day(1, 0), week_day(10_000, 0)])
    when = occasions(day)
    assert len(when.valid_from) < 150
    assert when.valid_from[-1] == week_day(10_001, 0)


def test_mondays_see_what_was_run_before_and_first_days_see_themselves() -> None:
    when = occasions(np.array([week_day(0, 2), week_day(1, 4)]))
    seen = list(zip(when.valid_from, when.evidence_end, when.is_first_only, strict=True))
    assert seen == [
        (week_day(0, 2), week_day(0, 3), True),
        (week_day(1, 0), week_day(1, 0), False),
        (week_day(1, 4), week_day(1, 5), True),
        (week_day(2, 0), week_day(2, 0), False),
    ]


def estimate(value: float, source: str = "measured") -> Estimate:
    """An estimate without range."""
    return Estimate(value, value, value, "by hand", source, 1)


def test_rows_are_kept_for_changes_only() -> None:
    found = [
        (1.0, False, None),
        (2.0, True, estimate(180.0, "estimated")),
        (3.0, True, estimate(190.0)),  # a first value is there already
        (4.0, False, estimate(180.0)),  # the same value, better known
        (5.0, False, estimate(180.6)),
        (6.0, False, estimate(182.0)),
        (7.0, False, None),  # what held goes on to hold
        (8.0, False, estimate(182.0)),
    ]
    assert [(day, e.value, e.source) for day, e in keep_changes(found, 1.0)] == [
        (2.0, 180.0, "estimated"),
        (4.0, 180.0, "measured"),
        (6.0, 182.0, "measured"),
    ]
