"""Best efforts: exact on a known run, equal to a brute-force twin, and blind to glitches, gaps and bikes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import efforts as twin
from runlake.detect import best_efforts, splits
from runlake.detect._efforts import BY_DISTANCE, fastest_possible_s
from runlake.detect._series import distance_curve
from runlake.model.activity import Quality
from runlake.units import MILE_M
from support.activities import make_activity, with_distance


def find(activity):
    given_splits = splits.DETECTOR.find(activity, {}, splits.DETECTOR.settings)[0]
    return best_efforts.DETECTOR.find(activity, {"splits": given_splits}, best_efforts.DETECTOR.settings)[0]


def row(findings, effort):
    k = findings["effort"].tolist().index(effort)
    return {name: values[k] for name, values in findings.values.items()}


def efforts(findings):
    return set(findings["effort"].tolist())


def test_a_fast_mile_inside_an_easy_run_is_found_to_the_second():
    speed = np.full(2400, 2.8)
    speed[900 : 900 + 402] = MILE_M / 402
    best = row(find(make_activity(speed)), "mile")
    assert best["elapsed_s"] == pytest.approx(402.0, abs=1e-6)
    assert best["start_s"] == pytest.approx(900.0, abs=1e-6)
    assert best["quality"] == "ok"
    assert best["vdot"] == pytest.approx(best_efforts.vdot(MILE_M, 402.0))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000))
def test_efforts_equal_brute_force(seed):
    rng = np.random.default_rng(seed)
    activity = make_activity(np.clip(3.2 + 0.8 * rng.standard_normal(150), 0.5, 5.5))
    findings = find(activity)
    curve = distance_curve(activity)
    none = np.zeros(len(curve.time_s))
    for effort, target_m in BY_DISTANCE[:3]:
        start, end = twin.fastest_window(curve.time_s, curve.distance_m, none, target_m, 0.0)
        best = row(findings, effort)
        assert (best["start_s"], best["elapsed_s"]) == (start, end - start)
    for effort, target_s in (("5s", 5.0), ("30s", 30.0), ("1min", 60.0)):
        start, covered = twin.farthest_window(curve.time_s, curve.distance_m, none, target_s, 0.0)
        best = row(findings, effort)
        assert (best["start_s"], best["distance_m"]) == (start, covered)


@pytest.mark.parametrize("jump_m", [40.0, 150.0, 1200.0])
def test_a_gps_jump_sets_no_record(jump_m):
    clean = make_activity(np.full(2000, 3.0))
    speed = np.full(2000, 3.0)
    speed[700] += jump_m
    findings = find(make_activity(speed))
    for effort in ("100m", "400m", "mile", "3k", "1min", "5min"):
        assert row(findings, effort)["speed_mps"] == pytest.approx(row(find(clean), effort)["speed_mps"], rel=1e-6)


def test_distance_that_runs_away_from_the_speed_sensor_is_passed_over():
    best = row(find(run_away([(600, 640, 7.0)])), "400m")
    assert best["elapsed_s"] == pytest.approx(400 / 3, rel=0.005)


def run_away(spans, m=1800, **changes):
    """3 m/s by the speed sensor, while distance grows at other speeds in some spans."""
    activity = make_activity(np.full(m, 3.0), **changes)
    grown = np.full(m, 3.0)
    for start, end, speed in spans:
        grown[start:end] = speed
    distance = np.concatenate(([0.0], np.cumsum(grown)[:-1]))
    grid = dataclasses.replace(activity.grid, distance_m=distance)
    return dataclasses.replace(activity, grid=grid, channels={**activity.channels, "distance_m": distance})


def test_an_effort_that_the_speed_sensor_denies_gives_way_to_the_next_best():
    activity = run_away([(600, 720, 3.4), (1200, 1400, 3.1)])  # 13 % for two minutes; 3 % is within the error
    best = row(find(activity), "400m")
    assert best["quality"] == "ok"
    assert best["speed_mps"] == pytest.approx(3.1, rel=0.005)


def test_it_is_kept_with_a_flag_when_there_is_no_other():
    findings = find(run_away([(100, 300, 3.8)], m=400))
    assert row(findings, "800m")["quality"] == "glitch_near"
    assert row(findings, "800m")["elapsed_s"] < 220


def test_nobody_runs_faster_than_the_world_record():
    best = find(make_activity(np.full(1000, 6.5)))
    assert row(best, "mile")["elapsed_s"] == pytest.approx(MILE_M / 6.5)
    ride = find(make_activity(np.full(4000, 8.5)))  # someone saved it as a run
    for findings in (best, ride):
        for name, target_m in BY_DISTANCE:
            if name in efforts(findings):
                assert row(findings, name)["elapsed_s"] >= fastest_possible_s(target_m)
    assert "mile" not in efforts(ride)
    assert "10k" not in efforts(ride)


def test_a_pause_counts_and_is_flagged():
    on = np.ones(400, dtype=bool)
    on[150:210] = False
    best = row(find(make_activity(np.full(400, 4.0), is_timer_on=on)), "1k")
    assert best["elapsed_s"] == pytest.approx(1000 / 4 + 60)
    assert best["pause_s"] == pytest.approx(60.0)
    assert best["quality"] == "paused"


def test_downhill_is_flagged():
    activity = make_activity(
        np.full(400, 4.0),
        grade_frac=np.full(400, -0.05),
        quality=Quality(median_dt_s=1.0, speed_source="device", altitude_kind="barometer"),
    )
    assert row(find(activity), "1k")["quality"] == "downhill"


def test_a_long_gap_is_passed_over_and_a_short_one_flagged():
    speed = np.full(1600, 3.0)
    speed[500:560] = 4.0  # what the watch made up across a tunnel
    whole = make_activity(speed)
    keep = np.ones(whole.n, dtype=bool)
    keep[501:560] = False
    channels = {name: np.ascontiguousarray(v[keep]) for name, v in whole.channels.items()}
    activity = dataclasses.replace(whole, time_s=whole.time_s[keep], channels=channels)
    findings = find(activity)
    assert row(findings, "400m")["speed_mps"] == pytest.approx(3.0, rel=1e-6)
    assert row(findings, "400m")["quality"] == "ok"
    assert row(findings, "3k")["quality"] == "gap"


def test_a_race_that_gps_made_short_is_kept_with_a_flag():
    best = row(find(make_activity(np.full(1246, 4.0))), "5k")
    assert best["distance_m"] == pytest.approx(4980.0)
    assert best["quality"] == "short_gps"


def test_indoors_is_flagged_and_a_ride_has_no_efforts():
    indoor = find(make_activity(np.full(400, 3.0), is_indoor=True))
    assert indoor["is_indoor"].all()
    assert find(make_activity(np.full(400, 9.0), sport="cycling")).n_rows == 0


@pytest.mark.parametrize("speed_mps", [0.3, 0.6, 9.0])
def test_vdot_of_a_stroll_or_a_car_is_none(speed_mps):
    assert np.isnan(best_efforts.vdot(speed_mps * 1800.0, 1800.0))
    efforts = find(make_activity(np.full(2001, speed_mps)))["vdot"]
    assert np.all(np.isnan(efforts) | (efforts > 10.0))


def late(true_m, lumps):
    """Distance that stands still from each `start` on and has caught up at `end`."""
    distance = true_m.copy()
    for start, end in lumps:
        distance[start:end] = true_m[start]
    return distance


@pytest.mark.parametrize("at_s", [95, 100, 105])
@pytest.mark.parametrize("lump_s", [3, 4, 5, 8, 12])
def test_distance_that_comes_late_and_in_lumps_hides_no_effort(lump_s, at_s):
    speed = np.full(2400, 2.8)
    speed[900:1260] = 4.6
    smooth = make_activity(speed)
    # Whole strides of 3 m, a lump every 40 s.
    strides = 3.0 * np.floor(smooth.channels["distance_m"] / 3.0)
    findings = find(with_distance(smooth, late(strides, [(at, at + lump_s) for at in range(at_s, 2300, 40)])))
    for effort in ("100m", "400m", "1k", "mile", "1min", "5min"):
        best, wanted = row(findings, effort), row(find(smooth), effort)
        assert best["quality"] == "ok"
        assert best["speed_mps"] == pytest.approx(wanted["speed_mps"], rel=0.015)


@pytest.mark.parametrize("lead_s", [-3, 0, 3])
@pytest.mark.parametrize("jump_m", [25.0, 60.0, 200.0])
def test_a_jump_beyond_what_was_late_stays_a_glitch(jump_m, lead_s):
    true = make_activity(np.full(1800, 3.0))
    distance = late(true.channels["distance_m"], [(795, 800)])
    distance[800:] += jump_m
    speed = np.full(1800, 3.0)
    speed[797 + lead_s : 802 + lead_s] += jump_m / 5.0  # the speed of the watch knows of the jump, early or late
    for watch in (true, make_activity(speed)):
        findings = find(with_distance(watch, distance))
        for effort in efforts(findings) & {"100m", "400m", "mile", "1min", "5min"}:
            assert row(findings, effort)["speed_mps"] == pytest.approx(3.0, rel=0.01)
        assert {"400m", "mile", "5min"} <= efforts(findings)


def test_a_mile_from_a_stand_takes_as_long_as_it_took():
    true = np.concatenate([np.full(600, 2.5), np.zeros(90), np.full(440, MILE_M / 440.0), np.full(600, 2.4)])
    smooth = make_activity(true)
    # The watch shows speed 4 s later than it counts distance, whatever prepare made of it.
    shown = np.concatenate([np.full(4, true[0]), true[:-4]])
    watch = dataclasses.replace(make_activity(shown), channels={**smooth.channels, "speed_mps": shown})
    late_speed = with_distance(watch, smooth.channels["distance_m"])
    assert row(find(smooth), "mile")["elapsed_s"] == pytest.approx(440.0, abs=0.05)
    assert row(find(late_speed), "mile")["elapsed_s"] == pytest.approx(440.0, abs=0.6)
