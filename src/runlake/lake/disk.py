"""Every call that changes the lake's folders, in one place: durable, private, and able to fail on purpose in drills.

A drill (`scripts/drill.py`) calls `arm` to have the process killed, or an error raised, at the n-th of these calls; a
write is then torn in the middle.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

FOLDER_MODE = 0o700
FILE_MODE = 0o600
Buffer = bytes | bytearray | memoryview
WRITE_PIECES = 512
"""Linux takes up to 1,024 at once."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of the Linux call renameat2."""


class _Drill:
    """Counts the calls, and knows at which one something is to go wrong (0: never)."""

    n_calls = 0
    kill_at = 0
    fail_at = 0
    error_number = 0


def arm(*, kill_at: int = 0, fail_at: int = 0, error_number: int = errno.ENOSPC) -> None:
    """From now on calls are counted anew; the given one kills this process or raises OSError."""
    _Drill.n_calls = 0
    _Drill.kill_at, _Drill.fail_at, _Drill.error_number = kill_at, fail_at, error_number


def n_calls() -> int:
    """How many calls there were since `arm`."""
    return _Drill.n_calls


def _count(path: Path) -> bool:
    """Count one changing call; True when the drill wants the process to die in the middle of it."""
    _Drill.n_calls += 1
    if _Drill.fail_at == _Drill.n_calls:
        raise OSError(_Drill.error_number, os.strerror(_Drill.error_number), str(path))
    return _Drill.kill_at == _Drill.n_calls


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def make_folder(path: Path) -> None:
    """The folder and its parents exist, readable by nobody else."""
    if not path.is_dir():
        if _count(path):
            _die()
        path.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)


def write(path: Path, *data: Buffer, sync: bool = True) -> None:
    """A new file with these bytes, one piece after the other, on the disk when the call returns (with `sync`)."""
    torn = _count(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    try:
        if torn:
            whole = b"".join(data)
            os.write(descriptor, whole[: len(whole) // 2])
            _die()
        _write_all(descriptor, [memoryview(piece).cast("B") for piece in data])
        if sync:
            if _count(path):
                _die()
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, pieces: list[memoryview]) -> None:
    """All of these bytes, in as few calls as the system allows."""
    first = 0
    while first < len(pieces):
        n = os.writev(descriptor, pieces[first : first + WRITE_PIECES])
        while first < len(pieces) and n >= len(pieces[first]):
            n -= len(pieces[first])
            first += 1
        if n:
            pieces[first] = pieces[first][n:]


def link(existing: Path, new: Path) -> None:
    """`new` is the same file as `existing`; a copy where the file system has no hard links."""
    if _count(new):
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
    if _count(path):
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
    if _count(new):
        _die()
    old.replace(new)


def exchange(one: Path, two: Path) -> bool:
    """Each has the name of the other from now on, in one step; False, and nothing done, where that cannot be had.

    Linux has it (renameat2), on ext4, xfs, btrfs, f2fs, tmpfs and others; exFAT, NTFS, SMB and NFS refuse it.
    """
    import ctypes

    call = _renameat2()
    if call is None:
        return False
    if _count(two):
        _die()
    if call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(two), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM):
        return False
    raise OSError(number, os.strerror(number), str(two))


def _renameat2() -> Any:
    """The call of the system's C library; None where it has none."""
    import ctypes

    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, TypeError, AttributeError):
        return None


def symlink(target: str, path: Path) -> None:
    """A symbolic link."""
    if _count(path):
        _die()
    path.symlink_to(target)


def remove(path: Path) -> None:
    """The file, link or tree is gone; nothing happens when it was not there."""
    if path.is_symlink() or path.is_file():
        if _count(path):
            _die()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    elif path.is_dir():
        for child in list(path.iterdir()):
            remove(child)
        if _count(path):
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
