"""A build leaves the catalogue for BI tools beside the tables, and never fails because of it."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from runlake.errors import LakeError
from runlake.lake import catalog
from support.lake_values import build_lake
from support.sources import write_runs


def runs_in(lake: Path) -> int:
    with duckdb.connect(str(lake / "catalog.duckdb"), read_only=True) as connection:
        return int(connection.execute("SELECT count(*) FROM activities").fetchall()[0][0])


def test_each_state_has_its_catalogue(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    write_runs(tmp_path / "in", [0])
    build_lake(lake, tmp_path / "in")
    assert runs_in(lake) == 1
    inode = (lake / "catalog.duckdb").stat().st_ino
    write_runs(tmp_path / "in", [1])
    build_lake(lake, tmp_path / "in")
    assert runs_in(lake) == 2
    assert (lake / "catalog.duckdb").stat().st_ino == inode  # taken along: never missing, DuckDB not loaded
    for name in ("catalog.duckdb", "views.sql"):
        assert stat.S_IMODE((lake / name).stat().st_mode) == 0o600
    assert not (tmp_path / "lake.d" / "staging").exists()
    rows = sum(pq.read_metadata(p).num_rows for p in lake.resolve().glob("activities*.parquet"))
    assert rows == 2


def test_a_catalogue_that_is_open_does_not_stop_a_build(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    write_runs(tmp_path / "in", [0])
    build_lake(lake, tmp_path / "in")
    with duckdb.connect(str(lake / "catalog.duckdb"), read_only=True) as connection:
        write_runs(tmp_path / "in", [1])
        build_lake(lake, tmp_path / "in")
        assert connection.execute("SELECT count(*) FROM activities").fetchall() == [(2,)]


def test_a_moved_lake_gets_a_fresh_one_without_new_files(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", [0])
    build_lake(tmp_path / "lake", tmp_path / "in")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("lake", "lake.d"):
        (tmp_path / name).rename(moved / name)
    build_lake(moved / "lake", tmp_path / "in")
    assert runs_in(moved / "lake") == 1
    assert str(moved) in (moved / "lake" / "views.sql").read_text(encoding="utf-8")


def test_trouble_with_the_catalogue_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(lake: Path, scratch: Path | None = None) -> tuple[str, ...]:
        raise LakeError("no room", code="catalog")

    monkeypatch.setattr(catalog, "write_catalog", fails)
    write_runs(tmp_path / "in", [0])
    with caplog.at_level(logging.WARNING):
        build_lake(tmp_path / "lake", tmp_path / "in")
    assert pq.read_metadata(tmp_path / "lake" / "activities.parquet").num_rows == 1
    assert "no room" in caplog.text


def test_what_duckdb_refuses_is_a_lake_error(tmp_path: Path) -> None:
    (tmp_path / "activities.parquet").write_bytes(b"no Parquet")
    with pytest.raises(LakeError, match="DuckDB"):
        catalog.write_catalog(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["activities.parquet"]
