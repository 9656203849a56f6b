"""A build stays light: no pandas on its way, no numba when nothing has to be read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.sources import write_runs

CODE = """
import sys
from pathlib import Path
from runlake.engine.in_process import InProcess
from runlake.pipeline.build import build
from runlake.pipeline.request import Request
summary = build(Request((Path(sys.argv[1]),), Path(sys.argv[2])), InProcess())
print(summary.is_published, [m for m in ("pandas", "numba", "plotly") if m in sys.modules])
"""


def test_a_build_imports_no_pandas_and_an_idle_one_no_numba(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(2))
    command = [sys.executable, "-c", CODE, str(tmp_path / "in"), str(tmp_path / "lake")]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert first == "True ['numba']"
    second = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert second == "False []"
