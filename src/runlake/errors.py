"""Every error that runlake raises on purpose; each says what, where, and what to do next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class RunlakeError(Exception):
    """Root of all deliberate errors.

    Context goes by keyword and has defaults, so that every error survives pickling on its way out of a
    worker process (tests/architecture/test_errors.py).

    Parameters
    ----------
    message : str
        One sentence for a person: what is wrong and what to do next.
    code : str
        A short stable word for the ledger and for logs, such as ``truncated``.
    path : str
        Where: the file as the user named it; "" when the raiser does not know it.
    """

    exit_code = 70

    def __init__(self, message: str = "", *, code: str = "", path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, dict(self.__dict__)))

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def _rebuild(kind: type[RunlakeError], message: str, state: dict[str, object]) -> RunlakeError:
    error = kind(message)
    error.__dict__.update(state)
    return error


class ConfigError(RunlakeError):
    """A wrong option, an unknown setting (the nearest known one is named), or a bad value."""

    exit_code = 2


class FormatError(RunlakeError):
    """One input could not become an activity: ledger state ``rejected``."""

    exit_code = 65


class NotAnActivityError(RunlakeError):
    """A readable input that is no activity (settings, course, sidecar): ledger state ``ignored``."""

    exit_code = 65


class ActivityError(RunlakeError):
    """A promise of the model would be broken: a bug in a reader, in prepare, or in a detector."""


class LakeError(RunlakeError):
    """The lake cannot be read or written: missing, of a newer version, disk full, not permitted."""

    exit_code = 74


class SourceShrankError(LakeError):
    """Most of the source has gone: an unmounted disk? Nothing is published."""


class BusyError(LakeError):
    """Another run holds the lock of this lake."""

    exit_code = 75


@contextlib.contextmanager
def noted(text: str) -> Iterator[None]:
    """Whatever ends the run in here carries the text as a note (PEP 678)."""
    try:
        yield
    except BaseException as error:
        error.add_note(text)
        raise
