"""No room for the results of a worker: the run ends, names the cause, and blames no file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from runlake.engine.local import _result
from runlake.errors import LakeError
from runlake.pipeline.build import build
from runlake.pipeline.records import Task
from runlake.pipeline.request import Request
from support.lake_values import build_lake, ledger
from support.sources import write_runs


class Full:
    """An engine whose workers find the disk full."""

    is_isolated = True
    n_workers = 1

    def map(self, function: object, tasks: Iterator[Task], timeout_s: object) -> Iterator[tuple[Task, object]]:
        for task in tasks:
            future: Future[object] = Future()
            future.set_exception(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
            yield task, _result(future)

    def close(self) -> None:
        pass


def test_a_full_disk_ends_the_run_and_blames_no_file(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(2))
    build_lake(tmp_path / "lake", tmp_path / "in")
    write_runs(tmp_path / "in", range(3))
    with pytest.raises(LakeError, match="No space left") as caught:
        build(Request((tmp_path / "in",), tmp_path / "lake"), Full())  # type: ignore[arg-type]
    assert caught.value.exit_code == 74
    assert list(ledger(tmp_path / "lake").values()) == ["ok", "ok"]
