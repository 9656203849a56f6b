"""Kernels of segmentation and choice against their twins, and against what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import segments as twin
from runlake.kernels import segments
from support.steps import steps_with_noise

QUIET = settings(deadline=None, max_examples=60)


@QUIET
@given(steps_with_noise(), st.sampled_from([0.1, 0.3]))
def test_segments_cost_little_more_than_the_optimum(y, penalty):
    z = np.zeros(len(y))
    breaks = segments.merge_segments(y, z, penalty, 1)
    assert breaks[0] == 0
    assert breaks[-1] == len(y)
    assert np.all(np.diff(breaks) > 0)
    best = twin.cost_of(y, z, twin.merge_segments(y, z, penalty, 1), penalty)
    assert twin.cost_of(y, z, breaks, penalty) <= 1.6 * best + penalty


def test_segments_find_steps_in_either_channel():
    y, z = np.zeros(120), np.zeros(120)
    y[40:] = 0.5
    z[80:] = 0.5
    for found in (segments.merge_segments, twin.merge_segments):
        assert found(y, z, 0.1, 5).tolist() == [0, 40, 80, 120]


@QUIET
@given(steps_with_noise(), st.integers(2, 6))
def test_segments_are_never_too_short(y, shortest):
    breaks = segments.merge_segments(y, np.zeros(len(y)), 0.05, shortest)
    assert len(breaks) == 2 or np.diff(breaks).min() >= shortest


@QUIET
@given(st.lists(st.sampled_from([0.0, 0.02, 0.1, 0.3, 0.31]), min_size=1, max_size=12), st.integers(0, 1000))
def test_joined_levels_equal_its_twin_where_steps_are_clear(level, seed):
    length = np.random.default_rng(seed).integers(20, 40, len(level))
    breaks = np.concatenate(([0], np.cumsum(length)))
    ours = segments.merge_levels(breaks, np.array(level), 0.05, 15)
    mean = [np.mean(np.repeat(level, length)[a:b]) for a, b in zip(ours[:-1], ours[1:], strict=True)]
    theirs = twin.merge_levels(breaks, level, 0.05, 15)
    assert set(ours) <= set(breaks)
    assert np.all(np.abs(np.diff(mean)) >= 0.05 - 1e-9)
    if np.all((np.abs(np.diff(level)) < 0.021) | (np.abs(np.diff(level)) > 0.25)):
        assert ours.tolist() == theirs.tolist()


@QUIET
@given(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.7]), max_size=14))
def test_runs_above_equals_its_twin(level):
    values = np.array(level, dtype=np.float64)
    ours, theirs = segments.runs_above(values), twin.runs_above(values)
    assert ours[:, :2].tolist() == theirs[:, :2].tolist()
    for a, b in zip(ours, theirs, strict=True):
        assert (a[2] < 0) == (b[2] < 0)
        assert a[2] < 0 or values[a[2]] == values[b[2]]
    assert ours[:, 3].tolist() == theirs[:, 3].tolist()


@QUIET
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from([-1.0, 0.5, 1.0, 2.0, 3.7])), max_size=9)
)
def test_best_disjoint_equals_its_twin(ranges):
    start = np.array([r[0] for r in ranges], dtype=np.float64)
    end = start + np.array([r[1] for r in ranges], dtype=np.float64)
    gain = np.array([r[2] for r in ranges], dtype=np.float64)
    taken = segments.best_disjoint(start, end, gain)
    assert gain[taken].sum() == pytest.approx(gain[twin.best_disjoint(start, end, gain)].sum())
    assert np.all(gain[taken] > 0)
    order = np.argsort(start[taken])
    assert np.all(end[taken][order][:-1] <= start[taken][order][1:])


@st.composite
def forests(draw):
    """Small trees in plain arrays, children after parents."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    split, child, root = [], [], []
    for _ in range(draw(st.integers(1, 3))):
        root.append(len(split))
        open_nodes, size = [len(split)], draw(st.integers(0, 4))
        split.append(-1)
        child.append([-1, -1])
        for _ in range(size):
            q = open_nodes.pop(0)
            split[q] = int(rng.integers(0, 3))
            child[q] = [len(split), len(split) + 1]
            open_nodes += child[q]
            split += [-1, -1]
            child += [[-1, -1], [-1, -1]]
    n = len(split)
    return (
        np.array(split), rng.normal(size=n), np.array(child).reshape(-1, 2), rng.normal(size=n), np.array(root),
    )  # fmt: skip


@QUIET
@given(forests(), st.integers(0, 1000))
def test_sum_trees_equals_its_twin(forest, seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(5, 3))
    features[rng.random((5, 3)) < 0.2] = np.nan
    assert segments.sum_trees(features, *forest) == pytest.approx(twin.sum_trees(features, *forest))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 8), st.floats(0, 60), st.integers(0, 10_000))
def test_distinct_runs_and_level_kept_for_equal_their_twins(k, samples, seed):
    rng = np.random.default_rng(seed)
    level = rng.choice([0.0, 0.1, 0.2, 0.3], k)
    breaks = np.concatenate(([0], np.cumsum(rng.integers(1, 12, k))))
    running_s = np.concatenate(([0.0], np.cumsum(rng.random(breaks[-1]) < 0.8)))
    args = segments.runs_above(level), breaks, running_s, 5, 0.8
    np.testing.assert_array_equal(segments.distinct_runs(*args), twin.distinct_runs(*args))
    assert segments.level_kept_for(level, breaks, samples) == twin.level_kept_for(level, breaks, samples)
