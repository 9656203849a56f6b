"""A speed sensor beside distance, against the twins and against a lag that was put in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import sensor as twin
from runlake.kernels import sensor

QUIET = settings(deadline=None, max_examples=100)
seeds = st.integers(0, 100_000)


def _curve(rng, n):
    time_s = np.cumsum(rng.integers(1, 4, n)).astype(np.float64)
    return time_s, np.cumsum(np.where(rng.random(n) < 0.4, 0.0, rng.uniform(0, 4, n)))


@QUIET
@given(st.integers(1, 40), seeds)
def test_stands_equals_its_twin(n, seed):
    rng = np.random.default_rng(seed)
    args = *_curve(rng, n), _curve(rng, n)[1], 0.5, 4.0
    np.testing.assert_array_equal(sensor.stands(*args), twin.stands(*args))


@QUIET
@given(st.integers(2, 40), st.integers(0, 60), st.integers(1, 4), st.integers(1, 5), seeds)
def test_lags_by_change_equals_its_twin(n, m, every, span, seed):
    rng = np.random.default_rng(seed)
    args = *_curve(rng, n), rng.uniform(0, 4, m), every, span, 0.5
    for mine, other in zip(sensor.lags_by_change(*args), twin.lags_by_change(*args), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)


@QUIET
@given(st.integers(1, 40), st.floats(-12, 12), seeds)
def test_moved_on_equals_its_twin(m, later_s, seed):
    values = np.random.default_rng(seed).uniform(0, 4, m)
    np.testing.assert_allclose(sensor.moved_on(values, later_s), twin.moved_on(values, later_s), rtol=1e-9, atol=1e-9)


@QUIET
@given(st.integers(0, 20), seeds)
def test_runs_away_equals_its_twin(m, seed):
    metres, speed = np.random.default_rng(seed).uniform(2, 4, (2, m))
    args = metres, speed, 1.2, 0.5, 3.7
    assert sensor.runs_away(*args) == twin.runs_away(*args)


def test_the_lag_of_a_change_of_speed_is_found():
    second = np.arange(400.0)
    speed = 3.0 + np.clip(second / 100.0, 1.0, 3.0)
    distance = np.interp(second - 4.0, second, np.concatenate(([0.0], np.cumsum(speed)[:-1])))
    lag, change = sensor.lags_by_change(second, distance, speed, 3, 10, 0.25)
    assert np.median(lag) == pytest.approx(4.0, abs=0.01)
    assert np.median(change) == pytest.approx(0.3)
