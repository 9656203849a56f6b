"""Publication: one commit point, old states kept for readers, litter removed, failures named."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from runlake.errors import BusyError, LakeError
from runlake.lake import disk, store
from runlake.lake.lock import locked


def publish(lake: Path, text: str, **more: str) -> Path:
    """A state of one file (and more, by name)."""
    with disk.private_umask():
        opened = store.open_store(lake)
        staging = store.begin(opened)
        for name, content in {"table.parquet": text, **more}.items():
            disk.write(staging / name, content.encode())
        return store.publish(opened, staging, {"files": {}})


def test_lake_is_a_link_to_the_newest_snapshot(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    publish(lake, "one")
    publish(lake, "two")
    assert lake.is_symlink()
    assert (lake / "table.parquet").read_text() == "two"
    assert str(lake.readlink()) == "lake.d/snapshots/s00000002"  # relative: the pair can be moved together


def test_a_reader_that_resolved_the_lake_keeps_its_state(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    publish(lake, "one")
    before = lake.resolve()
    publish(lake, "two")
    assert (before / "table.parquet").read_text() == "one"


def test_old_snapshots_go_but_not_those_that_may_be_read(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for i in range(6):
        publish(lake, str(i))
    opened = store.open_store(lake)
    store.drop_old(opened)
    assert len(list(opened.snapshots.iterdir())) == 6  # all younger than an hour
    store.drop_old(opened, now_s=4e9)
    assert [p.name for p in sorted(opened.snapshots.iterdir())] == ["s00000004", "s00000005", "s00000006"]


def test_files_are_private(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    publish(lake, "one")
    for path in [tmp_path / "lake.d", *(tmp_path / "lake.d").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_litter_of_a_dead_run_is_removed(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    publish(lake, "one")
    opened = store.open_store(lake)
    (opened.staging).mkdir()
    (opened.staging / "half.parquet").write_text("x")
    (opened.snapshots / "s00000002").mkdir()  # renamed, and then killed before the link was exchanged
    (tmp_path / ".lake.new-123").symlink_to("nowhere")
    store.clean(opened)
    assert not opened.staging.exists()
    assert [p.name for p in opened.snapshots.iterdir()] == ["s00000001"]
    assert not (tmp_path / ".lake.new-123").is_symlink()


def test_an_empty_folder_becomes_a_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    publish(lake, "one")
    assert (lake / "table.parquet").read_text() == "one"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")
    with pytest.raises(LakeError, match="no lake"):
        store.open_store(tmp_path / "photos")


def test_without_links_files_are_exchanged_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(target: str, path: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(disk, "symlink", refuse)
    lake = tmp_path / "lake"
    publish(lake, "one", **{"old.parquet": "gone soon"})
    publish(lake, "two")
    assert not lake.is_symlink()
    assert sorted(p.name for p in lake.iterdir()) == ["MANIFEST.json", "table.parquet"]
    assert (lake / "table.parquet").read_text() == "two"
    assert store.current(store.open_store(lake)) == tmp_path / "lake.d" / "snapshots" / "s00000002"
    assert json.loads((lake / "MANIFEST.json").read_text())["snapshot"] == "s00000002"


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only")]
)
def test_trouble_of_the_disk_is_named(number: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=words) as caught, store.explained(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path))
    assert caught.value.exit_code == 74


def test_only_one_run_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BusyError, match="another run") as caught, locked(tmp_path):
        pass
    assert caught.value.exit_code == 75
    with locked(tmp_path):
        pass
