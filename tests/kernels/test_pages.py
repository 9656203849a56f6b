"""The bodies of pages against twins that write byte by byte; tests/lake/test_pages.py has Arrow read them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import pages as slow
from runlake.kernels.pages import delta_body, number_body, whole_numbers

numbers = st.one_of(st.floats(width=32), st.just(float("nan")), st.sampled_from([0.0, -0.0, 1.5, float("inf")]))
"""Those that are missing among them."""


@given(st.lists(numbers, max_size=70), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_number_body_equals_struct(values: list[float], narrow: bool, split: bool, nullable: bool) -> None:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    body, n_missing = number_body(array, narrow, split, nullable)
    expected, n_expected = slow.number_body(array, narrow, split, nullable)
    assert n_missing == n_expected
    assert body.tobytes() == expected.tobytes()


@given(
    st.integers(-(2**40), 2**40),
    st.lists(st.one_of(st.integers(-(2**40), 2**40), st.just(1_000_000), st.integers(0, 3)), max_size=300),
)
@settings(max_examples=60, deadline=None)
def test_delta_body_equals_bits_as_text(first: int, steps: list[int]) -> None:
    values = np.cumsum([first, *steps], dtype=np.int64)
    assert delta_body(values).tobytes() == slow.delta_body(values).tobytes()


@given(
    st.lists(st.one_of(st.floats(-1e12, 1e12), st.just(float("nan")), st.sampled_from([0.5, 1.5, -2.5])), min_size=1),
    st.sampled_from([1.0, 1e6]),
)
@settings(max_examples=60, deadline=None)
def test_whole_numbers_equal_those_of_round(values: list[float], scale: float) -> None:
    array = np.array(values)
    array.flags.writeable = False
    found, low, high, n_missing = whole_numbers(array, scale)
    expected, *bounds = slow.whole_numbers(array, scale)
    assert found.tolist() == expected.tolist()
    assert [low, high, n_missing] == bounds


def test_the_widest_differences_fit() -> None:
    values = np.array([0, 2**62, -(2**61)] * 100, dtype=np.int64)
    assert delta_body(values).tobytes() == slow.delta_body(values).tobytes()
