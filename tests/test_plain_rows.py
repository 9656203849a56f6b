"""Rows as `to_pylist` gives them, without pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from runlake.cli.plain_rows import rows_of
from runlake.tables import BY_NAME
from support.lakes import season, write_lake


@pytest.mark.parametrize("name", ["activities", "intervals", "weeks", "goals", "thresholds", "files"])
def test_rows_are_those_of_arrow(name: str, tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", season(3))
    table = pq.read_table(lake / f"{name}.parquet")
    assert rows_of(table, BY_NAME[name]) == table.to_pylist()
    assert table.num_rows > 0 or name == "files"


def test_a_column_that_an_older_lake_lacks_is_none(tmp_path: Path) -> None:
    table = pq.read_table(write_lake(tmp_path / "lake", season(2)) / "activities.parquet").drop_columns(["shorthand"])
    assert {row["shorthand"] for row in rows_of(table, BY_NAME["activities"])} == {None}


def test_status_and_show_of_a_lake_import_no_pandas(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", season(2))
    code = (
        "import sys, pyarrow.parquet as pq\n"
        "from runlake.cli.plain_rows import rows_of\n"
        "from runlake.tables import BY_NAME\n"
        f"rows = rows_of(pq.ParquetFile({str(lake / 'activities.parquet')!r}).read(), BY_NAME['activities'])\n"
        "print(len(rows), 'pandas' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["6", "False"]
