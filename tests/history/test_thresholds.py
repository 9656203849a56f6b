"""Thresholds with their days: what counts as evidence, what wins, and that the past stays as it was."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.history._effective import dated
from runlake.history._formulas import vdot, vo2_of_speed
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

ANN = Athlete("ann")


def thresholds_of(season: Season, athlete: Athlete = ANN) -> Table:
    """The thresholds of the season."""
    return build_history(athlete, season.tables())["thresholds"]


def value(thresholds: Table, kind: str, day: float) -> float:
    """Value in force on a day."""
    return float(dated(thresholds, kind).value_on(np.array([day]))[0])


def source(thresholds: Table, kind: str, day: float) -> str:
    """Its source."""
    return str(dated(thresholds, kind).source_on(np.array([day]))[0])


def easy_week(season: Season, week: int, *, bpm: float = 140.0, speed_mps: float = 2.8) -> None:
    """Three easy runs."""
    for weekday in (1, 3, 5):
        season.activity(week_day(week, weekday), minutes=40, speed_mps=speed_mps, heart_rate=bpm)


def hard_day(season: Season, week: int, highest: float) -> None:
    """Intervals with five minutes at the highest heart rate."""
    season.activity(week_day(week, 6), minutes=60, heart_rate={140: 35, 170: 20, highest: 5})
    season.bouts("interval", 5, 180.0, 4.0)


def test_nothing_known_gives_no_rows() -> None:
    season = Season()
    season.activity(week_day(0, 0), sport="cycling")
    assert thresholds_of(season).n_rows == 0
    assert thresholds_of(Season()).n_rows == 0


def test_maximum_is_the_median_of_the_three_highest_sessions() -> None:
    season = Season()
    for week, highest in enumerate((182, 186, 190, 184)):
        easy_week(season, week)
        hard_day(season, week, highest)
    table = thresholds_of(season)
    assert value(table, "hr_max", week_day(4, 0)) == 186.0
    assert source(table, "hr_max", week_day(4, 0)) == "measured"
    assert value(table, "hr_threshold", week_day(4, 0)) == pytest.approx(0.89 * 186.0)


def test_a_spike_of_a_minute_is_no_maximum() -> None:
    season = Season()
    for week, highest in enumerate((182, 186, 184)):
        easy_week(season, week)
        hard_day(season, week, highest)
    for week in (3, 4, 5):
        season.activity(week_day(week, 1), minutes=40, heart_rate={140: 39, 225: 1})
    assert value(thresholds_of(season), "hr_max", week_day(6, 0)) == 184.0


def test_a_jogger_shows_no_maximum_and_age_stands_in_where_it_is_told() -> None:
    season = Season()
    for week in range(4):
        easy_week(season, week, bpm=145 + week)
    assert math.isnan(value(thresholds_of(season), "hr_max", week_day(4, 0)))
    told = thresholds_of(season, Athlete("ann", birth_year=1984.0))
    assert value(told, "hr_max", week_day(4, 0)) == pytest.approx(208 - 0.7 * 40)
    assert source(told, "hr_max", week_day(4, 0)) == "estimated"


def test_repeats_show_a_maximum_of_somebody_who_never_jogs() -> None:
    season = Season()
    for week, highest in enumerate((186, 188, 190)):
        season.activity(week_day(week, 2), minutes=60, heart_rate={168: 40, 178: 15, highest: 5})
        season.bouts("interval", 6, 180.0, 4.0)
    assert value(thresholds_of(season), "hr_max", week_day(3, 0)) == 188.0


def test_threshold_heart_rate_of_a_hard_half_hour() -> None:
    season = Season()
    for week in range(4):
        easy_week(season, week)
        hard_day(season, week, 190)
        season.effort("5min", 4.0 * 300 + 180, 300.0, by_time=True, mean_heart_rate_bpm=178.0)
    season.activity(week_day(4, 2), minutes=60, speed_mps=4.0, heart_rate={150: 20, 172: 40})
    season.effort("30min", 4.1 * 1800, 1800.0, by_time=True, mean_heart_rate_bpm=172.0)
    easy_week(season, 5)
    table = thresholds_of(season)
    assert value(table, "hr_threshold", week_day(4, 6)) == pytest.approx(0.89 * 190)
    assert value(table, "hr_threshold", week_day(5, 0)) == 172.0
    assert source(table, "hr_threshold", week_day(5, 0)) == "measured"


def test_comfortable_speed_is_the_median_of_steady_easy_runs() -> None:
    season = Season(athlete_id="ann")
    for week in range(4):
        easy_week(season, week, speed_mps=2.8 + 0.05 * week)
        season.activity(week_day(week, 6), minutes=40, speed_mps=3.9, heart_rate=175)
        season.bouts("tempo", 1, 1500.0, 4.0)
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert value(table, "comfortable_speed", week_day(4, 0)) == pytest.approx(2.875 + 0.025, abs=0.03)
    assert source(table, "comfortable_speed", week_day(4, 0)) == "measured"


def test_run_and_walk_in_turn_is_no_comfortable_speed() -> None:
    season = Season()
    for week in range(4):
        easy_week(season, week)
        for weekday in (0, 2, 4, 6):
            season.activity(week_day(week, weekday), minutes=40, speeds={1.4: 18, 1.9: 4, 2.6: 18}, heart_rate=130)
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert value(table, "comfortable_speed", week_day(4, 0)) == pytest.approx(2.825, abs=0.03)


def test_steady_runs_with_high_heart_rate_are_not_comfortable() -> None:
    season = Season()
    for week in range(4):
        easy_week(season, week)
        season.activity(week_day(week, 6), minutes=40, speed_mps=3.6, heart_rate=168)
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert value(table, "comfortable_speed", week_day(4, 0)) == pytest.approx(2.825, abs=0.03)


def hard_season() -> Season:
    """Four weeks of easy runs; in week 2 efforts of a runner with critical speed 4.0 and D' 180."""
    season = Season()
    for week in range(4):
        easy_week(season, week)
    season.activity(week_day(2, 6), minutes=60, heart_rate={150: 30, 185: 30})
    for name, t in (("800m", 155.0), ("mile", 357.0), ("5k", 1205.0)):
        d = 4.0 * t + 180.0
        season.effort(name, d, t, vdot=vdot(d, t), mean_heart_rate_bpm=180.0)
    return season


