"""One activity as text: what is printed fits together."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.console import Console

from runlake.cli.activity_text import print_activity
from runlake.cli.activity_view import ActivityView

START = dt.datetime(2026, 5, 1, 6, 0, tzinfo=dt.UTC)


def printed(sport: str = "running", **tables: list[dict[str, Any]]) -> str:
    """What is printed of an activity of that sport with these rows."""
    activity = {
        "start_time_local": START, "start_time_utc": START, "sport": sport, "name": "x", "mean_speed_mps": 3.0,
        "mean_cadence_spm": None, "distance_m": 9000.0, "timer_s": 3000.0, "mean_heart_rate_bpm": None,
        "ascent_m": None, "activity_id": "0123456789abcdef", "device": None, "source_format": "fit",
        "purpose": "unclear", "purpose_confidence": 0.0, "purpose_reason": "no work bouts",
    }  # fmt: skip
    out = Console(width=120, highlight=False)
    with out.capture() as text:
        print_activity(ActivityView(activity, tables), out)
    return text.get()


def test_sets_of_low_confidence_do_not_stand_beside_no_work_bouts() -> None:
    sets = [
        {"set_no": 1, "shorthand": "6x400 m (1:30 jog)", "confidence": 0.9},
        {"set_no": 2, "shorthand": "20:00", "confidence": 0.2},
    ]
    text = printed(interval_sets=sets)
    assert "set 1: 6x400 m" in text
    assert "set 2" not in text


def test_laps_of_a_ride_have_its_speed_and_laps_of_a_run_its_pace() -> None:
    laps = [
        {"lap_no": n, "timer_s": 500.0, "distance_m": 5000.0, "mean_speed_mps": 10.0, "mean_heart_rate_bpm": None,
         "trigger": None, "intensity": None}
        for n in (1, 2)
    ]  # fmt: skip
    ride, run = printed("cycling", laps=laps), printed(laps=laps)
    assert "km/h" in ride.split("Laps of the watch")[1]
    assert "36.0" in ride
    assert "/km " in run.split("Laps of the watch")[1]
    assert "1:40" in run
