"""Which results may be reused: keys that change whenever the code or the settings behind a result change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import runlake

_PER_FILE = ("formats", "intake", "prepare", "detect", "kernels", "model", "tables", "units.py")
_PER_FILE_HERE = (
    "pipeline/ingest.py",
    "pipeline/gather.py",
    "pipeline/records.py",
    "pipeline/packs.py",
    "lake/schema.py",
)
_PER_LAKE = ("history", "pipeline", "lake")


def ingest_key(settings: Mapping[str, Any]) -> str:
    """Changes when one file could give other rows: code of readers, cleaning and detectors, and their settings."""
    return _digest(code_digest(_PER_FILE + _PER_FILE_HERE), settings)


def history_key(settings: Mapping[str, Any]) -> str:
    """Changes when the same rows could give another lake: code of history and lake, and their settings."""
    return _digest(code_digest(_PER_LAKE), settings)


def _digest(code: str, settings: Mapping[str, Any]) -> str:
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(f"{code}\0{text}".encode()).hexdigest()[:32]


@lru_cache(maxsize=4)
def code_digest(parts: tuple[str, ...]) -> str:
    """Digest of the source text of these modules, so that no number has to be raised by hand when code changes."""
    root = Path(runlake.__file__).parent
    digest = hashlib.sha256(runlake.__version__.encode())
    for part in parts:
        place = root / part
        files = (
            [place]
            if place.is_file()
            else sorted(p for p in place.rglob("*") if p.suffix in (".py", ".json", ".csv", ".toml", ".npz"))
        )
        for path in files:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
