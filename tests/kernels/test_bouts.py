"""Kernels of what speaks for a bout, against their twins and against built-in answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import bouts as twin
from reference.segments import runs_above
from runlake.kernels import bouts

QUIET = settings(deadline=None, max_examples=40)
USUAL_S, USUAL_M = np.array([20.0, 60.0, 300.0]), np.array([100.0, 400.0])


def _sums(rows):
    out = np.zeros((len(rows), rows[0].size + 1))
    out[:, 1:] = np.cumsum(rows, axis=1)
    return out


@st.composite
def sessions(draw):
    """Running sums, segments and candidates of a short made-up session, with stops and gaps in heart rate."""
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    breaks = np.concatenate(([0], np.cumsum(rng.integers(5, 60, draw(st.integers(2, 7))))))
    n, k = int(breaks[-1]), len(breaks) - 1
    level = rng.choice([-0.45, -0.1, 0.0, 0.2, 0.4], k) + rng.normal(0, 0.01, k)
    y = np.repeat(level, np.diff(breaks)) + rng.normal(0, 0.02, n)
    run = (y > -0.4).astype(float)
    has_heart = (rng.random(n) < rng.choice([0.0, 0.9])).astype(float)
    heart = rng.normal(0, 0.1, n) * has_heart
    z = rng.normal(0, 0.05, n)
    grade = rng.normal(0, 0.02, n)
    sums = _sums([y, z, run, y * run, 1 - run, (y + grade) * run, heart, has_heart, grade, y * y])
    runs = runs_above(level)
    row = np.arange(k)
    start, end = breaks[runs[:, 0]], breaks[runs[:, 1]]
    speed_sum = np.concatenate(([0.0], np.cumsum(3.0 * np.exp(y))))
    facts = np.array([0.4, 0.02, 0.0, float(rng.random() < 0.7), -0.2])
    return sums, runs, breaks, level, start, end, row, speed_sum, facts, USUAL_S, USUAL_M


@QUIET
@given(sessions())
def test_bout_features_equals_its_twin(session):
    ours, theirs = bouts.bout_features(*session), twin.bout_features(*session)
    assert ours == pytest.approx(theirs, abs=1e-7, nan_ok=True)


@QUIET
@given(st.integers(0, 100_000))
def test_bout_sums_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    level = rng.choice([-0.45, -0.3, 0.0, 0.5], n)
    heart = np.where(rng.random(n) < 0.2, np.nan, rng.uniform(20, 260, n))
    grade = np.where(rng.random(n) < 0.2, np.nan, rng.normal(0, 0.2, n))
    np.testing.assert_allclose(bouts.cost_of_grade(grade, 0.25), twin.cost_of_grade(grade, 0.25), rtol=1e-12)
    args = (level, rng.normal(size=n), heart, grade, rng.normal(size=n), 150.0, -0.35, -0.43)
    assert bouts.bout_sums(*args) == pytest.approx(twin.bout_sums(*args), abs=1e-9)


@st.composite
def candidates(draw):
    """Overlapping candidates in order of start, with levels, lengths and scores."""
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    c = draw(st.integers(1, 9))
    start = np.sort(rng.integers(0, 600, c))
    end = start + rng.choice([20, 22, 60, 63, 200], c)
    level = rng.choice([0.1, 0.15, 0.4], c)
    return start, end, (end - start) * 4.0 * rng.uniform(0.95, 1.05, c), level, rng.random(c)


@QUIET
@given(candidates(), st.integers(0, 1000))
def test_choice_features_equals_its_twin(given_, seed):
    start, end, _, level, score = given_
    taken = np.random.default_rng(seed).random(len(start)) < 0.4
    ours = bouts.choice_features(start, end, level, score, taken)
    assert ours == pytest.approx(twin.choice_features(start, end, level, score, taken), abs=1e-9, nan_ok=True)


@QUIET
@given(st.integers(0, 100_000), st.sampled_from([1, 3, 5]))
def test_highest_mean_equals_its_twin(seed, width):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 30))
    values = np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n))
    edges = np.sort(rng.integers(0, n + 1, (5, 2)), axis=1)
    ours = bouts.highest_mean(values, edges[:, 0].copy(), edges[:, 1].copy(), width)
    assert ours == pytest.approx(twin.highest_mean(values, edges[:, 0], edges[:, 1], width), abs=1e-9, nan_ok=True)


def test_the_highest_mean_of_three_leaves_out_what_touches_a_gap():
    values = np.array([1.0, 9.0, 2.0, np.nan, 5.0, 5.0, 5.0])
    found = bouts.highest_mean(values, np.array([0, 3, 4, 2]), np.array([3, 7, 4, 5]), 3)
    assert found == pytest.approx([4.0, 5.0, np.nan, np.nan], nan_ok=True)
