"""A lake that is a real folder: how the next state takes its place where no link can be exchanged.

The new state is laid out beside the lake first (`LAKE.d/exchange/`). Where the system can exchange two folders in one
step (Linux on most local file systems), that is the commit: readers find all tables old, or all new. Where it cannot
(exFAT, NTFS, SMB, NFS), tables are put in place one after the other, MANIFEST.json last: each is old or new, and whole.
The samples are a folder of several files; where more than one of them changes, their folder is moved aside and the new
one in, so that between two calls there are no samples, and never those of two states. Which state is being put in
place stands in `LAKE.d/publishing`: a run that was killed on the way is completed by the next one.
"""

from __future__ import annotations

from pathlib import Path

from runlake.errors import LakeError
from runlake.lake import disk

FRESH = "exchange"
OLD_SAMPLES = "exchange-old"
JOURNAL = "publishing"
SAMPLES = "samples"


def put_in_place(internals: Path, lake: Path, target: Path, manifest: str) -> None:
    """Make the files of the state `target` those of the folder `lake`; `manifest` is the name of the last one."""
    fresh = internals / FRESH
    disk.remove(fresh)
    _lay_out(target, fresh)
    if not lake.exists() or not any(lake.iterdir()):
        if lake.exists():
            lake.rmdir()  # an empty folder that the user made
        disk.rename(fresh, lake)
    elif disk.exchange(fresh, lake):
        disk.sync_folder(lake.parent)
        disk.remove(fresh)  # by now the old state
        return
    else:
        _table_by_table(internals, lake, target, manifest)
    disk.sync_folder(lake.parent)


def complete(internals: Path, lake: Path, snapshots: Path, manifest: str) -> None:
    """Finish what a killed run began to put in place, and remove what it left."""
    journal = internals / JOURNAL
    if journal.is_file():
        target = snapshots / journal.read_text(encoding="utf-8")
        if (target / manifest).is_file() and lake.is_dir() and not lake.is_symlink():
            disk.remove(internals / FRESH)
            _lay_out(target, internals / FRESH)
            _table_by_table(internals, lake, target, manifest)
    for name in (FRESH, OLD_SAMPLES, JOURNAL):
        disk.remove(internals / name)


def _lay_out(target: Path, fresh: Path) -> None:
    """The state's files as readers find them: links, or copies where the file system has none."""
    for path in _files(target):
        disk.make_folder((fresh / path).parent)
        disk.link(target / path, fresh / path)
    for folder in (fresh / SAMPLES, fresh):
        if folder.is_dir():
            disk.sync_folder(folder)


def _files(folder: Path) -> list[Path]:
    return sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())


def _table_by_table(internals: Path, lake: Path, target: Path, manifest: str) -> None:
    fresh = internals / FRESH
    disk.write(internals / JOURNAL, target.name.encode())
    disk.sync_folder(internals)
    try:
        _exchange_samples(internals, lake)
        names = [p for p in _files(fresh) if p.parts[0] != SAMPLES]
        kept = {p.name for p in names}
        for path in sorted(names, key=lambda p: (p.name == manifest, str(p))):
            if not _is_same(fresh / path, lake / path):
                disk.rename(fresh / path, lake / path)
        for path in [p for p in lake.iterdir() if p.name not in kept and p.name != SAMPLES]:
            disk.remove(path)
        disk.sync_folder(lake)
    except OSError as error:
        raise LakeError(
            f"some tables are of the new state already, others of the old ({error.strerror}); mend that and build "
            "again, which completes it",
            code="half_placed",
            path=str(error.filename or lake),
        ) from error
    disk.remove(internals / JOURNAL)
    disk.remove(fresh)


def _exchange_samples(internals: Path, lake: Path) -> None:
    """The samples of the new state in place of the old: one step, or two where several files differ."""
    fresh, there = internals / FRESH / SAMPLES, lake / SAMPLES
    new, old = (_files(f) if f.is_dir() else [] for f in (fresh, there))
    changed = [p for p in new if p not in old or not _is_same(fresh / p, there / p)]
    gone = [p for p in old if p not in new]
    if there.is_dir() and len(changed) + len(gone) <= 1:
        for path in changed:
            disk.rename(fresh / path, there / path)
        for path in gone:
            disk.remove(there / path)
        disk.sync_folder(there)
    elif fresh.is_dir():
        if there.is_dir():
            disk.remove(internals / OLD_SAMPLES)
            disk.rename(there, internals / OLD_SAMPLES)
        disk.rename(fresh, there)
        disk.remove(internals / OLD_SAMPLES)


def _is_same(one: Path, two: Path) -> bool:
    """True for the same bytes; links to one file need no reading."""
    if not two.is_file():
        return False
    if one.samefile(two):
        return True
    if one.stat().st_size != two.stat().st_size:
        return False
    with one.open("rb") as first, two.open("rb") as second:
        while chunk := first.read(1 << 20):
            if second.read(1 << 20) != chunk:
                return False
    return True
