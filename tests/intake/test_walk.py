"""Walking a source: every path once, in a fixed order, nothing opened, links not followed."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from runlake.intake.walk import escape_path, walk


def _paths(source: Path, **options: bool) -> list[tuple[str, str]]:
    return [(entry.path, entry.kind) for entry in walk(source, **options)]


def test_order_is_by_name_bytes_and_depth_first(tmp_path: Path) -> None:
    for name in ("b/2.fit", "b/1.fit", "a.fit", "c.fit", "b.fit"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [path for path, _ in _paths(tmp_path)] == ["a.fit", "b.fit", "c.fit", "b/1.fit", "b/2.fit"]


def test_a_file_as_source_is_its_own_entry(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(b"1234")
    (entry,) = walk(tmp_path / "run.fit")
    assert (entry.path, entry.kind, entry.size_bytes) == ("run.fit", "file", 4)


def test_links_pipes_and_sockets_are_named_not_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "outside.fit").write_bytes(b"x")
    (source / "link").symlink_to(tmp_path / "outside.fit")
    (source / "loop").symlink_to(source)
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(source / "sock"))
    assert _paths(source) == [("link", "link"), ("loop", "link"), ("pipe", "pipe"), ("sock", "socket")]


def test_followed_links_stay_inside_and_count_each_file_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "real").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.fit").write_bytes(b"x")
    (source / "real" / "run.fit").write_bytes(b"x")
    (source / "again").symlink_to(source / "real")
    (source / "loop").symlink_to(source)
    (source / "out").symlink_to(tmp_path / "outside")
    (source / "dead").symlink_to(source / "nothing")
    os.link(source / "real" / "run.fit", source / "hard.fit")
    (source / "zz").symlink_to(source / "real")
    found = _paths(source, follow_links=True)
    assert [path for path, kind in found if kind == "file"] == ["hard.fit", "again/run.fit"]
    assert ("out", "link") in found
    assert ("zz", "link") in found
    assert ("dead", "unreadable") in found


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_listed_has_an_entry(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)
    assert _paths(tmp_path) == [("closed", "unreadable")]


def test_deep_folders_do_not_overflow(tmp_path: Path) -> None:
    where, depth = tmp_path, 300
    fd = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=fd)
        inner = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(fd)
    (where / "/".join(["d"] * depth) / "run.fit").write_bytes(b"x")
    (entry,) = walk(tmp_path)
    assert entry.path.count("/") == depth


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"run.fit", "run.fit"),
        ("Läufe/早朝.fit".encode(), "Läufe/早朝.fit"),
        (b"caf\xe9.fit", "caf\\xe9.fit"),
        (b"a\nb\x1b[31m.fit", "a\\x0ab\\x1b[31m.fit"),
        ("evil\u202etif.exe".encode(), "evil\\u202etif.exe"),
        (b"back\\slash", "back\\\\slash"),
        ("a\u2028b".encode(), "a\\u2028b"),
    ],
)
def test_names_are_escaped(raw: bytes, shown: str) -> None:
    assert escape_path(raw) == shown


def test_odd_names_can_be_opened_by_os_path(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9\n.fit"
    Path(os.fsdecode(name)).write_bytes(b"abc")
    (entry,) = walk(tmp_path)
    assert entry.path == "caf\\xe9\\x0a.fit"
    assert entry.os_path == name
    assert Path(os.fsdecode(entry.os_path)).read_bytes() == b"abc"
