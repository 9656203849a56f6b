"""Spike, brick, near-maximal time."""

from __future__ import annotations

import numpy as np
import pytest
from tests.history.season import MONDAY, Season

from runlake.history import build_history
from runlake.model.findings import Table
from runlake.model.plugins import Athlete


def sessions_of(season: Season) -> Table:
    """Activities with history."""
    return build_history(Athlete("ann"), season.tables())["activities"]


def test_spike_is_against_the_longest_run_of_the_30_days_before() -> None:
    season = Season()
    for day, metres in ((0, 20_000.0), (10, 8000.0), (29, 9000.0), (31, 10_000.0), (40, 12_000.0), (40, 15_000.0)):
        season.activity(MONDAY + day, distance_m=metres, hour=8.0 + day % 3)
    season.activity(MONDAY + 80, distance_m=9000.0)
    season.activity(MONDAY + 81, distance_m=90_000.0, sport="cycling")
    out = sessions_of(season)
    assert out["spike_ratio"][:3].tolist() == pytest.approx([np.nan] * 3, nan_ok=True)
    assert out["spike_ratio"][3:6].tolist() == pytest.approx([10 / 9, 12 / 10, 15 / 10])
    assert np.isnan(out["spike_ratio"][6])
    assert out["spike_ratio_reason"].tolist() == [
        *["less than 30 days of history"] * 3, None, None, None, "no run in the 30 days before", "not a run",
    ]  # fmt: skip


def test_brick_is_a_run_within_an_hour_of_another_sport() -> None:
    season = Season()
    ride = season.activity(MONDAY, sport="cycling", minutes=60, hour=8.0)
    season.activity(MONDAY, minutes=30, hour=9.5)
    season.activity(MONDAY + 1, sport="cycling", minutes=60, hour=8.0)
    season.activity(MONDAY + 1, minutes=30, hour=10.5)
    season.activity(MONDAY + 1, minutes=30, hour=11.2)
    assert sessions_of(season)["brick_previous_id"].tolist() == [None, ride, None, None, None]


def test_near_maximal_time_is_the_longest_near_the_best_of_90_days() -> None:
    season = Season()
    for day, (five, twenty) in enumerate(((4.0, 3.5), (3.9, 3.4), (3.9, 3.2), (3.5, 3.0))):
        season.activity(MONDAY + day)
        season.effort("5min", 300 * five, 300.0, by_time=True)
        season.effort("20min", 1200 * twenty, 1200.0, by_time=True)
    season.activity(MONDAY + 120)
    season.effort("5min", 300 * 3.9, 300.0, by_time=True)
    assert sessions_of(season)["near_max_s"].tolist() == pytest.approx(
        [np.nan, 1200.0, 300.0, np.nan, np.nan], nan_ok=True
    )


def test_row_order_of_activities_is_kept() -> None:
    season = Season()
    for day in range(40):
        season.activity(MONDAY + day, distance_m=5000.0 + 100 * day)
    tables = season.tables()
    order = np.random.default_rng(3).permutation(40)
    out = build_history(Athlete("ann"), {**tables, "activities": tables["activities"].where(order)})["activities"]
    assert out["activity_id"].tolist() == tables["activities"]["activity_id"][order].tolist()
    straight = sessions_of(season)
    assert out["spike_ratio"].tolist() == pytest.approx(straight["spike_ratio"][order].tolist(), nan_ok=True)
