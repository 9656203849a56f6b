"""Compiling all kernels ahead of time, by taking a made-up activity through every stage."""

from __future__ import annotations

import time

from runlake.kernels._jit import cache_folder
from runlake.pipeline.records import WorkSettings


def is_cold() -> bool:
    """True when kernels have never been compiled for this version of the code: the first files will wait."""
    folder = cache_folder()
    return not any(folder.glob("*/*.nbi")) and not any(folder.glob("*.nbi"))


def compile_kernels() -> float:
    """Seconds it took until every kernel was compiled (or found compiled) and kept."""
    from runlake.pipeline.ingest import ingest_content
    from runlake.pipeline.made_up import contents
    from runlake.pipeline.records import Place

    started = time.monotonic()
    for content in contents():
        outcome, _, errors = ingest_content(content, Place("warmup", "warmup", "warmup.fit"), WorkSettings("warmup"))
        if outcome.status != "ok":
            raise RuntimeError("\n".join(errors) or f"the made-up run came out {outcome.status}: {outcome.reason}")
    return time.monotonic() - started
