"""Compiling all kernels ahead of time, by taking a made-up activity through every stage."""

from __future__ import annotations

import time
from pathlib import Path

from runlake.kernels._cache import cache_folder
from runlake.pipeline.records import WorkSettings
from runlake.pipeline.revision import code_digest


def _mark() -> Path:
    return cache_folder() / f"ready-{code_digest(('kernels',))[:16]}"


def is_cold() -> bool:
    """True when the kernels of this version have never been compiled here: the first file has to wait."""
    return not _mark().exists()


def compile_kernels() -> float:
    """Seconds it took until every kernel was compiled (or found compiled) and kept."""
    from runlake.pipeline.content import ingest_content
    from runlake.pipeline.made_up import contents
    from runlake.pipeline.records import Place

    started = time.monotonic()
    for content in contents():
        outcome, _, errors = ingest_content(content, Place("warmup", "warmup", "warmup.fit"), WorkSettings("warmup"))
        if outcome.status != "ok":
            raise RuntimeError("\n".join(errors) or f"the made-up run came out {outcome.status}: {outcome.reason}")
    _mark().touch(mode=0o600)
    return time.monotonic() - started
