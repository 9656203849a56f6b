"""Charts hold the numbers that they were given."""

from __future__ import annotations

import base64
import datetime as dt
import math

import numpy as np

from runlake.reports import _charts as charts


def unpacked(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype=f"<{packed['dtype']}")


def test_packed_arrays_come_back_with_their_gaps() -> None:
    back = unpacked(charts.packed([1.5, math.nan, -3.0]))
    assert back[[0, 2]].tolist() == [1.5, -3.0]
    assert math.isnan(back[1])


def test_clock_ticks_are_round_and_inside() -> None:
    ticks, labels = charts.clock_ticks(295, 425)
    assert ticks == [300.0, 330.0, 360.0, 390.0, 420.0]
    assert labels == ["5:00", "5:30", "6:00", "6:30", "7:00"]
    assert charts.clock_ticks(0, 7300)[1] == ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]


def test_pace_axis_runs_from_slow_to_fast() -> None:
    low, high = charts.clock_axis([300.0, 360.0], is_reversed=True)["range"]
    assert low > 360 > 300 > high


def test_week_ticks_are_mondays_and_end_with_the_last() -> None:
    mondays = [dt.date(2026, 1, 5) + dt.timedelta(weeks=i) for i in range(20)]
    axis = charts.week_axis(mondays, most=7)
    assert axis["tickvals"][-1] == mondays[-1].isoformat()
    assert len(axis["tickvals"]) <= 7
    assert all(dt.date.fromisoformat(t).weekday() == 0 for t in axis["tickvals"])
