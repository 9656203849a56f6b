"""What a person names on the command line, found on this machine: lakes here or in an object store, sources."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from runlake.errors import ConfigError, LakeError, SourceShrankError


def local_lake(place: str) -> Path:
    """The lake as a folder; one in an object store is brought here first. Raises LakeError when there is none."""
    from runlake.lake import remote

    if remote.is_remote(place):
        return remote.pull_for_reading(place)
    lake = Path(place)
    check_is_lake(lake)
    return lake


def check_is_lake(lake: Path) -> None:
    """Raises LakeError that says what stands there instead, and what to do."""
    from runlake.lake.store import MANIFEST, is_state

    try:
        is_lake = (lake / MANIFEST).is_file() and is_state(lake)
        names = sorted(p.name for p in lake.iterdir()) if lake.is_dir() and not is_lake else []
    except PermissionError as error:
        raise LakeError(
            "this cannot be read: permission denied; a lake is readable by its owner only",
            code="denied",
            path=str(error.filename or lake),
        ) from error
    if is_lake:
        return
    if lake.name.endswith(".d") and "snapshots" in names:
        raise LakeError(
            f"these are the internals of a lake; the lake is {lake.with_name(lake.name.removesuffix('.d'))}",
            code="no_lake",
            path=str(lake),
        )
    if not lake.exists():
        what = f"there is nothing of that name{near(lake)}"
    else:
        what = "this is no lake" if lake.is_dir() else "this is a file, no lake"
    raise LakeError(f"{what}; make a lake with `runlake build SOURCE --lake {lake}`", code="no_lake", path=str(lake))


def near(path: Path) -> str:
    """`; did you mean NAME?` for a name beside it that is much alike, else ""."""
    try:
        names = [p.name for p in path.absolute().parent.iterdir() if not p.name.startswith(".")]
    except OSError:
        return ""
    found = difflib.get_close_matches(path.name, names, 1, 0.7)
    return f"; did you mean {path.parent / found[0]}?" if found else ""


def check_sources(sources: Sequence[Path]) -> None:
    """Raises SourceShrankError for a source that is not there; nothing has been made or changed then."""
    for source in sources:
        if not source.exists():
            hint = near(source) or "; is the name right, and its disk mounted?"
            raise SourceShrankError(
                f"there is no such folder or file{hint} Nothing was published", code="no_source", path=str(source)
            )


def check_file(path: Path) -> None:
    """Raises ConfigError for a path where nothing is."""
    if not path.exists():
        raise ConfigError(f"there is no such file or folder{near(path)}", code="missing", path=str(path))
