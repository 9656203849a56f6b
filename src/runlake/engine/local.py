"""Tasks in worker processes on this machine (pebble): a worker that dies or hangs costs its task, no more."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING, Any

from runlake.engine.contract import Failure, R, T, name_of
from runlake.engine.early import PRELOAD

if TYPE_CHECKING:
    from pebble import ProcessPool

TASKS_PER_WORKER = 200
"""A worker is replaced after that many tasks (some thousand files), so that no leak lives long."""
WORKER_MEMORY_MB = 2048
EX_MEMORY = 97
DISK_ERRNOS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS))
"""What a worker gets when there is no room for its results: no file is to blame, and no other file will fare better."""
WATCH_S = 1.0
POOL_SLEEP_S = 0.02
"""How often the pool looks after its workers; it also ends no sooner than that."""


def prepare_worker(memory_mb: int, run_pid: int) -> None:
    """Limits of a worker: memory, no core dumps; Ctrl-C is the run's business, and without the run it ends."""
    size = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.umask(0o077)
    threading.Thread(target=_end_with, args=(run_pid,), daemon=True).start()


def _end_with(run_pid: int) -> None:
    """Ends this worker when the run has gone: one that was killed cannot end its workers."""
    while True:
        time.sleep(WATCH_S)
        try:
            os.kill(run_pid, 0)
        except ProcessLookupError:
            os._exit(0)
        except PermissionError:
            os._exit(0)  # the number belongs to somebody else by now


class LocalWorkers:
    """A pool of worker processes started from a small server process that has imported the readers once."""

    is_isolated = True

    def __init__(self, n_workers: int, memory_mb: int = WORKER_MEMORY_MB) -> None:
        """Start nothing yet; workers come with the first tasks."""
        self.n_workers = n_workers
        self._memory_mb = memory_mb
        self._pool: ProcessPool | None = None

    def _started(self) -> ProcessPool:
        """The pool; it is made, and its library imported, when there is something to do."""
        if self._pool is None:
            from pebble import CONSTS, ProcessPool

            CONSTS.sleep_unit = POOL_SLEEP_S
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(list(PRELOAD))
            self._pool = ProcessPool(
                max_workers=self.n_workers,
                max_tasks=TASKS_PER_WORKER,
                initializer=prepare_worker,
                initargs=(self._memory_mb, os.getpid()),
                context=context,
            )
        return self._pool

    def map(
        self, function: Callable[[T], R], tasks: Iterable[T], timeout_s: Callable[[T], float]
    ) -> Iterator[tuple[T, R | Failure]]:
        """Each task with its result or Failure, in the order in which they end; few tasks wait at a time."""
        pool, waiting = self._started(), iter(tasks)
        running: dict[Future[Any], T] = {}
        while True:
            for task in waiting:
                running[pool.schedule(_guarded, args=[function, task], timeout=timeout_s(task))] = task
                if len(running) >= 2 * self.n_workers:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), _result(future)

    def close(self) -> None:
        """End all workers, now."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()


def _guarded(function: Callable[[T], R], task: T) -> R:
    """In the worker: out of memory ends it, because what is left of its memory cannot be trusted."""
    try:
        return function(task)
    except MemoryError:
        os._exit(EX_MEMORY)


def _result(future: Future[R]) -> R | Failure:
    from pebble import ProcessExpired

    try:
        return future.result()
    except FutureTimeout:
        return Failure("timeout", "the worker took too long and was ended")
    except ProcessExpired as error:
        code = error.exitcode
        if code in (-signal.SIGALRM, -signal.SIGPROF):  # too long on the clock, or too much work
            return Failure("timeout", "took too long")
        if code == EX_MEMORY:
            return Failure("memory", "the worker ran out of memory")
        return Failure("died", f"the worker ended with code {code}")
    except OSError as error:
        return Failure("disk" if error.errno in DISK_ERRNOS else "error", name_of(error))
    except Exception as error:  # noqa: BLE001  (whatever a task raised is its result, to be judged by the caller)
        return Failure("error", name_of(error))
