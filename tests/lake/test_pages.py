"""Pages made by hand are read by every reader as what they were made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from runlake.kernels.pages import delta_body, number_body
from runlake.lake import layout, pages, splice
from runlake.lake.encode import encode
from runlake.lake.schema import empty_table
from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    "rows",
    "a row",
    ("time_utc",),
    (
        Column("word", "string", "text that repeats"),
        Column("name", "string", "text that never misses", nullable=False),
        Column("day", "date", "a day", nullable=False),
        Column("note", "string", "text that changes"),
        Column("time_utc", "timestamp_utc", "when", nullable=False),
        Column("wide", "float64", "a number"),
        Column("narrow", "float32", "a number"),
        Column("plain", "float64", "a number that is not split", nullable=False),
    ),
    stamped=False,
)
SIZES = (700, 1, 90)
WORDS = ("run", None, "Straße \U0001f3c3")
NAMES = ("ann", "ann", "bob")
DAYS = (20_000, -3, 20_001)


def numbers(values: np.ndarray, *, narrow: bool, split: bool, nullable: bool, codec: str = "snappy") -> pages.Page:
    body, n_missing = number_body(values, narrow, split, nullable)
    return pages.page(body, len(values), 9 if split else 0, n_missing=int(n_missing), codec=codec)


def group(seed: int) -> tuple[tuple[splice.Piece, ...], dict[str, list[Any]]]:
    """A row group of three activities, and its values: the second has no wide numbers, the third some."""
    rng = np.random.default_rng(seed)
    values: dict[str, list[Any]] = {c.name: [] for c in SPEC.columns}
    made: dict[str, list[pages.Page]] = {c.name: [] for c in SPEC.columns}
    for k, n in enumerate(SIZES):
        notes = [None if rng.random() < 0.3 else f"n{i}" for i in range(n)]
        times = 1_700_000_000_000_000 + np.cumsum(rng.integers(1, 3, n) * 1_000_000)
        wide = np.where(rng.random(n) < (0.0, 1.0, 0.3)[k], np.nan, rng.normal(size=n))
        plain = np.round(rng.normal(size=n), 2)
        made["note"].append(pages.text_page(notes, is_nullable=True))
        low, high = int(times.min()), int(times.max())
        made["time_utc"].append(pages.page(delta_body(times), n, pages.DELTA_BINARY_PACKED, low=low, high=high))
        made["wide"].append(
            pages.missing_page(n) if np.isnan(wide).all() else numbers(wide, narrow=False, split=True, nullable=True)
        )
        made["narrow"].append(numbers(wide, narrow=True, split=True, nullable=True))
        made["plain"].append(numbers(plain, narrow=False, split=False, nullable=False, codec="zstd"))
        known = [None if np.isnan(v) else float(v) for v in wide]
        small = [None if np.isnan(v) else float(np.float32(v)) for v in wide]
        texts = {"word": [WORDS[k]] * n, "name": [NAMES[k]] * n, "day": [DAYS[k]] * n, "note": notes}
        for name, part in {
            **texts, "time_utc": times.tolist(), "wide": known, "narrow": small, "plain": plain.tolist(),
        }.items():  # fmt: skip
            values[name] += part
    pieces = []
    for c in SPEC.columns:
        if c.name in ("word", "name", "day"):
            words = {"word": WORDS, "name": NAMES, "day": DAYS}[c.name]
            pieces.append(pages.column_of_runs(c, list(zip(words, SIZES, strict=True))))
        else:
            pieces.append(pages.column_of_pages(c, made[c.name]))
    return tuple(pieces), values


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Any]]]:
    """Two row groups of pages, and all their values."""
    like = splice.opened(encode(empty_table(SPEC), SPEC))
    (one, first), (two, second) = group(1), group(2)
    path = tmp_path_factory.mktemp("pages") / "rows.parquet"
    path.write_bytes(b"".join(layout.laid_out(like, [one, two]) or []))
    return path, {name: first[name] + second[name] for name in first}


def plain(table: pa.Table) -> dict[str, list[Any]]:
    """The values, days and times as whole numbers."""
    whole = {"day": (pa.date32(), pa.int32()), "time_utc": (pa.timestamp("us", "UTC"), pa.int64())}
    for name, (kind, number) in whole.items():
        table = table.set_column(table.column_names.index(name), name, table.column(name).cast(kind).cast(number))
    return table.to_pydict()


def test_arrow_reads_them_and_finds_every_checksum_right(file: tuple[Path, dict[str, list[Any]]]) -> None:
    path, values = file
    with pq.ParquetFile(path, page_checksum_verification=True) as parquet:
        assert plain(parquet.read()) == values


def test_a_wrong_checksum_is_found(file: tuple[Path, dict[str, list[Any]]], tmp_path: Path) -> None:
    data = bytearray(file[0].read_bytes())
    column = pq.read_metadata(file[0]).row_group(0).column(7)
    data[column.data_page_offset + column.total_compressed_size - 3] ^= 1
    (tmp_path / "bad.parquet").write_bytes(data)
    with pytest.raises(OSError, match=r"[Cc][Rr][Cc]"):
        pq.read_table(tmp_path / "bad.parquet", page_checksum_verification=True)


def test_duckdb_and_polars_read_them(file: tuple[Path, dict[str, list[Any]]]) -> None:
    path, values = file
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql(f"SELECT * FROM '{path}'").to_arrow_table()
    assert plain(found) == values
    assert plain(pl.read_parquet(path).to_arrow(compat_level=pl.CompatLevel.oldest())) == values


def test_bounds_and_missing_values_are_told(file: tuple[Path, dict[str, list[Any]]]) -> None:
    path, _ = file
    _, values = group(1)
    columns = pq.read_metadata(path).row_group(0)
    found = {columns.column(i).path_in_schema: columns.column(i).statistics for i in range(len(SPEC.columns))}
    assert {n: s.null_count for n, s in found.items()} == {n: v.count(None) for n, v in values.items()}
    words = [w for w in values["word"] if w is not None]
    assert (found["word"].min, found["word"].max) == (min(words), max(words))
    assert (found["day"].min_raw, found["day"].max_raw) == (min(DAYS), max(DAYS))
    assert (found["time_utc"].min_raw, found["time_utc"].max_raw) == (min(values["time_utc"]), max(values["time_utc"]))


def test_a_row_group_without_a_single_word() -> None:
    like = splice.opened(encode(empty_table(SPEC), SPEC))
    pieces, _ = group(1)
    bare = (pages.column_of_runs(SPEC.columns[0], [(None, sum(SIZES))]), *pieces[1:])
    data = pa.BufferReader(b"".join(layout.laid_out(like, [bare]) or []))
    assert pq.read_table(data).column("word").to_pylist() == [None] * sum(SIZES)
