"""Building and comparing lakes in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from runlake.engine.in_process import InProcess
from runlake.pipeline.build import build
from runlake.pipeline.request import Request, Summary


def build_lake(lake: Path, *sources: Path, **options: Any) -> Summary:
    """Build in this process."""
    return build(Request(tuple(sources), lake, **options), InProcess())


def tables_of(lake: Path) -> dict[str, pa.Table]:
    """Every table of a lake but `runs`, samples in one, in published order."""
    folder = lake.resolve()
    out = {p.stem: pq.read_table(p) for p in sorted(folder.glob("*.parquet")) if p.stem != "runs"}
    out["samples"] = pa.concat_tables(pq.read_table(p) for p in sorted((folder / "samples").glob("*.parquet")))
    return out


def assert_equal(one: Path, two: Path) -> None:
    """Both lakes hold the same values in the same order, table for table."""
    first, second = tables_of(one), tables_of(two)
    assert sorted(first) == sorted(second)
    for name, table in first.items():
        for column in table.column_names:
            assert table.column(column).to_pylist() == second[name].column(column).to_pylist(), f"{name}.{column}"


def ledger(lake: Path) -> dict[str, str]:
    """Status of each input by its name, `path!member` inside archives."""
    rows = pq.read_table(lake.resolve() / "files.parquet").to_pylist()
    names = [r["path"] if r["member"] is None else f"{r['path']}!{r['member']}" for r in rows]
    assert len(set(names)) == len(names), "an input has two rows"
    return dict(zip(names, (r["status"] for r in rows), strict=True))
