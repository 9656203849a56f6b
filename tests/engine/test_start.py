"""Workers start without the main program; what else is forked from their server starts as usual."""

from __future__ import annotations

import sys
from multiprocessing import spawn
from typing import Any

import pytest

from runlake.engine.start import WORKER, start_alone, tell_unless_gone


def test_only_workers_of_the_pool_leave_the_main_program_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[dict[str, Any]] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(spawn, "prepare", prepared.append)
    start_alone()
    for name in (WORKER, "of somebody else"):
        spawn.prepare({"name": name, "dir": "/", "init_main_from_path": "a.py", "init_main_from_name": "a"})
    assert [sorted(data) for data in prepared] == [
        ["dir", "name"],
        ["dir", "init_main_from_name", "init_main_from_path", "name"],
    ]
    assert sys.excepthook is tell_unless_gone


def test_a_run_that_has_gone_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    tell_unless_gone(FileNotFoundError, FileNotFoundError(2, "No such file or directory"), None)
    assert capsys.readouterr().err == ""
    tell_unless_gone(ValueError, ValueError("of a worker"), None)
    assert "ValueError: of a worker" in capsys.readouterr().err
