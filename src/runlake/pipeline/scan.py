"""What is there now against what is known: which inputs to read, which to reuse, which have gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runlake.errors import ConfigError, SourceShrankError
from runlake.intake.walk import Entry, walk
from runlake.pipeline.records import Job, Known, Outcome, Place, Stat
from runlake.pipeline.state import State

if TYPE_CHECKING:
    from runlake.pipeline.request import Run

RACY_NS = 2_000_000_000
"""A file changed within two seconds before a scan may change again without its times telling."""
MAX_TRIES = 2
"""A blocked input is read once more with the same version, then left until the version changes."""
MIN_FOR_GUARD = 3
NO_STAT = Stat(0, 0, 0, 0)
"""Of what the file system says nothing about."""


@dataclass(frozen=True, slots=True)
class Source:
    """A SOURCE as the ledger names it, and where it stands."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Scan:
    """Inputs seen: `reused` need no reading, `jobs` do. `gone` were known in these sources and are no longer there."""

    reused: tuple[Known, ...]
    jobs: tuple[Job, ...]
    gone: tuple[Known, ...]
    elsewhere: tuple[Known, ...]
    """Inputs that this run does not look at or cannot: of other sources and athletes, and behind a closed door."""
    os_paths: Mapping[Place, bytes]
    """Where each input seen can be opened."""


def name_sources(paths: Sequence[Path]) -> tuple[Source, ...]:
    """Each SOURCE with its name in the ledger: its last path component, so that no absolute path is published."""
    sources = [Source(p.resolve().name or "root", p) for p in paths]
    names = [s.name for s in sources]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f"two SOURCES are called {name}; the ledger could not tell them apart: build them one after the "
                "other into different lakes, or rename one",
                code="source_name",
            )
    return tuple(sources)


def athlete_of(path: str, athlete_id: str, from_folder: bool) -> str:
    """Whose input it is: with `from_folder`, the first folder below SOURCE says it."""
    if not from_folder:
        return athlete_id
    first, slash, _ = path.partition("/")
    return first if slash else athlete_id


def scan(run: Run, published: State, at_hand: State) -> Scan:
    """Compare the sources with what is known: what the last state held, and whose results are at hand."""
    reused: list[Known] = []
    jobs: list[Job] = []
    os_paths: dict[Place, bytes] = {}
    closed: list[Place] = []
    from_folder = run.request.athlete_from_folder
    for source in run.sources:
        for entry in _entries(source):
            place = Place(athlete_of(entry.path, run.athlete_id, from_folder), source.name, entry.path)
            if entry.kind == "unreadable":
                closed.append(place)
                if place in published and published[place].stat != NO_STAT:
                    continue  # it could be read before
            os_paths[place] = entry.os_path
            stat = Stat(entry.size_bytes, entry.mtime_ns, entry.ctime_ns, entry.inode)
            before = at_hand.get(place)
            if before is not None and before.key != run.key:
                before = None  # another version read it: read it again
            if entry.kind != "file":
                odd = Known(place, stat, run.now_ns, (_odd_kind(entry),), 1, run.key)
                is_same = before is not None and (before.stat, before.outcomes) == (odd.stat, odd.outcomes)
                reused.append(before if before is not None and is_same else odd)
            elif before is not None and _is_unchanged(before, stat):
                reused.append(before)
            else:
                is_again = before is not None and before.stat == stat
                jobs.append(Job(place, entry.os_path, stat, before.n_tries + 1 if before and is_again else 1))
    gone, elsewhere = _not_seen(run, published, os_paths, closed)
    return Scan(tuple(reused), tuple(jobs), gone, elsewhere, os_paths)


def _not_seen(
    run: Run, published: State, seen: Mapping[Place, bytes], closed: Sequence[Place]
) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
    """Inputs of the last state that were not met: gone from these sources, or out of this run's sight.

    What lies in a folder that cannot be looked into has not gone: a right or a network disk has.
    """
    names = {s.name for s in run.sources}
    gone: list[Known] = []
    elsewhere: list[Known] = []
    for place, known in published.items():
        if place in seen:
            continue
        is_ours = place.source in names and (run.request.athlete_from_folder or place.athlete_id == run.athlete_id)
        is_ours = is_ours and not any(_is_behind(place, door) for door in closed)
        (gone if is_ours else elsewhere).append(known)
    return tuple(gone), tuple(elsewhere)


def _is_behind(place: Place, door: Place) -> bool:
    """True for what stands at an unreadable place, or below it; "." is the whole source."""
    is_below = door.path == "." or place.path == door.path or place.path.startswith(f"{door.path}/")
    return place.source == door.source and is_below


def _entries(source: Source) -> Sequence[Entry]:
    if not source.path.exists():
        raise SourceShrankError(
            "SOURCE is not there (an unmounted disk?); nothing was published", code="no_source", path=str(source.path)
        )
    try:
        return list(walk(source.path))
    except OSError as error:
        raise SourceShrankError(
            f"SOURCE cannot be read ({error.strerror}); nothing was published", code="unreadable", path=str(source.path)
        ) from error


def _is_unchanged(before: Known, stat: Stat) -> bool:
    if before.stat != stat or before.scanned_ns - stat.mtime_ns < RACY_NS:
        return False
    status = {o.status for o in before.outcomes}
    if "unstable" in status:
        return False
    return not ("blocked" in status and before.n_tries < MAX_TRIES)


_ODD = {
    "link": "a link; links are not followed, so that nothing is counted twice or read from outside SOURCE",
    "pipe": "a named pipe",
    "socket": "a socket",
    "device": "a device",
    "unreadable": "not readable; check owner and mode; what was read of it before is kept",
}


def _odd_kind(entry: Entry) -> Outcome:
    text = _ODD.get(entry.kind, f"a {entry.kind}, no regular file")
    status = "rejected" if entry.kind == "unreadable" else "ignored"
    return Outcome(None, status, f"{entry.kind}: {text}")


def guard(scan_result: Scan, allow_shrink: bool) -> None:
    """Raises SourceShrankError when most of what an athlete's source held has gone: an unmounted disk?"""
    if allow_shrink:
        return
    gone: dict[tuple[str, str], int] = {}
    there: dict[tuple[str, str], int] = {}
    for known in scan_result.gone:
        _count(gone, known.place)
    for place in [*(k.place for k in scan_result.reused), *(j.place for j in scan_result.jobs)]:
        _count(there, place)
    for (athlete, source), n_gone in sorted(gone.items()):
        before = n_gone + there.get((athlete, source), 0)
        is_empty = not there.get((athlete, source), 0)
        if (2 * n_gone > before and before >= MIN_FOR_GUARD) or is_empty:
            raise SourceShrankError(
                f"{n_gone} of {before} inputs of {source} (athlete {athlete}) have gone: an unmounted disk? Nothing "
                "was published; use --allow-shrink if that is meant",
                code="shrank",
                path=source,
            )


def _count(counts: dict[tuple[str, str], int], place: Place) -> None:
    key = (place.athlete_id, place.source)
    counts[key] = counts.get(key, 0) + 1
