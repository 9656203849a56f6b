"""Races and time trials."""

from __future__ import annotations

import pytest
from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.model.plugins import Athlete

TOLD = Athlete("ann", hr_max_bpm=190.0, threshold_speed_mps=4.0)


def is_race(season: Season, athlete: Athlete = TOLD) -> bool:
    """Whether the last activity is a race."""
    return bool(build_history(athlete, season.tables())["activities"]["is_race"][-1])


def run_5k(speed_mps: float, bpm: float, **changes: object) -> Season:
    """A season of one run of 5 km."""
    season = Season()
    minutes = 5000 / speed_mps / 60
    season.activity(week_day(0, 6), minutes=minutes, speed_mps=speed_mps, heart_rate=bpm, distance_m=5010.0, **changes)
    season.effort("5k", 5000.0, 5000 / speed_mps)
    return season


def test_an_even_5_km_at_the_model_s_speed_is_a_race() -> None:
    assert is_race(run_5k(4.1, 175))


@pytest.mark.parametrize(("speed_mps", "bpm"), [(3.0, 145), (3.6, 165)])
def test_slower_ones_are_not(speed_mps: float, bpm: float) -> None:
    assert not is_race(run_5k(speed_mps, bpm))


def test_a_title_helps_but_does_not_make_an_easy_run_a_race() -> None:
    assert is_race(run_5k(3.95, 165, name="Riverside parkrun"))
    assert not is_race(run_5k(2.9, 140, name="Riverside parkrun"))
    assert not is_race(run_5k(3.6, 160, name="Marathon pace training"))


def test_what_the_export_calls_a_race_is_one() -> None:
    season = run_5k(2.9, 140, is_race=True)
    assert is_race(season)
    assert build_history(TOLD, season.tables())["activities"]["purpose"].tolist() == ["race"]


def trial(n: int) -> Season:
    """A mile at full speed n times, between warm-up and cool-down."""
    season = Season()
    season.activity(week_day(0, 6), minutes=40, heart_rate={140: 30, 175: 10})
    season.bouts("interval", n, 365.0, 4.42, mean_heart_rate_bpm=172.0, max_heart_rate_bpm=184.0)
    season.row("pacing", effort="mile", start_s=600.0, distance_m=1609.344, elapsed_s=364.0)
    return season


def test_one_mile_at_full_speed_between_warm_up_and_cool_down_is_a_time_trial() -> None:
    season = trial(1)
    assert is_race(season)
    assert build_history(TOLD, season.tables())["pacing"]["is_race_like"].tolist() == [True]


def test_many_of_them_are_repeats() -> None:
    season = trial(4)
    assert not is_race(season)
    assert build_history(TOLD, season.tables())["pacing"]["is_race_like"].tolist() == [False]


def test_a_ride_is_no_race() -> None:
    season = Season()
    season.activity(week_day(0, 6), sport="cycling", name="Spring race", minutes=60)
    assert not is_race(season)


@pytest.mark.parametrize(
    ("season", "why"),
    [
        (run_5k(4.1, 175), "one effort near the best that can be expected"),
        (run_5k(4.1, 175, name="Riverside parkrun"), "one effort near the best that can be expected"),
        (run_5k(3.75, 165, name="Riverside parkrun"), "called a race by its title, with an effort that fits"),
        (run_5k(2.9, 140, is_race=True), "marked as a race in the export"),
        (run_5k(3.0, 145), None),
    ],
)
def test_the_reason_says_what_made_it_a_race(season: Season, why: str | None) -> None:
    sessions = build_history(TOLD, season.tables())["activities"]
    assert sessions["race_reason"][-1] == why
    if why:
        assert sessions["purpose"][-1] == "race"
        assert sessions["purpose_reason"][-1].startswith(why + ": ")
