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


def test_a_week_too_short_to_judge_is_told_once(tmp_path: Path) -> None:
    short = week(MONDAY, n_runs=1, distance_m=7300.0, verdict="too_little",
                 verdict_reason="1 run, 40 min: too little to judge")  # fmt: skip
    text = _overview(tmp_path, {"activities": [run("a" * 16, MONDAY)], "weeks": [short]})
    assert "7.3 km in 1 run, 40 min: too little to judge." in text
    assert "1 run. 1 run" not in text


def test_a_week_of_rides_is_no_week_of_rest(tmp_path: Path) -> None:
    rides = week(MONDAY, n_runs=0, distance_m=0.0, verdict="rest", verdict_reason="no runs; 2:39:56 of other sports")
    text = _overview(tmp_path, {"activities": [run("a" * 16, MONDAY, sport="cycling")], "weeks": [rides]})
    assert "Week of 5 Jan 2026: a week without running No runs; 2:39:56 of other sports." in text
    assert "rest" not in text.split("other sports")[0].split("Week of")[1]


def test_a_first_effort_is_no_new_best(tmp_path: Path) -> None:
    tables = season(4)
    first = {**tables["best_efforts"][-1], "effort": "5k", "distance_m": 5000.0, "elapsed_s": 1500.0, "is_record": True}
    tables["best_efforts"].append(first)
    assert "New best: mile." in _overview(tmp_path / "a", tables)
    assert "5 km" not in _overview(tmp_path / "b", tables).split("What to look at")[1].split("twelve weeks")[0]
