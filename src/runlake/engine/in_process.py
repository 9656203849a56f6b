"""Tasks in this very process: for tests, debuggers and profilers; nothing protects the run from a bad file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from runlake.engine.contract import Failure, R, T


class InProcess:
    """The engine without workers."""

    is_isolated = False
    n_workers = 1

    def map(
        self, function: Callable[[T], R], tasks: Iterable[T], timeout_s: Callable[[T], float]
    ) -> Iterator[tuple[T, R | Failure]]:
        """Each task with its result, in order; errors go through."""
        del timeout_s
        for task in tasks:
            yield task, function(task)

    def close(self) -> None:
        """Nothing to end."""
