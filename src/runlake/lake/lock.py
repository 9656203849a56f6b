"""One writer at a time: a lock that the kernel frees when its holder dies, so that no run is blocked by a dead one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from runlake.errors import BusyError
from runlake.lake import disk


@contextlib.contextmanager
def locked(internals: Path, wait_s: float = 0.0) -> Iterator[None]:
    """The lake belongs to this process meanwhile; raises BusyError when another holds it after `wait_s` seconds."""
    holder = internals / "lock.holder"
    lock = FileLock(internals / "lock", timeout=wait_s, mode=disk.FILE_MODE)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"another run ({_read(holder)}) is writing this lake; wait for it, or use --wait SECONDS",
            code="busy",
            path=str(internals),
        ) from None
    try:
        holder.write_text(f"process {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def _read(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8").strip() or "unknown process"
    except OSError:
        return "unknown process"
