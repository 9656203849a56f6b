"""DuckDB, Polars, pandas and pyarrow read every table alike, also while new states are published."""

from __future__ import annotations

import threading
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


@pytest.mark.slow
def test_readers_never_meet_a_half_state(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, [0, 1])
    build_lake(lake, source)
    done = threading.Event()
    errors: list[str] = []
    n_reads = {"duckdb": 0, "polars": 0, "pyarrow": 0}

    def read(name: str) -> None:
        while not done.is_set():
            try:
                if name == "duckdb":  # the others open a path more than once: see docs/nightly.md
                    rows = READERS[name](f"{lake}/activities.parquet")
                    assert rows >= 2, rows
                folder = lake.resolve()  # one state: all of its tables belong together
                activities = READERS[name](f"{folder}/activities.parquet")
                samples = READERS[name](f"{folder}/samples/*.parquet")
                assert samples == 240 * activities, (samples, activities)
                n_reads[name] += 1
            except Exception as error:  # noqa: BLE001  (whatever a reader meets is what this test is about)
                errors.append(f"{name}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=read, args=(name,)) for name in n_reads]
    for thread in threads:
        thread.start()
    for day in range(2, 52):
        write_runs(source, [day])
        build_lake(lake, source)
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert min(n_reads.values()) >= 50
