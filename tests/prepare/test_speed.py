"""Speed: which source, its lag estimated and taken back, noise, and gaps."""

import dataclasses

import numpy as np
import pytest

from runlake.prepare import clock, prepare
from runlake.prepare.speed import DEVICE_LAG_S, FOOTPOD_LAG_S, RIDE_LAG_S, _fused
from support.recordings import make_recording, repeats, trailing


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0" * 16, source_format=source_format)


@pytest.mark.parametrize("lag_s", [0.0, 3.0, 7.5, 11.0])
@pytest.mark.parametrize("step_s", [1, 2, 4])
def test_the_lag_is_found_within_0_7_s_and_taken_back(lag_s, step_s):
    speed = repeats()
    activity = cleaned(make_recording(speed, speed_lag_s=lag_s, position_noise_m=0.3, step_s=step_s))
    assert activity.quality.speed_lag_source == "estimated"
    assert activity.quality.speed_lag_s == pytest.approx(lag_s, abs=0.7)
    left = activity.grid.speed_mps - speed[: activity.grid.m]
    assert np.nanmedian(np.abs(left)) < 0.12
    raw = trailing(speed, lag_s) - speed
    if lag_s >= 3.0:
        assert np.sqrt(np.nanmean(left**2)) < 0.5 * np.sqrt(np.mean(raw**2))


def test_samples_are_corrected_like_the_grid():
    speed = repeats()
    activity = cleaned(make_recording(speed, speed_lag_s=6.0))
    away = activity.channels["speed_mps"] - speed
    assert np.sqrt(np.mean(away**2)) < 0.15
    assert not np.isnan(activity.channels["speed_mps"]).any()


def test_without_positions_the_default_is_used_and_said():
    activity = cleaned(make_recording(repeats(), speed_lag_s=5.0, has_positions=False))
    assert (activity.quality.speed_lag_s, activity.quality.speed_lag_source) == (DEVICE_LAG_S, "default")
    pod = dataclasses.replace(make_recording(repeats(), has_positions=False), has_footpod_speed=True)
    assert (cleaned(pod).quality.speed_lag_s, cleaned(pod).quality.speed_source) == (FOOTPOD_LAG_S, "footpod")


def test_a_ride_without_positions_hardly_lags():
    activity = cleaned(make_recording(np.full(600, 8.0), has_positions=False, sport="cycling"))
    assert (activity.quality.speed_lag_s, activity.quality.speed_lag_source) == (RIDE_LAG_S, "default")


def test_a_lag_that_noise_alone_suggests_is_not_believed():
    rng = np.random.default_rng(5)
    speed = np.full(1200, 3.0)
    recording = make_recording(speed, position_noise_m=1.0, channels={"speed_mps": 3.0 + rng.normal(0, 0.1, 1200)})
    assert cleaned(recording).quality.speed_lag_source == "default"


def test_speed_from_the_devices_distance_where_it_is_all_there_is():
    speed = repeats()
    activity = cleaned(make_recording(speed, has_positions=False, has_speed=False))
    assert activity.quality.speed_source == "distance"
    assert activity.quality.speed_lag_source == "none"
    assert np.nanmedian(np.abs(activity.grid.speed_mps - speed)) < 0.1


def test_a_foot_pods_own_field_serves_where_the_watch_has_none():
    speed = repeats()
    recording = make_recording(speed, has_positions=False, has_speed=False, channels={"footpod_speed_mps": speed})
    assert cleaned(recording).quality.speed_source == "footpod"


def test_noise_is_the_share_of_speed_that_was_put_in():
    rng = np.random.default_rng(7)
    speed = np.full(3600, 3.0)
    recording = make_recording(
        speed, has_positions=False, channels={"speed_mps": speed * np.exp(rng.normal(0, 0.05, 3600))}
    )
    # Reading between two samples averages them when the lag is no whole second; 5 s is.
    assert cleaned(recording).quality.speed_noise_frac == pytest.approx(0.05, rel=0.1)
    assert cleaned(make_recording(speed, has_positions=False)).quality.speed_noise_frac < 1e-6


@pytest.mark.parametrize(("noise_mps", "weight"), [(0.0, 0.5), (0.35, 0.25), (3.5, 0.005)])
def test_speed_is_drawn_to_the_positions_by_half_at_most_and_less_where_they_disagree(noise_mps, weight):
    # Half of the seconds lie one robust standard deviation off, so that the weight is known exactly.
    track = clock.in_order(make_recording(np.full(600, 3.0)), "fit")
    apart = np.where(np.arange(600) % 2 == 0, 1.0, -1.0) * noise_mps / 1.4826
    fused = _fused(track, np.full(600, 3.0), 3.0 + apart)
    np.testing.assert_allclose(fused, 3.0 + weight * apart, atol=1e-3)


def test_sparse_records_are_not_drawn_to_the_positions():
    track = clock.in_order(make_recording(np.full(600, 3.0), step_s=2), "fit")
    np.testing.assert_array_equal(_fused(track, np.full(600, 3.0), np.full(600, 4.0)), 3.0)


def test_speed_is_held_to_the_end_and_missing_nowhere():
    activity = cleaned(make_recording(repeats(), speed_lag_s=8.0))
    assert not np.isnan(activity.grid.speed_mps).any()


def test_the_last_seconds_before_a_pause_keep_their_speed():
    # The rep ends at the pause: what would have shown the last 6 s comes after it and must not be read there.
    speed = np.concatenate((repeats(4), np.full(60, 4.5), np.zeros(60), np.full(120, 3.0)))
    stop = len(repeats(4)) + 60.0
    late = trailing(speed, 6.0)
    recording = make_recording(
        speed, events=((0.0, True), (stop, False), (stop + 60.0, True)), channels={"speed_mps": late}
    )
    activity = cleaned(recording)
    assert np.isnan(activity.grid.speed_mps[int(stop) : int(stop) + 60]).all()
    assert activity.grid.speed_mps[int(stop) - 3] == pytest.approx(4.5, abs=0.4)
    assert activity.channels["speed_mps"][int(stop) - 3] == pytest.approx(4.5, abs=0.4)


def test_short_reps_are_called_unreliable_on_sparse_records():
    assert cleaned(make_recording(repeats(), step_s=1)).quality.are_short_reps_reliable == 1.0
    assert cleaned(make_recording(repeats(), step_s=6)).quality.are_short_reps_reliable == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_one_acceleration_does_not_tell_the_lag(seed):
    # An even run with a single hard mile: satellites that wander leave the correlation flat over ten seconds.
    rng = np.random.default_rng(seed)
    speed = np.concatenate((np.full(900, 2.8), np.full(420, 3.7), np.full(800, 2.6)))
    wander = np.cumsum(rng.normal(0.0, 0.35, (2, len(speed))), axis=1)
    wander -= np.apply_along_axis(lambda x: np.convolve(x, np.full(61, 1 / 61), mode="same"), 1, wander)
    recording = make_recording(speed, speed_lag_s=5.0)
    for name, metres in zip(("latitude_deg", "longitude_deg"), wander, strict=True):
        recording.channels[name][:] += metres / 111_195.0
    quality = cleaned(recording).quality
    assert quality.speed_lag_source == "default"
    assert quality.speed_lag_s == DEVICE_LAG_S
