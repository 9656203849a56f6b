"""Who holds the footer of one of the last two states reads that state in the new file; who holds an older one fails."""

from __future__ import annotations

import itertools
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
from runlake.lake.before import Before, files_before
from runlake.lake.encode import encode_groups
from runlake.lake.splice import Encoded
from runlake.model.table import Column, TableSpec
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

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


class Lake:
    """The files of a table, state after state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[Before] = []

    def publish(self, tables: list[pa.Table], *, retain: bool = True) -> Before:
        """The file as it lies in the lake; the last one itself where nothing has changed."""
        file = encoded(tables)
        parts = layout.laid_out(file, file.groups, self.files[::-1][:6], retain=retain)
        if parts is None:
            self.files.append(self.files[-1])
        else:
            path = self.folder / f"{len(self.files)}.parquet"
            path.write_bytes(b"".join(parts))
            self.files += files_before([path])
        return self.files[-1]


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


def states(folder: Path, seed: int, n: int) -> list[tuple[Before, pa.Table]]:
    """The files of a table in so many states, the oldest first, with the rows of each."""
    lake = Lake(folder)
    return [(lake.publish(tables), pa.concat_tables(tables)) for tables in nights(seed, n)]


@pytest.mark.parametrize("seed", range(4))
def test_engines_read_what_was_laid_out(seed: int, tmp_path: Path) -> None:
    for file, table in states(tmp_path, seed, 12):
        path = file.path
        assert pq.ParquetFile(path, page_checksum_verification=True).read().equals(table)
        assert pl.read_parquet(path).to_dicts() == table.to_pylist()
        assert duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall() == [
            tuple(r.values()) for r in table.to_pylist()
        ]


def test_pieces_never_overlap_and_stand_in_order(tmp_path: Path) -> None:
    for file, _ in states(tmp_path, 5, 12):
        edges = sorted(file.spans)
        assert all(stop <= start for (_, stop), (start, _) in itertools.pairwise(edges))
        assert edges[0][0] >= 4
        assert edges[-1][1] <= file.end
        for group in file.groups:  # Tableau's Hyper reads no others
            assert all(stop == start for (_, stop), (start, _) in itertools.pairwise(group))


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
    files = [bytes(file.data) for file, _ in states(tmp_path, seed, 8)]
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
    seen = [s for a, b in itertools.pairwise(plain) for s in read_with_footer_of(a, b, tmp_path / "t")]
    assert seen.count("old") < len(seen) / 2
    assert seen.count("error") > len(seen) / 4


def test_a_footer_is_found_where_the_size_of_the_old_file_tells(tmp_path: Path) -> None:
    files = [file for file, _ in states(tmp_path, 1, 30)]
    n_grown = 0
    for old, new in itertools.pairwise(files):
        n_grown += new.size > old.size
        assert new.size >= old.size
        there = splice.opened(bytes(new.data[: old.size]))
        cut = [[(p.start, p.start + len(p.data)) for p in group] for group in there.groups]
        assert tuple(map(tuple, cut)) in (old.groups, new.groups)
    assert n_grown < 10


def test_a_file_does_not_grow_from_night_to_night(tmp_path: Path) -> None:
    for seed in range(3):
        file, _ = states(tmp_path, seed, 40)[-1]
        plain = encoded(nights(seed, 40)[-1])
        assert file.size < 5 * len(plain.data) + 2 * layout.BLOCK_BYTES


def test_what_has_not_changed_stays_where_it_is(tmp_path: Path) -> None:
    tables = [rows(s, 20 + s) for s in range(5)]
    lake = Lake(tmp_path)
    old = lake.publish(tables).groups
    new = lake.publish([*tables[:2], rows(9, 31), *tables[3:], rows(10, 3)]).groups
    assert [new[i] for i in (0, 1, 3, 4)] == [old[i] for i in (0, 1, 3, 4)]
    assert new[2] != old[2]


def test_the_same_rows_are_the_same_file(tmp_path: Path) -> None:
    tables = [rows(s, 20) for s in range(3)]
    lake = Lake(tmp_path)
    first, second = lake.publish(tables), lake.publish(tables[:2])
    assert lake.publish(tables[:2]) is second
    assert lake.publish(tables).inode not in (first.inode, second.inode)


def test_equal_row_groups_have_a_place_each(tmp_path: Path) -> None:
    tables = [rows(1, 20)] * 3
    lake = Lake(tmp_path)
    lake.publish(tables[:2])
    second = lake.publish(tables)
    assert len({group[0] for group in second.groups}) == 3
    assert pq.read_table(second.path).equals(pa.concat_tables(tables))


def test_without_retaining_nothing_of_the_old_rows_is_left(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    last = [lake.publish(tables) for tables in nights(2, 5)][-1]
    assert layout.has_remains(last)
    fewer = lake.publish(nights(2, 5)[-1][:1], retain=False)
    assert not layout.has_remains(fewer)
    gone = {bytes(last.data[a:b]) for group in last.groups[1:] for a, b in group if b - a > 100}
    assert gone
    assert not [data for data in gone if data in bytes(fewer.data)]
    assert fewer.size < last.size
    assert "wrong" not in read_with_footer_of(bytes(last.data), bytes(fewer.data), tmp_path / "t.parquet")
    assert lake.publish(nights(2, 5)[-1][:1], retain=False) is fewer  # there is nothing left to take out


@pytest.mark.parametrize("n_groups", [0, 1])
def test_a_table_without_rows_is_left_alone_and_filled(n_groups: int, tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(SCHEMA.empty_table(), sink, use_dictionary=["word"])
    empty = splice.opened(sink.getvalue() if n_groups else encode_groups([], SCHEMA, SPEC))
    assert len(empty.groups) == n_groups
    lake = Lake(tmp_path)
    (tmp_path / "empty").write_bytes(b"".join(layout.laid_out(empty, empty.groups) or []))
    lake.files = files_before([tmp_path / "empty"])
    assert layout.laid_out(empty, empty.groups, lake.files) is None
    assert pq.read_table(lake.publish([rows(1, 5)]).path).num_rows == 5
    again = b"".join(layout.laid_out(empty, empty.groups, lake.files[::-1]) or [])
    assert pq.read_table(pa.BufferReader(again)).num_rows == 0


def test_files_that_are_none_have_nothing_to_keep(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk" * 9)
    (tmp_path / "empty").write_bytes(b"")
    found = files_before([tmp_path / "junk", tmp_path / "nothing", tmp_path / "empty"])
    assert [(f.path.name, f.groups, f.end) for f in found] == [("junk", (), 36), ("empty", (), 0)]
    file = encoded([rows(1, 5)])
    parts = layout.laid_out(file, file.groups, found)
    assert pq.read_table(pa.BufferReader(b"".join(parts or []))).equals(rows(1, 5))


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


@pytest.mark.parametrize("how", ["an activity has gone", "all is made anew"])
def test_of_what_has_gone_nothing_is_left_in_the_lake(how: str, tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    for night in range(3):
        paths = write_runs(source, [night, 400 + night])
        build_lake(lake, source)
    remains = [f.path.name for f in files_before(lake.resolve().rglob("*.parquet")) if layout.has_remains(f)]
    assert {"activities.parquet", "splits.parquet", "samples-2006.parquet", "samples-2007.parquet"} <= set(remains)
    if how == "an activity has gone":
        paths[0].unlink()
    build_lake(lake, source, full_refresh=how == "all is made anew")
    assert not [f.path.name for f in files_before(lake.resolve().rglob("*.parquet")) if layout.has_remains(f)]
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")
