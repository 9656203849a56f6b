"""Progress for people: a bar with rate and time left on a terminal, one line a minute without one."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from runlake.pipeline.progress import Progress, Quiet

log = logging.getLogger(__name__)

LINE_EVERY_S = 60.0


def progress_for(*, is_quiet: bool) -> Progress:
    """The progress that suits where stderr goes."""
    if is_quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines()


class Lines:
    """One log line a minute."""

    def __init__(self) -> None:
        """Nothing to tell yet."""
        self._total = self._done = 0
        self._started = self._told = time.monotonic()

    def stage(self, name: str) -> None:
        """Stages are quick or have lines of their own."""

    def start(self, n_inputs: int, n_bytes: int) -> None:
        """Inputs are about to be read."""
        self._total, self._done = n_inputs, 0
        self._started = self._told = time.monotonic()
        log.info("reading files=%d bytes=%d", n_inputs, n_bytes)

    def advance(self, n_inputs: int) -> None:
        """Tells once a minute how far it is, how fast, and how long it still takes."""
        self._done += n_inputs
        now = time.monotonic()
        if now - self._told >= LINE_EVERY_S:
            self._told = now
            rate = self._done / (now - self._started)
            left = (self._total - self._done) / rate
            log.info("read %d of %d files, %.0f files/s, %.0f s left", self._done, self._total, rate, left)

    def finish(self) -> None:
        """The run's own line says it."""


class Bar:
    """A bar on the terminal."""

    def __init__(self) -> None:
        """Nothing is shown before the first inputs are read."""
        self._bar: Any = None
        self._task: Any = None

    def stage(self, name: str) -> None:
        """Shown while no bar is."""

    def start(self, n_inputs: int, n_bytes: int) -> None:
        """Show the bar."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import (
            Progress as RichProgress,
        )

        del n_bytes
        columns = (
            TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("reading", total=n_inputs, rate="")
        self._bar.start()

    def advance(self, n_inputs: int) -> None:
        """Move the bar."""
        self._bar.advance(self._task, n_inputs)
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, rate=f"{speed:.0f} files/s" if speed else "")

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
