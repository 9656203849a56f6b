"""`runlake --help` answers at once: nothing heavy is imported before a command runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "numpy",
    "numba",
    "pandas",
    "pyarrow",
    "plotly",
    "fitdecode",
    "gpxpy",
    "lxml",
    "duckdb",
    "rich",
    "jinja2",
    "pebble",
)


@pytest.mark.parametrize("words", [["--help"], ["build", "--help"], ["show", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from runlake.cli import main\n"
        f"sys.argv = ['runlake', *{words!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        f"print('HEAVY', [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("HEAVY []"), done.stdout[-200:]
