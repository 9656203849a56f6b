"""Every path below a source, in a fixed order, links not followed, nothing opened."""

# ruff: noqa: PTH116, PTH118, PTH119, PTH208
# Names are bytes here: pathlib cannot hold those that are no text.

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["file", "link", "pipe", "socket", "device", "unreadable"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A path that is no folder. `path` is for people and tables, `os_path` for opening it."""

    path: str
    """Below the source, with "/"; bytes that are no UTF-8, control and direction characters and "\\" escaped."""
    os_path: bytes
    kind: Kind
    """``unreadable``: a folder that cannot be listed, or a path that went away while it was looked at."""
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def escape_path(raw: bytes) -> str:
    """The path as text that can be printed, logged and put in a table, and that no other path shares."""
    plain = os.fsdecode(raw)
    if plain.isascii() and plain.isprintable() and "\\" not in plain:
        return plain  # nearly all names
    out: list[str] = []
    for char in os.fsencode(raw).decode("utf-8", "surrogateescape"):
        code = ord(char)
        if 0xDC80 <= code <= 0xDCFF:
            out.append(f"\\x{code - 0xDC00:02x}")
        elif char == "\\":
            out.append("\\\\")
        elif unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            out.append(f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
        else:
            out.append(char)
    return "".join(out)


def walk(source: Path, *, follow_links: bool = False) -> Iterator[Entry]:
    """Entries of the source, depth first, names in byte order; the source itself when it is a file.

    With `follow_links`, links are followed whose target lies inside the source, each target once. A folder that
    cannot be listed yields one entry. Never raises for what lies below; OSError when the source itself is missing.
    """
    root = os.fsencode(os.path.realpath(source)) if source.is_symlink() else os.fsencode(source)
    status = os.stat(root)
    if not stat.S_ISDIR(status.st_mode):
        yield _entry(os.path.basename(os.fsencode(source)), root, status)
        return
    seen = {(status.st_dev, status.st_ino)}
    yield from _folder(root, b"", root if not follow_links else os.path.realpath(root), follow_links, seen)


def _folder(
    folder: bytes, below: bytes, root: bytes, follow_links: bool, seen: set[tuple[int, int]]
) -> Iterator[Entry]:
    # A stack instead of recursion: folders can be nested deeper than Python's call stack.
    stack: list[tuple[bytes, bytes]] = [(folder, below)]
    while stack:
        folder, below = stack.pop()
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            yield _unreadable(below or b".", folder)
            continue
        folders: list[tuple[bytes, bytes]] = []
        for name in names:
            path, shown = os.path.join(folder, name), os.path.join(below, name)
            entry = _look(path, shown, root, follow_links, seen)
            if isinstance(entry, Entry):
                yield entry
            elif entry is not None:
                folders.append((entry, shown))
        stack += reversed(folders)


def _look(
    path: bytes, shown: bytes, root: bytes, follow_links: bool, seen: set[tuple[int, int]]
) -> Entry | bytes | None:
    """An entry, or the path of a folder to go into, or None for one that was seen before."""
    try:
        own = status = os.lstat(path)
        target = path
        if stat.S_ISLNK(own.st_mode):
            target = os.path.realpath(path)
            inside = target == root or target.startswith(os.path.join(root, b""))
            if not follow_links or not inside:
                return _entry(shown, path, own)
            status = os.stat(target)
    except OSError:
        return _unreadable(shown, path)
    is_folder = stat.S_ISDIR(status.st_mode)
    if follow_links and (is_folder or target != path):
        key = (status.st_dev, status.st_ino)
        if key in seen:
            return _entry(shown, path, own) if target != path else None
        seen.add(key)
    return target if is_folder else _entry(shown, target, status)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "socket" if stat.S_ISSOCK(mode) else "device"


def _entry(shown: bytes, path: bytes, status: os.stat_result) -> Entry:
    return Entry(
        path=escape_path(shown),
        os_path=path,
        kind=_kind(status.st_mode),
        size_bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
        ctime_ns=status.st_ctime_ns,
        inode=status.st_ino,
    )


def _unreadable(shown: bytes, path: bytes) -> Entry:
    return Entry(escape_path(shown), path, "unreadable", 0, 0, 0, 0)
