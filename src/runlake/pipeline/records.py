"""What the pipeline knows of inputs and their sessions: small records that travel between processes and runs."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NAN = math.nan
KEY_DIGITS = 8
"""Of the ingest key, as stored with each input."""

REUSABLE = ("ok", "salvaged")
"""States whose result holds for the same bytes anywhere; a refusal may depend on the name."""


@dataclass(frozen=True, slots=True)
class Session:
    """One activity as duplicates and partitions see it: who, when, how far, how rich; no samples.

    `local_date_days` counts from 1970-01-01. `richness` ranks versions of the same activity: higher is kept.
    `name` is the title in the file, before any overlay.
    """

    activity_id: str
    session_no: int
    start_time_utc_s: float
    end_time_utc_s: float
    local_date_days: int
    utc_offset_s: float
    distance_m: float
    sport: str
    name: str
    n_samples: int
    richness: tuple[int, ...]
    places: str = ""
    """Where the runner was, moment by moment (`pipeline.places`); "" when positions do not say it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the ledger before duplicates are judged: what became of one input (file or archive member)."""

    member: str | None
    status: str
    reason: str | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    format: str | None = None
    decoder: str | None = None
    n_records_in: int | None = None
    n_records_kept: int | None = None
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an input stands: whose it is, in which SOURCE, at which path below it."""

    athlete_id: str
    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Stat:
    """What the file system says of a file; equal for a file that nobody touched."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Known:
    """An input as it was found. `key` is the version that read it, `n_tries` how often that version did.

    `is_part`: only some members of an archive, to be put together with the others before it says anything.
    """

    place: Place
    stat: Stat
    scanned_ns: int
    outcomes: tuple[Outcome, ...]
    n_tries: int = 1
    key: str = ""
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """An input to read: where it stands, where the bytes are, what the scan saw of it.

    With `last`, only the members first..last (half-open) of an archive.
    """

    place: Place
    os_path: bytes
    stat: Stat
    n_tries: int = 1
    first: int = 0
    last: int | None = None


WALL_FACTOR = 4.0
"""A file may take this many times its CPU seconds on the clock: it waits for disks and for other processes."""


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """What the result of one file depends on besides its bytes. Plain values, so that workers resolve plug-ins."""

    ingest_key: str
    home_time_zones: Mapping[str, str] = field(default_factory=dict)
    """By athlete; "" is the default for all others."""
    default_sports: Mapping[str, str] = field(default_factory=dict)
    """Sport of files that do not say it, by athlete; "" is the default for all others."""
    detect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A batch of inputs for one worker, and where its results go."""

    jobs: tuple[Job, ...]
    settings: WorkSettings
    folder: str
    scanned_ns: int = 0
    known_digests: str = ""
    """File with the digests (`content_digest`, 32 bytes each) whose results are already there; "" for none."""
    is_isolated: bool = False
    """True in a process of its own: a file that takes too long ends it."""
    fault: str = ""
    """For tests of isolation: ``segv:NAME``, ``hang:NAME`` or ``oom:NAME`` makes the file of that name misbehave."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a worker did: one `Known` for each input, and the pack file that holds the rows ("" without rows)."""

    known: tuple[Known, ...]
    pack: str
    errors: tuple[str, ...] = ()
    """Tracebacks of bugs: files that raised what nobody should raise."""


def with_archive(
    outcomes: Sequence[Outcome], size_bytes: int, container: str | None, format_name: str = "zip"
) -> list[Outcome]:
    """The members of an archive with the row of the archive itself in front; other files as they are."""
    if not outcomes:
        return [Outcome(None, "ignored", "empty: an archive without members", size_bytes=size_bytes)]
    if any(o.member is None for o in outcomes):
        return list(outcomes)
    n = len(outcomes)
    text = f"archive: its {n} members have rows of their own" if n != 1 else "archive: its member has a row of its own"
    return [Outcome(None, "ignored", text, format=container or format_name, size_bytes=size_bytes), *outcomes]


def content_digest(athlete_id: str, sha256: str) -> bytes:
    """What tells whether an athlete's content has been read before."""
    return hashlib.sha256(f"{athlete_id}\0{sha256}".encode()).digest()


def known_to_row(known: Known) -> list[Any]:
    """The record as plain lists, for JSON."""
    p, s = known.place, known.stat
    outcomes = [_outcome_to_row(o) for o in known.outcomes]
    return [
        p.athlete_id,
        p.source,
        p.path,
        s.size_bytes,
        s.mtime_ns,
        s.ctime_ns,
        s.inode,
        known.scanned_ns,
        known.n_tries,
        known.key,
        outcomes,
        known.is_part,
    ]


def known_from_row(row: Sequence[Any]) -> Known:
    """The record from what `known_to_row` made."""
    outcomes = tuple(_outcome_from_row(o) for o in row[10])
    return Known(Place(*row[0:3]), Stat(*row[3:7]), row[7], outcomes, row[8], row[9], len(row) > 11 and row[11])


def _outcome_to_row(outcome: Outcome) -> list[Any]:
    o = outcome
    sessions = [
        [
            s.activity_id, s.session_no, s.start_time_utc_s, s.end_time_utc_s, s.local_date_days, s.utc_offset_s,
            None if math.isnan(s.distance_m) else s.distance_m, s.sport, s.name, s.n_samples, list(s.richness),
            s.places,
        ]
        for s in o.sessions
    ]  # fmt: skip
    return [
        o.member, o.status, o.reason, o.sha256, o.size_bytes, o.format, o.decoder, o.n_records_in,
        o.n_records_kept, sessions,
    ]  # fmt: skip


def _outcome_from_row(row: Sequence[Any]) -> Outcome:
    sessions = tuple(_session_from_row(s) for s in row[9])
    return Outcome(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], sessions)


def _session_from_row(row: Sequence[Any]) -> Session:
    distance_m = NAN if row[6] is None else row[6]
    places = row[11] if len(row) > 11 else ""
    return Session(
        row[0], row[1], row[2], row[3], row[4], row[5], distance_m, row[7], row[8], row[9], tuple(row[10]), places
    )  # fmt: skip
