"""The progress page draws the bests, rungs and onsets of the tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reports.conftest import text_of
from reports.test_charts import unpacked
from reports.test_intensity import figure_of
from runlake.reports._progress_mile import _rungs


def test_best_so_far_never_gets_slower(season_report: Path) -> None:
    fig = figure_of(season_report / "progress.html", "mile")
    record = unpacked(fig["data"][1]["y"])
    assert (record[1:] <= record[:-1]).all()
    assert record[0] == 520.0
    assert record[-1] == 481.0
    slow, fast = fig["layout"]["yaxis"]["range"]
    assert slow > fast


def test_ladder(season_report: Path) -> None:
    text = text_of((season_report / "progress.html").read_text(encoding="utf-8"))
    assert "mile in 9:00 5 Jan 2026 done" in text
    assert "mile in 7:00 – 0:58" in text


def test_quarters_are_drawn_against_even_pace(season_report: Path) -> None:
    fig = figure_of(season_report / "progress.html", "anatomy")
    by_lap = [unpacked(t["y"]) for t in fig["data"]]
    assert [round(float(v[0]), 2) for v in by_lap] == [-6.0, 0.0, 8.0, -2.0]


def test_censored_onsets_are_told_apart(season_report: Path) -> None:
    fig = figure_of(season_report / "progress.html", "fatigue")
    onset, censored = (unpacked(t["y"]) for t in fig["data"])
    assert onset[0] == 40.0
    assert len(onset) == 28
    assert set(censored.tolist()) == {60.0}


def test_the_same_workout_then_and_now(season_report: Path) -> None:
    text = text_of((season_report / "progress.html").read_text(encoding="utf-8"))
    assert "6x400 m (1:30 jog) 14 7 Jan 2026 3:42 /km 8 Apr 2026 3:30 /km +5.8 %" in text


def test_labels_of_rungs_do_not_stand_on_each_other() -> None:
    near = pd.DataFrame({"target_s": [335.0, 330.0, 325.0, 320.0], "first_met_on": ["x", "x", "x", None]})
    shapes, labels = _rungs(near, 200.0)
    assert len(shapes) == 4
    assert [label["text"] for label in labels] == ["5:20", "5:35, met"]
    assert len(_rungs(near, 50.0)[1]) == 4
