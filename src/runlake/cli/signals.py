"""SIGTERM and Ctrl-C end a run in order: no publication afterwards, workers gone, what was read stays in the cache."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn


class Stopped(BaseException):
    """A signal asked the run to end. No Exception, so that no handler on the way takes it for an error."""

    def __init__(self, number: int) -> None:
        """`number` is the signal's."""
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells do it: 130, 143."""
        return 128 + self.number

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name


_seen: list[Stopped] = []


def seen() -> Stopped | None:
    """The signal that asked the run to end, also where a library has turned it into an error of its own."""
    return _seen[-1] if _seen else None


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)  # a second one must not interrupt the orderly end
    _seen.append(Stopped(number))
    raise _seen[-1]


def install() -> None:
    """From now on SIGTERM and SIGINT raise Stopped."""
    _seen.clear()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
