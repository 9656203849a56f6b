"""Where a lake's states live, and how a new one is published in a single step.

::

    LAKE -> LAKE.d/snapshots/s00000042     a link: the only thing that readers are told about
    LAKE.d/snapshots/s00000042/            tables, samples/, MANIFEST.json, state.json (what is known of each input)
    LAKE.d/cache/                          results not yet published: a killed run loses the files in hand, no more
    LAKE.d/staging/                        the next snapshot while it is being written
    LAKE.d/lock, LAKE.d/runs.jsonl         one writer at a time; one line a run

The commit point is the rename of the link. Where LAKE is a real folder or links cannot be made, `exchange` puts the
new state in its place.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runlake.errors import ConfigError, LakeError
from runlake.lake import disk, exchange

MANIFEST = "MANIFEST.json"
STATE = "state.json"
KEEP_SNAPSHOT_S = 3600.0
KEEP_SNAPSHOTS = 2
LOOK_BACK = 6
"""So many states, where they are still there, are looked at when a file is laid out (see `layout`)."""


@dataclass(frozen=True, slots=True)
class Store:
    """The folders of one lake. `lake` is what readers open, `internals` what stands beside it."""

    lake: Path
    internals: Path

    @property
    def snapshots(self) -> Path:
        """Published states, oldest name first."""
        return self.internals / "snapshots"

    @property
    def staging(self) -> Path:
        """The next state while it is written; whatever lies here at a start is litter of a dead run."""
        return self.internals / "staging"

    @property
    def cache(self) -> Path:
        """Results that no snapshot holds yet."""
        return self.internals / "cache"

    @property
    def run_log(self) -> Path:
        """One JSON line a run."""
        return self.internals / "runs.jsonl"


def open_store(lake: Path) -> Store:
    """The store of LAKE, its folders made; raises LakeError or ConfigError when it cannot be a lake."""
    lake = lake.absolute()
    internals = lake.with_name(lake.name + ".d")
    if lake.is_file() or (lake.is_dir() and not lake.is_symlink() and not _is_ours(lake)):
        raise LakeError(
            f"{lake.name} exists and is no lake; name another folder for --lake", code="not_a_lake", path=str(lake)
        )
    _check_place(lake)
    store = Store(lake, internals)
    with explained(lake):
        for folder in (internals, store.snapshots, store.cache):
            disk.make_folder(folder)
    return store


def _check_place(lake: Path) -> None:
    """Raises ConfigError where a lake cannot stand: inside another one, or on a mount point."""
    if lake.is_mount():
        raise ConfigError(
            f"this is a mount point, where no folder can take the place of another; name one inside it: --lake "
            f"{lake / 'lake'}",
            code="mount_point",
            path=str(lake),
        )
    real = lake.parent.resolve()
    for place in (*lake.parents, *reversed(real.parents), real):  # the name that the user knows comes first
        is_internals = place.name.endswith(".d") and (place / "snapshots").is_dir() and (place / "cache").is_dir()
        if is_internals or is_state(place):
            other = place.with_name(place.name.removesuffix(".d")) if is_internals else place
            raise ConfigError(
                f"this lies inside the lake {other}, whose builds would remove it; name a folder beside that lake: "
                f"--lake {other.with_name(lake.name)}",
                code="lake_in_lake",
                path=str(lake),
            )


def _is_ours(folder: Path) -> bool:
    return is_state(folder) or not any(folder.iterdir())


def is_state(folder: Path) -> bool:
    """True for a folder with a manifest of ours; others have files of that name too."""
    try:
        return {"files", "snapshot"} <= read_manifest(folder).keys()
    except (LakeError, AttributeError):
        return False


@contextlib.contextmanager
def explained(where: Path) -> Any:
    """OSErrors of the block come out as LakeError that names the cause and what to do."""
    try:
        yield
    except OSError as error:
        advice = {
            errno.ENOSPC: "the disk is full; free some space and run again",
            errno.EDQUOT: "the quota is used up; free some space and run again",
            errno.EACCES: "permission denied; check owner and mode of the folder",
            errno.EPERM: "not permitted; check owner and mode of the folder",
            errno.EROFS: "the file system is read-only",
            errno.EIO: "the disk reports an input/output error; check its health",
        }.get(error.errno or 0, error.strerror or str(error))
        name = errno.errorcode.get(error.errno or 0, "os").lower()
        path = str(error.filename or where)
        raise LakeError(f"cannot write the lake: {advice} (nothing was published)", code=name, path=path) from error


def current(store: Store) -> Path | None:
    """The folder of the state that readers see now, or saw before the link was lost; None before the first."""
    if store.lake.is_symlink():
        target = store.lake.parent / store.lake.readlink()
        if (target / MANIFEST).is_file():
            return target
    if not store.lake.exists():
        return next((folder for folder in reversed(_snapshots(store)) if (folder / MANIFEST).is_file()), None)
    if (store.lake / MANIFEST).is_file():
        named = read_manifest(store.lake).get("snapshot", "")
        kept = store.snapshots / named
        return kept if named and (kept / MANIFEST).is_file() else store.lake
    return None


def read_manifest(folder: Path) -> dict[str, Any]:
    """What MANIFEST.json of a state says."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LakeError(
            "there is no lake here (no readable MANIFEST.json); make one with `runlake build SOURCE --lake LAKE`",
            code="no_lake",
            path=str(folder),
        ) from error
    return found


