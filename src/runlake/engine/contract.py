"""What an engine is: something that runs a function over tasks, elsewhere, and survives the death of a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that brought no result: the worker died, ran out of time, or raised.

    `kind` is ``died``, ``timeout``, ``memory``, ``disk`` (the worker could not write) or ``error``; `detail` says more.
    """

    kind: str
    detail: str


class Engine(Protocol):
    """Runs tasks. `is_isolated` True: a task that crashes or hangs costs a worker process, not this one."""

    is_isolated: bool
    n_workers: int

    def map(
        self, function: Callable[[T], R], tasks: Iterable[T], timeout_s: Callable[[T], float]
    ) -> Iterator[tuple[T, R | Failure]]:
        """Each task with its result or Failure, in the order in which they end. Tasks are taken as workers get free."""
        ...

    def close(self) -> None:
        """End all workers, now."""
        ...


def name_of(error: BaseException) -> str:
    """What an error is and says, in one line."""
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:500]
