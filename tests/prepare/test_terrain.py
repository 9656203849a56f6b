"""Grade by what passes of the same place agree on: the ground and the noise of altitude are built in."""

import numpy as np
import pytest

from runlake.prepare import prepare
from runlake.prepare._terrain import NONE, grade, passes
from support.recordings import METRES_PER_DEG, make_recording

SPEED_MPS = 3.0


def correlated(rng, n, sd_m, tau_s):
    """Noise with a standard deviation and a correlation time."""
    keep = np.exp(-1.0 / tau_s)
    out = np.empty(n)
    out[0] = rng.normal(0.0, sd_m)
    for i, shock in enumerate(rng.normal(0.0, sd_m * np.sqrt(1.0 - keep * keep), n - 1)):
        out[i + 1] = keep * out[i] + shock
    return out


def satellites(rng, n):
    """Altitude of a watch without a barometer: smooth from second to second, metres off from minute to minute."""
    slow = correlated(rng, n + 8, 4.0, 120.0) + correlated(rng, n + 8, 0.5, 15.0)
    return np.convolve(slow, np.full(9, 1 / 9), mode="valid")


def barometer(rng, n):
    return correlated(rng, n, 1.0, 1800.0) + rng.normal(0.0, 0.08, n)


def there_and_back(n, turn_m):
    """Place along a road, run up and down it again and again at 3 m/s."""
    along = SPEED_MPS * np.arange(n)
    return turn_m - np.abs(along % (2.0 * turn_m) - turn_m)


def cleaned(place_m, altitude_m, *, speed=None, **given):
    n = len(place_m)
    speed = np.full(n, SPEED_MPS) if speed is None else speed
    rng = np.random.default_rng(11)
    channels = {
        "latitude_deg": 48.0 + (place_m + correlated(rng, n, 1.5, 40.0)) / METRES_PER_DEG,
        "longitude_deg": 11.0 + correlated(rng, n, 1.5, 40.0) / METRES_PER_DEG,
        "altitude_m": altitude_m,
    }
    recording = make_recording(speed, channels=channels, **given)
    return prepare(recording, activity_id="0" * 16, source_format="fit")