def clean(store: Store) -> None:
    """Complete what a dead run was putting in place; remove what it left: staging, snapshots never published.

    A link that was lost is put back.
    """
    exchange.complete(store.internals, store.lake, store.snapshots, MANIFEST)
    disk.remove(store.staging)
    live = current(store)
    newest = live.name if live is not None and live.parent == store.snapshots else ""
    for folder in _snapshots(store):
        if folder.name > newest:
            disk.remove(folder)
    for litter in store.lake.parent.glob(f".{store.lake.name}.new-*"):
        disk.remove(litter)
    if live is not None and not store.lake.exists():
        _exchange_link(store, live)  # rows of other sources would be gone with it


def _snapshots(store: Store) -> list[Path]:
    return sorted(p for p in store.snapshots.iterdir() if p.name.startswith("s"))


def begin(store: Store) -> Path:
    """An empty staging folder for the next state."""
    disk.remove(store.staging)
    disk.make_folder(store.staging)
    return store.staging


def last_files(staging: Path, name: str) -> list[Path]:
    """Where the states before the staged one keep the file of that name, if they have it; the newest first."""
    folders = sorted((staging.parent / "snapshots").iterdir(), reverse=True)[:LOOK_BACK]
    return [folder / name for folder in folders]


def publish(store: Store, staging: Path, manifest: Mapping[str, Any]) -> Path:
    """Make the staged files the state that readers see, and return its folder; the old one is kept for a while."""
    earlier = _snapshots(store)
    number = int(earlier[-1].name[1:]) + 1 if earlier else 1
    target = store.snapshots / f"s{number:08d}"
    text = json.dumps({**manifest, "snapshot": target.name}, indent=1, sort_keys=True)
    disk.write(staging / MANIFEST, text.encode())
    for folder in sorted({p.parent for p in staging.rglob("*")} | {staging}, reverse=True):
        disk.sync_folder(folder)
    disk.rename(staging, target)
    disk.sync_folder(store.snapshots)
    if store.lake.is_symlink() or not store.lake.exists() or not any(store.lake.iterdir()):
        _exchange_link(store, target)
    else:
        exchange.put_in_place(store.internals, store.lake, target, MANIFEST)
    return target


def _exchange_link(store: Store, target: Path) -> None:
    fresh = store.lake.with_name(f".{store.lake.name}.new-{os.getpid()}")
    relative = os.path.relpath(target, store.lake.parent)
    try:
        disk.symlink(relative, fresh)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        exchange.put_in_place(store.internals, store.lake, target, MANIFEST)
        return
    if store.lake.is_dir() and not store.lake.is_symlink():
        store.lake.rmdir()  # an empty folder that the user made
    disk.rename(fresh, store.lake)
    disk.sync_folder(store.lake.parent)


def drop_old(store: Store, now_s: float | None = None) -> None:
    """Remove snapshots that no reader can still be reading: over an hour old, and not one of the last two."""
    now = time.time() if now_s is None else now_s
    for folder in _snapshots(store)[: -(KEEP_SNAPSHOTS + 1)]:
        if now - folder.stat().st_mtime > KEEP_SNAPSHOT_S:
            disk.remove(folder)


def drop(paths: Iterable[Path]) -> None:
    """Remove files that are no longer needed."""
    for path in paths:
        disk.remove(path)
