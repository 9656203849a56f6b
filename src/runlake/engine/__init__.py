"""Where work runs: in this process, in local workers that may die, or on a cluster."""

from __future__ import annotations

from runlake.engine.contract import Engine, Failure
from runlake.errors import ConfigError

__all__ = ["Engine", "Failure", "make_engine"]


def make_engine(name: str, jobs: int, scheduler: str = "", memory_mb: int = 2048) -> Engine:
    """The engine of that name: ``local`` with `jobs` workers (0: in this process), or ``dask`` at a scheduler."""
    if name == "local" and jobs == 0:
        from runlake.engine.in_process import InProcess

        return InProcess()
    if name == "local":
        from runlake.engine.local import LocalWorkers

        return LocalWorkers(jobs, memory_mb)
    if name == "dask":
        from runlake.engine.cluster import DaskCluster

        return DaskCluster(scheduler)
    raise ConfigError(f"unknown engine {name!r}; use local or dask", code="engine")
