"""Seconds counted in bins against their twins, which keep a list for each bin."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import bins as twin
from runlake.kernels import bins

numbers = st.one_of(st.floats(-20, 200), st.just(float("nan")))


@settings(deadline=None, max_examples=200)
@given(st.lists(numbers, max_size=40), st.sampled_from([0.05, 1.0, 7.5]), st.integers(0, 1000))
def test_seconds_by_value_equals_its_twin(values, width, seed):
    values, rng = np.array(values, dtype=np.float64), np.random.default_rng(seed)
    keep, metres = rng.random(len(values)) < 0.8, rng.uniform(0, 5, len(values))
    mine, other = (f.seconds_by_value(values, keep, metres, width) for f in (bins, twin))
    assert mine[0].tolist() == other[0].tolist()
    assert mine[1].tolist() == other[1].tolist()
    np.testing.assert_allclose(mine[2], other[2], rtol=1e-12, atol=1e-12)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 40), st.integers(0, 1000))
def test_form_by_speed_and_grade_equals_its_twin(m, seed):
    rng = np.random.default_rng(seed)

    def column(low, high):
        return np.where(rng.random(m) < 0.2, np.nan, rng.uniform(low, high, m))

    columns = [column(*r) for r in ((0, 4), (160, 190), (120, 180), (0.2, 0.3), (0.05, 0.1))]
    args = rng.random(m) < 0.7, rng.uniform(0, 6, m), column(-0.1, 0.1), *columns
    widths = np.array([0.25, 0.02]), np.array([170.0, 180.0])
    mine, other = (f.form_by_speed_and_grade(*args, *widths) for f in (bins, twin))
    for a, b in zip(mine, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_a_value_on_an_edge_belongs_to_the_bin_above_it():
    values = np.array([0.3, 0.1 + 0.2, 0.2999])  # 0.3 / 0.05 is 5.999999999999999
    number, seconds, _ = bins.seconds_by_value(values, np.ones(3, dtype=np.bool_), np.zeros(3), 0.05)
    assert number.tolist() == [5, 6]
    assert seconds.tolist() == [1.0, 2.0]
