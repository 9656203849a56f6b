"""Session purpose: what each kind of session is told by, and when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.model.findings import Table
from runlake.model.plugins import Athlete

TOLD = Athlete(
    "ann", hr_max_bpm=190.0, hr_rest_bpm=50.0, hr_threshold_bpm=170.0, threshold_speed_mps=4.0,
    comfortable_speed_mps=3.0,
)  # fmt: skip


def habit(season: Season, weeks: int = 4) -> None:
    """Weeks of four easy runs of 40 minutes."""
    for week in range(weeks):
        for weekday in (0, 2, 4, 6):
            season.activity(week_day(week, weekday), minutes=40, speed_mps=3.0, heart_rate=140)


def last(season: Season, athlete: Athlete = TOLD) -> dict[str, object]:
    """Purpose columns of the last activity."""
    sessions: Table = build_history(athlete, season.tables())["activities"]
    names = ("purpose", "purpose_confidence", "purpose_reason", "purpose_runner_up")
    return {name.removeprefix("purpose_"): sessions[name][-1] for name in names}


def hard_run(season: Season, minutes: float = 50.0) -> None:
    """A run with a third of its time above threshold."""
    calm, hard = 2 / 3 * minutes, minutes / 3
    heart_rate, speeds = {140: calm, 175: hard}, {3.0: calm, 4.3: hard}
    season.activity(week_day(5, 2), minutes=minutes, speed_mps=3.3, heart_rate=heart_rate, speeds=speeds)


def easy(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=42, speed_mps=3.0, heart_rate=140)


def easy_strides(season: Season) -> None:
    easy(season)
    season.strides(6)


def recovery(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=28, speed_mps=2.7, heart_rate=125)


def long(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=95, speed_mps=2.95, heart_rate=143)


def long_for_her(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=65, speed_mps=2.95, heart_rate=143)


def intervals(season: Season) -> None:
    hard_run(season)
    season.bouts("interval", 6, 180.0, 4.3, rest_s=120.0, rest_kind="jog")


def hiit(season: Season) -> None:
    hard_run(season)
    season.bouts("interval", 10, 40.0, 5.0, rest_s=60.0, rest_kind="walk")


def sprints(season: Season) -> None:
    hard_run(season)
    season.bouts("sprint", 8, 20.0, 6.0)


def hills(season: Season) -> None:
    hard_run(season)
    season.bouts("hill", 8, 60.0, 3.4, mean_gap_speed_mps=4.6)


def tempo(season: Season) -> None:
    hard_run(season)
    season.bouts("tempo", 1, 1500.0, 3.85)


def fartlek(season: Season) -> None:
    hard_run(season)
    season.bouts("fartlek", 7, 70.0, 4.4)


def speed_play(season: Season) -> None:
    hard_run(season)
    season.bouts("interval", 6, 45.0, 5.0, rest_s=180.0, rest_kind="jog")


def progression(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=50, speed_mps=3.3, heart_rate={145: 20, 160: 30}, speeds={3.1: 25, 3.6: 25})
    season.splits([3.0, 3.05, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7])


def race(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=20.3, speed_mps=4.11, heart_rate=176, distance_m=5010.0)
    season.effort("5k", 5000.0, 5000 / 4.11)


def cross_training(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=60, sport="cycling", heart_rate=130)


def walk(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=60, sport="walking", speed_mps=1.4)


def walk_recorded_as_run(season: Season) -> None:
    season.activity(week_day(5, 2), minutes=60, speed_mps=1.4, mean_cadence_spm=112.0)


CASES: tuple[tuple[Callable[[Season], None], str], ...] = (
    (easy, "easy"),
    (easy_strides, "easy_strides"),
    (recovery, "recovery"),
    (long, "long"),
    (long_for_her, "long"),
    (intervals, "intervals"),
    (hiit, "hiit"),
    (sprints, "hiit"),
    (hills, "hills"),
    (tempo, "tempo"),
    (fartlek, "fartlek"),
    (speed_play, "fartlek"),
    (progression, "progression"),
    (race, "race"),
    (cross_training, "cross_training"),
    (walk, "walk"),
    (walk_recorded_as_run, "walk"),
)


@pytest.mark.parametrize(("add", "purpose"), CASES, ids=[add.__name__ for add, _ in CASES])
def test_each_kind_of_session_is_recognised(add: Callable[[Season], None], purpose: str) -> None:
    season = Season()
    habit(season)
    add(season)
    got = last(season)
    assert got["purpose"] == purpose, got
    assert 0.5 <= float(str(got["confidence"])) <= 1.0
    assert got["reason"]


def test_bouts_of_low_confidence_are_not_used() -> None:
    season = Season()
    habit(season)
    easy(season)
    season.bouts("interval", 6, 180.0, 4.3, confidence=0.4)
    assert last(season)["purpose"] == "easy"


def test_an_unsure_set_gives_an_unsure_purpose_and_a_weak_one_none() -> None:
    found = []
    for confidence in (0.95, 0.6, 0.5):
        season = Season()
        habit(season)
        hard_run(season)
        season.bouts("interval", 6, 180.0, 4.3, confidence=confidence)
        found.append(last(season))
    assert float(str(found[0]["confidence"])) > float(str(found[1]["confidence"]))
    assert [f["purpose"] for f in found[:2]] == ["intervals", "intervals"]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"sport": "generic"}, "does not say which"), ({"heart_rate": 160, "speed_mps": 3.5}, "neither easy nor")],
)
def test_it_abstains_rather_than_guesses(change: dict[str, object], words: str) -> None:
    season = Season()
    habit(season)
    season.activity(week_day(5, 2), minutes=45, **change)
    got = last(season)
    assert got["purpose"] == "unclear"
    assert words in str(got["reason"])
    assert float(str(got["confidence"])) <= 0.5


def test_without_thresholds_a_lone_run_is_unclear() -> None:
    season = Season()
    season.activity(week_day(0, 2), minutes=10)
    got = last(season, Athlete("ann"))
    assert got["purpose"] == "unclear"
    assert "no threshold known yet" in str(got["reason"])


def test_a_minute_of_anything_has_no_purpose() -> None:
    season = Season()
    habit(season)
    for speed in (0.8, 3.0):
        season.activity(week_day(5, 2), minutes=1, speed_mps=speed, heart_rate=140)
        got = last(season)
        assert got["purpose"] == "unclear"
        assert "too short to tell" in str(got["reason"])


def test_reasons_name_the_evidence() -> None:
    season = Season()
    habit(season)
    intervals(season)
    assert last(season)["reason"] == "6 reps, 18:00 of work at 108 % of critical speed, mean confidence 0.90"
    long(season)
    assert str(last(season)["reason"]).startswith("1:35:00 of running, 90 min or longer; 100 % of the time in zone 1")


def test_heart_rate_and_pace_that_disagree_make_it_less_sure() -> None:
    season = Season()
    habit(season)
    season.activity(week_day(5, 2), minutes=45, heart_rate=140, speeds={3.0: 45})
    agree = float(str(last(season)["confidence"]))
    season.activity(week_day(5, 4), minutes=45, heart_rate=140, speeds={3.0: 15, 3.5: 30})
    got = last(season)
    assert float(str(got["confidence"])) < agree
    assert "by heart rate" in str(got["reason"])
    assert "by pace" in str(got["reason"])


def test_usual_running_that_is_too_fast_for_zone_1_is_easy_and_says_so() -> None:
    season = Season()
    habit(season)
    season.activity(week_day(5, 2), minutes=45, speed_mps=3.1, heart_rate=156, speeds={3.1: 45})
    got = last(season)
    assert got["purpose"] == "easy"
    assert float(str(got["confidence"])) < 0.7
    assert str(got["reason"]).endswith("103 % of comfortable speed")
    assert "0 % of the time in zone 1 by heart rate" in str(got["reason"])


def test_a_slow_first_kilometre_is_no_progression() -> None:
    season = Season()
    habit(season)
    season.activity(week_day(5, 2), minutes=50, speed_mps=3.0, heart_rate=142)
    season.splits([2.7, 2.8, 2.85, 2.9, 2.95, 2.97, 3.0, 3.02, 3.04])
    assert last(season)["purpose"] == "easy"


def test_later_activities_do_not_change_a_purpose() -> None:
    season = Season()
    habit(season)
    for add, _ in CASES:
        add(season)
    all_sessions = build_history(TOLD, season.tables())["activities"]
    n = all_sessions.n_rows
    assert {"easy", "long", "intervals", "race"} <= set(all_sessions["purpose"])
    for week in range(6, 10):
        season.activity(week_day(week, 1), minutes=120, heart_rate=150)
    again = build_history(TOLD, season.tables())["activities"]
    assert again["purpose"][:n].tolist() == all_sessions["purpose"].tolist()
    assert np.allclose(again["purpose_confidence"][:n], all_sessions["purpose_confidence"])
