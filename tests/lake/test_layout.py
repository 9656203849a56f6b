"""Who holds the footer of one of the last two states reads that state in the new file; who holds an older one fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem

from runlake.lake import layout, splice
from runlake.lake.encode import encode_groups
from runlake.lake.splice import Encoded
from runlake.model.table import Column, TableSpec

SPEC = TableSpec(
    "pieces", "a row", ("word",),
    (
        Column("word", "string", "text"), Column("number", "int32", "a count"), Column("value", "float64", "a measure"),
        Column("is_odd", "bool", "a truth"), Column("nothing", "float64", "a measure"),
    ),
    stamped=False,
)  # fmt: skip
SCHEMA = pa.schema(
    {"word": pa.string(), "number": pa.int32(), "value": pa.float64(), "is_odd": pa.bool_(), "nothing": pa.float64()}
)


def rows(seed: int, n: int) -> pa.Table:
    """Rows with words that repeat, and a column of nulls."""
    random_ = random.Random(seed)
    columns = {
        "word": [random_.choice(["a", "bb", "c" * 40, str(i)]) for i in range(n)],
        "number": [random_.randint(-5, 10**6) for _ in range(n)],
        "value": [round(random_.gauss(0, 1), 2) for _ in range(n)],
        "is_odd": [bool(i % 2) for i in range(n)],
        "nothing": [None] * n,
    }
    return pa.table(columns, schema=SCHEMA)


def encoded(tables: list[pa.Table]) -> Encoded:
    """A file with a row group for each table."""
    return splice.opened(encode_groups(tables, SCHEMA, SPEC))


def laid_out(file: Encoded, earlier: list[Encoded], *, retain: bool = True) -> Encoded:
    """The file as it lies in the lake; the last one itself where nothing has changed."""
    parts = layout.laid_out(file, file.groups, earlier, retain=retain)
    return earlier[0] if parts is None else splice.opened(b"".join(parts))


def nights(seed: int, n: int) -> list[list[pa.Table]]:
    """The row groups of a table in so many states: the last one grows, and now and then one comes or changes."""
    random_ = random.Random(seed)
    sizes, seeds = [20, 30], [seed, seed + 1]
    out = []
    for night in range(n):
        sizes[-1] += random_.randint(1, 3)
        seeds[-1] = seed + 100 + night
        if night % 4 == 3:
            sizes.append(random_.randint(1, 9))
            seeds.append(seed + 200 + night)
        if night % 5 == 4:
            seeds[random_.randrange(len(seeds))] = seed + 300 + night
        out.append([rows(s, n) for s, n in zip(seeds, sizes, strict=True)])
    return out


def states(seed: int, n: int) -> list[tuple[Encoded, pa.Table]]:
    """The files of a table in so many states, the oldest first, with the rows of each."""
    out: list[tuple[Encoded, pa.Table]] = []
    for tables in nights(seed, n):
        file = laid_out(encoded(tables), [f for f, _ in out[::-1]][:6])
        out.append((file, pa.concat_tables(tables)))
    return out


@pytest.mark.parametrize("seed", range(4))
def test_engines_read_what_was_laid_out(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    for file, table in states(seed, 12):
        path.write_bytes(file.data)
        assert pq.ParquetFile(path, page_checksum_verification=True).read().equals(table)
        assert pl.read_parquet(path).to_dicts() == table.to_pylist()
        assert duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall() == [
            tuple(r.values()) for r in table.to_pylist()
        ]


def test_pieces_never_overlap_and_stand_in_order() -> None:
    for file, _ in states(5, 12):
        edges = sorted((p.start, p.start + len(p.data)) for group in file.groups for p in group)
        assert all(stop <= start for (_, stop), (start, _) in zip(edges, edges[1:], strict=False))
        assert edges[0][0] >= 4
        assert edges[-1][1] <= file.end
        for group in file.groups:  # Tableau's Hyper reads no others
            assert all(a.start + len(a.data) == b.start for a, b in zip(group, group[1:], strict=False))


def read_with_footer_of(old: bytes, new: bytes, path: Path) -> list[str]:
    """What a reader that opened the path before the exchange sees of each column, and of all: old, error or wrong."""
    before = pq.read_table(pa.BufferReader(old))
    seen = []
    for names in [[n] for n in before.column_names] + [before.column_names]:
        path.write_bytes(old)
        fragment = ds.ParquetFileFormat().make_fragment(str(path), filesystem=LocalFileSystem())
        fragment.ensure_complete_metadata()
        lazy = pl.scan_parquet(path).select(names)
        lazy.collect_schema()
        path.write_bytes(new)
        reads: list[Callable[[], pa.Table]] = [
            partial(fragment.to_table, columns=names),
            partial(lambda lazy: lazy.collect().to_arrow(), lazy),
        ]
        for read in reads:
            try:
                found = read()
            except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
                seen.append("error")
                continue
            seen.append("old" if found.to_pylist() == before.select(names).to_pylist() else "wrong")
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_an_old_footer_leads_to_the_old_rows_for_two_states_and_then_to_an_error(seed: int, tmp_path: Path) -> None:
    files = [bytes(file.data) for file, _ in states(seed, 8)]
    path = tmp_path / "t.parquet"
    errors = 0
    for at, new in enumerate(files):
        for back in (1, 2, 3, 4):
            if at >= back:
                seen = read_with_footer_of(files[at - back], new, path)
                assert set(seen) == {"old"} if back <= layout.RETAINED else "wrong" not in seen
                errors += seen.count("error")
    assert errors > 0  # else the columns that change are none


def test_without_that_readers_fail_or_read_what_never_was(tmp_path: Path) -> None:
    plain = [bytes(encoded(tables).data) for tables in nights(0, 8)]
    seen = [s for a, b in zip(plain, plain[1:], strict=False) for s in read_with_footer_of(a, b, tmp_path / "t")]
    assert seen.count("old") < len(seen) / 2
    assert seen.count("error") > len(seen) / 4


def test_a_footer_is_found_where_the_size_of_the_old_file_tells() -> None:
    files = [bytes(file.data) for file, _ in states(1, 30)]
    n_grown = 0
    for old, new in zip(files, files[1:], strict=False):
        n_grown += len(new) > len(old)
        assert len(new) >= len(old)
        there = splice.opened(new[: len(old)])
        assert there.footer_bytes in (splice.opened(old).footer_bytes, splice.opened(new).footer_bytes)
    assert n_grown < 10


def test_a_file_does_not_grow_from_night_to_night() -> None:
    for seed in range(3):
        file, _ = states(seed, 40)[-1]
        plain = encoded(nights(seed, 40)[-1])
        assert len(file.data) < 5 * len(plain.data) + 2 * layout.BLOCK_BYTES


def test_what_has_not_changed_stays_where_it_is() -> None:
    tables = [rows(s, 20 + s) for s in range(5)]
    old = laid_out(encoded(tables), [])
    new = laid_out(encoded([*tables[:2], rows(9, 31), *tables[3:], rows(10, 3)]), [old])
    starts = [[p.start for p in group] for group in old.groups]
    now = [[p.start for p in group] for group in new.groups]
    assert [now[i] for i in (0, 1, 3, 4)] == [starts[i] for i in (0, 1, 3, 4)]
    assert now[2] != starts[2]


def test_the_same_rows_are_the_same_file() -> None:
    tables = [rows(s, 20) for s in range(3)]
    first = laid_out(encoded(tables), [])
    second = laid_out(encoded(tables[:2]), [first])
    assert layout.laid_out(second, encoded(tables[:2]).groups, [second, first]) is None
    assert layout.laid_out(first, encoded(tables).groups, [second, first]) is not None


def test_equal_row_groups_have_a_place_each() -> None:
    tables = [rows(1, 20)] * 3
    first = laid_out(encoded(tables[:2]), [])
    second = laid_out(encoded(tables), [first])
    assert len({group[0].start for group in second.groups}) == 3
    assert pq.read_table(pa.BufferReader(second.data)).equals(pa.concat_tables(tables))


def test_without_retaining_nothing_of_the_old_rows_is_left(tmp_path: Path) -> None:
    files = [file for file, _ in states(2, 5)]
    last = files[-1]
    assert layout.has_remains(last)
    fewer = laid_out(encoded(nights(2, 5)[-1][:1]), files[::-1], retain=False)
    assert not layout.has_remains(fewer)
    gone = {bytes(p.data) for group in last.groups[1:] for p in group if len(p.data) > 100}
    assert gone
    assert not [data for data in gone if data in bytes(fewer.data)]
    assert len(fewer.data) < len(last.data)
    assert "wrong" not in read_with_footer_of(bytes(last.data), bytes(fewer.data), tmp_path / "t.parquet")
    # a file in which there never was anything else stays the same one
    first = laid_out(encoded(nights(2, 1)[0]), [])
    assert layout.laid_out(first, encoded(nights(2, 1)[0]).groups, [first], retain=False) is None


@pytest.mark.parametrize("n_groups", [0, 1])
def test_a_table_without_rows_is_left_alone_and_filled(n_groups: int) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(SCHEMA.empty_table(), sink, use_dictionary=["word"])
    empty = splice.opened(sink.getvalue() if n_groups else encode_groups([], SCHEMA, SPEC))
    assert len(empty.groups) == n_groups
    first = laid_out(empty, [])
    assert layout.laid_out(empty, empty.groups, [first]) is None
    filled = laid_out(encoded([rows(1, 5)]), [first])
    assert pq.read_table(pa.BufferReader(filled.data)).num_rows == 5
    assert pq.read_table(pa.BufferReader(laid_out(empty, [filled, first]).data)).num_rows == 0


def test_files_that_are_none_are_left_out(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(encoded([rows(1, 5)]).data)
    (tmp_path / "junk").write_bytes(b"junk" * 9)
    (tmp_path / "empty").write_bytes(b"")
    found = splice.opened_files([tmp_path / "junk", tmp_path / "nothing", good, tmp_path / "empty"])
    assert [path for path, _ in found] == [good]


def test_each_page_is_known_for_one() -> None:
    file = encoded([rows(1, 300)])
    whole = bytes(file.data)
    for piece in file.groups[0]:
        assert layout.is_head(whole[piece.start :])
    for data in (bytes(64), b"\xff" * 64, b"PAR1" * 20):
        assert not layout.is_head(data)


def test_a_head_that_is_cut_off_counts_as_one() -> None:
    file = encoded([rows(1, 300)])
    piece = file.groups[0][2]
    assert layout.is_head(bytes(piece.data[:5]))
    pieces: Any = file.groups[0]
    start = piece.start - file.groups[0][0].start
    assert (
        layout._bytes_from(pieces, start)
        == bytes(file.data[piece.start : piece.start + layout.HEAD_BYTES])[: sum(len(p.data) for p in pieces[2:])]
    )


def test_bytes_that_promise_an_endless_list_are_no_page() -> None:
    # field 1, a list of 2^35 bytes: going over it one by one would take an hour
    endless = bytes([0x19, 0xF3, *[0xFF] * 4, 0x7F]) + bytes(64)
    assert not layout.is_head(endless)
