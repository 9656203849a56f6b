"""Imported once by the server from which workers are forked: readers, detectors and all kernels, loaded and ready."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from runlake.pipeline.warmup import compile_kernels

_modules: dict[str, Any] = sys.modules
_is_hidden = _modules.setdefault("scipy", None) is None
"""numba imports SciPy, where it is installed, for linear algebra that no kernel uses: a tenth of a second."""
with contextlib.suppress(Exception):  # real files will show what is wrong, each with its own row in the ledger
    compile_kernels()
if _is_hidden:
    del _modules["scipy"]
