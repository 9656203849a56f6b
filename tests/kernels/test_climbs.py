"""Climb with hysteresis against its twin, a climb of known height, and noise that must not count."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import climbs as twin
from runlake.kernels import climbs


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.one_of(st.integers(0, 12).map(float), st.just(np.nan)), min_size=1, max_size=25),
    st.sampled_from([1.0, 2.0, 2.5, 5.0]),
)
def test_climb_so_far_equals_its_twin(altitude, threshold):
    mine = climbs.climb_so_far(np.array(altitude), threshold)
    other = twin.climb_so_far(np.array(altitude), threshold)
    np.testing.assert_array_equal(mine[0], other[0])
    np.testing.assert_array_equal(mine[1], other[1])


def test_a_climb_of_100_m_measures_100_m():
    altitude = np.concatenate((np.linspace(200, 300, 600), np.linspace(300, 250, 400)))
    ascent, descent = climbs.climb_so_far(altitude, 2.0)
    assert ascent[-1] == 100.0
    assert descent[-1] == 50.0


def test_a_sawtooth_below_the_threshold_is_no_climb():
    altitude = 100.0 + np.tile([0.0, 1.0, 0.0, -1.0], 200) * 0.9
    ascent, descent = climbs.climb_so_far(altitude, 2.0)
    assert ascent[-1] == descent[-1] == 0.0


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 30), st.integers(0, 1000))
def test_climb_along_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    grade, speed = np.where(rng.random(m) < 0.2, np.nan, rng.normal(0, 0.1, m)), rng.uniform(0, 5, m)
    np.testing.assert_allclose(climbs.climb_along(grade, speed), twin.climb_along(grade, speed), rtol=1e-12)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 12), st.integers(0, 1000))
def test_largest_family_equals_its_twin(c, seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 300, c)
    last = first + rng.integers(10, 60, c)
    gain, place = rng.choice([8.0, 9.0, 20.0], c), rng.uniform(0, 80, (2, c))
    place[:, rng.random(c) < 0.2] = np.nan
    args = first, last, gain, *place, 0.2, 40.0
    np.testing.assert_array_equal(climbs.largest_family(*args), twin.largest_family(*args))


def test_repeats_of_one_climb_are_a_family_and_the_way_home_is_none():
    first, gain = np.array([100, 300, 500, 800]), np.array([10.0, 11.0, 10.0, 40.0])
    args = first, first + 60, gain, np.array([0.0, 5.0, 3.0, 900.0]), np.zeros(4), 0.2, 40.0
    assert climbs.largest_family(*args).tolist() == [True, True, True, False]
