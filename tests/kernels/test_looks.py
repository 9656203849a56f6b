"""Counts, extremes and odd places of a signal, against their twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import looks as twin
from runlake.kernels import looks
from support.twins import assert_twins_agree

QUIET = settings(deadline=None, max_examples=80)
sizes, seeds = st.integers(0, 30), st.integers(0, 100_000)


def _column(rng, m, low, high):
    missing = rng.choice([0.0, 0.2, 1.0])
    return np.where(rng.random(m) < missing, np.nan, rng.uniform(low, high, m))


@QUIET
@given(sizes, seeds)
def test_looks_at_one_signal_equal_their_twins(m, seed):
    values = _column(np.random.default_rng(seed), m, -50, 50)
    assert_twins_agree(looks, twin, "census", values)
    assert_twins_agree(looks, twin, "second_differences", values)
    assert_twins_agree(looks, twin, "rough_parts", values, 3, 20.0)


@QUIET
@given(sizes, seeds)
def test_looks_at_two_signals_equal_their_twins(m, seed):
    rng = np.random.default_rng(seed)
    one, other = _column(rng, m, 0, 5), _column(rng, m, 0, 5)
    assert_twins_agree(looks, twin, "known_apart", one, other)
    assert_twins_agree(looks, twin, "n_both_known", one, other)
    assert_twins_agree(looks, twin, "off_where_high", one, other, 2.0)
    assert_twins_agree(looks, twin, "drawn_towards", one, other, 0.3)
    assert_twins_agree(looks, twin, "length_of_steps", one, 40 * other, 130.0, 0.5)
    assert_twins_agree(
        looks,
        twin,
        "n_missing_fixes",
        np.where(rng.random(m) < 0.3, 0.0, one),
        np.where(rng.random(m) < 0.3, 0.0, other),
    )


@QUIET
@given(st.integers(1, 30), seeds, st.sampled_from([1.0, 60.0]))
def test_has_cliff_equals_its_twin(m, seed, jump):
    rng = np.random.default_rng(seed)
    assert_twins_agree(
        looks, twin, "has_cliff", _column(rng, m, 0, 50), rng.integers(1, 4, m - 1).astype(np.float64), jump, 2.0
    )


@QUIET
@given(sizes, seeds)
def test_most_grown_equals_its_twin(m, seed):
    assert_twins_agree(looks, twin, "most_grown", np.cumsum(np.random.default_rng(seed).uniform(0, 4, m)), 5)


@QUIET
@given(st.integers(6, 40), st.sampled_from([1.0, 0.5]), seeds)
def test_near_stretches_equals_its_twin(m, share, seed):
    rng = np.random.default_rng(seed)
    assert_twins_agree(looks, twin, "near_stretches", _column(rng, m, 0, 9), _column(rng, m, 0, 9), share, 3.0, 6, 3.5)


def test_a_signal_without_values_has_no_extremes():
    n_known, lowest, highest = looks.census(np.full(4, np.nan))
    assert n_known == 0
    assert np.isnan([lowest, highest]).all()
