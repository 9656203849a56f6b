"""Places passed again against their twins, and on a way there and back."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import passes as twin
from runlake.kernels import passes

SEEDS = st.integers(0, 10_000)


@settings(deadline=None, max_examples=100)
@given(SEEDS, st.integers(1, 120), st.integers(1, 4), st.sampled_from([0.0, 0.1]))
def test_squares_and_pairs_equal_their_twins(seed, m, every, share):
    rng = np.random.default_rng(seed)
    east, north = np.cumsum(rng.integers(-3, 4, (2, m)), axis=1).astype(np.float64)
    east[rng.random(m) < share] = np.nan
    given_ = (east, north, rng.random(m) < 0.9, every, 5.0)
    second, key = passes.square_keys(*given_)
    expected = twin.square_keys(*given_)
    np.testing.assert_array_equal(second, expected[0])
    np.testing.assert_array_equal(key, expected[1])
    sought = (np.sort(key), second, east, north, 10.0, 4.0, 5.0)
    for mine, theirs in zip(passes.passed_again(*sought), twin.passed_again(*sought), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_way_back_is_paired_with_the_way_out():
    place = 3.0 * np.minimum(np.arange(400.0), 399.0 - np.arange(400.0))
    second, key = passes.square_keys(place, np.zeros(400), np.ones(400, dtype=bool), 3, 10.0)
    *_, earlier, later, sign = passes.passed_again(np.sort(key), second, place, np.zeros(400), 120.0, 30.0, 10.0)
    assert len(later) > 30
    assert (later - earlier >= 120).all()
    assert (np.abs(place[later] - place[earlier]) <= 10.0).all()
    assert (sign == -1.0).all()


def test_nothing_to_look_at():
    second, key = passes.square_keys(np.zeros(50), np.zeros(50), np.zeros(50, dtype=bool), 3, 10.0)
    assert len(second) == len(key) == 0
    found = passes.passed_again(key, second, np.zeros(50), np.zeros(50), 120.0, 30.0, 10.0)
    assert [len(part) for part in found] == [0] * 8


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 30), st.integers(0, 20), st.integers(0, 6), st.integers(0, 10_000))
def test_pairs_apart_equals_its_twin(m, p, lag_s, seed):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random(m) < 0.2, np.nan, rng.normal(size=m))
    args = values, *rng.integers(0, m, (2, p)), rng.choice([-1.0, 0.0, 1.0], p), lag_s
    np.testing.assert_allclose(passes.pairs_apart(*args), twin.pairs_apart(*args), rtol=1e-12)
