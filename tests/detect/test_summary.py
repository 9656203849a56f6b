"""The row of an activity: totals, means, session shape and quality, each with its answer built in."""

import dataclasses

import numpy as np
import pytest

from runlake.detect import best_efforts, splits, summary
from runlake.model.activity import Quality
from runlake.model.recording import DeviceTotals
from support.activities import make_activity
from support.bouts import made_bouts


def find(activity, **bouts):
    found = made_bouts(**bouts)
    found["splits"] = splits.DETECTOR.find(activity, {}, splits.DETECTOR.settings)[0]
    found["best_efforts"] = best_efforts.DETECTOR.find(activity, found, best_efforts.DETECTOR.settings)[0]
    findings = summary.DETECTOR.find(activity, found, summary.DETECTOR.settings)[0]
    assert findings.n_rows == 1
    return {name: values[0] for name, values in findings.values.items()}


@pytest.mark.parametrize(("seconds", "is_known"), [(150, False), (450, True)])
def test_the_mean_of_a_strap_that_died_in_the_warm_up_is_not_that_of_the_session(seconds, is_known):
    heart = np.full(601, np.nan)
    heart[:seconds] = 110.0
    row = find(make_activity(np.full(601, 3.0), heart_rate_bpm=heart))
    assert row["max_heart_rate_bpm"] == 110.0
    if is_known:
        assert row["mean_heart_rate_bpm"] == 110.0
    else:
        assert np.isnan(row["mean_heart_rate_bpm"])


def test_a_sparse_recording_with_heart_rate_throughout_has_its_mean():
    run = make_activity(np.full(601, 3.0))
    bpm = np.full(601, np.nan)
    bpm[::60] = 140.0  # a sample a minute: no second between two is known
    channels = {**run.channels, "heart_rate_bpm": np.full(601, 140.0)}
    sparse = dataclasses.replace(run, channels=channels, grid=dataclasses.replace(run.grid, heart_rate_bpm=bpm))
    assert find(sparse)["mean_heart_rate_bpm"] == 140.0


def test_three_clocks_are_kept_apart():
    speed = np.full(1001, 3.0)
    speed[200:300] = 0.0  # standing with the timer on
    on = np.ones(1001, dtype=bool)
    on[500:560] = False
    row = find(make_activity(speed, is_timer_on=on))
    assert row["elapsed_s"] == 1000.0
    assert row["timer_s"] == pytest.approx(940.0)
    assert row["moving_s"] == pytest.approx(840.0)
    assert row["distance_m"] == pytest.approx(2520.0)
    assert row["mean_speed_mps"] == pytest.approx(2520 / 940)
    assert row["end_time_utc"] - row["start_time_utc"] == 1000.0


def test_means_are_over_time_and_peaks_over_five_seconds():
    heart = np.full(601, 140.0)
    heart[300:305] = 180.0
    heart[400] = 220.0  # one beat alone is no maximum
    speed = np.full(601, 3.0)
    speed[100:105] = 6.0
    row = find(make_activity(speed, heart_rate_bpm=heart, cadence_spm=np.full(601, 166.0)))
    assert row["max_heart_rate_bpm"] == pytest.approx(180.0)
    assert row["mean_heart_rate_bpm"] == pytest.approx(heart.mean(), abs=0.1)
    assert row["max_speed_mps"] == pytest.approx(6.0)
    assert row["mean_cadence_spm"] == pytest.approx(166.0)


def test_walking_does_not_dilute_running_cadence():
    cadence = np.repeat([168.0, 110.0], [300, 301])
    assert find(make_activity(np.repeat([3.0, 1.5], [300, 301]), cadence_spm=cadence))[
        "mean_cadence_spm"
    ] == pytest.approx(168.0)


def test_coasting_does_not_dilute_cadence_of_a_ride():
    cadence = np.repeat([90.0, 0.0], [300, 301])
    row = find(make_activity(np.full(601, 8.0), cadence_spm=cadence, sport="cycling"))
    assert row["mean_cadence_spm"] == pytest.approx(90.0)
    assert row["strides_status"] is None
    assert row["shorthand"] is None


