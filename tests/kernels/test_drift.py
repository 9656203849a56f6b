"""Blocks of a long run and what changes from the begin to the end, against their twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import drift as twin
from runlake.kernels import drift

QUIET = settings(deadline=None, max_examples=100)
sizes, seeds = st.integers(0, 60), st.integers(0, 100_000)


def _column(rng, m, low, high):
    return np.where(rng.random(m) < 0.2, np.nan, rng.uniform(low, high, m))


@QUIET
@given(sizes, st.integers(1, 8), seeds)
def test_means_of_blocks_equals_its_twin(m, width, seed):
    rng = np.random.default_rng(seed)
    columns = tuple(_column(rng, m, -5, 5) for _ in range(5))
    args = columns, rng.random(m) < 0.8, width, max(width // 2, 1)
    np.testing.assert_allclose(drift.means_of_blocks(*args), twin.means_of_blocks(*args), rtol=1e-9, atol=1e-12)


@QUIET
@given(sizes, st.integers(1, 8), seeds)
def test_level_jumps_equals_its_twin(m, width, seed):
    rng = np.random.default_rng(seed)
    args = _column(rng, m, 100, 160), _column(rng, m, 2, 4), width
    assert drift.level_jumps(*args) == pytest.approx(twin.level_jumps(*args), rel=1e-9, abs=1e-12, nan_ok=True)


@QUIET
@given(sizes, st.integers(1, 8), seeds)
def test_later_best_equals_its_twin(m, width, seed):
    values = _column(np.random.default_rng(seed), m, 2, 4)
    ours, theirs = (f.later_best(values, width) for f in (drift, twin))
    assert ours == pytest.approx(theirs, rel=1e-9, nan_ok=True)


@QUIET
@given(sizes, st.integers(1, 3), seeds)
def test_form_change_equals_its_twin(m, least, seed):
    rng = np.random.default_rng(seed)
    cadence = np.where(rng.random(m) < 0.1, 0.0, _column(rng, m, 150, 190))
    args = _column(rng, m, 2.5, 3.5), cadence, _column(rng, m, -0.04, 0.04), 0.03, 0.2, least
    assert drift.form_change(*args) == pytest.approx(twin.form_change(*args), rel=1e-9, abs=1e-9, nan_ok=True)


@QUIET
@given(sizes, st.integers(1, 9), st.integers(1, 4), seeds)
def test_moving_medians_equals_its_twin(m, width, step, seed):
    rng = np.random.default_rng(seed)
    columns = tuple(_column(rng, m, -5, 5) for _ in range(3))
    for mine, other in zip(*(f.moving_medians(*columns, width, step) for f in (drift, twin)), strict=True):
        np.testing.assert_allclose(mine, other)


def test_a_longer_step_at_the_same_speed_shows():
    speed, grade = np.full(90, 3.0), np.zeros(90)
    cadence = np.where(np.arange(90) < 45, 180.0, 171.0)
    change = drift.form_change(speed, cadence, grade, 0.03, 0.2, 3)
    assert change == pytest.approx((-9.0, 180 / 171 - 1.0, 30.0))
