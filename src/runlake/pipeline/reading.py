"""Inputs that have to be read: over the engine into packs; known contents get the answers of earlier runs."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runlake.intake.contents import Limits, UnstableError, archive_members
from runlake.intake.walk import Entry
from runlake.lake import disk, store
from runlake.pipeline import work
from runlake.pipeline.records import (
    REUSABLE,
    WALL_FACTOR,
    Job,
    Known,
    Outcome,
    Place,
    Task,
    TaskResult,
    content_digest,
    with_archive,
)
from runlake.pipeline.request import Run
from runlake.pipeline.scan import Scan
from runlake.pipeline.state import State
from runlake.pipeline.warmup import is_cold

MEMBERS_PER_JOB = 64
log = logging.getLogger(__name__)


def run_task(task: Task) -> TaskResult:
    """In the worker: only there are readers and detectors (and numba) imported."""
    from runlake.pipeline.ingest import ingest

    return ingest(task)


def deadline_s(task: Task) -> float:
    """When the pool ends a worker that its own alarm could not end."""
    base = float(task.settings.limits["deadline_s"])
    per_mb = float(task.settings.limits["deadline_s_per_mb"])
    return work.GRACE_S + WALL_FACTOR * sum(base + per_mb * j.stat.size_bytes / 1e6 for j in task.jobs)


def read_jobs(run: Run, jobs: Sequence[Job], state: State) -> tuple[list[Known], list[str]]:
    """What became of every job, and tracebacks of bugs; the rows are in packs of the cache."""
    if not jobs:
        return [], []
    digests = _write_digests(run, state)
    fault = os.environ.get("RUNLAKE_FAULT", "")

    def make_task(batch: tuple[Job, ...]) -> Task:
        return Task(batch, run.settings, str(run.store.cache), run.now_ns, digests, run.engine.is_isolated, fault)

    jobs = [part for job in jobs for part in parts_of(job)]
    fresh: list[Known] = []
    errors: list[str] = []
    if is_cold():
        log.info("compiling the kernels, once for this version of runlake: a minute or two (`runlake warmup`)")
    run.progress.start(len(jobs), sum(j.stat.size_bytes for j in jobs))
    started_s = time.monotonic()
    for done in work.run(run.engine, run_task, jobs, make_task, deadline_s, _members):
        fresh.extend(done.result.known)
        errors.extend(done.result.errors)
        run.progress.advance(done.n_jobs)
    run.progress.finish()
    log.info("read files=%d seconds=%.2f", len(jobs), time.monotonic() - started_s)
    return whole_again(fresh), errors


def _entry(job: Job) -> Entry:
    s = job.stat
    return Entry(job.place.path, job.os_path, "file", s.size_bytes, s.mtime_ns, s.ctime_ns, s.inode)


def parts_of(job: Job, most: int = MEMBERS_PER_JOB) -> list[Job]:
    """The job, or several for an archive of many members, so that it is read by all workers."""
    if job.last is not None or not job.place.path.lower().endswith(".zip"):
        return [job]
    try:
        n = archive_members(_entry(job), Limits()) or 0
    except UnstableError:
        n = 0  # the worker will see it, too, and say so
    if n <= most:
        return [job]
    return [replace(job, first=first, last=min(first + most, n)) for first in range(0, n, most)]


def _members(task: Task) -> list[Job]:
    """Jobs of one member each for an archive that ended its worker: only the member that did it is to be lost."""
    job = task.jobs[0]
    if job.last is None:
        found = parts_of(job, most=1)
    else:
        found = [replace(job, first=i, last=i + 1) for i in range(job.first, job.last)]
    return found if len(found) > 1 else []


def whole_again(fresh: Sequence[Known]) -> list[Known]:
    """The inputs, parts of archives put together, each with the row of its archive."""
    out: dict[Place, Known] = {}
    parts: dict[Place, list[Known]] = {}
    for one in fresh:
        if one.is_part:
            parts.setdefault(one.place, []).append(one)
        else:
            out[one.place] = one
    for place, found in parts.items():
        outcomes = [o for one in found for o in one.outcomes]
        unstable = [o for o in outcomes if o.member is None]
        rows = unstable[:1] if unstable else with_archive(outcomes, found[0].stat.size_bytes, None)
        out[place] = replace(found[0], outcomes=tuple(rows), is_part=False)
    return list(out.values())


def _write_digests(run: Run, state: State) -> str:
    """A file with the digest of every content whose result is at hand, for workers; "" when there is none."""
    digests = {
        content_digest(k.place.athlete_id, o.sha256)
        for k in state.values()
        if k.key == run.key
        for o in k.outcomes
        if o.sha256 and o.status in REUSABLE
    }
    if not digests:
        return ""
    path = run.store.cache / "known.digests"
    disk.write(path, b"".join(sorted(digests)), sync=False)
    return str(path)


def with_last_good(fresh: Sequence[Known], state: State) -> list[Known]:
    """An input that changed while it was read, or could not be, keeps the activities of its last good version."""
    out = []
    for one in fresh:
        before = state.get(one.place)
        is_unstable = any(o.status == "unstable" for o in one.outcomes)
        if is_unstable and before is not None and any(o.sessions for o in before.outcomes):
            reason = f"{one.outcomes[0].reason}; the last good version is kept"
            last = [replace(o, status="unstable", reason=reason) if o.member is None else o for o in before.outcomes]
            one = replace(one, outcomes=tuple(last), key=before.key)
        out.append(one)
    return out


def reread(run: Run, found: Scan, missing: set[Place], known: Sequence[Known]) -> list[Known]:
    """The inputs with those in `missing` read again: kept now, though an earlier state held them as duplicates.

    An input of a source that cannot be reached is left out of the lake until that source is built again.
    """
    paths = _remembered_sources(run)
    jobs = []
    for one in known:
        if one.place in missing:
            os_path = found.os_paths.get(one.place) or _os_path(paths, one.place)
            if os_path and os.path.lexists(os_path):
                jobs.append(Job(one.place, os_path, one.stat))
    fresh, _ = read_jobs(run, jobs, {})
    again = {k.place: k for k in fresh}
    text = "away: its rows have to be read again, and its SOURCE is not there; build that source once"
    out = []
    for one in known:
        if one.place in again:
            one = again[one.place]
        elif one.place in missing:
            one = replace(one, outcomes=tuple(Outcome(o.member, "unstable", text) for o in one.outcomes))
        out.append(one)
    return out


def _os_path(paths: dict[str, str], place: Place) -> bytes:
    root = paths.get(place.source, "")
    if not root or "\\" in place.path:
        return b""
    return os.fsencode(root if Path(root).is_file() else str(Path(root) / place.path))


def _remembered_sources(run: Run) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((run.store.internals / "sources.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    return found


def remember_sources(run: Run) -> None:
    """Where each source stood when it was last built: kept beside the lake, never in a table."""
    before = _remembered_sources(run)
    now = {**before, **{s.name: str(s.path.absolute()) for s in run.sources}}
    if now != before:
        fresh = run.store.internals / "sources.new"
        disk.write(fresh, json.dumps(now).encode())
        disk.rename(fresh, run.store.internals / "sources.json")


def published_activities(snapshot: Path | None) -> set[str]:
    """Activities whose rows a state holds."""
    if snapshot is None:
        return set()
    partitions = store.read_manifest(snapshot).get("partitions", {})
    return {a for p in partitions.values() for a in p["activities"]}