def test_climb_counts_what_noise_does_not_make():
    rng = np.random.default_rng(1)
    altitude = np.interp(np.arange(1201), [0, 600, 1200], [50, 110, 80]) + rng.uniform(-0.5, 0.5, 1201)
    quality = Quality(altitude_kind="barometer")
    row = find(make_activity(np.full(1201, 3.0), altitude_m=altitude, quality=quality))
    assert row["ascent_m"] == pytest.approx(60.0, abs=1.5)
    assert row["descent_m"] == pytest.approx(30.0, abs=1.5)


def test_a_session_is_written_as_a_coach_would():
    m = 720 + 6 * 90 + 5 * 90 + 600 + 1
    bouts = [(720.0 + 180 * k, 720.0 + 180 * k + 90) for k in range(6)]
    row = find(make_activity(np.full(m, 3.0)), intervals=bouts, sets=[(720.0, 1710.0, "6x400 m (1:30 jog)")])
    assert row["shorthand"] == "wu 12:00 + 6x400 m (1:30 jog) + cd 10:00"
    assert (row["warmup_s"], row["cooldown_s"], row["work_s"]) == (720.0, 600.0, 540.0)
    assert row["n_intervals"] == 6


def test_a_run_with_strides_and_one_without_anything():
    strides = [(1500.0 + 80 * k, 1520.0 + 80 * k) for k in range(6)]
    row = find(make_activity(np.full(2401, 3.0)), strides=strides)
    assert row["shorthand"] == "run 40:00 + 6x0:20 strides"
    assert (row["n_strides"], row["strides_status"]) == (6, "found")
    plain = find(make_activity(np.full(3601, 3.0)))
    assert plain["shorthand"] == "run 1:00:00"
    assert plain["strides_status"] == "none"
    assert np.isnan(plain["warmup_s"])
    assert np.isnan(plain["work_s"])


def test_a_pause_does_not_lengthen_the_warm_up():
    on = np.ones(2001, dtype=bool)
    on[300:600] = False
    row = find(make_activity(np.full(2001, 3.0), is_timer_on=on), intervals=[(1200.0, 1500.0)])
    assert row["warmup_s"] == pytest.approx(900.0, abs=1.0)


def test_bouts_of_low_confidence_do_not_count():
    row = find(make_activity(np.full(2001, 3.0)), intervals=[(1200.0, 1500.0)], confidence=0.4)
    assert row["n_intervals"] == 0
    assert np.isnan(row["warmup_s"])


def test_coarse_recording_cannot_tell_strides():
    quality = Quality(median_dt_s=7.0, are_short_reps_reliable=0.0)
    row = find(make_activity(np.full(601, 3.0), quality=quality))
    assert row["strides_status"] == "cannot_tell"
    assert "7 s" in row["strides_reason"]


def test_efficiency_is_metres_a_beat_of_easy_running():
    m = 2401
    row = find(make_activity(np.full(m, 3.0), heart_rate_bpm=np.full(m, 150.0)))
    assert row["efficiency_m_per_beat"] == pytest.approx(60 * 3.0 / 150)
    for speed, heart, seconds in (
        (3.0, 150.0, 600),
        (3.2, 75.0, m),
    ):  # too short; a sensor that misses every other beat
        run = make_activity(np.full(seconds, speed), heart_rate_bpm=np.full(seconds, heart))
        assert np.isnan(find(run)["efficiency_m_per_beat"])


def test_quality_and_the_watch_s_own_totals_are_passed_on():
    quality = Quality(**{f.name: 0.25 for f in dataclasses.fields(Quality) if f.type == "float"}, altitude_kind="gps")
    totals = DeviceTotals(distance_m=5012.0, timer_s=1500.0, ascent_m=31.0, mean_heart_rate_bpm=151.0, vo2max=52.0)
    row = find(make_activity(np.full(100, 3.0), quality=quality, totals=totals, utc_offset_s=7200.0, name="Track"))
    for field in dataclasses.fields(Quality):
        expected = getattr(quality, field.name)
        assert row[f"quality_{field.name}"] == (expected if expected != "" else None)
    assert (row["device_distance_m"], row["device_vo2max"]) == (5012.0, 52.0)
    assert row["start_time_local"] - row["start_time_utc"] == 7200.0
    assert row["name"] == "Track"


