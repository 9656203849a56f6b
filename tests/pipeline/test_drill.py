"""The kill drill as CI runs it: 30 rounds, and every call once killed and once failing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import ROOT


def drill(*options: str) -> str:
    """The last line of the drill, which has to end well."""
    command = [sys.executable, str(ROOT / "scripts" / "drill.py"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_thirty_kills_tear_nothing() -> None:
    assert drill("--kills", "30").endswith("torn 0, unequal 0")


@pytest.mark.slow
def test_every_call_may_be_the_last_or_fail() -> None:
    assert drill("--kills", "0", "--every-call").endswith("torn 0, unequal 0")


@pytest.mark.slow
def test_a_lake_that_is_a_folder_changes_in_one_step() -> None:
    assert drill("--kills", "10", "--no-links").endswith("torn 0, unequal 0")


@pytest.mark.slow
def test_where_folders_cannot_be_exchanged_each_table_stays_whole() -> None:
    assert drill("--kills", "10", "--no-exchange").endswith("torn 0, unequal 0")
