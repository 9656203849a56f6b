"""Table specs to Arrow and back: types, missing values, promises."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runlake.errors import ActivityError
from runlake.lake.encode import encode
from runlake.lake.schema import arrow_schema, column_array, enforced, from_arrow, to_arrow
from runlake.model.findings import Table
from runlake.model.table import Column, TableSpec
from runlake.tables import SPECS

SPEC = TableSpec(
    "things",
    "thing",
    ("word",),
    (
        Column("word", "string", "a word", nullable=False),
        Column("is_good", "bool", "good"),
        Column("small", "int16", "small"),
        Column("big", "int64", "big"),
        Column("length_m", "float64", "length", "m"),
        Column("narrow_m", "float32", "length", "m"),
        Column("day", "date", "day"),
        Column("at", "timestamp_utc", "when"),
        Column("wall", "timestamp_local", "when on the wall"),
    ),
    stamped=False,
)
ROW = {
    "word": "a", "is_good": True, "small": -3, "big": 2**40, "length_m": 0.1, "narrow_m": 0.5, "day": 20_000.0,
    "at": 1_767_600_000.25, "wall": 1_767_603_600.0,
}  # fmt: skip


def test_every_kind_has_the_type_that_every_reader_understands() -> None:
    types = dict(zip(arrow_schema(SPEC).names, map(str, arrow_schema(SPEC).types), strict=True))
    assert types == {
        "word": "string", "is_good": "bool", "small": "int16", "big": "int64", "length_m": "double",
        "narrow_m": "float", "day": "date32[day]", "at": "timestamp[us, tz=UTC]", "wall": "timestamp[us]",
    }  # fmt: skip


def test_unit_and_meaning_travel_with_the_column() -> None:
    assert arrow_schema(SPEC).field("length_m").metadata == {b"unit": b"m", b"meaning": b"length"}


def test_missing_is_null_and_comes_back_as_missing() -> None:
    table = Table.from_rows(SPEC, [ROW, {"word": "b"}])
    arrow = to_arrow(table)
    assert [arrow.column(name)[1].as_py() for name in arrow.column_names] == ["b", *[None] * 8]
    back = from_arrow(arrow, SPEC)
    assert back["word"].tolist() == ["a", "b"]
    for name in arrow.column_names[1:]:
        assert float(back[name][0]) == float(ROW[name])  # type: ignore[arg-type]
        assert np.isnan(float(back[name][1]))


def test_infinity_in_a_time_is_missing() -> None:
    array = column_array(SPEC.column("at"), np.array([np.inf, 0.0]))
    assert array.to_pylist()[0] is None


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ActivityError, match="small"):
        column_array(SPEC.column("small"), np.array([40_000.0]))


def test_a_broken_promise_is_an_error() -> None:
    with pytest.raises(ActivityError, match="word must never be missing"):
        enforced(to_arrow(Table.from_rows(SPEC, [{"word": None}])), SPEC)


def test_other_columns_are_an_error() -> None:
    table = to_arrow(Table.from_rows(SPEC, [ROW]))
    with pytest.raises(ActivityError, match="differ"):
        enforced(table.drop_columns(["day"]), SPEC)


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 4e9)), max_size=30))
def test_times_keep_microseconds(values: list[float | None]) -> None:
    column = SPEC.column("at")
    given_s = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    array = column_array(column, given_s)
    assert array.null_count == sum(v is None for v in values)
    table = Table.from_rows(SPEC, [{"word": "x", "at": v} for v in values])
    back = from_arrow(to_arrow(table), SPEC)["at"]
    assert np.allclose(back, given_s, atol=1e-6, rtol=0, equal_nan=True)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30))
def test_text_comes_back_as_it_was(words: list[str | None]) -> None:
    clean = [w if w is None else w.encode("utf-8", "replace").decode() for w in words]
    array = pa.chunked_array([pa.array(clean, pa.string())])
    from runlake.lake.schema import text_values

    assert text_values(array).tolist() == clean


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_every_table_encodes_to_the_same_bytes_twice(spec: TableSpec) -> None:
    empty = arrow_schema(spec).empty_table()
    assert encode(empty, spec).equals(encode(empty, spec))


@pytest.mark.parametrize("compat", [False, True])
def test_both_ways_of_writing_read_back_equal(compat: bool) -> None:
    import pyarrow.parquet as pq

    table = to_arrow(Table.from_rows(SPEC, [ROW, {"word": "b"}]))
    assert pq.read_table(pa.BufferReader(encode(table, SPEC, compat=compat))).equals(table)


def test_what_may_still_change_is_copied_and_what_cannot_is_not() -> None:
    values = np.arange(4.0)
    column = Column("x", "float64", "a number")
    copied = column_array(column, values)
    values.flags.writeable = False
    shared = column_array(column, values)
    values.flags.writeable = True
    values[0] = 9.0
    assert copied.to_pylist() == [0.0, 1.0, 2.0, 3.0]
    assert shared.to_pylist() == [9.0, 1.0, 2.0, 3.0]
