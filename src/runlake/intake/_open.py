"""Opening a file so that no link, pipe or device can be read by mistake, and seeing whether it changed meanwhile."""

from __future__ import annotations

import os
import stat
from types import TracebackType
from typing import BinaryIO

from runlake.errors import FormatError, RunlakeError
from runlake.intake.walk import Entry


class UnstableError(RunlakeError):
    """The file changed, or went away, while it was read: try again later."""


class Opened:
    """An open regular file; `check` raises UnstableError once size, mtime or ctime differ from those at opening."""

    def __init__(self, entry: Entry) -> None:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self.fd = os.open(entry.os_path, flags)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UnstableError("went away before it was read", code="vanished", path=entry.path) from error
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise FormatError(f"cannot be opened: {reason}", code="unreadable", path=entry.path) from error
        self.path = entry.path
        self.status = os.fstat(self.fd)
        if not stat.S_ISREG(self.status.st_mode):
            os.close(self.fd)
            raise UnstableError("became something else than a file", code="not_regular", path=entry.path)
        self._file: BinaryIO | None = None

    @property
    def file(self) -> BinaryIO:
        """The file as Python's own reader sees it, for who wants to seek in it."""
        if self._file is None:
            self._file = os.fdopen(self.fd, "rb")
        return self._file

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        else:
            os.close(self.fd)

    @property
    def size_bytes(self) -> int:
        """Size at opening."""
        return self.status.st_size

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; FormatError (``unreadable``) when the disk fails."""
        parts: list[bytes] = []
        try:
            while size > 0 and (part := os.pread(self.fd, min(size, 1 << 24), offset)):
                parts.append(part)
                size -= len(part)
                offset += len(part)
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise FormatError(f"cannot be read: {reason}", code="unreadable", path=self.path) from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def check(self) -> None:
        """Raises UnstableError when the file is not what it was at opening."""
        now = os.fstat(self.fd)
        before = self.status
        if (now.st_size, now.st_mtime_ns, now.st_ctime_ns) != (
            before.st_size,
            before.st_mtime_ns,
            before.st_ctime_ns,
        ):
            raise UnstableError(
                "changed while it was read; it is tried again next time", code="changed", path=self.path
            )
