"""The engines behind BI tools read every table of a lake and agree with pyarrow, column by column.

DuckDB, Polars and pandas come with the development environment; Tableau's Hyper, ClickHouse, Spark and DataFusion
weigh over a gigabyte and are asked in an environment of their own (``make test-bi``).
"""

from __future__ import annotations

import os
from importlib import util
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support.bi_engines import ENGINES, arrow, differences, files_of, tables_in
from support.lakes import season, write_lake

ALLOWED_TYPES = {
    "bool", "int16", "int32", "int64", "float", "double", "string", "date32[day]",
    "timestamp[us, tz=UTC]", "timestamp[us]",
}  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake named by RUNLAKE_BI_LAKE (``make test-bi`` builds one of data/samples), else a small made-up one."""
    given = os.environ.get("RUNLAKE_BI_LAKE")
    return Path(given) if given else write_lake(tmp_path_factory.mktemp("bi") / "lake", season())


def test_only_types_that_every_engine_reads(lake: Path) -> None:
    for table in tables_in(lake):
        for path in files_of(lake, table):
            found = {f.name: str(f.type) for f in pq.read_schema(path) if str(f.type) not in ALLOWED_TYPES}
            assert not found, f"{path.name}: {found}"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("name", ENGINES)
def test_engine_agrees_with_pyarrow(name: str, lake: Path) -> None:
    engine = ENGINES[name]
    if util.find_spec(engine.package) is None:
        pytest.skip(f"{name}: {engine.package} is not installed; `make test-bi` brings it")
    wrong = {}
    for table in tables_in(lake):
        files = files_of(lake, table)
        wrong[table] = differences(arrow(files), engine.answer(files))
    assert not {k: v for k, v in wrong.items() if v}
