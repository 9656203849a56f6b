"""Inputs over an engine: batches first; a batch that killed its worker again, file by file, so that one is to blame."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from runlake.engine import Engine, Failure
from runlake.errors import LakeError, RunlakeError
from runlake.pipeline.records import KEY_DIGITS, Job, Known, Outcome, Task, TaskResult

log = logging.getLogger(__name__)

MAX_JOBS_PER_TASK = 32
MAX_BYTES_PER_TASK = 16_000_000
MAX_ERRORS_IN_A_ROW = 3
"""What raises outside the border of a file is no file's fault, once it happens again and again."""
GRACE_S = 60.0
"""A worker's own alarm comes first; the pool's deadline is for workers that cannot even do that."""

_REASONS = {
    "timeout": "timeout: took longer than [limits] deadline_s allows",
    "memory": "memory: needs more memory than [limits] worker_memory_mb allows",
    "died": "died: ended its worker process",
    "error": "error: the worker failed",
}


_WORKERS = (
    "workers fail whatever they are given ({detail}); nothing was published. Is runlake installed whole, also on every "
    "worker?"
)


@dataclass(frozen=True, slots=True)
class Done:
    """What came back for one task."""

    result: TaskResult
    n_jobs: int


def batches(jobs: Sequence[Job], n_workers: int) -> Iterator[tuple[Job, ...]]:
    """The jobs in batches: small enough to share among workers, never larger than the limits."""
    most = max(1, min(MAX_JOBS_PER_TASK, -(-len(jobs) // (4 * n_workers))))
    batch: list[Job] = []
    size = 0
    for job in jobs:
        if batch and (len(batch) >= most or size + job.stat.size_bytes > MAX_BYTES_PER_TASK):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(job)
        size += job.stat.size_bytes
    if batch:
        yield tuple(batch)


def run(
    engine: Engine,
    function: Callable[[Task], TaskResult],
    jobs: Sequence[Job],
    make_task: Callable[[tuple[Job, ...]], Task],
    deadline_s: Callable[[Task], float],
    members: Callable[[Task], list[Job]],
) -> Iterator[Done]:
    """Every job's outcome, batch by batch; jobs whose worker dies twice, the second time alone, come out blocked.

    `members` splits an archive that ended its worker, so that only one of its members is to blame.
    """
    tasks: Iterable[Task] = (make_task(b) for b in batches(jobs, engine.n_workers))
    suspects: list[Job] = []
    for task, result in engine.map(function, tasks, deadline_s):
        if isinstance(result, Failure):
            _end_without_room(result)
            log.info("batch of %d again, one by one: %s", len(task.jobs), result.detail)
            suspects.extend(task.jobs)
        else:
            yield Done(result, len(task.jobs))
    n_errors = 0
    while suspects:
        alone = [make_task((job,)) for job in suspects]
        suspects = []
        for task, result in engine.map(function, alone, deadline_s):
            if not isinstance(result, Failure):
                n_errors = 0
                yield Done(result, 1)
                continue
            _end_without_room(result)
            n_errors = n_errors + 1 if result.kind == "error" else 0
            if n_errors >= MAX_ERRORS_IN_A_ROW:
                raise RunlakeError(_WORKERS.format(detail=result.detail), code="workers")
            smaller = members(task)
            suspects.extend(smaller)
            if not smaller:
                yield Done(_blocked(task, result), 1)


def _end_without_room(failure: Failure) -> None:
    """Raises LakeError when a worker had no room for its results: that blames no file and ends the run."""
    if failure.kind == "disk":
        raise LakeError(
            f"cannot write the lake: {failure.detail}; free some space beside the lake and run again (nothing was "
            "published)",
            code="disk",
        )


def _blocked(task: Task, failure: Failure) -> TaskResult:
    job = task.jobs[0]
    is_part = job.last is not None
    member = f"member {job.last}" if is_part else None
    reason = f"{_REASONS[failure.kind]} ({failure.detail})"
    outcome = Outcome(member, "blocked", reason, size_bytes=None if is_part else job.stat.size_bytes)
    errors = (f"{failure.kind}: {failure.detail}",) if failure.kind == "error" else ()
    key = task.settings.ingest_key[:KEY_DIGITS]
    known = Known(job.place, job.stat, task.scanned_ns, (outcome,), job.n_tries, key, is_part)
    return TaskResult((known,), "", errors)
