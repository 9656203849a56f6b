"""Activity pages draw what was found where it was found."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reports.conftest import text_of
from reports.test_charts import unpacked
from reports.test_intensity import figure_of
from runlake.reports._activity_facts import SPLIT_COLUMNS, _split, notes
from runlake.reports._format import Units

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


@pytest.mark.parametrize(("is_doubtful", "note"), [(True, "glitch or vehicle"), (False, ""), (None, ""), (pd.NA, "")])
def test_a_split_that_holds_a_glitch_says_so(is_doubtful: object, note: str) -> None:
    split = {
        "split_no": 7, "distance_m": 1000.0, "timer_s": 167.7, "mean_heart_rate_bpm": 140.0,
        "mean_cadence_spm": 170.0, "ascent_m": 0.0, "is_doubtful": is_doubtful,
    }  # fmt: skip
    cells = _split(split, Units())
    assert len(cells) == len(SPLIT_COLUMNS)
    assert cells[3] == "2:48 /km"
    assert note in cells[-1]
    assert bool(cells[-1]) == bool(note)


def test_metres_that_no_human_runs_are_told() -> None:
    quality = {
        "speed_lag_s": None, "n_spikes": None, "heart_rate_lock_s": None, "gap_s": None,
        "are_short_reps_reliable": None, "distance_vs_positions_frac": None,
    }  # fmt: skip
    row = {"strides_status": None, **{f"quality_{name}": value for name, value in quality.items()}}
    (flag,) = notes({**row, "quality_too_fast_m": 11_965.0}, Units())
    assert flag.kind == "warn"
    assert "11.97 km" in flag.text or "11.96 km" in flag.text
    assert not notes({**row, "quality_too_fast_m": 0.0}, Units())
    assert not notes({**row, "quality_too_fast_m": None}, Units())
