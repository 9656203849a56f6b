"""Returns of a path to itself against the twin, and on a circle of known length."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import track as twin
from runlake.kernels import track


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 40), st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_nearest_return_equals_its_twin(n, low, width, seed):
    east, north = np.random.default_rng(seed).normal(size=(2, n))
    mine = track.nearest_return(east, north, low, low + width)
    np.testing.assert_allclose(mine, twin.nearest_return(east, north, low, low + width), rtol=1e-12)


def test_a_circle_returns_after_its_length():
    angle = 2 * np.pi * np.arange(200) / 80  # 400 m in steps of 5 m
    east, north = 63.7 * np.cos(angle), 63.7 * np.sin(angle)
    squared = track.nearest_return(east, north, 74, 93)
    assert squared[:120].max() < 1e-12
    assert np.isinf(squared[126:]).all()


@settings(deadline=None, max_examples=100)
@given(st.integers(2, 30), st.integers(1, 60), st.sampled_from([3.0, 7.5]), st.integers(0, 10_000))
def test_points_along_equals_its_twin(n, m, step, seed):
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 4, n)).astype(np.float64)
    distance = 5.0 + np.cumsum(np.where(rng.random(n) < 0.3, 0.0, rng.uniform(0, 4, n)))
    args = time_s, distance, *rng.normal(size=(2, m)), step
    for mine, other in zip(track.points_along(*args), twin.points_along(*args), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9)
