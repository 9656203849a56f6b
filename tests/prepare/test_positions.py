"""Positions: spikes out and nothing else, distance to the millimetre, and a speed without phase or bias."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.kernels.geodesy import step_lengths
from runlake.prepare import prepare
from support.recordings import METRES_PER_DEG, make_recording, path, repeats


def gpx(recording):
    return prepare(recording, activity_id="0" * 16, source_format="gpx")


def only_positions(speed, **given_):
    return make_recording(speed, has_distance=False, has_speed=False, events=(), **given_)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.0, 0.8))
def test_no_point_of_a_clean_track_is_dropped(seed, noise_m):
    activity = gpx(only_positions(repeats(), position_noise_m=noise_m, seed=seed))
    assert activity.quality.n_spikes == 0
    assert not np.isnan(activity.channels["latitude_deg"]).any()


def test_spikes_are_dropped_and_distance_stays():
    speed = np.full(3600, 3.0)
    recording = only_positions(speed, position_noise_m=0.3)
    spiked = np.arange(300, 3600, 600)
    recording.channels["latitude_deg"][spiked] += 25.0 / METRES_PER_DEG
    activity = gpx(recording)
    assert activity.quality.n_spikes == len(spiked)
    assert np.flatnonzero(np.isnan(activity.channels["latitude_deg"])).tolist() == spiked.tolist()
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 3599, rel=5e-3)


@pytest.mark.parametrize(
    ("sport", "usual_mps", "n_found"), [("", 3.0, 3), ("generic", 3.0, 3), ("cycling", 3.0, 0), ("", 9.0, 0)]
)
def test_what_a_spike_is_depends_on_how_fast_the_sport_is(sport, usual_mps, n_found):
    recording = only_positions(np.full(600, usual_mps), sport=sport)
    recording.channels["latitude_deg"][[100, 200, 300]] += 25.0 / METRES_PER_DEG
    assert gpx(recording).quality.n_spikes == n_found


def test_the_drift_before_the_first_good_fix_is_dropped():
    recording = only_positions(np.full(600, 3.0))
    recording.channels["latitude_deg"][:10] += np.linspace(200.0, 20.0, 10) / METRES_PER_DEG
    activity = gpx(recording)
    assert 8 <= activity.quality.n_spikes <= 10
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 599, rel=0.02)


def test_no_fix_written_as_zero_is_missing():
    recording = only_positions(np.full(600, 3.0))
    for name in ("latitude_deg", "longitude_deg"):
        recording.channels[name][:50] = 0.0
    activity = gpx(recording)
    assert np.isnan(activity.channels["latitude_deg"][:50]).all()
    assert activity.quality.position_share == pytest.approx(550 / 600, abs=0.01)


def test_distance_of_sparse_positions_is_their_geodesic_to_the_millimetre():
    speed = np.full(1200, 3.0)
    recording = only_positions(speed, step_s=5)
    expected = step_lengths(recording.channels["latitude_deg"], recording.channels["longitude_deg"]).sum()
    assert gpx(recording).channels["distance_m"][-1] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("noise_m", "allowed"), [(0.0, 0.002), (0.3, 0.005), (0.6, 0.012)])
def test_the_wobble_of_fixes_adds_next_to_nothing_to_distance(noise_m, allowed):
    speed = np.full(3600, 3.0)
    activity = gpx(only_positions(speed, position_noise_m=noise_m))
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 3599, rel=allowed)


def test_a_long_way_north_keeps_its_scale():
    # 0.5 degrees of latitude: the parallel shrinks by 1 %, which local metres alone would miss.
    n = 5000
    latitude = 48.0 + np.arange(n) * 1e-4
    longitude = 11.0 + np.arange(n) * 1e-4
    recording = make_recording(
        np.full(n, 3.0), has_distance=False, has_speed=False, sport="cycling",
        channels={"latitude_deg": latitude, "longitude_deg": longitude},
    )  # fmt: skip
    activity = gpx(recording)
    assert activity.channels["distance_m"][-1] == pytest.approx(step_lengths(latitude, longitude).sum(), rel=1e-4)
    assert activity.grid.speed_mps[4500] == pytest.approx(step_lengths(latitude, longitude)[4500], rel=1e-3)


def test_position_speed_has_no_phase_and_keeps_a_stride():
    speed = np.full(900, 3.0)
    for first in range(300, 840, 90):
        speed[first : first + 20] = 5.5
    activity = gpx(only_positions(speed, position_noise_m=0.15))
    found = activity.grid.speed_mps
    assert activity.quality.speed_source == "positions"
    plateaus = [found[first + 5 : first + 15].mean() for first in range(300, 840, 90)]
    assert np.mean(plateaus) == pytest.approx(5.5, rel=0.06)
    assert found[50:280].mean() == pytest.approx(3.0, abs=0.1)
    rising = [np.flatnonzero(found[first - 15 : first + 15] > 4.25)[0] - 15 for first in range(300, 840, 90)]
    assert abs(np.mean(rising)) <= 1.0


def test_quality_counts_positions_of_timer_time():
    recording = make_recording(np.full(600, 3.0))
    recording.channels["latitude_deg"][300:] = np.nan
    activity = prepare(recording, activity_id="0" * 16, source_format="fit")
    assert activity.quality.position_share == pytest.approx(0.5, abs=0.01)
    assert activity.quality.distance_source == "device"
    assert np.isnan(activity.grid.east_m[320:]).all()


def test_a_few_positions_within_one_second_have_a_length():
    recording = only_positions(np.full(5, 3.0))
    recording.time_utc_s[:] = recording.time_utc_s[0] + 0.2 * np.arange(5)
    assert gpx(recording).channels["distance_m"][-1] == pytest.approx(12.0, rel=1e-2)


def test_across_the_antimeridian_and_the_equator():
    speed = np.full(600, 3.0)
    latitude, longitude = path(speed, latitude_deg=0.0, longitude_deg=179.9995)
    assert longitude.min() < -179.0 < 179.0 < longitude.max()
    activity = gpx(only_positions(speed, latitude_deg=0.0, longitude_deg=179.9995))
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 599, rel=5e-3)
    assert activity.quality.n_spikes == 0
    assert latitude.max() > 0.0


def test_noisy_positions_are_smoothed_over_thirteen_seconds():
    # Slopes over nine samples would leave 4 m / sqrt(60) = 0.52 m/s, over thirteen 4 m / sqrt(182) = 0.30 m/s.
    activity = gpx(only_positions(np.full(3600, 6.0), position_noise_m=4.0))
    assert 0.25 < np.nanstd(activity.grid.position_speed_mps) < 0.40


def jumping(first, last, **given_):
    """A run at 3 m/s whose fixes lie 500 m off from second `first` to `last`."""
    recording = make_recording(np.full(1200, 3.0), **given_)
    recording.channels["latitude_deg"][first:last] += 500.0 / METRES_PER_DEG
    return recording


@pytest.mark.parametrize(("last", "n_jumps"), [(640, 2), (1200, 1)])
def test_a_jump_of_the_positions_is_no_way(last, n_jumps):
    activity = gpx(jumping(600, last, has_distance=False, has_speed=False, events=(), position_noise_m=0.2))
    assert activity.quality.distance_source == "positions"
    assert activity.quality.n_position_jumps == n_jumps
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 1199, rel=0.005)
    assert activity.grid.speed_mps[590:650] == pytest.approx(np.full(60, 3.0), abs=0.5)


def test_a_jump_of_sparse_positions_is_no_way_either():
    recording = jumping(600, 660, has_distance=False, has_speed=False, events=(), step_s=1)
    recording = dataclasses.replace(
        recording,
        time_utc_s=recording.time_utc_s[::5].copy(),
        channels={name: values[::5].copy() for name, values in recording.channels.items()},
    )
    activity = gpx(recording)
    assert activity.quality.n_position_jumps == 2
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 1195, rel=0.005)


def test_a_jump_of_the_positions_does_not_speak_against_the_watch():
    # 1,000 m out and back would be 28 % of this run.
    activity = gpx(jumping(600, 640))
    assert activity.quality.distance_source == "device"
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 1199, rel=1e-6)
    assert activity.quality.distance_vs_positions_frac == pytest.approx(0.0, abs=0.005)


def test_a_fast_car_does_not_jump():
    speed = np.concatenate((np.full(600, 3.0), np.linspace(3.0, 36.0, 30), np.full(300, 36.0)))
    activity = gpx(only_positions(speed, position_noise_m=0.2))
    assert activity.quality.n_position_jumps == 0
    assert activity.channels["distance_m"][-1] == pytest.approx(speed.sum(), rel=0.01)


def test_a_tunnel_is_no_jump():
    recording = only_positions(np.full(1200, 3.0))
    for name in ("latitude_deg", "longitude_deg"):
        recording.channels[name][500:700] = np.nan
    activity = gpx(recording)
    assert activity.quality.n_position_jumps == 0


@pytest.mark.parametrize("has_distance", [True, False])
def test_a_run_across_the_pole(has_distance):
    along = 3.0 * np.arange(600) - 900.0  # metres past the pole
    north = {"latitude_deg": 90.0 - np.abs(along) / 111_694.0, "longitude_deg": np.where(along < 0.0, 20.0, -160.0)}
    activity = gpx(make_recording(np.full(600, 3.0), has_distance=has_distance, has_speed=False, channels=north))
    assert activity.quality.distance_source == ("device" if has_distance else "positions")
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 599, rel=2e-3)
    assert activity.grid.speed_mps[10:590] == pytest.approx(np.full(580, 3.0), abs=0.02)
    assert activity.quality.n_spikes == 0


def test_who_stands_for_an_hour_goes_nowhere_and_who_climbs_slowly_gets_on():
    run, stand, creep = np.full(1200, 3.0), np.zeros(3600), np.full(1800, 0.4)
    activity = gpx(only_positions(np.concatenate([run, stand, creep]), position_noise_m=0.5))
    after_run, after_stand, end = activity.grid.distance_m[[1199, 4799, -1]]
    assert after_run == pytest.approx(3600.0, rel=0.01)
    assert after_stand - after_run < 75.0  # 450 m were added by the wobble of the fixes
    assert end - after_stand == pytest.approx(720.0, rel=0.05)
