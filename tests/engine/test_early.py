"""The guess whether there is something to read, which only decides when workers start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runlake.engine.early import looks_new


def lake_after(folder: Path, seconds: float) -> Path:
    """A lake whose last run ended so long after the Unix epoch."""
    log = folder / "lake.d" / "runs.jsonl"
    log.parent.mkdir()
    log.touch()
    os.utime(log, (seconds, seconds))
    return folder / "lake"


def source(folder: Path, seconds: float) -> Path:
    """Two folders, one in the other, and a file, all of that time."""
    inner = folder / "in" / "2026"
    inner.mkdir(parents=True)
    (inner / "a.fit").touch()
    for path in (inner, folder / "in"):
        os.utime(path, (seconds, seconds))
    return folder / "in"


def test_only_a_folder_that_changed_looks_new(tmp_path: Path) -> None:
    lake, place = lake_after(tmp_path, 2000.0), source(tmp_path, 1000.0)
    assert not looks_new([place], lake)
    os.utime(place / "2026", (3000.0, 3000.0))
    assert looks_new([place], lake)


def test_the_first_build_looks_new_and_a_missing_source_does_not(tmp_path: Path) -> None:
    assert looks_new([source(tmp_path, 1000.0)], tmp_path / "lake")
    assert not looks_new([tmp_path / "nowhere", Path("s3://bucket/export")], tmp_path / "lake")


def test_any_place_may_be_named_as_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = lake_after(tmp_path, 2000.0)
    lake.mkdir()
    monkeypatch.chdir(lake)
    assert not looks_new([source(tmp_path, 1000.0)], Path())
    assert looks_new([tmp_path / "in"], Path("/"))
