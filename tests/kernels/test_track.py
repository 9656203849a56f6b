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
