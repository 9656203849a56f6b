"""Smoothing and slopes against their twins, scipy, and signals of known slope."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy import signal as scipy_signal

from reference import signal as twin
from runlake.kernels import signal

SEEDS = st.integers(0, 10_000)


def holed(seed, n, share):
    rng = np.random.default_rng(seed)
    values = 1000.0 + np.cumsum(rng.normal(size=n))
    values[rng.random(n) < share] = np.nan
    return values


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.integers(1, 6), st.sampled_from([0.0, 0.1, 0.5]))
def test_local_slope_equals_its_twin(seed, n, half, share):
    values = holed(seed, n, share)
    np.testing.assert_allclose(signal.local_slope(values, half), twin.local_slope(values, half), atol=1e-9)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.sampled_from([0.0, 0.1]))
def test_local_quadratic_equals_its_twin(seed, n, share):
    values = holed(seed, n, share)
    np.testing.assert_allclose(signal.local_quadratic(values), twin.local_quadratic(values), rtol=0, atol=1e-8)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.integers(0, 4), st.sampled_from([0.0, 0.2, 0.9]))
def test_moving_mean_and_moving_median_equal_their_twins(seed, n, half, share):
    values = holed(seed, n, share)
    np.testing.assert_allclose(signal.moving_mean(values, half), twin.moving_mean(values, half), rtol=1e-12)
    np.testing.assert_allclose(signal.moving_median(values, half), twin.moving_median(values, half), rtol=1e-12)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.integers(1, 4), st.sampled_from([0.0, 0.1]))
def test_smoothed_change_equals_its_twin(seed, n, half, share):
    values = holed(seed, n, share)
    np.testing.assert_allclose(
        signal.smoothed_change(values, half, 0.2), twin.smoothed_change(values, half, 0.2), rtol=0, atol=1e-9
    )


def test_slope_and_parabola_are_savitzky_and_golays():
    values = holed(1, 200, 0.0)
    inner = slice(6, -6)
    np.testing.assert_allclose(
        signal.local_slope(values, 4)[inner], scipy_signal.savgol_filter(values, 9, 2, deriv=1)[inner], atol=1e-9
    )
    np.testing.assert_allclose(
        signal.local_quadratic(values)[inner], scipy_signal.savgol_filter(values, 9, 2)[inner], rtol=1e-12
    )


def test_median_is_scipys_away_from_the_ends():
    values = holed(2, 100, 0.0)
    np.testing.assert_array_equal(signal.moving_median(values, 3)[3:-3], ndimage.median_filter(values, size=7)[3:-3])


def test_slope_of_a_line_has_no_phase_and_no_hole_at_the_ends():
    np.testing.assert_allclose(signal.local_slope(5.0 + 3.0 * np.arange(20.0), 4), 3.0, rtol=1e-12)
