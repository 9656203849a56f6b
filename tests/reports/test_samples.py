"""Traces for drawing: means over stretches of time, of one athlete only, pauses left open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from runlake.reports._samples import traces
from support.lakes import run, samples_of, write_lake

DAY = dt.date(2026, 3, 2)


def lake_of_two(folder: Path) -> Path:
    """Two athletes in one sample file; the second's run pauses from 600 s to 1200 s."""
    mine, theirs = run("a" * 16, DAY), run("b" * 16, DAY, athlete_id="you")
    others = [s for s in samples_of(theirs) if not 600 <= s["elapsed_s"] < 1200]
    return write_lake(folder, {"activities": [mine, theirs], "samples": [*samples_of(mine), *others]})


def test_only_the_samples_of_the_athlete(tmp_path: Path) -> None:
    lake = lake_of_two(tmp_path / "lake")
    assert [t.activity_id for t in traces(lake, "me")] == ["a" * 16]
    assert [t.activity_id for t in traces(lake, "you")] == ["b" * 16]
    assert list(traces(lake, "nobody")) == []


def test_means_keep_the_fast_minute_and_leave_the_pause_open(tmp_path: Path) -> None:
    lake = lake_of_two(tmp_path / "lake")
    (mine,), (theirs,) = traces(lake, "me"), traces(lake, "you")
    time_s, speed = mine.values["elapsed_s"], mine.values["speed_mps"]
    assert np.isfinite(speed).all()
    np.testing.assert_allclose(speed[(time_s > 610) & (time_s < 650)], 5.0)
    np.testing.assert_allclose(speed[(time_s < 590) | (time_s > 670)], 3.0)
    assert np.isnan(mine.values["grade_frac"]).all()  # no such channel in these samples
    time_s, speed = theirs.values["elapsed_s"], theirs.values["speed_mps"]
    assert np.isnan(speed[(time_s > 610) & (time_s < 1190)]).all()
    assert np.isfinite(speed[(time_s < 590) | (time_s > 1210)]).all()
