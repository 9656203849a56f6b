"""Reading at other times, jumps away and back, times that run backwards, and values that stand still."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import repair as twin
from runlake.kernels import repair

SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=200)
@given(SEEDS, st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 2.0]))
def test_interpolate_at_equals_its_twin(seed, n, k, share, hold_s):
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 6, n)).astype(np.float64)
    values = rng.normal(size=n)
    values[rng.random(n) < share] = np.nan
    edges = np.sort(rng.choice(np.arange(0.0, 100.0), 2, replace=False))
    target_s = np.sort(rng.integers(0, 200, k) / 2.0)
    run_no, target_run = (np.searchsorted(edges, at, side="right").astype(np.int64) for at in (time_s, target_s))
    given_ = (target_s, target_run, time_s, values, run_no, 4.0, hold_s)
    np.testing.assert_allclose(repair.interpolate_at(*given_), twin.interpolate_at(*given_), rtol=1e-12)


def test_a_late_target_reads_its_own_run_only():
    time_s = np.array([0.0, 1.0, 2.0, 50.0, 51.0])
    run = np.array([0, 0, 0, 1, 1])
    speed = np.array([1.0, 2.0, 3.0, 7.0, 8.0])
    read = repair.interpolate_at(time_s + 1.5, run, time_s, speed, run, 12.0, 2.0)
    np.testing.assert_allclose(read, [2.5, 3.0, 3.0, 8.0, 8.0])


@settings(deadline=None, max_examples=200)
@given(SEEDS, st.integers(0, 40), st.sampled_from([0.0, 0.2]))
def test_excursions_equals_its_twin(seed, n, share):
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 3, n)).astype(np.float64)
    x = 3.0 * time_s + np.where(rng.random(n) < 0.2, rng.choice([-60.0, 30.0, 60.0], n), 0.0)
    y = np.where(rng.random(n) < 0.1, 40.0, 0.0)
    x[rng.random(n) < share] = np.nan
    given_ = (time_s, x, y, 12.0, 12.0, 5.0)
    np.testing.assert_array_equal(repair.excursions(*given_), twin.excursions(*given_))


@settings(deadline=None, max_examples=50)
@given(SEEDS)
def test_no_sample_of_a_clean_run_is_an_excursion(seed):
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, 0.3, 200))
    speed = rng.uniform(0.0, 10.0, 200)
    x, y = np.cumsum(speed * np.cos(heading)), np.cumsum(speed * np.sin(heading))
    assert not repair.excursions(np.arange(200.0), x, y, 12.0, 12.0, 5.0).any()


def test_spikes_of_one_to_three_samples_are_found_and_nothing_else():
    time_s = np.arange(60.0)
    x, y = 3.0 * time_s, np.zeros(60)
    built = np.zeros(60, dtype=bool)
    for first, count in ((10, 1), (25, 2), (40, 3)):
        built[first : first + count] = True
    y[built] = 50.0
    np.testing.assert_array_equal(repair.excursions(time_s, x, y, 12.0, 12.0, 5.0), built)


def test_a_jump_that_does_not_come_back_stays():
    y = np.where(np.arange(60) < 30, 0.0, 80.0)
    assert not repair.excursions(np.arange(60.0), 3.0 * np.arange(60.0), y, 12.0, 12.0, 5.0).any()


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(0, 20), max_size=40))
def test_longest_rising_never_falls_and_is_as_long_as_its_twin_says(values):
    array = np.array(values, dtype=np.float64)
    keep = repair.longest_rising(array)
    assert (np.diff(array[keep]) >= 0).all()
    assert keep.sum() == twin.longest_rising(values)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(0, 40), st.integers(1, 5), st.sampled_from([0.0, 6.0]))
def test_unchanging_equals_its_twin(seed, n, least_n, least_s):
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 4, n)).astype(np.float64)
    values = np.repeat(rng.choice([150.0, 151.0, np.nan], n), rng.integers(1, 6, n))[:n]
    given_ = (time_s, values, least_s, least_n)
    np.testing.assert_array_equal(repair.unchanging(*given_), twin.unchanging(*given_))


def test_a_sensor_that_stands_still_for_long_is_told_from_one_that_does_not():
    values = np.array([140.0] * 5 + [150.0] * 9 + [151.0] * 8)
    assert repair.unchanging(np.arange(22.0), values, 8.0, 3).nonzero()[0].tolist() == list(range(5, 14))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from([-1.0, 0.0, 3.0, 5.0, 6.0, np.nan, np.inf]), max_size=8))
def test_are_within_equals_its_twin(values):
    array = np.array(values, dtype=np.float64)
    assert repair.are_within(array, 0.0, 5.0) == twin.are_within(array, 0.0, 5.0)
