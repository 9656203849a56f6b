"""Every call that changes the lake's folders, in one place: durable, private, and able to fail on purpose in drills.

Drills (tests and `scripts/drill.py`) count these calls through two environment variables, read at import:
``RUNLAKE_KILL_AT=n`` kills the process with SIGKILL at the n-th call (a write is torn in the middle),
``RUNLAKE_FAIL_AT=n:ENOSPC`` makes the n-th call fail with that error, and ``RUNLAKE_COUNT_CALLS=FILE`` writes
one line a call, so that a drill knows how many there are.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600

_kill_at = int(os.environ.get("RUNLAKE_KILL_AT", "0"))
_fail_at, _, _fail_with = os.environ.get("RUNLAKE_FAIL_AT", "0").partition(":")
_trace = os.environ.get("RUNLAKE_COUNT_CALLS")
_n_calls = 0


def _count(what: str, path: Path) -> bool:
    """Count one changing call; True when the drill wants the process to die in the middle of it."""
    global _n_calls  # noqa: PLW0603  (a drill counts the calls of the whole process)
    _n_calls += 1
    if _trace:
        with Path(_trace).open("a", encoding="utf-8") as log:
            log.write(f"{_n_calls} {what} {path.name}\n")
    if int(_fail_at) == _n_calls:
        number = getattr(errno, _fail_with)
        raise OSError(number, os.strerror(number), str(path))
    return _kill_at == _n_calls


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def make_folder(path: Path) -> None:
    """The folder and its parents exist, readable by nobody else."""
    if not path.is_dir():
        if _count("mkdir", path):
            _die()
        path.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)


def write(path: Path, data: bytes | memoryview, *, sync: bool = True) -> None:
    """A new file with these bytes, on the disk when the call returns (with `sync`)."""
    torn = _count("write", path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        view = memoryview(data)
        if torn:
            os.write(descriptor, view[: len(view) // 2])
            _die()
        while len(view):
            view = view[os.write(descriptor, view[: 1 << 24]) :]
        if sync:
            if _count("fsync", path):
                _die()
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link(existing: Path, new: Path) -> None:
    """`new` is the same file as `existing`; a copy where the file system has no hard links."""
    if _count("link", new):
        _die()
    try:
        os.link(existing, new)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS):
            raise
        shutil.copyfile(existing, new)
        new.chmod(FILE_MODE)
        sync_file(new)


def sync_file(path: Path) -> None:
    """What was written to the file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Names made or renamed in the folder are on the disk."""
    if _count("fsync-folder", path):
        _die()
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems cannot
            raise
    finally:
        os.close(descriptor)


def rename(old: Path, new: Path) -> None:
    """`old` is called `new` from now on; an existing file or link of that name is replaced in one step."""
    if _count("rename", new):
        _die()
    old.replace(new)


def symlink(target: str, path: Path) -> None:
    """A symbolic link."""
    if _count("symlink", path):
        _die()
    path.symlink_to(target)


def remove(path: Path) -> None:
    """The file, link or tree is gone; nothing happens when it was not there."""
    if path.is_symlink() or path.is_file():
        if _count("unlink", path):
            _die()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    elif path.is_dir():
        for child in list(path.iterdir()):
            remove(child)
        if _count("rmdir", path):
            _die()
        with contextlib.suppress(FileNotFoundError):
            path.rmdir()


@contextlib.contextmanager
def private_umask() -> Iterator[None]:
    """Files and folders made meanwhile belong to the user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
