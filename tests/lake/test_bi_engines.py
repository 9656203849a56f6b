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

from runlake.lake import layout, splice
from runlake.lake.before import Before, files_before
from runlake.lake.catalog import write_catalog
from support.bi_engines import ENGINES, arrow, differences, files_of, tables_in
from support.lakes import season, write_lake

ROOT = Path(__file__).resolve().parents[2]
ALLOWED_TYPES = {
    "bool", "int16", "int32", "int64", "float", "double", "string", "date32[day]",
    "timestamp[us, tz=UTC]", "timestamp[us]",
}  # fmt: skip


@pytest.fixture(scope="module", params=["built at once", "over nights"])
def lake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake named by RUNLAKE_BI_LAKE (``make test-bi`` builds one of data/samples), else a small made-up one."""
    given = os.environ.get("RUNLAKE_BI_LAKE")
    lake = Path(given) if given else write_lake(tmp_path_factory.mktemp("bi") / "lake", season())
    return lake if request.param == "built at once" else over_nights(lake, tmp_path_factory.mktemp("nights"))


def over_nights(lake: Path, folder: Path) -> Path:
    """The same rows in files that have grown: with pages of the states before, in gaps and behind them."""
    for path in lake.resolve().rglob("*.parquet"):
        rows, new = pq.read_table(path), folder / path.relative_to(lake.resolve())
        new.parent.mkdir(exist_ok=True)
        earlier: list[Before] = []
        for share in (0.2, 0.5, 0.9):
            older = folder / f"{share}"
            pq.write_table(rows.slice(0, int(share * rows.num_rows)), older, row_group_size=1 + rows.num_rows // 3)
            older.write_bytes(laid_out(older, earlier))
            earlier = [*files_before([older]), *earlier]
        new.write_bytes(laid_out(path, earlier))
        for file in earlier:
            file.path.unlink()
    return folder


def laid_out(path: Path, earlier: list[Before]) -> bytes:
    """The file as the lake would lay it down after these."""
    file = splice.opened(path.read_bytes())
    parts = layout.laid_out(file, file.groups, earlier)
    return bytes(file.data) if parts is None else b"".join(parts)


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
