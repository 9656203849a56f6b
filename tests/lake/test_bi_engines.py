"""The engines behind BI tools read every table of a lake and agree with pyarrow, column by column.

DuckDB, Polars and pandas come with the development environment; Tableau's Hyper, ClickHouse, Spark and DataFusion
weigh two gigabytes and are asked in an environment of their own (``make test-bi``).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import util
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from runlake.lake.catalog import write_catalog
from support.bi_engines import ENGINES, arrow, differences, files_of, tables_in
from support.lakes import season, write_lake

ROOT = Path(__file__).resolve().parents[2]
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
        pytest.skip(
            f"{name}: {engine.package} is not installed; asked for with `make test-all BI=1`, or `make test-bi`"
        )
    wrong = {}
    for table in tables_in(lake):
        files = files_of(lake, table)
        wrong[table] = differences(arrow(files), engine.answer(files))
    assert not {k: v for k, v in wrong.items() if v}


RECIPES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "bi.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=[re.findall(r"(?:import|from) (\w+)", r)[-1] for r in RECIPES])
def test_recipes_of_the_documentation_run(recipe: str, lake: Path, tmp_path: Path) -> None:
    for package in re.findall(r"^(?:import|from) (\w+)", recipe, re.MULTILINE):
        if util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed; asked for with `make test-all BI=1`, or `make test-bi`")
    if "catalog.duckdb" in recipe and not (lake / "catalog.duckdb").exists():
        write_catalog(lake)
    (tmp_path / "lake").symlink_to(lake.resolve())
    done = subprocess.run([sys.executable, "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
