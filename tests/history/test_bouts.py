"""What a work bout meant on its day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.history.season import Season, week_day

from runlake.history import build_history
from runlake.model.plugins import Athlete

TOLD = Athlete("ann", hr_max_bpm=190.0, threshold_speed_mps=4.0, goal_ladder_s=(390.0, 360.0))


@pytest.mark.parametrize(
    ("speed_mps", "duration_s", "name"),
    [
        (3.2, 600.0, None),
        (3.5, 600.0, "tempo"),
        (3.9, 600.0, "threshold"),
        (4.3, 180.0, "vo2max"),
        (4.8, 90.0, "anaerobic"),
        (5.4, 90.0, "anaerobic"),
        (5.4, 20.0, "speed"),
    ],
)
def test_name_and_share_of_critical_speed(speed_mps: float, duration_s: float, name: str | None) -> None:
    season = Season()
    season.activity(week_day(0, 0))
    season.bouts("interval", 1, duration_s, speed_mps, max_heart_rate_bpm=171.0)
    out = build_history(TOLD, season.tables())["intervals"]
    assert out["intensity_name"][0] == name
    assert out["critical_speed_frac"][0] == pytest.approx(speed_mps / 4.0)
    assert out["hr_max_frac"][0] == pytest.approx(0.9)


def test_hills_are_judged_by_grade_adjusted_speed() -> None:
    season = Season()
    season.activity(week_day(0, 0))
    season.bouts("hill", 1, 60.0, 3.0, mean_gap_speed_mps=4.4)
    out = build_history(TOLD, season.tables())["intervals"]
    assert out["critical_speed_frac"][0] == pytest.approx(1.1)


def test_reps_stand_against_the_rung_of_their_day() -> None:
    season = Season()
    for day, mile in ((0, 400.0), (1, 380.0), (2, None)):
        season.activity(week_day(0, day))
        season.bouts("interval", 1, 90.0, 400 / 90.0, snapped_distance_m=400.0)
        if mile:
            season.effort("mile", 1609.344, mile)
    out = build_history(TOLD, season.tables())["intervals"]
    per_400 = [390 * 400 / 1609.344, 390 * 400 / 1609.344, 360 * 400 / 1609.344]
    assert out["goal_delta_s"].tolist() == pytest.approx([90 - s for s in per_400])


def test_no_thresholds_no_goal_no_values() -> None:
    season = Season()
    season.activity(week_day(0, 0), minutes=10)
    season.bouts("interval", 1, 90.0, 4.4, snapped_distance_m=400.0, max_heart_rate_bpm=180.0)
    out = build_history(replace(TOLD, hr_max_bpm=np.nan, threshold_speed_mps=np.nan, goal_ladder_s=()), season.tables())
    for name in ("critical_speed_frac", "hr_max_frac", "goal_delta_s"):
        assert np.isnan(out["intervals"][name][0])
    assert out["intervals"]["intensity_name"][0] is None
