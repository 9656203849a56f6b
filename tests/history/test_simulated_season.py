"""The simulated season through the whole product: what was planned in it comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from runlake import config
from runlake.engine.in_process import InProcess
from runlake.pipeline.build import build
from runlake.pipeline.request import Request

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of data/samples."""
    folder = Path(__file__).resolve().parents[2] / "data" / "samples"
    path = tmp_path_factory.mktemp("season") / "lake"
    build(Request((folder,), path, config.load(folder / "runlake.toml")), InProcess())
    return path


@pytest.fixture(scope="module")
def truth(lake: Path) -> dict[str, Any]:
    """What the simulator did."""
    folder = Path(__file__).resolve().parents[2] / "data" / "samples"
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def columns(lake: Path, table: str) -> dict[str, list[Any]]:
    """A table of the lake."""
    return pq.read_table(lake / f"{table}.parquet").to_pydict()


def weekly(lake: Path, truth: dict[str, Any], name: str) -> tuple[np.ndarray, np.ndarray]:
    """A column of weeks as simulated and as found, NaN where either has none."""
    weeks = columns(lake, "weeks")
    by_date = dict(zip([str(d) for d in weeks["week_start_date"]], weeks[name], strict=True))
    pairs = [(w[name], by_date[w["week_start_date"]]) for w in truth["season"]["weeks"]]
    return np.array([p[0] for p in pairs], dtype=float), np.array([p[1] for p in pairs], dtype=float)


def test_purposes(lake: Path, truth: dict[str, Any]) -> None:
    sessions = columns(lake, "activities")
    found = dict(zip([Path(p).name for p in sessions["path"]], sessions["purpose"], strict=True))
    found |= {Path(m).name: p for m, p in zip(sessions["member"], sessions["purpose"], strict=True) if m}
    planned = {
        Path(path).name: item["purpose"]
        for path, item in truth["files"].items()
        if item.get("purpose") and item["status"] in ("ok", "salvaged")
    }
    right = [found.get(name) == purpose for name, purpose in planned.items()]
    assert len(right) > 75
    assert np.mean(right) >= 0.9
    # What is wrong is left open rather than guessed.
    wrong = [found.get(name) for name, purpose in planned.items() if found.get(name) != purpose]
    assert sum(purpose not in ("unclear", "easy", None) for purpose in wrong) <= 3


def test_volume(lake: Path, truth: dict[str, Any]) -> None:
    true, got = weekly(lake, truth, "n_runs")
    assert (true == got).all()
    true, got = weekly(lake, truth, "distance_m")
    whole = np.abs(got / true - 1) <= 0.02
    assert whole.sum() >= len(true) - 1  # one recording breaks off half way
    true, got = weekly(lake, truth, "rest_days")
    assert (true == got)[1:].all()  # nothing is known of the Monday before the first activity


def assert_near(true: np.ndarray, got: np.ndarray, *, n_known: int, most: float, mean: float) -> None:
    """So many weeks are known, and none of them is further off than `most`."""
    known = ~np.isnan(got)
    assert known.sum() >= n_known
    assert np.abs(got - true)[known].max() <= most
    assert np.abs(got - true)[known].mean() <= mean


def test_80_20(lake: Path, truth: dict[str, Any]) -> None:
    true, got = weekly(lake, truth, "easy_share_time_heart_rate")
    assert_near(true, got, n_known=12, most=0.08, mean=0.03)
    true, got = weekly(lake, truth, "easy_share_sessions")
    assert np.mean(np.abs(got - true) < 0.01) >= 0.75


def test_80_20_by_pace_with_and_without_a_barometer(lake: Path, truth: dict[str, Any]) -> None:
    # Six weeks with a watch whose altitude is metres off: wrong grades would take a third of the easy running.
    true, got = weekly(lake, truth, "easy_share_time_pace")
    assert_near(true, got, n_known=16, most=0.05, mean=0.02)
    kinds = columns(lake, "activities")["quality_altitude_kind"]
    assert 20 <= kinds.count("gps") <= 30


def test_ramp_recovery_weeks_and_spike(lake: Path, truth: dict[str, Any]) -> None:
    true, got = weekly(lake, truth, "ramp_frac")
    known = ~np.isnan(true) & ~np.isnan(got)
    assert known.sum() >= 14
    assert np.median(np.abs(got - true)[known]) <= 0.01
    true, got = weekly(lake, truth, "is_recovery_week")
    known = ~np.isnan(got)
    assert (true == got)[known].all()
    spike = truth["season"]["spike"]
    sessions = columns(lake, "activities")
    ratios = [
        r
        for d, r in zip(sessions["local_date"], sessions["spike_ratio"], strict=True)
        if str(d) == spike["local_date"] and r
    ]
    assert max(ratios) == pytest.approx(spike["spike_ratio"], rel=0.03)
    weeks = columns(lake, "weeks")
    assert "longest of the 30 days" in weeks["verdict_reason"][spike["week"] - 1]


def test_ladder(lake: Path, truth: dict[str, Any]) -> None:
    goals = columns(lake, "goals")
    met = {t: None if d is None else str(d) for t, d in zip(goals["target_s"], goals["first_met_on"], strict=True)}
    assert len(met) == 4
    assert met == {rung["target_s"]: rung["first_met_on"] for rung in truth["season"]["ladder"]}


def test_thresholds_follow_the_runner(lake: Path, truth: dict[str, Any]) -> None:
    table = columns(lake, "thresholds")
    rows = list(zip(table["kind"], table["valid_from"], table["value"], strict=True))
    starts = {w["week"]: w["week_start_date"] for w in truth["season"]["weeks"]}
    pairs = {
        "critical_speed": ("critical_mps", 0.05),
        "comfortable_speed": ("easy_mps", 0.04),
        "hr_max": ("hr_max_bpm", 0.03),
    }
    for kind, (name, tolerance) in pairs.items():
        for runner in truth["season"]["runner"]:
            if runner["week"] < 4:
                continue  # three weeks of evidence first
            then = [v for k, d, v in rows if k == kind and str(d) <= starts[runner["week"]]]
            assert then[-1] == pytest.approx(runner[name], rel=tolerance), (kind, runner["week"])


def test_fatigue_comes_later_and_later(lake: Path) -> None:
    table = columns(lake, "progress")
    trend = [v for m, v in zip(table["measure"], table["value"], strict=True) if m == "fatigue_onset_trend"]
    assert len(trend) >= 5
    assert np.median(trend) > 0
