"""Altitude: its kind by its noise, grade, and grade-adjusted speed."""

import numpy as np
import pytest

from runlake.kernels.climbs import climb_so_far
from runlake.prepare import prepare
from support.recordings import make_recording


def cleaned(altitude_m, *, speed=None, **given):
    speed = np.full(len(altitude_m), 3.0) if speed is None else speed
    given = {"has_positions": False, **given}  # nothing is passed again
    recording = make_recording(speed, channels={"altitude_m": np.asarray(altitude_m, dtype=float)}, **given)
    return prepare(recording, activity_id="0" * 16, source_format="fit")


def hills(n, grade):
    """Up and down with the given grade at 3 m/s, 300 s each."""
    return 500.0 + 3.0 * grade * np.abs((np.arange(n) % 600) - 300.0)


def test_the_grade_of_a_hill_and_minettis_speed_on_it():
    activity = cleaned(hills(1800, 0.08))
    down, up = activity.grid.grade_frac[100:200], activity.grid.grade_frac[400:500]
    assert np.allclose(down, -0.08, atol=2e-3)
    assert np.allclose(up, 0.08, atol=2e-3)
    assert activity.grid.gap_speed_mps[450] == pytest.approx(3.0 * 1.509, rel=0.01)
    assert activity.grid.gap_speed_mps[150] < 3.0
    assert activity.channels["gap_speed_mps"][450] == pytest.approx(activity.grid.gap_speed_mps[450], rel=0.01)


def test_level_ground_changes_nothing():
    activity = cleaned(np.full(900, 500.0))
    np.testing.assert_allclose(activity.grid.gap_speed_mps, activity.grid.speed_mps)
    assert activity.quality.altitude_kind == "barometer"


@pytest.mark.parametrize(
    ("noise_m", "rounded", "kind"),
    [(0.05, False, "barometer"), (0.1, True, "barometer"), (2.0, False, "gps"), (2.0, True, "gps")],
)
def test_the_kind_is_told_by_the_noise(noise_m, rounded, kind):
    altitude = hills(1800, 0.03) + np.random.default_rng(0).normal(0, noise_m, 1800)
    activity = cleaned(np.rint(altitude) if rounded else altitude)
    assert activity.quality.altitude_kind == kind


def test_a_climb_of_100_m_measures_100_m_with_a_barometers_noise():
    altitude = np.concatenate((np.full(300, 500.0), np.linspace(500.0, 600.0, 900), np.full(300, 600.0)))
    altitude += np.random.default_rng(1).normal(0, 0.2, 1500)
    up, down = climb_so_far(cleaned(altitude).grid.altitude_m.copy(), 2.0)
    assert up[-1] == pytest.approx(100.0, abs=2.0)
    assert down[-1] == 0.0


def test_a_sawtooth_of_a_metre_adds_nothing():
    altitude = 500.0 + np.where(np.arange(1800) % 2 == 0, 0.5, -0.5)
    found = cleaned(altitude).grid.altitude_m.copy()
    up, down = climb_so_far(found, 2.0)
    assert (up[-1], down[-1]) == (0.0, 0.0)
    np.testing.assert_allclose(found, 500.0, atol=0.5)


def test_steps_of_a_staircase_while_standing_cost_nothing():
    speed = np.full(900, 3.0)
    speed[300:400] = 0.3
    altitude = 500.0 + np.clip(np.arange(900) - 300.0, 0.0, 100.0) * 0.3
    activity = cleaned(altitude, speed=speed)
    np.testing.assert_allclose(activity.grid.gap_speed_mps[320:380], activity.grid.speed_mps[320:380])
    np.testing.assert_allclose(activity.grid.speed_mps[320:380], 0.3, atol=0.05)


def test_impossible_grades_are_clipped():
    altitude = 500.0 + np.cumsum(np.where(np.arange(900) // 100 % 2 == 0, 3.0, -3.0))
    assert np.nanmax(np.abs(cleaned(altitude).grid.grade_frac)) <= 0.35


def test_nothing_known_is_missing():
    activity = prepare(make_recording(np.full(300, 3.0)), activity_id="0" * 16, source_format="fit")
    assert activity.quality.altitude_kind == "none"
    for name in ("altitude_m", "grade_frac", "gap_speed_mps"):
        assert np.isnan(activity.channels[name]).all()
        assert np.isnan(getattr(activity.grid, name)).all()


@pytest.mark.parametrize(("noise_m", "reaches_full_grade"), [(0.02, True), (1.5, False)])
def test_a_barometer_shows_the_foot_of_a_hill_sharper_than_gps(noise_m, reaches_full_grade):
    grades = []
    for seed in range(8):
        altitude = 500.0 + np.clip(np.arange(900) - 450.0, 0.0, None) * 0.3
        altitude += np.random.default_rng(seed).normal(0, noise_m, 900)
        grades.append(cleaned(altitude).grid.grade_frac[450 + 12])
    # 36 m beyond the foot: outside +-20 m, inside +-75 m.
    assert (np.mean(grades) > 0.095) == reaches_full_grade


def test_altitude_is_smoothed():
    noise = np.random.default_rng(4).normal(0, 0.2, 900)
    assert np.std(cleaned(500.0 + noise).channels["altitude_m"]) < 0.1


@pytest.mark.parametrize("spikes", [[700], [700, 740, 741, 1100]])
def test_spikes_that_no_terrain_has_are_dropped_and_counted(spikes):
    altitude = hills(1800, 0.03)
    spiky = altitude.copy()
    spiky[spikes] += 3000.0
    activity = cleaned(spiky)
    assert activity.quality.n_altitude_jumps == len(spikes)
    np.testing.assert_allclose(activity.grid.altitude_m, cleaned(altitude).grid.altitude_m, atol=0.5)


def test_an_altitude_that_was_set_on_the_way_climbs_nothing():
    level = np.concatenate((np.full(400, 20.0), np.full(1400, 520.0)))
    activity = cleaned(level)
    up, down = climb_so_far(activity.grid.altitude_m.copy(), 2.0)
    assert (up[-1], down[-1]) == (0.0, 0.0)
    assert activity.grid.altitude_m[0] == activity.grid.altitude_m[-1] == 520.0  # the longer stretch is right
    assert activity.quality.n_altitude_jumps == 1


def test_an_altitude_of_nonsense_is_none():
    activity = cleaned(np.random.default_rng(3).uniform(-400.0, 8000.0, 1800))
    assert activity.quality.altitude_kind == "none"
    assert np.isnan(activity.grid.altitude_m).all()
    assert activity.quality.n_altitude_jumps == 1800


def test_a_steep_descent_stays():
    altitude = 2000.0 - 3.0 * np.arange(600.0)  # 3 m a second downhill
    activity = cleaned(altitude)
    assert activity.quality.n_altitude_jumps == 0
