"""Means over ranges, blocks and surroundings against their twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import ranges as twin
from runlake.kernels import ranges

numbers = st.one_of(st.floats(-100, 100), st.just(float("nan")))
columns = st.lists(numbers, min_size=1, max_size=30).map(lambda v: np.array(v, dtype=np.float64))
spans = st.lists(st.tuples(st.floats(-5, 40), st.floats(-5, 40)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([0.5, 1.0, 3.0, 25.0]), min_size=1, max_size=25), st.sampled_from([2.0, 15.0]))
def test_mean_around_equals_its_twin(steps, half):
    time_s = np.concatenate(([0.0], np.cumsum(steps)))
    values = np.random.default_rng(len(steps)).normal(size=len(time_s))
    np.testing.assert_allclose(
        ranges.mean_around(time_s, values, half), twin.mean_around(time_s, values, half), rtol=1e-9, atol=1e-9
    )


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5, 40.0]), min_size=1, max_size=25),
    st.lists(st.one_of(st.floats(-3, 120), st.just(float("nan")), st.sampled_from([0.0, 1.0, 3.5])), max_size=12),
    st.booleans(),
)
def test_crossing_times_equals_its_twin(steps_m, wanted, is_sorted):
    distance = np.concatenate(([0.0], np.cumsum(steps_m)))
    time_s = np.cumsum(np.random.default_rng(len(steps_m)).uniform(0.5, 9.0, len(distance)))
    at = np.array([*wanted, distance[-1], distance[0]], dtype=np.float64)
    at = np.sort(at) if is_sorted else at
    np.testing.assert_allclose(
        ranges.crossing_times(time_s, distance, at), twin.crossing_times(time_s, distance, at), rtol=1e-9, atol=1e-9
    )


@settings(deadline=None, max_examples=200)
@given(columns, st.integers(1, 9), st.integers(0, 1000))
def test_mean_while_equals_its_twin(values, width, seed):
    keep = np.random.default_rng(seed).random(len(values)) < 0.7
    np.testing.assert_allclose(
        ranges.mean_while(values, keep, width), twin.mean_while(values, keep, width), rtol=1e-9, atol=1e-9
    )


@settings(deadline=None, max_examples=200)
@given(columns, st.integers(1, 9))
def test_peak_mean_equals_its_twin(values, width):
    np.testing.assert_allclose(ranges.peak_mean(values, width), twin.peak_mean(values, width), rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=100)
@given(columns, st.integers(0, 1000))
def test_known_where_equals_its_twin(values, seed):
    keep = np.random.default_rng(seed).random(len(values)) < 0.7
    assert ranges.known_where(values, keep).tolist() == twin.known_where(values, keep).tolist()


def test_a_slope_stays_a_slope():
    time_s = np.array([0.0, 1.0, 4.0, 5.0, 11.0, 40.0, 41.0])
    np.testing.assert_allclose(ranges.mean_around(time_s, 3.0 * time_s, 15.0), 3.0 * time_s, atol=1e-12)


def _column(rng, m, low, high):
    return np.where(rng.random(m) < 0.2, np.nan, rng.uniform(low, high, m))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(0, 1000))
def test_level_blocks_equals_its_twin(m, width, seed):
    rng = np.random.default_rng(seed)
    cadence = np.where(rng.random(m) < 0.1, 0.0, _column(rng, m, 150, 190))
    args = rng.random(m) < 0.9, _column(rng, m, -0.04, 0.04), rng.uniform(2, 4, m), cadence, 0.03, width
    for mine, other in zip(ranges.level_blocks(*args), twin.level_blocks(*args), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 40), spans, st.integers(0, 1000))
def test_easy_seconds_equals_its_twin(m, pairs, seed):
    rng = np.random.default_rng(seed)
    start, end = (np.maximum(side, 0.0) for side in zip(*[sorted(p) for p in pairs], strict=True))
    columns = _column(rng, m, -0.05, 0.05), _column(rng, m, 2, 4), _column(rng, m, 120, 160)
    args = rng.random(m) < 0.9, *columns, 0.03, 5, np.array(start), np.array(end), 2, 3
    for mine, other in zip(ranges.easy_seconds(*args), twin.easy_seconds(*args), strict=True):
        np.testing.assert_array_equal(mine, other)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-10, 10), max_size=30))
def test_rising_equals_its_twin(values):
    array = np.array(values, dtype=np.float64)
    np.testing.assert_array_equal(ranges.rising(array), twin.rising(array))
