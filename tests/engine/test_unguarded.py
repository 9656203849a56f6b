"""A program that builds without `if __name__ == "__main__"`: its workers do not run it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.lake_values import ledger
from support.sources import write_runs

PROGRAM = """
import sys
from pathlib import Path
from runlake.engine import make_engine
from runlake.pipeline.build import build
from runlake.pipeline.request import Request

engine = make_engine("local", 1)
build(Request((Path(sys.argv[1]),), Path(sys.argv[2])), engine)
engine.close()
"""


def test_a_program_without_a_guard_builds_once(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(2))
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(program), str(tmp_path / "in"), str(tmp_path / "lake")]
    subprocess.run(command, check=True, capture_output=True)
    assert ledger(tmp_path / "lake") == {"run-0000.fit": "ok", "run-0001.fit": "ok"}
