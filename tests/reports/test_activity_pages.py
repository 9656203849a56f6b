"""Activity pages draw what was found where it was found."""

from __future__ import annotations

from pathlib import Path

from reports.conftest import text_of
from reports.test_charts import unpacked
from reports.test_intensity import figure_of

KEY = "activities/me13100000000000.html"


def test_every_activity_has_its_page(season_report: Path) -> None:
    assert len(list((season_report / "activities").glob("*.html"))) == 42


def test_reps_stand_on_the_trace(season_report: Path) -> None:
    fig = figure_of(season_report / KEY, "trace")
    bands = [s for s in fig["layout"]["shapes"] if s["type"] == "rect"]
    assert [(b["x0"], b["x1"]) for b in bands] == [(600.0, 660.0)]
    x, pace = unpacked(fig["data"][0]["x"]), unpacked(fig["data"][0]["y"])
    inside = (x > 600) & (x < 654)  # the last stretch of the rep has no sample and is drawn as a ramp
    assert abs(pace[inside] - 200).max() < 1
    assert abs(pace[~inside & (x > 670)] - 1000 / 3).max() < 1


def test_rep_table_and_route(season_report: Path) -> None:
    html = (season_report / KEY).read_text(encoding="utf-8")
    assert "1 1 1:00 300 m 3:20 /km" in text_of(html)
    assert 'class="work"' in html
    assert "47." not in text_of(html), "no coordinates on a page"


def test_an_activity_without_samples_says_so(season_report: Path) -> None:
    text = text_of((season_report / "activities" / "me00000000000000.html").read_text(encoding="utf-8"))
    assert "No samples are left of this activity." in text
