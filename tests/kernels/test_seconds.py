"""Signals on whole seconds, spread from samples and read later, against their twins and against reading anywhere."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import seconds as twin
from runlake.kernels import repair, seconds

SEEDS = st.integers(0, 10_000)


def made(seed, n, share):
    """Seconds with samples (first and last have one), values with holes, and runs of the timer."""
    rng = np.random.default_rng(seed)
    keep = rng.random(n) < 0.9
    start = rng.integers(0, n)
    keep[start : start + rng.integers(0, 25)] = False
    keep[[0, -1]] = True
    second = np.flatnonzero(keep)
    values = rng.normal(size=len(second))
    values[rng.random(len(second)) < share] = np.nan
    ends = np.sort(rng.integers(0, 2 * n, 2))
    return (
        second,
        values,
        np.searchsorted(ends, second, side="right"),
        np.searchsorted(ends, np.arange(n), side="right"),
    )


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(1, 70), st.sampled_from([0.0, 0.2]), st.sampled_from([0.0, 4.0, 12.0]))
def test_on_seconds_equals_its_twin(seed, n, share, max_gap):
    second, values, run, _ = made(seed, n, share)
    mine = seconds.on_seconds(values, second, run, n, max_gap)
    np.testing.assert_allclose(mine, twin.on_seconds(values, second, run, n, max_gap), rtol=1e-12)


@settings(deadline=None, max_examples=200)
@given(
    SEEDS,
    st.integers(1, 70),
    st.sampled_from([0.0, 0.2]),
    st.one_of(st.integers(0, 12), st.floats(0, 80)),
    st.booleans(),
)
def test_read_later_equals_its_twin(seed, n, share, later_s, is_held):
    second, values, run, all_runs = made(seed, n, share)
    sparse = seconds.on_seconds(values, second, run, n, 0.0)
    given_ = (sparse, all_runs, float(later_s), 12.0, 2.0 + later_s if is_held else 0.0)
    np.testing.assert_allclose(seconds.read_later(*given_), twin.read_later(*given_), rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(1, 70), st.integers(0, 12 * 64).map(lambda n: n / 64))  # what adding to a second keeps exact
def test_both_give_the_bits_that_reading_at_any_time_gives(seed, n, later_s):
    second, values, run, all_runs = made(seed, n, 0.2)
    at, samples = np.arange(float(n)), second.astype(np.float64)
    there = repair.interpolate_at(at, all_runs, samples, values, run, 12.0, 0.0)
    np.testing.assert_array_equal(seconds.on_seconds(values, second, run, n, 12.0), there)
    sparse = seconds.on_seconds(values, second, run, n, 0.0)
    later = repair.interpolate_at(at + later_s, all_runs, samples, values, run, 12.0, later_s + 2.0)
    np.testing.assert_array_equal(seconds.read_later(sparse, all_runs, later_s, 12.0, later_s + 2.0), later)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(1, 70), st.integers(0, 3))
def test_straight_between_equals_its_twin(seed, n, n_after):
    second, values, _, _ = made(seed, n, 0.0)
    mine = seconds.straight_between(values, second, n + n_after)
    np.testing.assert_allclose(mine, twin.straight_between(values, second, n + n_after), rtol=1e-9, atol=1e-12)
