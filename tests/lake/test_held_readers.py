"""Every engine that has read a footer through the link when a state is published reads on: the old rows, or the new.

Nothing here is left to chance: a state is published exactly between two openings of a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]
from pyarrow import fs

from runlake.lake import layout
from support.lake_values import build_lake
from support.sources import write_runs

Publish = Callable[[], None]
Rows = list[tuple[Any, ...]]
Reader = Callable[[str, Publish], Rows]
TABLES = ["activities", "weeks", "splits", "distributions", "runs"]
N_STATES = 5


def rows_of(table: pa.Table) -> Rows:
    """The rows in plain values, but for times, which engines hand out in types of their own."""
    names = [n for n in table.column_names if not n.endswith("_utc") and not n.endswith("_local")]
    return list(zip(*(table.column(n).to_pylist() for n in names), strict=True))


class Watched(LocalFileSystem):  # type: ignore[misc]
    """The local disk under another name, which publishes a state just before a file is opened for the n-th time."""

    protocol = "watched"
    cachable = False

    def __init__(self, publish: Publish, at: int) -> None:
        super().__init__()
        self.publish, self.at = publish, at
        self.n_opened: Counter[str] = Counter()

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return LocalFileSystem._strip_protocol(str(path).removeprefix("watched://"))

    def open(self, path: Any, *arguments: Any, **options: Any) -> Any:
        """The file; of the state that is published by then."""
        name = str(self._strip_protocol(path))
        self.n_opened[name] += 1
        if self.n_opened[name] == self.at:
            self.publish()
        return super().open(name, *arguments, **options)

    def glob(self, path: Any, **options: Any) -> Any:
        """Names by which DuckDB comes here again."""
        return [f"watched://{name}" for name in super().glob(path, **options)]


def held_by_polars(path: str, publish: Publish) -> Rows:
    """Asked for its columns before, and for its rows after."""
    lazy = pl.scan_parquet(path)
    lazy.collect_schema()
    publish()
    return rows_of(lazy.collect().to_arrow())


def held_by_pyarrow(path: str, publish: Publish) -> Rows:
    """The footers of all files are read before."""
    folder = path.removesuffix("/*.parquet")
    fragments = list(ds.dataset(folder, format="parquet").get_fragments())
    for fragment in fragments:
        fragment.ensure_complete_metadata()
    publish()
    return rows_of(pa.concat_tables(fragment.to_table() for fragment in fragments))


def watched_by_pyarrow(path: str, publish: Publish) -> Rows:
    """`read_table` opens a path twice."""
    disk = Watched(publish, at=2)
    handler = fs.PyFileSystem(fs.FSSpecHandler(disk))
    return rows_of(pq.read_table(path.removesuffix("/*.parquet"), filesystem=handler))


def watched_by_pandas(path: str, publish: Publish) -> Rows:
    """Pandas comes by way of pyarrow."""
    disk = fs.PyFileSystem(fs.FSSpecHandler(Watched(publish, at=2)))
    found = pd.read_parquet(path.removesuffix("/*.parquet"), filesystem=disk, dtype_backend="pyarrow")
    return rows_of(pa.Table.from_pandas(found, preserve_index=False))


def watched_by_duckdb(at: int) -> Reader:
    """DuckDB opens a path two or three times."""

    def read(path: str, publish: Publish) -> Rows:
        with duckdb.connect() as connection:
            # Two of its threads in one Python file read at each other's places, publication or not.
            connection.execute("SET threads = 1")
            connection.execute("SET disable_parquet_prefetching = true")
            connection.register_filesystem(Watched(publish, at))
            columns = "COLUMNS(lambda c: NOT suffix(c, '_utc') AND NOT suffix(c, '_local'))"
            return connection.execute(f"SELECT {columns} FROM read_parquet('watched://{path}')").fetchall()

    return read


READERS: dict[str, Reader] = {
    "polars": held_by_polars,
    "pyarrow dataset": held_by_pyarrow,
    "pyarrow read_table": watched_by_pyarrow,
    "pandas": watched_by_pandas,
    "duckdb 2": watched_by_duckdb(2),
    "duckdb 3": watched_by_duckdb(3),
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A lake's states one after the other; each has a run more in both of its years."""
    folder = tmp_path_factory.mktemp("held")
    write_runs(folder / "in", [0, 1, 400])
    for number in range(N_STATES):
        write_runs(folder / "in", [10 + 5 * number, 410 + 5 * number])
        build_lake(folder / "lake", folder / "in")
    found = sorted((folder / "lake.d" / "snapshots").iterdir())
    assert len(found) == N_STATES
    return found


class Link:
    """A lake's link that is exchanged as a publication does it."""

    def __init__(self, path: Path, state: Path) -> None:
        self.path = path
        self.n_published = 0
        self.point(state)

    def point(self, state: Path) -> None:
        """Publish."""
        fresh = self.path.with_name(".fresh")
        fresh.symlink_to(state)
        fresh.replace(self.path)
        self.n_published += 1


@cache
def published(path: Path) -> Rows:
    """The rows of a file of a state."""
    return rows_of(pq.read_table(path))


@pytest.mark.parametrize("back", range(1, layout.RETAINED + 1))
@pytest.mark.parametrize("reader", READERS)
def test_a_table_is_read_whole_across_publications(reader: str, back: int, states: list[Path], tmp_path: Path) -> None:
    for old, new in zip(states, states[back:], strict=False):
        for name in TABLES:
            link = Link(tmp_path / "lake", old)
            found = READERS[reader](f"{link.path}/{name}.parquet", lambda: link.point(new))  # noqa: B023
            assert link.n_published == 2, "the reader does not open the path as often as that"
            before, after = (published(s / f"{name}.parquet") for s in (old, new))
            assert before != after
            assert found in (before, after), name


@pytest.mark.parametrize("reader", READERS)
def test_samples_of_several_years_are_read_without_an_error(reader: str, states: list[Path], tmp_path: Path) -> None:
    for old, new in zip(states, states[1:], strict=False):
        link = Link(tmp_path / "lake", old)
        found = READERS[reader](f"{link.path}/samples/*.parquet", lambda: link.point(new))  # noqa: B023
        assert link.n_published >= 2
        names = [sorted(p.name for p in (s / "samples").iterdir()) for s in (old, new)]
        assert names[0] == names[1]
        first, second = ([published(s / "samples" / name) for s in (old, new)] for name in names[0])
        whole = [one + two for one in first for two in second]  # each file of one state
        assert found in whole


@pytest.mark.parametrize("reader", READERS)
def test_three_publications_later_there_are_no_wrong_rows(reader: str, states: list[Path], tmp_path: Path) -> None:
    n_errors = 0
    for old, new in zip(states, states[layout.RETAINED + 1 :], strict=False):
        for name in TABLES:
            link = Link(tmp_path / "lake", old)
            try:
                found = READERS[reader](f"{link.path}/{name}.parquet", lambda: link.point(new))  # noqa: B023
            except (OSError, duckdb.Error, pl.exceptions.PolarsError, pl.exceptions.PanicException):
                n_errors += 1
                continue
            assert found in [published(s / f"{name}.parquet") for s in (old, new)], name
    assert n_errors > 0  # else nothing was held
