"""Small sources for tests of the pipeline: real FIT bytes of short made-up runs, one a day."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

from runlake.pipeline.made_up import fit_bytes

FIRST_DAY = 1_136_073_600 - 631_065_600
"""2006-01-01 in FIT time."""
DAY_S = 86_400
SECONDS = 240


def run_bytes(day: int, seconds: int = SECONDS) -> bytes:
    """A short run at eight in the morning of that day, every day another content."""
    return fit_bytes(FIRST_DAY + day * DAY_S + 8 * 3600, seconds)


def write_runs(folder: Path, days: range | list[int], seconds: int = SECONDS) -> list[Path]:
    """One FIT file for each day, named by it; their times lie an hour back, so that no scan takes them for fresh."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for day in days:
        path = folder / f"run-{day:04d}.fit"
        path.write_bytes(run_bytes(day, seconds))
        _age(path, 3600.0)
        paths.append(path)
    return paths


def age(folder: Path, by_s: float = 3600.0) -> None:
    """Set the times of every file back, as if it had lain there for a while."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            _age(path, by_s)


def _age(path: Path, by_s: float) -> None:
    status = path.stat()
    os.utime(path, (status.st_atime - by_s, status.st_mtime - by_s))


def write_gz(path: Path, data: bytes) -> None:
    """A gzip file."""
    path.write_bytes(gzip.compress(data))


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    """A zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
