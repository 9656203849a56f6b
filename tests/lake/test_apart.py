"""Pages of a new file never stand where a reader with the old footer looks for them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem

from runlake.errors import LakeError
from runlake.lake import apart
from runlake.lake.apart import moved, set_apart

N_COLUMNS = 40


def table(state: int, n_rows: int = 20) -> pa.Table:
    """Many columns as a lake has them: numbers that change, text that stays, nothing at all. Rows are added."""
    rng = np.random.default_rng(7)
    columns: dict[str, Any] = {"athlete_id": ["me"] * (n_rows + state)}
    for i in range(N_COLUMNS):
        values = rng.normal(size=n_rows + state).round(2) + 100 * i + (i % 3 == 0) * state
        columns[f"value_{i}"] = values if i % 4 else pa.nulls(n_rows + state, pa.float64())
    return pa.table(columns)


def encoded(rows: pa.Table, **options: Any) -> pa.Buffer:
    """The rows as a lake's file."""
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd", write_page_checksum=True, use_dictionary=["athlete_id"], **options)
    return sink.getvalue()


@pytest.mark.parametrize("move", [1, 7, 300, 70_000])
@pytest.mark.parametrize("options", [{}, {"row_group_size": 6}, {"write_page_index": True}])
def test_a_moved_file_holds_the_same(move: int, options: dict[str, Any], tmp_path: Path) -> None:
    rows = table(0)
    path = tmp_path / "t.parquet"
    data = encoded(rows, **options)
    path.write_bytes(moved(data, move))
    assert pq.read_table(path, page_checksum_verification=True).equals(rows)
    assert pl.read_parquet(path).to_dicts() == rows.to_pylist()
    assert duckdb.sql(f"SELECT sum(value_3) FROM '{path}' WHERE value_1 > 100").fetchall()[0][0] is not None
    first = pq.read_metadata(path).row_group(0).column(0)
    assert first.dictionary_page_offset == 4 + move
    assert path.read_bytes()[4 : 4 + move] == bytes(move)


def test_a_file_without_rows_can_be_moved() -> None:
    rows = table(0).slice(0, 0)
    assert pq.read_table(pa.BufferReader(moved(encoded(rows), 9))).equals(rows)


def test_a_footer_that_is_none_is_refused() -> None:
    data = bytearray(encoded(table(0)))
    data[-8:-4] = (int.from_bytes(data[-8:-4], "little") - 1).to_bytes(4, "little")
    with pytest.raises((LakeError, IndexError, ValueError)):
        moved(pa.py_buffer(bytes(data)), 5)


def read_with_old_footer(folder: Path, old: Any, new: Any) -> list[str]:
    """What a reader sees of each column that opened the path before the exchange: old, new, error or wrong."""
    path = folder / "t.parquet"
    before, after = (pq.read_table(pa.BufferReader(x)) for x in (old, new))
    seen = []
    for name in before.column_names:
        path.write_bytes(old)
        fragment = ds.ParquetFileFormat().make_fragment(str(path), filesystem=LocalFileSystem())
        assert fragment.physical_schema.names == before.column_names
        path.write_bytes(new)
        try:
            found = fragment.to_table(columns=[name]).column(name).to_pylist()
        except OSError:
            seen.append("error")
            continue
        whole = {"old": before.column(name).to_pylist(), "new": after.column(name).to_pylist()}
        seen.append(next((k for k, v in whole.items() if v == found), "wrong"))
    return seen


def test_an_old_footer_leads_to_an_error_and_never_to_wrong_rows(tmp_path: Path) -> None:
    wrong = 0
    published: list[Path] = []
    for state in range(1, 13):
        plain = encoded(table(state))
        wrong += read_with_old_footer(tmp_path, encoded(table(state - 1)), plain).count("wrong")
        new, same = set_apart(plain, published[-3:][::-1])
        assert same is None
        for path in published[-3:]:
            assert "wrong" not in read_with_old_footer(tmp_path, path.read_bytes(), new), state
        assert len(new) < 6 * len(plain)  # does not grow from night to night
        published.append(tmp_path / f"{state}.parquet")
        published[-1].write_bytes(new)
    assert wrong > 0  # without it, some were


def test_the_same_rows_are_the_same_file(tmp_path: Path) -> None:
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    data = encoded(table(0))
    first.write_bytes(moved(data, 11))
    second.write_bytes(encoded(table(1)))
    found, path = set_apart(data, [second, first])
    assert path == first
    assert bytes(found) == first.read_bytes()


def test_what_is_no_parquet_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk")
    data = encoded(table(0))
    found, path = set_apart(data, [tmp_path / "junk", tmp_path / "nothing"])
    assert path is None
    assert bytes(found) == bytes(data)


def test_each_page_is_known_for_one() -> None:
    data = encoded(table(0))
    group = pq.read_metadata(io.BytesIO(bytes(data))).row_group(0)
    whole = memoryview(data).cast("B")
    for i in range(group.num_columns):
        column = group.column(i)
        assert apart._is_head(whole, column.data_page_offset)
        assert not apart._is_head(whole, column.data_page_offset + 1)
    assert not apart._is_head(memoryview(bytes(64)), 0)
    assert not apart._is_head(memoryview(b"\xff" * 64), 0)


def test_bytes_that_promise_an_endless_list_are_no_page() -> None:
    # field 1, a list of 2^35 bytes: going over it one by one would take an hour
    endless = bytes([0x19, 0xF3, *[0xFF] * 4, 0x7F]) + bytes(64)
    assert not apart._is_head(memoryview(endless), 0)
