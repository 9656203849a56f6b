"""Where text goes: a terminal, or a pipe, which has no width."""

from __future__ import annotations

import os
import sys

from rich.console import Console

ENDLESS = 10_000
"""Columns of a pipe: no line is broken, so that grep finds names of files whole and mail breaks lines itself."""


def console() -> Console:
    """A console as wide as the terminal (or COLUMNS), else without an end."""
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if has_width else ENDLESS)
