"""Seconds moved and run, and means from running totals, against their twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import motion as twin
from runlake.kernels import motion

QUIET = settings(deadline=None, max_examples=150)
spans = st.lists(st.tuples(st.floats(-5, 40), st.floats(-5, 40)), min_size=1, max_size=5)


def _column(rng, m, low, high):
    return np.where(rng.random(m) < 0.2, np.nan, rng.uniform(low, high, m))


@QUIET
@given(st.integers(1, 40), st.integers(0, 100_000))
def test_motion_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    speed = np.where(rng.random(m) < 0.3, 0.1, _column(rng, m, 0.0, 5.0))
    args = speed, _column(rng, m, 100, 200), np.cumsum(_column(rng, m, 0, 4)), rng.random(m) < 0.8
    limits = 0.5, 3, 1.8, 2.2, 140.0
    for mine, other in zip(motion.motion(*args, *limits), twin.motion(*args, *limits), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_short_stop_is_none_and_a_long_one_is():
    speed = np.array([3.0, 0, 0, 0, 3.0, 0, 0, 0, 0, 3.0, 3.0])
    nothing = np.full(11, np.nan)
    moving, running, metres, _, has_moved = motion.motion(
        speed, nothing, nothing, np.ones(11, dtype=bool), 0.5, 3, 1.8, 2.2, 140.0
    )
    assert np.flatnonzero(moving).tolist() == [0, 1, 2, 3, 4, 9]
    assert np.flatnonzero(running).tolist() == [0, 4, 9]
    assert has_moved
    assert not metres.any()


@QUIET
@given(st.integers(1, 30), spans, st.integers(0, 100_000))
def test_means_from_running_totals_equal_those_of_their_twins(m, pairs, seed):
    rng = np.random.default_rng(seed)
    columns = tuple(_column(rng, m, -100, 100) for _ in range(5))
    masks = rng.random(m) < 0.7, rng.random(m) < 0.8
    mine, other = (f.running_totals(columns, *masks) for f in (motion, twin))
    np.testing.assert_allclose(mine[0], other[0], atol=1e-9)
    np.testing.assert_array_equal(mine[1], other[1])
    start, end = (np.array(side, dtype=np.float64) for side in zip(*[sorted(p) for p in pairs], strict=True))
    wide = end - start > 1e-3  # a sliver of a second gives a quotient of two tiny numbers
    rows = np.array([0, 6, 5, 2])
    ours, theirs = (f.means_between(*mine, rows, start[wide], end[wide]) for f in (motion, twin))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@QUIET
@given(st.integers(1, 30), spans, st.integers(0, 100_000))
def test_growth_between_equals_its_twin(m, pairs, seed):
    curve = np.cumsum(np.random.default_rng(seed).uniform(0, 3, m))
    start, end = (np.array(side, dtype=np.float64) for side in zip(*pairs, strict=True))
    ours, theirs = (f.growth_between(curve, start, end) for f in (motion, twin))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@QUIET
@given(st.integers(1, 30), spans, st.integers(0, 100_000))
def test_highest_between_equals_its_twin(m, pairs, seed):
    values = _column(np.random.default_rng(seed), m, 40, 200)
    start, end = (np.array(side, dtype=np.float64) for side in zip(*pairs, strict=True))
    ours, theirs = (f.highest_between(values, start, end) for f in (motion, twin))
    np.testing.assert_array_equal(ours, theirs)
