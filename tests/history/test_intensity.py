"""Zones by the thresholds of the day, and loads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

TOLD = Athlete("ann", sex="male", hr_max_bpm=190.0, hr_rest_bpm=50.0, hr_threshold_bpm=170.0, threshold_speed_mps=4.0)


def zone(table: Table, method: str, number: int) -> dict[str, float]:
    """The one row of a method and zone."""
    (row,) = np.flatnonzero((table["method"] == method) & (table["zone"] == number))
    return {name: table[name][row] for name in ("seconds", "distance_m", "low", "high")}


def test_seconds_and_metres_in_three_zones_by_both_methods() -> None:
    season = Season()
    # 0.89 * 170 = 151.3; 0.82 * 4 = 3.28; 0.99 * 4 = 3.96
    season.activity(
        week_day(0, 0), minutes=60, speed_mps=3.0,
        heart_rate={140: 30, 151: 6, 152: 9, 170: 10, 180: 5}, speeds={3.0: 40, 3.5: 15, 4.2: 5},
    )  # fmt: skip
    table = build_history(TOLD, season.tables())["intensity"]
    assert [zone(table, "heart_rate", z)["seconds"] / 60 for z in (1, 2, 3)] == pytest.approx([36.0, 9.0, 15.0])
    assert [zone(table, "pace", z)["seconds"] / 60 for z in (1, 2, 3)] == pytest.approx([40.0, 15.0, 5.0])
    assert zone(table, "pace", 2)["distance_m"] == pytest.approx(15 * 60 * 3.5)
    assert zone(table, "pace", 2)["low"] == pytest.approx(3.28)
    assert zone(table, "pace", 2)["high"] == pytest.approx(3.96)
    assert zone(table, "heart_rate", 3)["low"] == 170.0
    assert np.isnan(zone(table, "heart_rate", 3)["high"])
    assert set(table["threshold_source"]) == {"config"}


def test_an_hour_at_150_has_banister_s_trimp_and_an_hour_at_threshold_a_pace_load_of_100() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, speed_mps=4.0, heart_rate=150, speeds={3.975: 60})
    out = build_history(TOLD, season.tables())["activities"]
    assert out["load_trimp"][0] == pytest.approx(108.1, abs=0.1)
    assert out["load_pace"][0] == pytest.approx(100 * (3.975 / 4.0) ** 2, rel=1e-6)
    assert out["effort_frac"][0] == pytest.approx(1.0)
    assert out["load_trimp_reason"][0] is None
    woman = build_history(replace(TOLD, sex="female"), season.tables())["activities"]
    assert woman["load_trimp"][0] == pytest.approx(121.5, abs=0.1)


def test_loads_are_null_with_a_reason_where_they_cannot_be_told() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60)
    season.activity(week_day(0, 1), minutes=60, heart_rate={140: 30})
    season.activity(week_day(0, 2), minutes=60, sport="cycling", heart_rate={130: 60})
    out = build_history(TOLD, season.tables())
    sessions = out["activities"]
    assert np.isnan(sessions["load_trimp"]).tolist() == [True, True, False]
    assert [bool(r) for r in sessions["load_trimp_reason"]] == [True, True, False]
    assert "too little" in sessions["load_trimp_reason"][1]
    assert np.isnan(sessions["load_pace"]).tolist() == [False, False, True]
    assert sessions["load_pace_reason"][2] == "not a run"
    half_known = out["intensity"]["activity_id"] == sessions["activity_id"][1]
    assert set(out["intensity"]["method"][half_known]) == {"pace"}
    ride = out["intensity"]["activity_id"] == sessions["activity_id"][2]
    assert set(out["intensity"]["method"][ride]) == {"heart_rate"}


def test_without_any_threshold_there_are_no_zones_and_no_loads() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=10, heart_rate=140)
    out = build_history(Athlete("ann"), season.tables())
    assert out["intensity"].n_rows == 0
    assert np.isnan(out["activities"]["load_trimp"][0])
    assert "not known yet" in out["activities"]["load_trimp_reason"][0]
    assert np.isnan(out["activities"]["easy_share_time"][0])


def test_easy_share_prefers_heart_rate() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, heart_rate={140: 45, 160: 15}, speeds={3.0: 60})
    season.activity(week_day(0, 1), minutes=60, speeds={3.0: 30, 3.5: 30})
    sessions = build_history(TOLD, season.tables())["activities"]
    assert sessions["easy_share_time"].tolist() == pytest.approx([0.75, 0.5])
