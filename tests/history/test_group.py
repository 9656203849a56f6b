"""Grouping helpers against plain loops."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runlake.history._dates import day_text, week_start, year_of
from runlake.history._group import (
    count_by,
    distinct,
    index_of,
    max_by,
    mean_by,
    median,
    quartiles,
    rolling_max_before,
    rows_of,
    sum_by,
    text_codes,
)


def texts(values: list[str]) -> np.ndarray:
    """An object array of texts."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


@given(st.lists(st.sampled_from("abcdx"), max_size=40))
def test_rows_of_finds_every_id_in_any_order(ids: list[str]) -> None:
    index = index_of(texts(["c", "a", "b", "d"]))
    assert rows_of(texts(ids), index).tolist() == [index.get(i, -1) for i in ids]


@given(st.lists(st.tuples(st.integers(-1, 3), st.floats(-9, 9) | st.just(np.nan)), max_size=40))
def test_sums_means_and_maxima_by_group(pairs: list[tuple[int, float]]) -> None:
    row = np.array([p[0] for p in pairs], dtype=np.int64)
    value = np.array([p[1] for p in pairs])
    for g in range(4):
        members = [v for r, v in pairs if r == g and not np.isnan(v)]
        assert np.isclose(sum_by(row, value, 4)[g], sum(members))
        assert count_by(row, 4)[g] == sum(r == g for r, _ in pairs)
        expected = (max(members), sum(members) / len(members)) if members else (np.nan, np.nan)
        got = (max_by(row, value, 4)[g], mean_by(row, value, 4)[g])
        assert np.allclose(got, expected, equal_nan=True)


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 50) | st.just(np.nan)), max_size=40), st.integers(1, 30))
def test_rolling_maximum_sees_only_earlier_days(pairs: list[tuple[int, float]], span: int) -> None:
    pairs = sorted(pairs, key=lambda p: p[0])
    day = np.array([float(p[0]) for p in pairs])
    got = rolling_max_before(day, np.array([p[1] for p in pairs]), float(span))
    for i, d in enumerate(day):
        before = [v for e, v in pairs if d - span <= e < d and not np.isnan(v)]
        assert np.allclose(got[i], max(before) if before else np.nan, equal_nan=True)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_median_and_quartiles_agree_with_numpy(values: list[float]) -> None:
    array = np.array(values)
    assert np.isclose(median(array), np.median(array))
    assert np.allclose(quartiles(array), np.percentile(array, [25, 50, 75]))


def test_text_codes_number_texts_in_order() -> None:
    codes, names = text_codes(texts(["mile", "5k", "mile"]))
    assert names == ("5k", "mile")
    assert codes.tolist() == [1, 0, 1]


def test_weeks_begin_on_monday() -> None:
    days = np.array([19722.0, 19723.0, 19729.0, 19730.0])  # 2023-12-31 (Sunday) to 2024-01-08 (Monday)
    assert [day_text(d) for d in week_start(days)] == ["2023-12-25", "2024-01-01", "2024-01-01", "2024-01-08"]
    assert year_of(19722.0) == 2023


@given(st.lists(st.integers(-3, 3), max_size=20))
def test_distinct_values_rise(values: list[int]) -> None:
    assert distinct(np.array(values, dtype=float)).tolist() == sorted(set(values))
