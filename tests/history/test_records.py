"""Records on their day."""

from __future__ import annotations

from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.model.plugins import Athlete


def test_a_record_beats_every_earlier_effort_that_counts() -> None:
    season = Season()
    efforts = [
        (480.0, {}, True),  # the first one
        (470.0, {"quality": "glitch_near"}, False),
        (472.0, {"is_indoor": True}, False),
        (490.0, {}, False),
        (475.0, {}, True),
        (475.0, {}, False),  # equal is not faster
        (460.0, {}, True),
    ]
    for day, (seconds, change, _) in enumerate(efforts):
        season.activity(week_day(0, day))
        season.effort("mile", 1609.344, seconds, **change)
        season.effort("10min", 2000.0 - day, 600.0, by_time=True)
    tables = season.tables()
    order = [11, 3, 7, 0, 13, 5, 9, 1, 2, 4, 6, 8, 10, 12]
    out = build_history(Athlete("ann"), {**tables, "best_efforts": tables["best_efforts"].where(order)})["best_efforts"]
    by_time = dict(
        zip(zip(out["effort"], out["elapsed_s"], out["start_time_utc"], strict=True), out["is_record"], strict=True)
    )
    miles = [record for (effort, _, _), record in sorted(by_time.items(), key=lambda kv: kv[0][2]) if effort == "mile"]
    assert miles == [record for *_, record in efforts]
    others = [record for (effort, _, _), record in sorted(by_time.items(), key=lambda kv: kv[0][2]) if effort != "mile"]
    assert others == [True] + 6 * [False]
