"""Correlation over lags against its twin, and the lag that is built into signals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import lag as twin
from runlake.kernels import lag as kernel

SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.integers(-5, 0), st.integers(0, 9), st.sampled_from([0.0, 0.2]))
def test_lagged_correlation_equals_its_twin(seed, n, first, last, share):
    rng = np.random.default_rng(seed)
    leader, follower = rng.normal(size=(2, n))
    leader[rng.random(n) < share] = np.nan
    follower[rng.random(n) < share] = np.nan
    mine = kernel.lagged_correlation(leader, follower, first, last)
    np.testing.assert_allclose(mine, twin.lagged_correlation(leader, follower, first, last), atol=1e-9)


@pytest.mark.parametrize("lag", [0, 3, 12])
def test_the_best_lag_is_the_one_built_in(lag):
    leader = np.random.default_rng(lag).normal(size=200)
    follower = np.roll(leader, lag)
    r = kernel.lagged_correlation(leader, follower, -5, 20)
    assert np.argmax(r) - 5 == lag
    assert r.max() == pytest.approx(1.0, abs=0.05)


def test_lagged_correlation_says_nothing_of_a_flat_signal():
    assert np.isnan(kernel.lagged_correlation(np.zeros(50), np.random.default_rng(0).normal(size=50), 0, 5)).all()


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 60), st.sampled_from([0.0, 0.3, 1.0]))
def test_participation_equals_its_twin(seed, n, share):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n) * rng.integers(0, 2, n)
    values[rng.random(n) < share] = np.nan
    assert kernel.participation(values) == pytest.approx(twin.participation(values), rel=1e-9)


def test_participation_counts_what_stands_out():
    assert kernel.participation(np.full(40, -2.5)) == pytest.approx(40.0)
    assert kernel.participation(np.array([0.0, 9.0, np.nan, 0.01])) == pytest.approx(1.0, abs=1e-5)
    assert kernel.participation(np.array([np.nan, 0.0])) == 0.0