def test_critical_speed_and_d_prime_of_hard_efforts_hold_from_the_next_monday() -> None:
    table = thresholds_of(hard_season(), replace(ANN, hr_max_bpm=190.0))
    assert value(table, "critical_speed", week_day(2, 6)) == pytest.approx(1.3 * 2.825, abs=0.05)
    assert source(table, "critical_speed", week_day(2, 6)) == "estimated"
    assert value(table, "critical_speed", week_day(3, 0)) == pytest.approx(4.0, rel=0.015)
    assert source(table, "critical_speed", week_day(3, 0)) == "measured"
    assert value(table, "d_prime", week_day(3, 0)) == pytest.approx(180.0, abs=25.0)
    assert value(table, "vo2max", week_day(3, 0)) == pytest.approx(vdot(4.0 * 1205 + 180, 1205.0), abs=0.01)


def test_efforts_far_from_the_maximum_are_a_lower_bound() -> None:
    season = hard_season()
    for row in season.rows["best_efforts"]:
        row["mean_heart_rate_bpm"] = 150.0
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert source(table, "critical_speed", week_day(3, 0)) == "estimated"


@pytest.mark.parametrize("change", [{"quality": "glitch_near"}, {"is_indoor": True}])
def test_doubtful_and_indoor_efforts_do_not_count(change: dict[str, object]) -> None:
    season = hard_season()
    for row in season.rows["best_efforts"]:
        row.update(change)
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert value(table, "critical_speed", week_day(3, 0)) == pytest.approx(1.3 * 2.825, abs=0.05)
    assert math.isnan(value(table, "vo2max", week_day(3, 0)))


