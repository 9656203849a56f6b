"""Grade over distance, and the cost of running by published values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import grade as twin
from runlake.kernels import grade

SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 60), st.sampled_from([5.0, 20.0]), st.sampled_from([0.0, 0.2]))
def test_grade_over_distance_equals_its_twin(seed, n, half_m, share):
    rng = np.random.default_rng(seed)
    distance = np.cumsum(rng.choice([0.0, 2.0, 3.5], n))
    altitude = 500.0 + np.cumsum(rng.normal(0, 0.2, n))
    altitude[rng.random(n) < share] = np.nan
    mine = grade.grade_over_distance(distance, altitude, half_m)
    np.testing.assert_allclose(mine, twin.grade_over_distance(distance, altitude, half_m), atol=1e-7)


def test_grade_of_a_ramp_far_from_the_start_is_exact():
    distance = 40_000.0 + 3.0 * np.arange(10_000.0)
    found = grade.grade_over_distance(distance, 1000.0 - 0.08 * distance, 20.0)
    np.testing.assert_allclose(found, -0.08, atol=1e-6)


def test_grade_is_missing_while_standing():
    assert np.isnan(grade.grade_over_distance(np.zeros(50), np.arange(50.0), 20.0)).all()


@pytest.mark.parametrize(
    ("slope", "factor"),
    [
        (-0.20, 0.500),
        (-0.10, 0.598),
        (-0.05, 0.763),
        (0.0, 1.0),
        (0.02, 1.113),
        (0.05, 1.301),
        (0.10, 1.658),
        (0.20, 2.502),
    ],
)
def test_level_speed_has_minettis_values(slope, factor):
    level = grade.level_speed(np.array([3.0]), np.array([slope]), 0.8, 0.45)
    assert level[0] / 3.0 == pytest.approx(factor, abs=6e-4)


@settings(deadline=None, max_examples=50)
@given(SEEDS, st.integers(0, 20))
def test_level_speed_equals_its_twin(seed, n):
    rng = np.random.default_rng(seed)
    speed, slope = rng.uniform(0.0, 6.0, n), rng.uniform(-1.0, 1.0, n)
    speed[rng.random(n) < 0.1] = np.nan
    slope[rng.random(n) < 0.1] = np.nan
    mine = grade.level_speed(speed, slope, 0.8, 0.45)
    np.testing.assert_allclose(mine, twin.level_speed(speed, slope, 0.8, 0.45), rtol=1e-12)
