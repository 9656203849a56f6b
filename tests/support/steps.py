"""Levels that jump, for kernels that look for edges."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def steps_with_noise(draw, most=60):
    """A level that jumps at a few places, with a little noise."""
    n = draw(st.integers(12, most))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    jumps = draw(st.lists(st.integers(1, n - 1), max_size=4))
    level = np.zeros(n)
    for at in jumps:
        level[at:] += rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.0)
    return level + rng.normal(0, draw(st.sampled_from([0.0, 0.02, 0.1])), n)
