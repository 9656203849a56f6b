"""Starting the server of the workers before anything heavy is imported here: it takes a second to be ready."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

PRELOAD = ("runlake.pipeline.preload",)
"""Imported by the server from which workers are forked: a new worker is ready at once."""
MAX_ENTRIES = 50_000
_started: list[bool] = []


def is_expected() -> bool:
    """Whether `start_server` was called in this process: somebody expects that there is something to read."""
    return bool(_started)


def start_server() -> None:
    """The server begins to import readers, detectors and kernels; it ends with this process."""
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(list(PRELOAD))
    forkserver.ensure_running()
    _started.append(True)


def looks_new(sources: Sequence[Path], lake: Path) -> bool:
    """A guess whether there is something to read: a folder of a source has changed since the last run wrote its line.

    Only times of folders are looked at, no files; a wrong guess costs or saves a second, and nothing else.
    """
    place = lake.absolute()  # "." has no name
    try:
        last = (place.parent / f"{place.name}.d" / "runs.jsonl").stat().st_mtime
    except OSError:
        last = 0.0
    folders = [os.fspath(s) for s in sources]
    n_entries = 0
    while folders and n_entries < MAX_ENTRIES:
        folder = folders.pop()
        try:
            if Path(folder).stat().st_mtime > last:
                return True
            with os.scandir(folder) as entries:
                for entry in entries:
                    n_entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue  # a file, not there, or not readable: the scan will see
    return False
