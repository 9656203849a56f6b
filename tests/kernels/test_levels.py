"""Speed and cadence as the search for bouts reads them, against their twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import levels as twin
from runlake.kernels import levels
from support.twins import assert_twins_agree

QUIET = settings(deadline=None, max_examples=80)
sizes, seeds = st.integers(0, 40), st.integers(0, 100_000)


def _column(rng, m, low, high):
    return np.where(rng.random(m) < 0.2, np.nan, rng.uniform(low, high, m))


@QUIET
@given(sizes, seeds)
def test_known_speed_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    args = _column(rng, m, 0, 4), rng.random(m) < 0.8, _column(rng, m, 100, 180), _column(rng, m, -0.1, 0.1)
    assert_twins_agree(levels, twin, "known_speed", *args, 140.0, 1.0, 0.03)


@QUIET
@given(sizes, seeds, st.sampled_from([140.0, np.inf]))
def test_running_sums_equals_its_twin(m, seed, steps_spm):
    rng = np.random.default_rng(seed)
    assert_twins_agree(
        levels, twin, "running_sums", rng.uniform(0, 4, m), _column(rng, m, 100, 180), 1.8, steps_spm, 1.0
    )


@QUIET
@given(sizes, seeds)
def test_within_over_and_averaged_equal_their_twins(m, seed):
    one, other = np.random.default_rng(seed).normal(0, 2, (2, m))
    assert_twins_agree(levels, twin, "within_over", one, -1.0, 2.0, 3.0)
    assert_twins_agree(levels, twin, "averaged", one, other, -0.5, 1.0)


@QUIET
@given(sizes, seeds)
def test_held_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    assert_twins_agree(levels, twin, "held", rng.normal(0, 1, m), -0.5, 1.0, rng.random(m) < 0.6)


@QUIET
@given(sizes, seeds)
def test_known_steps_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    assert_twins_agree(levels, twin, "known_steps", _column(rng, m, 60, 190), rng.random(m) < 0.6, 120.0)


@QUIET
@given(st.integers(5, 40), seeds)
def test_slope_of_five_equals_its_twin(m, seed):
    assert_twins_agree(levels, twin, "slope_of_five", np.cumsum(np.random.default_rng(seed).uniform(0, 4, m)))


@QUIET
@given(sizes, seeds)
def test_sums_before_equals_its_twin(m, seed):
    assert_twins_agree(levels, twin, "sums_before", *np.random.default_rng(seed).normal(0, 1, (2, m)), 2.0)


@QUIET
@given(sizes, seeds)
def test_uphill_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)
    assert_twins_agree(levels, twin, "uphill", _column(rng, m, -0.4, 0.4), rng.uniform(0, 4, m), 0.3, 0.04, 0.5)


def test_steps_of_what_is_left_out_are_no_steps():
    values, keep = np.array([0.0, 9.0, 0.1, 0.3]), np.array([True, False, True, True])
    assert levels.held(values, -1.0, 1.0, keep)[1] == pytest.approx([0.1, 0.2])
