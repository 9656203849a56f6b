"""The overview says what the tables say."""

from __future__ import annotations

from pathlib import Path

from reports.conftest import text_of
from runlake.reports.write import write_report
from support.lakes import MONDAY, run, season, seconds, week, write_lake


def _overview(folder: Path, tables: dict) -> str:
    return text_of(write_report(write_lake(folder / "lake", tables), folder / "report").read_text(encoding="utf-8"))


def test_the_week_in_one_sentence(season_report: Path) -> None:
    text = text_of((season_report / "index.html").read_text(encoding="utf-8"))
    assert "Week of 6 Apr 2026: run with purpose" in text
    assert "30.0 km in 3 runs. One key session, easy days between." in text
    assert "Resting on 8 Apr intervals" in text


def test_figures_at_the_top(season_report: Path) -> None:
    text = text_of((season_report / "index.html").read_text(encoding="utf-8"))
    assert "best mile 8:01 6 Apr 2026" in text
    assert "next rung 7:00 0:58 to go" in text
    assert "comfortable pace 5:57 /km" in text


def test_a_spike_is_flagged_with_its_run(tmp_path: Path) -> None:
    tables = season(4)
    tables["activities"][-1]["spike_ratio"] = 1.4
    text = _overview(tmp_path, tables)
    assert "A run 40 % longer than the longest of the 30 days before" in text


def test_missing_values_are_dashes_and_reasons(tmp_path: Path) -> None:
    gaps = {"easy_share_time": None, "easy_share_distance": None, "easy_share_reason": "no threshold is known yet",
            "ramp_frac": None, "ramp_reason": "first week"}  # fmt: skip
    tables = {"activities": [run("a" * 16, MONDAY)], "weeks": [week(MONDAY, **gaps)]}
    text = _overview(tmp_path, tables)
    assert "no threshold is known yet" in text
    assert "first week" in text
    assert "nan" not in text.lower().replace("dominant", "")
    assert "None" not in text


def test_an_empty_lake_says_what_to_do(tmp_path: Path) -> None:
    assert "The lake holds no activity yet" in _overview(tmp_path, {})


def test_latest_activities_come_newest_first(tmp_path: Path) -> None:
    early, late = run("a" * 16, MONDAY), run("b" * 16, MONDAY, start_time_utc=seconds(MONDAY, 18), distance_m=5000.0)
    text = _overview(tmp_path, {"activities": [early, late], "weeks": [week(MONDAY)]})
    assert text.index("5.0 km") < text.index("10.0 km")
