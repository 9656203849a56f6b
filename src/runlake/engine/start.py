"""How a worker starts: without the program that started the run, and in silence when the run is over already."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from multiprocessing import spawn
from types import TracebackType
from typing import Any

WORKER = "pebble_pool_worker"
"""Name of the pool's processes."""


def start_alone() -> None:
    """From now on, workers forked from this process do not run the main program: without a guard it would build again.

    For the server of the workers; other processes that are forked from it start as they always do.
    """
    prepare = spawn.prepare

    def prepare_worker(data: Mapping[str, Any]) -> None:
        if data.get("name") != WORKER:
            prepare(data)
            return
        sys.excepthook = tell_unless_gone
        prepare({key: value for key, value in data.items() if not key.startswith("init_main_")})

    spawn.prepare = prepare_worker


def tell_unless_gone(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell of an error that ends a worker, except of locks that have gone with the run that asked for it."""
    if not isinstance(error, FileNotFoundError):
        sys.__excepthook__(kind, error, trace)
