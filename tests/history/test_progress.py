"""Progress: trends whose answer is built in."""

from __future__ import annotations

import numpy as np
import pytest
from tests.history.season import MONDAY, Season, week_day

from runlake.history import build_history
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

TOLD = Athlete(
    "ann", hr_max_bpm=190.0, hr_rest_bpm=50.0, hr_threshold_bpm=170.0, threshold_speed_mps=4.0,
    comfortable_speed_mps=3.0,
)  # fmt: skip


def measure(season: Season, name: str, athlete: Athlete = TOLD) -> Table:
    """The rows of one measure, by date."""
    table = build_history(athlete, season.tables())["progress"]
    return table.where(table["measure"] == name)


def easy(season: Season, day: float, **changes: object) -> str:
    """An easy run of 50 minutes."""
    return season.activity(day, minutes=50, speed_mps=3.0, heart_rate=140, **changes)


def test_bests_are_running_minima_with_their_activity() -> None:
    season = Season()
    ids = []
    for day, (mile, ten_min) in enumerate(((500.0, 1900.0), (490.0, 1890.0), (495.0, 1950.0))):
        ids.append(easy(season, MONDAY + day))
        season.effort("mile", 1609.344, mile)
        season.effort("10min", ten_min, 600.0, by_time=True)
    miles = measure(season, "best_mile")
    assert miles["value"].tolist() == [500.0, 490.0]
    assert miles["activity_id"].tolist() == ids[:2]
    assert set(miles["unit"]) == {"s"}
    ten = measure(season, "best_10min")
    assert ten["value"].tolist() == [1900.0, 1950.0]
    assert set(ten["unit"]) == {"m"}


def test_equivalents_take_the_best_effort_and_leave_out_what_was_not_hard() -> None:
    season = Season()
    for week, (five_k, mile) in enumerate(((1200.0, 420.0), (1900.0, 600.0))):
        easy(season, week_day(week, 0))
        season.effort("5k", 5000.0, five_k)
        season.effort("mile", 1609.344, mile)
    rows = measure(season, "mile_equivalent")
    assert rows["value"].tolist() == pytest.approx([1200.0 * (1609.344 / 5000.0) ** 1.06])
    assert rows["note"].tolist() == ["from 5k"]


def test_comfortable_mile_is_below_threshold_heart_rate() -> None:
    season = Season()
    for day, bpm in enumerate((150.0, 176.0, np.nan)):
        easy(season, MONDAY + day)
        season.effort("mile", 1609.344, 540.0, mean_heart_rate_bpm=bpm)
    assert measure(season, "comfortable_mile")["local_date"].tolist() == [MONDAY]


def test_efficiency_of_easy_runs_and_its_rolling_median() -> None:
    season = Season()
    for day in range(28):
        easy(season, MONDAY + day, efficiency_m_per_beat=1.20 + 0.001 * day)
    season.activity(MONDAY + 27, sport="cycling", efficiency_m_per_beat=9.0, hour=15.0)
    assert measure(season, "efficiency")["value"].tolist() == pytest.approx([1.20 + 0.001 * d for d in range(28)])
    rolling = measure(season, "efficiency_28d")
    assert rolling["local_date"].tolist() == [MONDAY + 7 * w for w in range(1, 5)]
    assert rolling["value"][-1] == pytest.approx(1.2135)
    assert rolling["low"][-1] < 1.2135 < rolling["high"][-1]


def form_rows(season: Season, speed_mps: float, cadence_spm: float, grade: float = 0.0) -> None:
    """Ten minutes in one bin of the last activity."""
    season.row(
        "form", speed_bin_mps=np.floor(speed_mps * 4) / 4, grade_bin_frac=grade, seconds=600.0,
        distance_m=600 * speed_mps, mean_speed_mps=speed_mps, cadence_spm=cadence_spm,
        step_length_m=60 * speed_mps / cadence_spm, heart_rate_bpm=141.0,
    )  # fmt: skip


def test_cadence_and_step_length_at_comfortable_speed_on_the_flat() -> None:
    season = Season()
    easy(season, MONDAY)
    form_rows(season, 3.05, 168.0)
    form_rows(season, 4.4, 190.0)
    form_rows(season, 3.0, 150.0, grade=0.06)
    assert measure(season, "cadence_at_comfortable")["value"].tolist() == [168.0]
    assert measure(season, "step_length_at_comfortable")["value"].tolist() == pytest.approx([60 * 3.05 / 168])
    assert measure(season, "heart_rate_at_comfortable")["value"].tolist() == [141.0]


def test_longer_steps_at_the_same_speed_are_noted_as_reaching() -> None:
    season = Season()
    for day in range(0, 60, 2):
        easy(season, MONDAY + day)
        form_rows(season, 3.0, 170.0 if day < 56 else 160.0)
    rows = measure(season, "step_length_excess")
    assert rows["value"][-1] == pytest.approx(170 / 160 - 1)
    assert rows["note"][-1].startswith("reaching")
    assert rows["value"][0] == pytest.approx(0.0)
    assert rows["note"][0] is None


def test_a_gain_in_speed_is_split_into_cadence_and_step_length() -> None:
    season = Season()
    for day in range(0, 126, 3):
        easy(season, MONDAY + day)
        gain = 0.06 if day >= 84 else 0.0  # 6 % faster, a third of it by cadence
        form_rows(season, 2.9 * np.exp(gain), 165.0 * np.exp(gain / 3))
    rows = measure(season, "cadence_share_of_speed_change")
    assert rows["value"][-1] == pytest.approx(1 / 3)
    assert rows["note"][-1] == "speed +6.0 %: cadence +2.0 %, step length +4.0 %"
    assert rows["local_date"].min() > MONDAY + 84