@pytest.mark.parametrize("step_s", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_on_level_ground_satellite_altitude_invents_no_hills(seed, step_s):
    n = 2400
    altitude = 500.0 + satellites(np.random.default_rng(seed), n)
    activity = cleaned(there_and_back(n, 3600.0), altitude, step_s=step_s)
    ratio = activity.grid.gap_speed_mps / activity.grid.speed_mps
    assert activity.quality.altitude_kind == "gps"
    assert abs(np.nanmean(ratio) - 1.0) < 0.02
    assert np.nanstd(ratio) < 0.06
    assert np.nanstd(activity.grid.grade_frac) < 0.012


@pytest.mark.parametrize("seed", range(3))
def test_a_barometer_keeps_the_grade_of_a_real_hill(seed):
    n, foot_m, top_m = 2400, 600.0, 1200.0
    place = there_and_back(n, 1800.0)
    height = 0.06 * (np.clip(place, foot_m, top_m) - foot_m)
    activity = cleaned(place, 500.0 + height + barometer(np.random.default_rng(seed), n))
    assert activity.quality.altitude_kind == "barometer"
    up = (np.diff(place, append=0.0) > 0) & (place > foot_m + 60) & (place < top_m - 60)
    down = (np.diff(place, append=0.0) < 0) & (place > foot_m + 60) & (place < top_m - 60)
    assert np.nanmean(activity.grid.grade_frac[up]) == pytest.approx(0.06, abs=0.005)
    assert np.nanmean(activity.grid.grade_frac[down]) == pytest.approx(-0.06, abs=0.005)
    assert np.nanstd(activity.grid.grade_frac[up]) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_passes_of_one_hill_add_up_to_its_grade_even_with_satellite_altitude(seed):
    n = 3000
    place = there_and_back(n, 240.0)  # ten times up a hill of 6 %
    activity = cleaned(place, 500.0 + 0.06 * place + satellites(np.random.default_rng(seed), n))
    assert activity.quality.altitude_kind == "gps"
    moving_up = np.diff(place, append=0.0) > 0
    inside = (place > 60) & (place < 180)
    up, down = activity.grid.grade_frac[moving_up & inside], activity.grid.grade_frac[~moving_up & inside]
    assert np.nanmean(up) == pytest.approx(0.055, abs=0.012)
    assert np.nanmean(down) == pytest.approx(-0.055, abs=0.012)
    assert np.nanstd(up) < 0.012


@pytest.mark.parametrize("seed", range(3))
def test_a_late_barometer_on_short_hills_is_no_satellite_altitude(seed):
    # A flat kilometre there, ten times up 150 m of 8 % and faster down again, and back; altitude trails by 4 s.
    up, down, flat = np.full(60, 2.5), np.full(50, -3.0), np.full(333, 3.0)
    speed = np.concatenate((flat, np.tile(np.concatenate((up, down)), 10), -flat))
    place = np.cumsum(speed)
    height = 0.08 * np.clip(place - 999.0, 0.0, None)
    late = height.copy()
    for i in range(1, len(late)):
        late[i] = late[i - 1] + (height[i] - late[i - 1]) * (1.0 - np.exp(-1.0 / 4.0))
    altitude = 500.0 + late + barometer(np.random.default_rng(seed), len(late))
    activity = cleaned(place, altitude, speed=np.abs(speed))
    assert activity.quality.altitude_kind == "barometer"
    climbs = [np.nanmean(activity.grid.grade_frac[333 + 110 * k + 10 : 333 + 110 * k + 60]) for k in range(10)]
    assert min(climbs) > 0.055
    assert abs(np.nanmean(activity.grid.grade_frac[60:270])) < 0.003


def test_altitude_that_tells_nothing_leaves_grade_and_adjusted_speed_open():
    n = 2400
    nonsense = 500.0 + 60.0 * np.sin(np.arange(n) / 97.0) + 40.0 * np.sin(np.arange(n) / 41.0)
    activity = cleaned(there_and_back(n, 3600.0), nonsense)
    assert activity.quality.altitude_kind == "gps"
    assert np.isnan(activity.grid.grade_frac).all()
    assert np.isnan(activity.grid.gap_speed_mps).all()
    assert np.isfinite(activity.grid.speed_mps).any()


def test_passes_pair_the_way_back_with_the_way_out():
    place = there_and_back(1200, 1800.0)
    found = passes(place, np.zeros(1200), np.ones(1200, dtype=bool))
    assert found.n > 150
    assert (found.pair_sign == -1.0).all()
    assert (found.later_s - found.earlier_s >= 120).all()
    assert (np.abs(place[found.later_s] - place[found.earlier_s]) <= 10.0).all()
    assert set(found.n_visits) <= {1.0, 2.0}
    on_the_way_out = found.at_s < 595
    assert (found.sign[on_the_way_out] == 1.0).all()
    assert np.mean(found.sign[found.at_s > 605]) < -0.95


def test_laps_in_one_direction_pair_with_their_own_grade():
    angle = SPEED_MPS * np.arange(1500) / 63.66  # laps of 400 m
    found = passes(63.66 * np.sin(angle), 63.66 * np.cos(angle), np.ones(1500, dtype=bool))
    assert found.n > 200
    assert (found.pair_sign == 1.0).all()
    assert found.n_visits.max() >= 11.0


def test_where_nothing_is_passed_again_grade_is_as_recorded():
    metres = SPEED_MPS * np.arange(900.0)
    assert passes(metres, np.zeros(900), np.ones(900, dtype=bool)).n == 0
    found = grade(metres, 0.05 * metres, NONE, is_rough=False)
    assert found.is_gps is None
    np.testing.assert_allclose(found.frac, 0.05, atol=1e-9)


def test_a_few_hairpins_do_not_speak_for_a_whole_run():
    for turn_s, n_passes in ((5700, 0), (5000, 313)):
        metres = SPEED_MPS * np.arange(6000.0)
        east = np.where(np.arange(6000) < turn_s, metres, 2 * metres[turn_s - 1] - metres)
        found = passes(east, np.zeros(6000), np.ones(6000, dtype=bool))
        assert found.n == pytest.approx(n_passes, abs=10)
        assert (found.pair_sign == -1.0).all()
