"""Inputs to rows: read, decode, clean, detect, one input after the other, in whatever process."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from runlake.errors import RunlakeError
from runlake.intake.contents import UnstableError, contents
from runlake.intake.walk import Entry
from runlake.pipeline.content import ingest_content, limits_of, refused
from runlake.pipeline.gather import Found, write_results
from runlake.pipeline.records import (
    KEY_DIGITS,
    WALL_FACTOR,
    Job,
    Known,
    Outcome,
    Task,
    TaskResult,
    WorkSettings,
    with_archive,
)


def ingest(task: Task) -> TaskResult:
    """Read every input of the batch, leave the rows in a pack, and tell what became of each input."""
    known: list[Known] = []
    found: list[Found] = []
    errors: list[str] = []
    digests = _digests(task.known_digests)
    for job in task.jobs:
        if task.is_isolated:
            _set_alarms(deadline_s(job, task.settings))
        try:
            one, rows, problems = ingest_job(job, task.settings, digests, task.fault)
        except MemoryError:
            if task.is_isolated:
                raise  # the engine ends this worker, whose memory is no longer to be trusted
            one, rows, problems = _too_large(job, task.settings), [], []
        known.append(replace(one, scanned_ns=task.scanned_ns))
        found.extend(rows)
        errors.extend(problems)
    if task.is_isolated:
        _set_alarms(0.0)
    pack = write_results(Path(task.folder), task.settings.ingest_key, known, found) if task.folder else ""
    return TaskResult(tuple(known), pack, tuple(errors))


def _set_alarms(seconds: float) -> None:
    """End this worker after so much work, or after WALL_FACTOR times as long on the clock; 0 puts both off.

    Work is what counts: on a busy machine a healthy file may wait for its turn far longer than it takes.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL_FACTOR * seconds)


def _too_large(job: Job, settings: WorkSettings) -> Known:
    outcome = Outcome(None, "blocked", "memory: needs more memory than there is", size_bytes=job.stat.size_bytes)
    key, is_part = settings.ingest_key[:KEY_DIGITS], job.last is not None
    return Known(job.place, job.stat, 0, (outcome,), job.n_tries, key, is_part)


def deadline_s(job: Job, settings: WorkSettings) -> float:
    """How much work one input may be, in seconds of CPU: a base, and more for each megabyte."""
    base = float(settings.limits.get("deadline_s", 20.0))
    per_mb = float(settings.limits.get("deadline_s_per_mb", 10.0))
    return base + per_mb * job.stat.size_bytes / 1e6


def _digests(path: str) -> frozenset[bytes]:
    if not path:
        return frozenset()
    status = Path(path).stat()
    return _digests_in(path, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=2)
def _digests_in(path: str, _mtime_ns: int, _inode: int) -> frozenset[bytes]:
    """Read once a run; a worker of a cluster sees many nights, each with a file of the same name."""
    data = Path(path).read_bytes()
    return frozenset(data[i : i + 32] for i in range(0, len(data), 32))


def ingest_job(
    job: Job, settings: WorkSettings, digests: frozenset[bytes] = frozenset(), fault: str = ""
) -> tuple[Known, list[Found], list[str]]:
    """What became of one input (its members included), the findings in it, and tracebacks of bugs."""
    found: list[Found] = []
    errors: list[str] = []
    outcomes: list[Outcome] = []
    try:
        try:
            outcomes, found, errors = _read_entry(_entry(job), job, settings, digests, fault)
        except UnstableError:
            outcomes, found, errors = _read_entry(_entry_now(job), job, settings, digests, fault)
    except UnstableError as error:
        outcomes, found = [Outcome(None, "unstable", f"unstable: {error.message}")], []
    except RunlakeError as error:
        outcomes, found = [refused(error, None)], []
    except OSError as error:
        what = f"unreadable: {error.strerror or error}; check that the file can be read"
        outcomes, found = [Outcome(None, "unstable", what)], []
    key, is_part = settings.ingest_key[:KEY_DIGITS], job.last is not None
    known = Known(job.place, job.stat, 0, tuple(outcomes), job.n_tries, key, is_part)
    return known, found, errors


def _entry(job: Job) -> Entry:
    s = job.stat
    return Entry(job.place.path, job.os_path, "file", s.size_bytes, s.mtime_ns, s.ctime_ns, s.inode)


def _entry_now(job: Job) -> Entry:
    """The input as it is now, for a second try at one that changed since the scan."""
    now = os.lstat(job.os_path)
    return Entry(job.place.path, job.os_path, "file", now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)


def _read_entry(
    entry: Entry, job: Job, settings: WorkSettings, digests: frozenset[bytes], fault: str
) -> tuple[list[Outcome], list[Found], list[str]]:
    outcomes: list[Outcome] = []
    found: list[Found] = []
    errors: list[str] = []
    container = ""
    for content in contents(entry, limits_of(settings), job.first, job.last):
        container = content.container or container
        if fault:
            misbehave(fault, content.member or job.place.path)
        outcome, rows, problems = ingest_content(content, job.place, settings, digests)
        outcomes.append(outcome)
        found.extend(rows)
        errors.extend(problems)
    is_part = job.last is not None
    whole = outcomes if is_part else with_archive(outcomes, entry.size_bytes, container or None)
    return whole, found, errors


def misbehave(fault: str, path: str) -> None:
    """What `Task.fault` asks for, when this is the file that it names."""
    what, _, name = fault.partition(":")
    if Path(path).name != name:
        return
    if what == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "hang":
        while True:
            signal.pause()
    elif what == "spin":
        while True:
            pass
    elif what == "oom":
        hoard: list[bytes] = []
        while True:
            hoard.append(b"x" * (1 << 26))