def test_fatigue_onset_is_censored_where_none_came() -> None:
    season = Season()
    for day, onset in enumerate((1800.0, np.nan)):
        easy(season, MONDAY + day)
        season.row(
            "fatigue", onset_s=onset, is_censored=float(np.isnan(onset)), decoupling_frac=0.04, durability_frac=1.06
        )
    rows = measure(season, "fatigue_onset")
    assert rows["value"].tolist() == [1800.0, 3000.0]
    assert rows["is_censored"].tolist() == [0.0, 1.0]
    assert measure(season, "decoupling")["value"].tolist() == [0.04, 0.04]
    assert measure(season, "durability")["value"].tolist() == [1.06, 1.06]


def test_trend_of_fatigue_onset_with_censoring() -> None:
    season = Season()
    for week in range(10):  # onset 60 s later every week, out of sight from week 7 on
        season.activity(week_day(week, 6), minutes=90, speed_mps=3.0, heart_rate=140)
        onset = 3300.0 + 60.0 * week
        season.row("fatigue", onset_s=onset if week < 7 else np.nan, is_censored=float(week >= 7))
    rows = measure(season, "fatigue_onset_trend")
    assert rows["value"][2] == pytest.approx(60.0 * 30 / 7)
    assert rows["value"][-1] > 0
    assert rows["note"][-1] == "3 of 10 comparable runs without fatigue before the end; earliest onset 55 min"
    assert len(rows["value"]) == 6  # from the fifth run on


def test_the_same_workout_again() -> None:
    season = Season()
    for week, speed in enumerate((4.0, 4.1)):
        easy(season, week_day(week, 2))
        season.row(
            "interval_sets", set_no=1, kind="interval", n_reps=6, shorthand="6x400 m (1:30 jog)",
            structure_key="interval:6x400m/90s", start_s=600.0, end_s=1800.0, work_s=600.0, mean_speed_mps=speed,
            confidence=0.9,
        )  # fmt: skip
    easy(season, week_day(2, 2))
    season.row(
        "interval_sets", set_no=1, kind="interval", n_reps=3, shorthand="3x1 km", structure_key="once", start_s=600.0,
        end_s=1800.0, work_s=600.0, mean_speed_mps=4.0, confidence=0.9,
    )  # fmt: skip
    table = build_history(TOLD, season.tables())["progress"]
    sets = table.where(np.array([m.startswith("set:") for m in table["measure"]]))
    assert sets["measure"].tolist() == ["set:interval:6x400m/90s"] * 2
    assert sets["value"].tolist() == [4.0, 4.1]
    assert sets["note"].tolist() == ["6x400 m (1:30 jog)"] * 2


@pytest.mark.parametrize(("volume", "gain", "flag"), [(1.3, 0.0, 1.0), (1.3, 0.03, 0.0), (1.0, 0.0, 0.0)])
def test_plateau_is_more_distance_without_getting_better(volume: float, gain: float, flag: float) -> None:
    season = Season()
    for day in range(0, 119, 2):
        late = day >= 56
        minutes = 50.0 * (volume if late else 1.0)
        speed = 3.0 * (1 + gain if late else 1.0)
        season.activity(
            MONDAY + day, minutes=minutes, speed_mps=speed, heart_rate=140, efficiency_m_per_beat=speed / 2.5
        )
    rows = measure(season, "plateau")
    assert rows["value"][0] == flag
    assert "over 8 weeks" in rows["note"][0]


def test_thresholds_are_measures_with_their_range() -> None:
    season = Season()
    for week in range(4):
        for weekday in (0, 2, 4):
            season.activity(week_day(week, weekday), minutes=40, speed_mps=2.6 + 0.1 * week, heart_rate=138)
    rows = measure(season, "comfortable_speed", Athlete("ann", hr_max_bpm=190.0))
    assert (np.diff(rows["value"]) >= 0).all()
    assert rows["value"][-1] == pytest.approx(2.775, abs=0.01)
    assert (rows["low"] <= rows["value"]).all()
    assert set(rows["activity_id"]) == {None}


def test_recovery_after_reps_and_kick_of_races() -> None:
    season = Season()
    easy(season, MONDAY)
    season.bouts("interval", 4, 180.0, 4.3, heart_rate_drop_60s_bpm=32.0)
    season.activity(MONDAY + 3, minutes=20.3, speed_mps=4.11, heart_rate=176, distance_m=5010.0)
    season.effort("5k", 5000.0, 5000 / 4.11)
    season.row("pacing", effort="5k", start_s=0.0, distance_m=5000.0, elapsed_s=5000 / 4.11, last_400_kick_frac=0.05)
    assert measure(season, "heart_rate_drop_60s")["value"].tolist() == [32.0]
    assert measure(season, "kick_5k")["value"].tolist() == [0.05]


def test_keys_are_unique_and_units_given() -> None:
    season = Season()
    for day in range(40):
        easy(season, MONDAY + day, efficiency_m_per_beat=1.2)
        season.effort("mile", 1609.344, 480.0 - day)
    table = build_history(TOLD, season.tables())["progress"]
    keys = list(zip(table["measure"], table["local_date"], table["activity_id"], strict=True))
    assert len(set(keys)) == len(keys)
    assert all(table["unit"])
    assert set(table["athlete_id"]) == {"ann"}
