"""Publication: one commit point, old states kept for readers, litter removed, failures named."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from runlake.errors import BusyError, ConfigError, LakeError
from runlake.lake import disk, store
from runlake.lake.lock import locked


def publish(lake: Path, text: str, **more: str) -> Path:
    """A state of one file (and more, by name)."""
    with disk.private_umask():
        opened = store.open_store(lake)
        staging = store.begin(opened)
        for name, content in {"table.parquet": text, **more}.items():
            disk.make_folder((staging / name).parent)
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


@pytest.mark.parametrize("dangles", [False, True])
def test_a_link_that_was_lost_is_put_back(dangles: bool, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    publish(lake, "one")
    publish(lake, "two")
    lake.unlink()
    if dangles:
        lake.symlink_to("nowhere")
    opened = store.open_store(lake)
    store.clean(opened)
    assert store.current(opened) == opened.snapshots / "s00000002"
    assert (lake / "table.parquet").read_text() == "two"


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


def refuse_links(monkeypatch: pytest.MonkeyPatch, *, with_exchange: bool = True) -> None:
    """The file system has no symbolic links; without `with_exchange` it cannot exchange two folders either."""

    def refuse(target: str, path: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(disk, "symlink", refuse)
    if not with_exchange:
        monkeypatch.setattr(disk, "_renameat2", lambda: None)


def text_of(lake: Path) -> dict[str, str]:
    """What readers find: the text of each table."""
    return {p.relative_to(lake).as_posix(): p.read_text() for p in sorted(lake.rglob("*.parquet"))}


@pytest.mark.parametrize("with_exchange", [True, False])
def test_without_links_the_lake_is_a_folder(
    with_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_links(monkeypatch, with_exchange=with_exchange)
    lake = tmp_path / "lake"
    publish(lake, "one", **{"old.parquet": "gone soon", "samples/2005.parquet": "a", "samples/2006.parquet": "b"})
    publish(lake, "two", **{"samples/2005.parquet": "c", "samples/2006.parquet": "d"})
    assert not lake.is_symlink()
    assert sorted(p.name for p in lake.iterdir()) == ["MANIFEST.json", "samples", "table.parquet"]
    assert text_of(lake) == {"samples/2005.parquet": "c", "samples/2006.parquet": "d", "table.parquet": "two"}
    assert store.current(store.open_store(lake)) == tmp_path / "lake.d" / "snapshots" / "s00000002"
    assert json.loads((lake / "MANIFEST.json").read_text())["snapshot"] == "s00000002"
    assert sorted(p.name for p in (tmp_path / "lake.d").iterdir()) == ["cache", "snapshots"]


def broken_at(call: int, lake: Path, new: dict[str, str]) -> bool:
    """Publish, and be stopped at that changing call; True when it was."""
    disk.arm(fail_at=call)
    try:
        publish(lake, "two", **new)
    except (OSError, LakeError):
        return True
    finally:
        disk.arm()
    return False


@pytest.mark.parametrize("with_exchange", [True, False])
def test_a_folder_that_is_half_exchanged_is_completed(
    with_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_links(monkeypatch, with_exchange=with_exchange)
    old = {"samples/2005.parquet": "a", "samples/2006.parquet": "b"}
    new = {"samples/2005.parquet": "c", "samples/2006.parquet": "d"}
    whole = ({"table.parquet": "one", **old}, {"table.parquet": "two", **new})
    seen, call = [], 0
    while not seen or seen[-1]["is_broken"]:
        call += 1
        lake = tmp_path / str(call) / "lake"
        publish(lake, "one", **old)
        is_broken = broken_at(call, lake, new)
        found = text_of(lake)
        samples = {n: t for n, t in found.items() if n.startswith("samples/")}
        assert samples in ({}, old, new)
        assert found in whole or not with_exchange
        store.clean(store.open_store(lake))
        assert text_of(lake) in whole
        assert sorted(p.name for p in (tmp_path / str(call) / "lake.d").iterdir()) == ["cache", "snapshots"]
        seen.append({"is_broken": is_broken, "is_mixed": found not in whole})
    assert call > 10
    assert any(s["is_mixed"] for s in seen) is not with_exchange


def test_one_changed_year_is_exchanged_without_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_links(monkeypatch, with_exchange=False)
    lake = tmp_path / "lake"
    publish(lake, "one", **{"samples/2005.parquet": "a", "samples/2006.parquet": "b"})
    folder = (lake / "samples").stat().st_ino
    publish(lake, "two", **{"samples/2005.parquet": "a", "samples/2006.parquet": "c"})
    assert (lake / "samples").stat().st_ino == folder
    assert text_of(lake)["samples/2006.parquet"] == "c"
    publish(lake, "two", **{"samples/2006.parquet": "c"})
    assert (lake / "samples").stat().st_ino == folder
    assert "samples/2005.parquet" not in text_of(lake)


@pytest.mark.parametrize("text", ["{}", "[]", '{"name": "a web page"}', "junk"])
def test_a_manifest_of_something_else_is_no_lake(text: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "MANIFEST.json").write_text(text)
    with pytest.raises(LakeError, match="no lake"):
        store.open_store(tmp_path / "site")
    store.open_store(tmp_path / "site" / "lake")
    assert (tmp_path / "site" / "MANIFEST.json").read_text() == text


@pytest.mark.parametrize("inside", ["lake.d/other", "lake.d/snapshots/other", "lake/other"])
def test_no_lake_inside_another(inside: str, tmp_path: Path) -> None:
    publish(tmp_path / "lake", "one")
    with pytest.raises(ConfigError, match=rf"inside the lake .*name a folder beside .*{tmp_path.name}/other"):
        store.open_store(tmp_path / inside)
    store.open_store(tmp_path / "other")


def test_a_mount_point_is_no_place_for_a_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "data")
    with pytest.raises(ConfigError, match=r"mount point.*--lake .*/data/lake"):
        store.open_store(tmp_path / "data")
    store.open_store(tmp_path / "data" / "lake")


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
