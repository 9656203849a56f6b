"""The intensity page counts what the tables hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

from reports.conftest import text_of
from reports.test_charts import unpacked
from runlake.reports.write import write_report
from support.lakes import season, write_lake


def figure_of(page: Path, chart_id: str) -> dict:
    found = re.search(rf'id="{chart_id}-data">(.*?)</script>', page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found, f"{page.name} has no chart {chart_id}"
    return json.loads(found.group(1))


def test_zone_shares_by_time(season_report: Path) -> None:
    fig = figure_of(season_report / "intensity.html", "by-time")
    shares = {t["name"]: unpacked(t["y"]) for t in fig["data"]}
    assert set(shares) == {"easy", "grey zone", "hard"}
    assert len(shares["easy"]) == 14
    assert abs(shares["easy"] - 85).max() < 1e-3
    assert abs(shares["hard"] - 10).max() < 1e-3
    assert fig["layout"]["shapes"][0]["y0"] == 80


def test_sessions_are_counted_by_purpose(season_report: Path) -> None:
    fig = figure_of(season_report / "intensity.html", "sessions")
    counts = {t["name"]: unpacked(t["y"]).tolist() for t in fig["data"]}
    assert counts["easy"] == [2.0] * 14
    assert counts["key session"] == [1.0] * 14


def test_shares_follow_the_method_of_the_week(tmp_path: Path) -> None:
    tables = season(3)
    for row in tables["intensity"]:
        if row["method"] == "heart_rate":
            row["seconds"] = 3600.0 if row["zone"] == 1 else 0.0
    tables["weeks"][1]["easy_share_method"] = "heart_rate"
    page = write_report(write_lake(tmp_path / "lake", tables), tmp_path / "report").with_name("intensity.html")
    easy = unpacked(figure_of(page, "by-time")["data"][0]["y"])
    assert [round(float(v)) for v in easy] == [85, 100, 85]


def test_calendar_marks_key_days(season_report: Path) -> None:
    html = (season_report / "intensity.html").read_text(encoding="utf-8")
    assert html.count('<i class="k" title=') == 14
    assert html.count('<i class="e" title=') == 28


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    tables = season(2)
    tables["intensity"] = []
    page = write_report(write_lake(tmp_path / "lake", tables), tmp_path / "report").with_name("intensity.html")
    assert "No zones yet" in text_of(page.read_text(encoding="utf-8"))
