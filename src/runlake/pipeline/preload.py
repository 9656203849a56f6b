"""Imported once by the server from which workers are forked: readers, detectors and all kernels, loaded and ready."""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections.abc import Mapping
from multiprocessing import spawn
from typing import Any

WORKER = "pebble_pool_worker"
"""Name of the pool's processes."""


def _leave_main_alone() -> None:
    """Workers of the pool do not run the program that started the run: one without a guard would build again."""
    prepare = spawn.prepare

    def prepare_worker(data: Mapping[str, Any]) -> None:
        is_worker = data.get("name") == WORKER
        prepare({k: v for k, v in data.items() if not (is_worker and k.startswith("init_main_"))})

    spawn.prepare = prepare_worker


def _load() -> None:
    from runlake.pipeline.warmup import compile_kernels
    from runlake.prepare.zone import load_zones

    zones = threading.Thread(target=load_zones)
    zones.start()
    try:
        compile_kernels()
        importlib.import_module("runlake.engine.local")  # what a worker and its task ask for first
        importlib.import_module("runlake.pipeline.reading")
    finally:
        zones.join()  # nothing is forked while a thread runs


_leave_main_alone()
_modules: dict[str, Any] = sys.modules
_is_hidden = _modules.setdefault("scipy", None) is None
"""numba imports SciPy, where it is installed, for linear algebra that no kernel uses: a tenth of a second."""
with contextlib.suppress(Exception):  # real files will show what is wrong, each with its own row in the ledger
    _load()
if _is_hidden:
    del _modules["scipy"]
