"""Tasks on a Dask cluster: the scheduler repeats what a dying worker had in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from runlake.engine.contract import Failure, R, T, name_of
from runlake.errors import ConfigError

RETRIES = 3


class DaskCluster:
    """The workers of a running `dask.distributed` scheduler; they must see the same file paths and runlake."""

    is_isolated = True

    def __init__(self, scheduler: str) -> None:
        """Connect; raises ConfigError when Dask is missing or the scheduler does not answer."""
        try:
            from distributed import Client
        except ImportError:
            raise ConfigError("--engine dask needs the extra: pip install 'runlake[dask]'", code="engine") from None
        if not scheduler:
            raise ConfigError("--engine dask needs --scheduler ADDRESS, such as tcp://host:8786", code="engine")
        if not scheduler.startswith("inproc:") and not scheduler.rpartition(":")[2].isdigit():
            raise ConfigError(f"--scheduler {scheduler}: an address with a port is like tcp://host:8786", code="engine")
        try:
            self._client: Any = Client(scheduler, timeout="20s", set_as_default=False)
        except OSError as error:
            raise ConfigError(f"no Dask scheduler answers at {scheduler}: {error}", code="engine") from error
        self.n_workers = max(1, sum(self._client.nthreads().values()))

    def map(
        self, function: Callable[[T], R], tasks: Iterable[T], timeout_s: Callable[[T], float]
    ) -> Iterator[tuple[T, R | Failure]]:
        """Each task with its result or Failure, in the order in which they end."""
        from distributed import as_completed

        del timeout_s  # Dask has no deadline for a task; workers set their own alarm
        waiting = iter(tasks)
        running: dict[str, T] = {}
        done = as_completed(loop=self._client.loop, raise_errors=False)
        n_running = 0
        exhausted = False
        while True:
            while not exhausted and n_running < 4 * self.n_workers:
                task = next(waiting, None)
                if task is None:
                    exhausted = True
                    break
                future = self._client.submit(function, task, pure=False, retries=RETRIES)
                running[future.key] = task
                done.add(future)
                n_running += 1
            if n_running == 0:
                return
            future = next(done)
            n_running -= 1
            task = running.pop(future.key)
            yield task, _result(future)

    def close(self) -> None:
        """Leave the cluster; it goes on for others."""
        self._client.close()


def _result(future: Any) -> Any:
    if future.status == "finished":
        return future.result()
    error = future.exception()
    died = type(error).__name__ == "KilledWorker"
    return Failure("died" if died else "error", name_of(error))
