"""The ladder: when each rung fell, and when the next may fall."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.history.season import MONDAY, Season

from runlake.history import build_history
from runlake.history._dates import day_text
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

MILE_M = 1609.344
ARTICLES = Athlete("ann", goal_ladder_s=(780.0, 720.0, 660.0))


def goals_of(season: Season, athlete: Athlete = ARTICLES) -> Table:
    """The goals of the season."""
    return build_history(athlete, season.tables())["goals"]


def miles(*times_s: float, every_days: int = 14) -> Season:
    """One mile effort every so many days."""
    season = Season()
    for i, seconds in enumerate(times_s):
        season.activity(MONDAY + every_days * i, minutes=30, speed_mps=0.7 * MILE_M / seconds)
        season.effort("mile", MILE_M, seconds)
    return season


def test_each_rung_falls_on_the_day_and_by_the_activity_that_met_it() -> None:
    season = miles(800.0, 779.0, 785.0, 720.0, 700.0)
    table = goals_of(season)
    assert table["target_s"].tolist() == [780.0, 720.0, 660.0]
    assert [day_text(d) if not math.isnan(d) else "" for d in table["first_met_on"]] == ["2024-01-15", "2024-02-12", ""]
    ids = season.tables()["activities"]["activity_id"].tolist()
    assert table["activity_id"].tolist() == [ids[1], ids[3], None]
    assert table["best_s"].tolist() == [700.0] * 3
    assert table["gap_s"].tolist() == [-80.0, -20.0, 40.0]
    assert set(table["source"]) == {"config"}


@pytest.mark.parametrize("change", [{"quality": "glitch_near"}, {"is_indoor": True}])
def test_efforts_that_deserve_doubt_meet_nothing(change: dict[str, object]) -> None:
    season = miles(800.0)
    season.activity(MONDAY + 20)
    season.effort("mile", MILE_M, 600.0, **change)
    assert np.isnan(goals_of(season)["first_met_on"]).all()


def test_no_projection_from_too_little_data() -> None:
    table = goals_of(miles(800.0, 790.0, 785.0))
    assert np.isnan(table["projected_from"]).all()
    assert "too little data: 3 hard efforts" in table["projection_reason"][2]
    assert goals_of(miles(700.0))["projection_reason"][0] == "met"


def test_no_projection_long_after_the_last_hard_effort() -> None:
    season = miles(*np.linspace(800, 760, 8))
    season.activity(MONDAY + 98 + 60, minutes=30, speed_mps=1.4)
    assert goals_of(season)["projection_reason"][2] == "no hard effort in the last 6 weeks"


def test_a_steady_gain_is_projected_as_a_range_of_days() -> None:
    season = miles(*(480.0 * 0.99 ** (i / 2) for i in range(9)))
    target = 480.0 * 0.99**5
    table = goals_of(season, replace(ARTICLES, goal_ladder_s=(target, 300.0)))
    today = MONDAY + 8 * 14
    assert today <= table["projected_from"][0] <= today + 45
    assert not table["projected_to"][0] < today + 30
    assert np.isnan(table["projected_from"][1])
    assert table["projection_reason"][1] == "not within 12 weeks by the trend of the last 16 weeks"


def test_ladder_is_proposed_where_none_is_told() -> None:
    table = goals_of(miles(805.0, 741.0, 702.0), replace(ARTICLES, goal_ladder_s=()))
    assert table["target_s"].tolist() == [780.0, 720.0, 660.0]
    assert table["first_met_on"][:2].tolist() == [MONDAY + 14, MONDAY + 28]
    assert set(table["source"]) == {"proposed"}
    assert goals_of(Season(), replace(ARTICLES, goal_ladder_s=())).n_rows == 0


def test_an_effort_that_nobody_measures_says_so() -> None:
    table = goals_of(miles(500.0), replace(ARTICLES, goal_effort="1500m"))
    assert table.n_rows == 3
    assert np.isnan(table["first_met_on"]).all()
    assert table["projection_reason"][0].startswith("no effort is called 1500m; known are 100m")


def test_goal_of_another_distance() -> None:
    season = Season()
    season.activity(MONDAY)
    season.effort("5k", 5000.0, 1490.0)
    table = goals_of(season, replace(ARTICLES, goal_effort="5k", goal_ladder_s=(1500.0, 1440.0)))
    assert table["effort"].tolist() == ["5k", "5k"]
    assert np.isnan(table["first_met_on"]).tolist() == [False, True]
