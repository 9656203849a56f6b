"""A real Dask cluster of two workers, one of them killed in the middle of the run: nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from runlake.engine.cluster import DaskCluster
from runlake.errors import ConfigError
from runlake.pipeline.build import build
from runlake.pipeline.request import Request
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own shutdown warns of sockets and loops


def test_an_address_where_nobody_answers_is_refused() -> None:
    with pytest.raises(ConfigError, match="--scheduler"):
        DaskCluster("")


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    from distributed import LocalCluster

    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(40))
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        engine = DaskCluster(cluster.scheduler_address)
        killed = threading.Event()

        def kill_one() -> None:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and not list((tmp_path / "lake.d" / "cache").glob("*.pack")):
                time.sleep(0.02)
            os.kill(pids[0], signal.SIGKILL)
            killed.set()

        thread = threading.Thread(target=kill_one)
        thread.start()
        summary = build(Request((source,), lake), engine)
        thread.join()
        engine.close()
    assert killed.is_set()
    assert summary.counts["ok"] == 40
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")
