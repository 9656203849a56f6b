"""The terminal says the same as the page."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from runlake.reports.terminal import print_overview
from support.lakes import write_lake


def _printed(lake: Path, **options: object) -> str:
    out = io.StringIO()
    print_overview(lake, Console(file=out, width=140), **options)  # type: ignore[arg-type]
    return out.getvalue()


def test_overview(season_lake: Path) -> None:
    text = _printed(season_lake)
    assert "Week of 6 Apr 2026: run with purpose" in text
    assert "30.0 km in 3 runs. One key session, easy days between." in text
    assert text.count("3 h 00") == 12
    assert "█" in text


def test_imperial(season_lake: Path) -> None:
    assert "18.6 mi" in _printed(season_lake, units="imperial")


def test_empty(tmp_path: Path) -> None:
    assert "holds no activity yet" in _printed(write_lake(tmp_path / "lake", {}))
