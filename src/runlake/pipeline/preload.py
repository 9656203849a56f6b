"""Imported once by the server from which workers are forked: readers, detectors and all kernels, loaded and ready."""

from __future__ import annotations

import contextlib

from runlake.pipeline.warmup import compile_kernels

with contextlib.suppress(Exception):  # real files will show what is wrong, each with its own row in the ledger
    compile_kernels()
