"""Pacing of a race: known quarters come out, and everything that is no single effort stays silent."""

import numpy as np
import pytest

from runlake.detect import pacing, splits
from runlake.units import MILE_M
from support.activities import make_activity
from support.bouts import made_bouts


def find(activity, **bouts):
    found = made_bouts(**bouts)
    found["splits"] = splits.DETECTOR.find(activity, {}, splits.DETECTOR.settings)[0]
    return pacing.DETECTOR.find(activity, found, pacing.DETECTOR.settings)[0]


def quarters(*speeds, total_m=MILE_M, lead_m=9.344):
    """1 Hz speed of a run in which each quarter has its speed, exactly in distance."""
    parts = np.array([lead_m, *[(total_m - lead_m) / 4] * 4])
    at_m = np.concatenate(([0.0], np.cumsum(parts)))
    at_s = np.concatenate(([0.0], np.cumsum(parts / np.array([speeds[0], *speeds]))))
    second = np.arange(int(np.ceil(at_s[-1])) + 1)
    return np.append(np.diff(np.interp(second, at_s, at_m)), 0.0)


def test_a_mile_run_too_fast_at_first_with_a_sag_and_a_kick():
    speeds = (5.5, 5.0, 4.6, 5.155)  # ends on a whole second, as a 1 Hz activity has to
    found = find(make_activity(quarters(*speeds)))
    assert found["effort"].tolist() == ["mile"]
    for k, speed in enumerate(speeds):
        assert found[f"lap_{k + 1}_s"][0] == pytest.approx(400 / speed, abs=0.1)
    total_s = 9.344 / 5.5 + sum(400 / v for v in speeds)
    assert found["first_lap_overspeed_frac"][0] == pytest.approx(5.5 * total_s / MILE_M - 1, abs=0.005)
    assert found["third_lap_sag_s"][0] == pytest.approx(400 / 4.6 - (80 + 400 / 5.155) / 2, abs=0.5)
    before = (9.344 + 400) / 5.5 + 80 + 400 / 4.6
    assert found["last_400_kick_frac"][0] == pytest.approx(5.155 / (1209.344 / before) - 1, abs=0.005)
    assert found["split_verdict"][0] == "positive"
    assert found["has_bonk"][0] == 0.0


@pytest.mark.parametrize(("speeds", "verdict"), [((4.0, 4.0, 4.0, 4.0), "even"), ((4.0, 4.0, 4.2, 4.3), "negative")])
def test_verdict_of_the_halves(speeds, verdict):
    found = find(make_activity(quarters(*speeds, total_m=5000.0, lead_m=0.0)))
    assert found["effort"].tolist() == ["5k"]
    assert found["split_verdict"][0] == verdict
    halves = 1 / speeds[0] + 1 / speeds[1], 1 / speeds[2] + 1 / speeds[3]
    assert found["split_index"][0] == pytest.approx((halves[1] - halves[0]) / sum(halves), abs=0.002)


def test_even_pace_is_controlled_and_surging_is_not():
    even = find(make_activity(quarters(4.0, 4.0, 4.0, 4.0)))["controlled_cv_frac"][0]
    wave = 4.0 + 0.4 * np.sign(np.sin(np.arange(405) / 8.0))
    surging = find(make_activity(wave))["controlled_cv_frac"][0]
    assert even < 0.002
    assert surging > 0.03


def test_a_bonk_lasts_to_the_end():
    found = find(make_activity(np.repeat([4.0, 3.4], [1700, 940])))
    assert found["effort"].tolist() == ["10k"]
    assert found["has_bonk"][0] == 1.0
    held = find(make_activity(np.repeat([4.0, 3.4, 4.0], [1500, 300, 745])))
    assert held["has_bonk"][0] == 0.0


def trial():
    """12 min of jogging, a mile at 4.6 m/s, 12 min of jogging; begin and end of the bout as a detector sees them."""
    n = round(MILE_M / 4.6)
    speed = np.concatenate((np.full(720, 2.6), np.full(n, MILE_M / n), np.full(700, 2.5)))
    return make_activity(speed), (717.0, 720.0 + n + 2.0), n


def test_a_time_trial_between_warm_up_and_cool_down_is_found():
    activity, bout, n = trial()
    found = find(activity, intervals=[bout])
    assert found["effort"].tolist() == ["mile"]
    assert found["start_s"][0] == pytest.approx(720.0, abs=0.01)
    assert found["elapsed_s"][0] == pytest.approx(n, abs=0.01)


def test_interval_sessions_broken_runs_and_odd_distances_are_silent():
    activity, bout, _ = trial()
    assert find(activity, intervals=[bout, (1150.0, 1300.0)]).n_rows == 0
    assert find(activity, intervals=[(720.0, 900.0)]).n_rows == 0  # a bout of 800 m
    assert find(activity).n_rows == 0  # 5.2 km in all, with no bout
    stopped = np.concatenate((np.full(600, 4.0), np.zeros(90), np.full(655, 4.0)))
    assert find(make_activity(stopped)).n_rows == 0
    paused = np.ones(1345, dtype=bool)
    paused[600:690] = False
    assert find(make_activity(np.full(1345, 4.0), is_timer_on=paused)).n_rows == 0
    assert find(make_activity(np.full(1400, 1.3))).n_rows == 0  # a walk of a mile
    assert find(make_activity(np.full(1250, 4.0), sport="cycling")).n_rows == 0


def test_strides_in_an_easy_run_of_5_km_make_it_no_race():
    speed = np.full(1650, 3.05)
    assert find(make_activity(speed)).n_rows == 1
    assert find(make_activity(speed), strides=[(1400.0, 1420.0), (1500.0, 1520.0)]).n_rows == 0


def test_a_race_with_a_slow_start_and_a_bout_over_the_rest_of_it_is_the_whole_race():
    speed = np.concatenate((np.full(300, 2.0), np.full(1700, 5.55)))  # a crowded start of 600 m, 10 km in all
    found = find(make_activity(speed), intervals=[(302.0, 1998.0)])
    assert found["effort"].tolist() == ["10k"]
    assert found["split_verdict"][0] == "negative"
