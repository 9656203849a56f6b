"""Where compiled kernels are kept; asked for without importing numba, too."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """A private writable folder for compiled kernels: NUMBA_CACHE_DIR, the user's cache folder, or a temporary one.

    numba raises "no locator available" at import under a system user without one; its cache files are pickles, so
    the folder must not be shared with others.
    """
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    base = os.environ.get("CACHE_DIRECTORY") or os.environ.get("XDG_CACHE_HOME")
    home = Path(base) if base else Path("~/.cache").expanduser()
    folder = home / "runlake" / "numba"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"runlake-{os.getuid()}" / "numba"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.getuid():
            folder = Path(tempfile.mkdtemp(prefix="runlake-numba-"))
    return folder
