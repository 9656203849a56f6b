"""Weeks: a season whose mix, ramp, rhythm, load and verdicts are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.history.season import MONDAY, Season, week_day

from runlake.history import build_history
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

TOLD = Athlete(
    "ann", sex="male", hr_max_bpm=190.0, hr_rest_bpm=50.0, hr_threshold_bpm=170.0, threshold_speed_mps=4.0,
    comfortable_speed_mps=3.0, goal_ladder_s=(372.0,),
)  # fmt: skip


def weeks_of(season: Season, athlete: Athlete = TOLD) -> Table:
    """The weeks of the season."""
    return build_history(athlete, season.tables())["weeks"]


def column(table: Table, name: str) -> list[float]:
    """A column as floats."""
    return table[name].astype(np.float64).tolist()


def plain_week(season: Season, week: int, scale: float = 1.0, *, key: bool = True) -> None:
    """Mon, Wed, Fri easy, Sat intervals where asked for, Sun long: 40 km times scale."""
    for weekday, km in ((0, 7.0), (2, 7.0), (4, 5.0)):
        season.activity(week_day(week, weekday), minutes=km * 5.5 * scale, distance_m=1000 * km * scale, heart_rate=140)
    season.activity(
        week_day(week, 5), minutes=44 * scale, distance_m=8000 * scale,
        heart_rate={140: 22 * scale, 175: 22 * scale} if key else 140,
    )  # fmt: skip
    if key:
        season.bouts("interval", 6, 180.0, 4.33, rest_s=90.0, rest_kind="jog")
    season.activity(week_day(week, 6), minutes=95 * scale, distance_m=13_000 * scale, heart_rate=142)


def test_every_iso_week_between_has_a_row_and_the_last_is_not_complete() -> None:
    season = Season()
    season.activity(week_day(0, 2))
    season.activity(week_day(3, 1))
    table = weeks_of(season)
    assert column(table, "week_start_date") == [MONDAY + 7 * w for w in range(4)]
    assert column(table, "is_complete") == [1, 1, 1, 0]
    assert column(table, "n_runs") == [1, 0, 0, 1]
    assert column(table, "distance_m")[1] == 0.0
    assert np.isnan(column(table, "longest_run_m")[1])
    assert column(table, "rest_days") == [4, 7, 7, 1]
    assert column(table, "longest_gap_days") == [4, 11, 18, 19]
    assert table["verdict"].tolist() == ["too_little", "rest", "rest", "too_little"]
    assert table["easy_share_reason"][1] == "no runs"


def test_volume_other_sports_and_long_run() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, distance_m=10_000, ascent_m=120.0)
    season.activity(week_day(0, 2), minutes=30, distance_m=5000, ascent_m=np.nan)
    season.activity(week_day(0, 3), minutes=30, sport="cycling", distance_m=12_000)
    season.activity(week_day(0, 4), minutes=10, sport="generic")
    table = weeks_of(season)
    got = {name: column(table, name)[0] for name in (
        "distance_m", "moving_s", "n_runs", "n_activities", "longest_run_m", "ascent_m", "cross_training_s",
        "cross_training_share", "long_run_share",
    )}  # fmt: skip
    assert got == pytest.approx({
        "distance_m": 15_000, "moving_s": 5400, "n_runs": 2, "n_activities": 4, "longest_run_m": 10_000,
        "ascent_m": 120,
        "cross_training_s": 1800, "cross_training_share": 0.25, "long_run_share": 2 / 3,
    })  # fmt: skip


def test_80_20_by_distance_time_and_sessions_side_by_side() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=80, distance_m=12_000, heart_rate=140, speeds={2.5: 80})
    season.activity(week_day(0, 2), minutes=80, distance_m=12_000, heart_rate=140, speeds={2.5: 80})
    season.activity(
        week_day(0, 4), minutes=40, distance_m=10_000, heart_rate={140: 10, 160: 10, 175: 20},
        speeds={2.5: 10, 3.5: 10, 4.5: 20},
    )  # fmt: skip
    season.bouts("interval", 6, 200.0, 4.5)
    table = weeks_of(season)
    by_time = 170 / 200
    assert column(table, "easy_share_time") == pytest.approx([by_time])
    assert column(table, "easy_share_time_heart_rate") == pytest.approx([by_time])
    assert column(table, "easy_share_time_pace") == pytest.approx([by_time])
    assert column(table, "easy_share_distance") == pytest.approx([26_500 / 34_000])
    assert column(table, "easy_share_sessions") == pytest.approx([2 / 3])
    assert column(table, "grey_share_time") == pytest.approx([10 / 200])
    assert column(table, "hard_share_time") == pytest.approx([20 / 200])
    assert column(table, "polarization_index") == pytest.approx([np.log10(0.85 / 0.05 * 0.10 * 100)])
    assert table["distribution_class"].tolist() == ["polarized"]
    assert table["easy_share_method"].tolist() == ["heart_rate"]
    assert table["easy_share_reason"].tolist() == [None]


def test_tempo_bouts_are_not_grey() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, heart_rate={140: 30, 160: 30})
    season.bouts("tempo", 1, 1500.0, 3.7)
    table = weeks_of(season)
    assert column(table, "grey_share_time") == pytest.approx([5 / 60])
    assert column(table, "tempo_s") == [1500.0]


def test_pace_stands_in_where_heart_rate_is_missing_and_nothing_is_said_of_neither() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, heart_rate=140, speeds={3.0: 60})
    season.activity(week_day(0, 2), minutes=60, speeds={3.0: 30, 3.5: 30})
    season.activity(week_day(1, 0), minutes=60, speeds={})
    table = weeks_of(season)
    assert table["easy_share_method"].tolist() == ["pace", None]
    assert column(table, "easy_share_time") == pytest.approx([0.75, np.nan], nan_ok=True)
    assert np.isnan(column(table, "easy_share_time_heart_rate")[0])
    assert table["easy_share_reason"][1] == "zones known for less than 80 % of the running time"
    assert table["polarization_reason"][1] == "no time in zones"


def test_key_sessions_and_their_spacing() -> None:
    season = Season()
    for week, weekday in ((0, 1), (0, 3), (1, 0)):
        season.activity(week_day(week, weekday), minutes=60, heart_rate={140: 40, 175: 20})
        season.bouts("interval", 5, 200.0, 4.3)
    season.activity(week_day(1, 2), minutes=60, heart_rate=140)
    table = weeks_of(season)
    assert column(table, "n_key_sessions") == [2, 1]
    assert column(table, "min_gap_h") == [47.0, 95.0]


def test_fast_time_strides_quality_and_goal_pace() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=60, heart_rate=150)
    season.bouts("interval", 4, 92.0, 1609.344 / 372.0)
    season.bouts("tempo", 1, 600.0, 3.8)
    season.bouts("hill", 2, 60.0, 3.0, confidence=0.3)
    season.strides(5, 20.0)
    season.activity(week_day(0, 2), strides_status="cannot_tell", n_strides=np.nan)
    season.activity(week_day(1, 2), strides_status="cannot_tell", n_strides=np.nan)
    table = weeks_of(season)
    assert column(table, "n_strides") == pytest.approx([5, np.nan], nan_ok=True)
    assert column(table, "fast_s")[0] == pytest.approx(4 * 92 + 5 * 20)
    assert column(table, "quality_s")[0] == pytest.approx(4 * 92 + 600)
    assert column(table, "quality_m")[0] == pytest.approx(4 * 92 * 1609.344 / 372 + 600 * 3.8)
    assert column(table, "goal_pace_m")[0] == pytest.approx(4 * 92 * 1609.344 / 372)


def test_ramp_spike_and_recovery_week() -> None:
    season = Season()
    scales = (1.0, 1.0, 1.0, 1.0, 1.05, 1.12, 1.30, 0.7, 1.0)
    for week, scale in enumerate(scales):
        plain_week(season, week, scale, key=week != 7)
    table = weeks_of(season)
    km = [40.0 * s for s in scales]
    ramp = [np.nan, *[b / a - 1 for a, b in pairwise(km[:-1])], np.nan]
    assert column(table, "ramp_frac") == pytest.approx(ramp, nan_ok=True)
    four = [np.nan] * 4 + [km[i] / np.mean(km[i - 4 : i]) - 1 for i in range(4, 8)] + [np.nan]
    assert column(table, "ramp_4_weeks_frac") == pytest.approx(four, nan_ok=True)
    bands = [
        None,
        "up to 10 %",
        "up to 10 %",
        "up to 10 %",
        "up to 10 %",
        "up to 10 %",
        "above 15 %",
        "up to 10 %",
        None,
    ]
    assert table["ramp_band"].tolist() == bands
    assert table["ramp_reason"][8] == "the last week of the lake may not be over"
    assert column(table, "spike_ratio")[6] == pytest.approx(1.30 / 1.12)
    assert column(table, "is_recovery_week") == pytest.approx([np.nan] * 3 + [0, 0, 0, 0, 1, np.nan], nan_ok=True)
    assert column(table, "weeks_since_recovery")[7:] == [0, 1]


def test_ramp_from_nothing_is_null_with_its_reason() -> None:
    season = Season()
    season.activity(week_day(0, 0))
    season.activity(week_day(2, 0))
    season.activity(week_day(3, 0))
    table = weeks_of(season)
    assert column(table, "ramp_frac") == pytest.approx([np.nan, -1.0, np.nan, np.nan], nan_ok=True)
    assert table["ramp_reason"][2] == "no running in the week before"
    late = Season()
    late.activity(week_day(0, 3))
    late.activity(week_day(1, 0))
    late.activity(week_day(2, 0))
    assert weeks_of(late)["ramp_reason"][1] == "the week before is not known in full"


def test_monotony_and_strain_of_known_days() -> None:
    season = Season()
    minutes = (40, 0, 60, 0, 40, 80, 0)
    for weekday, spent in enumerate(minutes):
        if spent:
            season.activity(week_day(0, weekday), minutes=spent, heart_rate=140)
    season.activity(week_day(1, 0), minutes=40, heart_rate=140)
    out = build_history(TOLD, season.tables())
    table, loads = out["weeks"], out["activities"]["load_trimp"]
    daily = np.array([loads[0], 0, loads[1], 0, loads[2], loads[3], 0])
    expected = daily.mean() / daily.std(ddof=1)
    assert column(table, "load")[0] == pytest.approx(daily.sum())
    assert column(table, "monotony") == pytest.approx([expected, np.nan], nan_ok=True)
    assert column(table, "strain")[0] == pytest.approx(expected * daily.sum())
    assert table["monotony_reason"][1] == "the last week of the lake may not be over"
    assert table["load_method"].tolist() == ["trimp", "trimp"]


def test_fitness_and_fatigue_settle_at_a_steady_load_and_are_hidden_at_first() -> None:
    season = Season()
    for day in range(26 * 7):
        season.activity(MONDAY + day, minutes=60, heart_rate=150)
    table = weeks_of(season)
    fitness, fatigue = column(table, "fitness"), column(table, "fatigue")
    assert np.isnan(fitness[:6]).all()
    assert np.isnan(fatigue[:6]).all()
    assert fitness[6:] == pytest.approx([108.1] * 20, abs=0.1)
    assert fatigue[-1] == pytest.approx(108.1, abs=0.1)


def test_loads_of_two_methods_are_never_added_up() -> None:
    season = Season()
    for week in range(10):
        for weekday in (0, 2, 4):
            season.activity(week_day(week, weekday), minutes=60, speeds={3.0: 60}, heart_rate=140 if week < 2 else None)
    table = weeks_of(season)
    out = build_history(TOLD, season.tables())["activities"]
    assert table["load_method"].tolist()[:2] == ["trimp", "trimp"]
    assert table["load_method"].tolist()[-1] == "pace"
    assert column(table, "load")[-1] == pytest.approx(out["load_pace"][-3:].sum())


def test_verdicts_rest_on_activities_that_can_be_opened() -> None:
    season = Season()
    for week in range(7):
        plain_week(season, week)
    jump = season.activity(week_day(6, 6), minutes=150, distance_m=26_000, hour=15.0, heart_rate=142)
    for weekday in (0, 1, 2, 3):
        season.activity(week_day(7, weekday), minutes=60, distance_m=11_000, heart_rate={140: 20, 160: 40})
    table = weeks_of(season)
    assert table["verdict"].tolist()[1:] == ["purposeful"] * 5 + ["partly", "unfocused"]
    assert "1 key session" in table["verdict_reason"][1]
    assert "longest of the 30 days" in table["verdict_reason"][6]
    assert jump in table["verdict_evidence"][6].split()
    assert "grey zone" in table["verdict_reason"][7]
    ids = set(season.tables()["activities"]["activity_id"])
    for words in table["verdict_evidence"]:
        assert set(words.split()) <= ids


def test_zones_made_from_easy_running_do_not_judge_it() -> None:
    season = Season()
    for week in range(3):
        for weekday in (0, 2, 4, 6):
            season.activity(week_day(week, weekday), minutes=40, speeds={2.4: 14, 2.6: 12, 2.9: 14})
    told = weeks_of(season, Athlete("ann", threshold_speed_mps=3.0))
    assert "of the time easy" in told["verdict_reason"][1]
    alone = weeks_of(season, Athlete("ann"))
    assert not np.isnan(column(alone, "easy_share_time")[1])
    assert "of the time easy" not in alone["verdict_reason"][1]


@pytest.mark.parametrize(
    ("warmup_s", "before", "verdict"),
    [(600.0, False, "purposeful"), (60.0, False, "partly"), (60.0, True, "purposeful")],
)
def test_hard_work_without_a_warm_up_is_noted(warmup_s: float, before: bool, verdict: str) -> None:
    season = Season()
    for week in range(3):
        plain_week(season, week)
    if before:
        season.activity(week_day(2, 5), minutes=20, hour=7.5, distance_m=2500, heart_rate=130)
    for row in season.rows["activities"]:
        if row["n_intervals"] and row["local_date"] == week_day(2, 5):
            row["warmup_s"] = warmup_s
    season.activity(week_day(3, 0))
    table = weeks_of(season)
    assert table["verdict"][2] == verdict, table["verdict_reason"][2]
    assert ("without a warm-up" in table["verdict_reason"][2]) == (verdict == "partly")


def test_variety_counts_different_purposes() -> None:
    season = Season()
    plain_week(season, 0)
    season.activity(week_day(0, 3), sport="cycling", minutes=40)
    assert column(weeks_of(season), "variety") == [4.0]  # easy, intervals, long, cross-training


def test_metres_of_a_car_count_in_no_week() -> None:
    season = Season()
    for week in range(6):
        for weekday in (0, 2, 5):
            car = 12_000.0 if (week, weekday) == (5, 2) else 0.0
            season.activity(week_day(week, weekday), distance_m=8000.0 + car, quality_too_fast_m=car)
    season.activity(week_day(6, 0), distance_m=8000.0)
    table = weeks_of(season)
    assert column(table, "distance_m")[:6] == [24_000.0] * 6
    assert column(table, "longest_run_m")[5] == 8000.0
    assert column(table, "ramp_frac")[5] == pytest.approx(0.0)
    assert column(table, "spike_ratio")[5] == pytest.approx(1.0)
