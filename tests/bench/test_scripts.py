"""Every script is named where contributors look, and every program among them answers --help and does nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    [*ROOT.glob("scripts/*.py"), *ROOT.glob("bench/bench_*.py"), ROOT / "bench/baseline_fitdecode_pandas.py"]
)
PROGRAMS = [path for path in SCRIPTS if '__name__ == "__main__"' in path.read_text()]


def test_every_script_is_named_in_contributing() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    assert len(SCRIPTS) > 15
    assert [path.name for path in SCRIPTS if path.name not in page] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_every_program_answers_help(path: Path, tmp_path: Path) -> None:
    if path.name == "screenshots.py":
        pytest.importorskip("playwright")
    done = subprocess.run([sys.executable, path, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout
    assert list(tmp_path.iterdir()) == []