def test_what_the_athlete_told_wins_and_holds_from_the_first_day() -> None:
    told = replace(
        ANN,
        hr_max_bpm=191.0,
        hr_rest_bpm=48.0,
        hr_threshold_bpm=171.0,
        threshold_speed_mps=3.9,
        comfortable_speed_mps=2.7,
    )
    table = thresholds_of(hard_season(), told)
    expected = {
        "hr_max": 191.0, "hr_rest": 48.0, "hr_threshold": 171.0, "critical_speed": 3.9, "comfortable_speed": 2.7,
    }  # fmt: skip
    for kind, wanted in expected.items():
        assert value(table, kind, week_day(0, 1)) == wanted
        assert value(table, kind, week_day(3, 6)) == wanted
        assert source(table, kind, week_day(3, 6)) == "config"
        assert sum(table["kind"] == kind) == 1


def test_vo2max_by_heart_rate_is_the_line_to_the_maximum() -> None:
    season = Season()
    for day in range(10):
        season.activity(week_day(day // 5, day % 5), minutes=60, heart_rate=150)
        for speed in (2.4, 2.8, 3.2, 3.6):  # 100 bpm at rest, 40 bpm a metre per second
            season.row(
                "form", speed_bin_mps=speed, grade_bin_frac=0.0, seconds=300.0, distance_m=300 * speed,
                mean_speed_mps=speed, heart_rate_bpm=20.0 + 40.0 * speed,
            )  # fmt: skip
        season.row(
            "form", speed_bin_mps=2.0, grade_bin_frac=0.08, seconds=900.0, distance_m=1800.0, mean_speed_mps=2.0,
            heart_rate_bpm=175.0,
        )  # fmt: skip
    table = thresholds_of(season, replace(ANN, hr_max_bpm=188.0, hr_rest_bpm=48.0))
    assert value(table, "vo2max_heart_rate", week_day(2, 0)) == pytest.approx(vo2_of_speed(4.2), abs=0.01)
    assert math.isnan(value(table, "vo2max", week_day(2, 0)))
    unsure = thresholds_of(season, Athlete("ann", birth_year=1990.0))
    assert math.isnan(value(unsure, "vo2max_heart_rate", week_day(2, 0)))


def test_a_measured_threshold_heart_rate_is_kept_for_a_year() -> None:
    season = Season()
    for week in range(70):
        easy_week(season, week)
        if week % 6 == 0:
            hard_day(season, week, 190)
            season.effort("5min", 4.0 * 300 + 180, 300.0, by_time=True, mean_heart_rate_bpm=178.0)
        if week == 3:
            season.activity(week_day(3, 6), minutes=60, speed_mps=4.0, heart_rate={150: 20, 172: 40})
            season.effort("30min", 4.1 * 1800, 1800.0, by_time=True, mean_heart_rate_bpm=172.0)
    table = thresholds_of(season, replace(ANN, hr_max_bpm=190.0))
    assert value(table, "hr_threshold", week_day(50, 0)) == 172.0
    assert value(table, "hr_threshold", week_day(69, 0)) == pytest.approx(0.89 * 190)


def test_the_watch_s_vo2max_stands_apart_and_only_its_changes_get_rows() -> None:
    season = Season()
    for weekday, shown in enumerate((44.0, 44.0, 45.0, 45.0)):
        season.activity(week_day(0, weekday), device_vo2max=shown)
    table = thresholds_of(season)
    device = dated(table, "vo2max_device")
    assert device.value.tolist() == [44.0, 45.0]
    assert device.source.tolist() == ["device", "device"]
    assert math.isnan(value(table, "vo2max", week_day(0, 3)))


def test_every_row_says_how_and_its_range_holds_the_value() -> None:
    table = thresholds_of(hard_season(), Athlete("ann", birth_year=1990.0))
    assert table.n_rows >= 6
    assert all(table["method"])
    known = ~np.isnan(table["low"])
    assert (table["low"][known] <= table["value"][known]).all()
    assert (table["value"][known] <= table["high"][known]).all()
    keys = list(zip(table["kind"], table["valid_from"], strict=True))
    assert len(set(keys)) == len(keys)
