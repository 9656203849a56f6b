"""Imported once by the server from which workers are forked: readers, detectors and all kernels, loaded and ready."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import threading
from typing import Any

from runlake.engine.start import start_alone

GARBAGE_OBJECTS = 20_000
"""So many new objects are worth a look for garbage: rows of findings, and none of them in a cycle."""


def _load() -> None:
    from runlake.pipeline.warmup import compile_kernels
    from runlake.prepare.zone import load_zones

    zones = threading.Thread(target=load_zones)
    zones.start()
    try:
        compile_kernels()
        for name in ("pebble", "runlake.engine.local", "runlake.pipeline.reading"):
            importlib.import_module(name)  # what a worker and its task ask for first
    finally:
        zones.join()  # nothing is forked while a thread runs


start_alone()
_modules: dict[str, Any] = sys.modules
_is_hidden = _modules.setdefault("scipy", None) is None
"""numba imports SciPy, where it is installed, for linear algebra that no kernel uses: a tenth of a second."""
with contextlib.suppress(Exception):  # real files will show what is wrong, each with its own row in the ledger
    _load()
if _is_hidden:
    del _modules["scipy"]
gc.freeze()  # what is loaded stays: no worker looks for garbage among it, or writes into memory that they all share
gc.set_threshold(GARBAGE_OBJECTS)
