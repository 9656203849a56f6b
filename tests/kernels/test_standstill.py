"""Pauses on a curve of distance, against the twins and against a pause of known place."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import standstill as twin
from runlake.kernels import standstill

QUIET = settings(deadline=None, max_examples=200)


def made(seed, n, p):
    """A curve, and pauses of which some meet, some hold no sample, and some lie outside."""
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 5, n)).astype(np.float64)
    distance = np.cumsum(np.where(rng.random(n) < 0.3, 0.0, rng.uniform(0, 4, n)))
    edges = np.cumsum(rng.choice([0.0, 0.5, 1.0, 2.0, 7.0], 2 * p))
    edges[1::2] += 0.25 * np.arange(1, p + 1)
    edges[2::2] += 0.25 * np.arange(1, p)
    return time_s, distance, np.ascontiguousarray(edges[::2]), np.ascontiguousarray(edges[1::2])


@QUIET
@given(st.integers(0, 100_000), st.integers(1, 25), st.integers(1, 6))
def test_with_pause_edges_equals_its_twin(seed, n, p):
    args = made(seed, n, p)
    for mine, other in zip(standstill.with_pause_edges(*args), twin.with_pause_edges(*args), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-12)


@QUIET
@given(st.integers(0, 100_000), st.integers(0, 25), st.integers(1, 6))
def test_paused_until_equals_its_twin(seed, n, p):
    time_s, _, *pauses = made(seed, n, p)
    ours, theirs = (f.paused_until(time_s, *pauses) for f in (standstill, twin))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_what_was_covered_around_a_pause_lies_outside_of_it():
    time_s, distance = np.array([0.0, 10.0, 70.0, 80.0]), np.array([0.0, 30.0, 50.0, 80.0])
    points = standstill.with_pause_edges(time_s, distance, np.array([15.0]), np.array([65.0]))
    assert points[0].tolist() == [0.0, 10.0, 15.0, 65.0, 70.0, 80.0]
    assert points[1].tolist() == [0.0, 30.0, 40.0, 40.0, 50.0, 80.0]
    assert standstill.paused_until(points[0], np.array([15.0]), np.array([65.0])).tolist() == [0, 0, 0, 50, 50, 50]
