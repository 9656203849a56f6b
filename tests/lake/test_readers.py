"""DuckDB, Polars, pandas and pyarrow read every table alike, also while new states are published."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from runlake.lake.schema import ARROW_TYPES
from runlake.tables import BY_NAME, SPECS
from support.lake_values import build_lake
from support.sources import write_runs

Rows = list[float]
READERS: dict[str, Callable[[str], int]] = {
    "duckdb": lambda glob: int(duckdb.connect().execute(f"select count(*) from '{glob}'").fetchall()[0][0]),
    "polars": lambda glob: pl.read_parquet(glob).height,
    "pandas": lambda glob: sum(len(pd.read_parquet(p)) for p in sorted(Path("/").glob(glob.lstrip("/")))),
    "pyarrow": lambda glob: sum(pq.read_table(p).num_rows for p in sorted(Path("/").glob(glob.lstrip("/")))),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lake over two years, so that there are two sample files."""
    folder = tmp_path_factory.mktemp("readers")
    write_runs(folder / "in", [0, 1, 400], seconds=1500)
    build_lake(folder / "lake", folder / "in")
    return folder / "lake"


@pytest.mark.parametrize("reader", READERS)
def test_every_table_is_read_with_the_same_count(reader: str, lake: Path) -> None:
    for spec in SPECS:
        glob = f"{lake}/samples/*.parquet" if spec.name == "samples" else f"{lake}/{spec.name}.parquet"
        expected = READERS["pyarrow"](glob)
        assert READERS[reader](glob) == expected, spec.name
    assert READERS["pyarrow"](f"{lake}/samples/*.parquet") == 4500


def test_published_types_are_those_of_the_specs(lake: Path) -> None:
    for path in lake.resolve().rglob("*.parquet"):
        spec = BY_NAME[path.stem if path.parent.name != "samples" else "samples"]
        schema = pq.read_schema(path)
        assert schema.names == [c.name for c in spec.columns]
        assert schema.types == [ARROW_TYPES[c.kind] for c in spec.columns]


def test_values_agree_between_readers(lake: Path) -> None:
    path = f"{lake}/activities.parquet"
    arrow = pq.read_table(path).column("distance_m").to_pylist()
    assert pl.read_parquet(path)["distance_m"].to_list() == arrow
    assert pd.read_parquet(path)["distance_m"].tolist() == arrow
    assert [r[0] for r in duckdb.connect().execute(f"select distance_m from '{path}'").fetchall()] == arrow


WHOLE: dict[str, Callable[[str], Rows]] = {
    "duckdb": lambda path: [r[0] for r in duckdb.connect().execute(f"SELECT distance_m FROM '{path}'").fetchall()],
    "polars": lambda path: pl.scan_parquet(path).select("distance_m").collect()["distance_m"].to_list(),
    "pyarrow": lambda path: pq.read_table(path, columns=["distance_m"]).column("distance_m").to_pylist(),
    "pandas": lambda path: pd.read_parquet(path, columns=["distance_m"])["distance_m"].tolist(),
}
N_PUBLICATIONS = 50
SAMPLES_A_RUN = 240


class Reading:
    """Readers at work beside builds: how often they read, what they saw, what went wrong."""

    def __init__(self, lake: Path) -> None:
        self.lake = lake
        self.done = threading.Event()
        self.n_reads: Counter[str] = Counter()
        self.seen: set[tuple[float, ...]] = set()
        self.problems: list[str] = []

    def read(self, name: str) -> None:
        """Until done: one state through the resolved folder, then tables through the link."""
        while not self.done.is_set():
            self._try(name, "resolved", self._one_state)
            self._try(name, "link", self._through_the_link)
            self._try(name, "samples", self._samples_through_the_link)
            if name == "duckdb":
                self._try(name, "catalogue", self._through_the_catalogue)

    def _try(self, name: str, how: str, work: Callable[[str], None]) -> None:
        try:
            work(name)
            self.n_reads[f"{name} {how}"] += 1
        except BaseException as error:  # noqa: BLE001  (a panic of Polars is no Exception)
            self.problems.append(f"{name} {how}: {type(error).__name__}: {error}")

    def _one_state(self, name: str) -> None:
        folder = self.lake.resolve()
        activities = READERS[name](f"{folder}/activities.parquet")
        samples = READERS[name](f"{folder}/samples/*.parquet")
        assert samples == SAMPLES_A_RUN * activities, (samples, activities)

    def _through_the_link(self, name: str) -> None:
        self.seen.add(tuple(WHOLE[name](f"{self.lake}/activities.parquet")))

    def _samples_through_the_link(self, name: str) -> None:
        n_samples = READERS[name](f"{self.lake}/samples/*.parquet")  # of two years: each file is of one state
        assert n_samples % SAMPLES_A_RUN == 0, n_samples

    def _through_the_catalogue(self, name: str) -> None:
        with duckdb.connect(str(self.lake / "catalog.duckdb"), read_only=True) as connection:
            found = connection.execute("SELECT distance_m FROM activities").fetchall()
        self.seen.add(tuple(row[0] for row in found))


def published(lake: Path) -> set[tuple[float, ...]]:
    """The distances of every state that was ever published."""
    states = lake.with_name("lake.d") / "snapshots"
    return {tuple(WHOLE["pyarrow"](str(p / "activities.parquet"))) for p in states.iterdir()}


@pytest.mark.slow
def test_readers_never_meet_a_half_state(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, [0, 400])
    build_lake(lake, source)
    reading = Reading(lake)
    threads = [threading.Thread(target=reading.read, args=(name,)) for name in WHOLE]
    for thread in threads:
        thread.start()
    for day in range(1, 1 + N_PUBLICATIONS):
        write_runs(source, [day, 400 + day] if day % 5 == 0 else [400 + day])
        build_lake(lake, source)
    reading.done.set()
    for thread in threads:
        thread.join()
    states = published(lake)
    assert len(states) == N_PUBLICATIONS + 1
    assert reading.problems == []
    assert reading.seen <= states
    assert len(reading.seen) > N_PUBLICATIONS // 2
    assert min(reading.n_reads.values()) >= N_PUBLICATIONS