def test_without_distance_nothing_is_made_up():
    activity = make_activity(np.full(301, np.nan), heart_rate_bpm=np.full(301, 120.0), sport="training")
    channels = {**activity.channels, "distance_m": np.full(301, np.nan)}
    grid = dataclasses.replace(activity.grid, distance_m=np.full(301, np.nan))
    row = find(dataclasses.replace(activity, channels=channels, grid=grid))
    for name in ("distance_m", "moving_s", "mean_speed_mps", "max_speed_mps", "mean_gap_speed_mps", "ascent_m"):
        assert np.isnan(row[name]), name
    assert row["mean_heart_rate_bpm"] == 120.0


def test_where_speed_comes_from():
    # Cadence grows by 30 % of the logarithm of speed, so step length takes 70 %.
    speed = np.repeat([2.6, 3.0, 3.6, 4.4], 300)
    cadence = 165.0 * (speed / 3.0) ** 0.3
    row = find(make_activity(speed, cadence_spm=cadence))
    assert row["speed_from_step_length_frac"] == pytest.approx(0.7, abs=0.01)
    alike = find(make_activity(np.full(1200, 3.0), cadence_spm=np.full(1200, 166.0)))
    assert np.isnan(alike["speed_from_step_length_frac"])


def test_a_slow_swim_moves_and_a_sensor_that_sees_nothing_says_nothing():
    assert find(make_activity(np.full(601, 0.4), sport="swimming"))["moving_s"] == 600.0
    assert np.isnan(find(make_activity(np.full(601, 0.0), sport="fitness_equipment"))["moving_s"])


def test_the_way_home_in_the_car_is_told_from_the_run():
    speed = np.concatenate((np.full(1800, 3.0), np.full(600, 20.0), np.full(300, 3.0)))
    row = find(make_activity(speed))
    assert row["quality_too_fast_m"] == pytest.approx(12_000.0, abs=60.0)
    assert row["distance_m"] == pytest.approx(18_297.0, abs=3.0)
    assert np.isnan(find(make_activity(speed, sport="cycling"))["quality_too_fast_m"])


def test_time_in_a_vehicle_is_neither_moving_nor_running():
    speed = np.concatenate((np.full(1800, 3.0), np.full(600, 20.0), np.full(301, 3.0)))
    heart = np.concatenate((np.full(1800, 150.0), np.full(600, 90.0), np.full(301, 150.0)))
    run = make_activity(speed, heart_rate_bpm=heart)
    vehicle = {"vehicle_start_s": np.array([1800.0]), "vehicle_end_s": np.array([2400.0])}
    quality = dataclasses.replace(run.quality, vehicle_s=600.0)
    row = find(dataclasses.replace(run, quality=quality, **vehicle))
    assert row["timer_s"] == 2700.0
    assert row["moving_s"] == 2100.0
    assert row["mean_heart_rate_bpm"] == 150.0
    assert row["mean_speed_mps"] == pytest.approx(3.0, abs=1e-6)
    assert row["quality_vehicle_s"] == 600.0
    assert find(run)["moving_s"] == 2700.0


def test_neither_a_glitch_nor_a_record_is_too_fast_for_a_human():
    glitch = np.full(1201, 3.0)
    glitch[600] = 500.0
    assert find(make_activity(glitch))["quality_too_fast_m"] == 0.0
    world_record_800 = np.concatenate((np.full(300, 3.0), np.full(101, 800 / 101), np.full(300, 3.0)))
    assert find(make_activity(world_record_800))["quality_too_fast_m"] == 0.0
    sprint = np.concatenate((np.full(300, 3.0), np.full(10, 10.0), np.full(300, 3.0)))
    assert find(make_activity(sprint))["quality_too_fast_m"] == 0.0


def test_a_bicycle_at_the_pace_of_a_miler_for_half_an_hour_is_no_run():
    row = find(make_activity(np.concatenate((np.full(600, 3.0), np.full(1800, 7.5)))))
    assert row["quality_too_fast_m"] == pytest.approx(13_500.0, rel=0.01)
