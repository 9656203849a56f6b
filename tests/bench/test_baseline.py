"""The fitdecode and pandas baseline is honest work: where a value is well defined, it agrees with the lake.

It shares no code with runlake, so these are also a second implementation that checks ours on simulated files: a track
session, a run with pauses between traffic lights, a time trial, and a long run.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import baseline_fitdecode_pandas as baseline
from support.lake_values import build_lake

pytestmark = pytest.mark.slow

FILES = (
    "2026-01-25-long-70.fit",
    "2026-01-31-trial.fit",
    "2026-03-09-town-38.fit",
    "2026-03-10-reps-6-400-200.fit",
)
BENCH = Path(baseline.__file__).parent
Pair = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> tuple[Path, Path]:
    """The lake and the baseline's tables of the same files."""
    folder = tmp_path_factory.mktemp("baseline")
    (folder / "in").mkdir()
    for name in FILES:
        shutil.copy(samples / "watch" / name, folder / "in" / name)
    build_lake(folder / "lake", folder / "in")
    baseline.build(folder / "in", sorted((folder / "in").glob("*.fit")), folder / "out")
    return folder / "lake", folder / "out"


def read(folder: Path, table: str) -> pd.DataFrame:
    """A table, with the path of each activity in place of its key."""
    rows = pd.read_parquet(sorted(folder.rglob(f"{table}*.parquet"))[0])
    if table != "activities" and "activity_id" in rows:
        path = pd.read_parquet(folder / "activities.parquet").set_index("activity_id")["path"]
        rows["path"] = rows["activity_id"].map(path)
    return rows


@pytest.fixture(scope="module")
def pair(folders: tuple[Path, Path]) -> Pair:
    """Rows of both that have the same key; the baseline's columns end in _baseline."""

    def joined(table: str, *key: str, where: str = "path != ''") -> pd.DataFrame:
        ours, theirs = (read(folder, table).query(where).set_index(["path", *key]) for folder in folders)
        assert len(ours) > 0
        assert sorted(ours.index) == sorted(theirs.index)
        return pd.concat([ours, theirs.reindex(ours.index).add_suffix("_baseline")], axis=1)

    return joined


def agree(rows: pd.DataFrame, column: str, atol: float = 0.0, rtol: float = 0.0) -> None:
    """The column is the same in both, missing values included."""
    ours, theirs = (rows[c].astype(float).to_numpy() for c in (column, f"{column}_baseline"))
    np.testing.assert_allclose(theirs, ours, rtol=rtol, atol=atol, equal_nan=True, err_msg=column)


def test_the_baseline_imports_nothing_of_runlake() -> None:
    for path in BENCH.glob("baseline_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("runlake", "numba") for name in modules), path.name


def test_every_published_column_is_computed_or_left_out_with_a_reason(folders: tuple[Path, Path]) -> None:
    for path in folders[0].resolve().rglob("*.parquet"):
        table = "samples" if path.parent.name == "samples" else path.stem
        ours, theirs = read(folders[0], table), read(folders[1], table)
        if len(theirs):
            assert set(ours) - set(theirs) <= set(baseline.LEFT_OUT.get(table, {})), table
        elif len(ours):
            pytest.fail(f"the baseline's {table} is empty, ours is not")


def test_totals_agree(pair: Pair) -> None:
    rows = pair("activities")
    for column in ("distance_m", "elapsed_s", "timer_s", "mean_speed_mps", "quality_pause_s"):
        agree(rows, column, rtol=1e-6)
    for column in ("device_distance_m", "device_timer_s", "device_ascent_m", "device_mean_heart_rate_bpm"):
        agree(rows, column, rtol=1e-9)
    agree(rows, "moving_s", atol=10.0)
    agree(rows, "mean_heart_rate_bpm", atol=0.5)
    agree(rows, "max_heart_rate_bpm", atol=1.0)
    agree(rows, "mean_cadence_spm", atol=1.0)
    agree(rows, "mean_gap_speed_mps", atol=0.1)
    agree(rows, "ascent_m", atol=15.0)
    assert (rows["start_time_utc"] == rows["start_time_utc_baseline"]).all()
    assert (rows["start_time_local"] == rows["start_time_local_baseline"]).all()


def test_samples_agree(pair: Pair) -> None:
    rows = pair("samples", "time_utc")
    for column in ("elapsed_s", "timer_s", "latitude_deg", "longitude_deg", "distance_m", "heart_rate_bpm"):
        agree(rows, column, rtol=1e-6, atol=1e-6)
    agree(rows, "altitude_m", atol=1.0)
    away = (rows["speed_mps"] - rows["speed_mps_baseline"]).abs()
    assert away.median() < 0.03


def test_laps_agree(pair: Pair) -> None:
    rows = pair("laps", "lap_no")
    for column in ("start_s", "end_s", "distance_m", "elapsed_s", "timer_s", "mean_speed_mps"):
        agree(rows, column, rtol=1e-6, atol=1e-5)
    agree(rows, "sample_distance_m", atol=1.0)
    agree(rows, "mean_heart_rate_bpm", atol=1.0)
    agree(rows, "max_heart_rate_bpm", atol=1.0)
    assert (rows["trigger"] == rows["trigger_baseline"]).all()
    assert (rows["is_auto"].astype(bool) == rows["is_auto_baseline"]).all()


def test_splits_agree(pair: Pair) -> None:
    rows = pair("splits", "kind", "split_no", where="kind != 'track_400'")
    for column in ("start_s", "distance_m", "elapsed_s", "timer_s"):
        agree(rows, column, rtol=1e-6, atol=1e-3)
    agree(rows, "mean_heart_rate_bpm", atol=1.0)
    agree(rows, "mean_cadence_spm", atol=1.5)
    assert (rows["is_partial"] == rows["is_partial_baseline"]).all()


def test_tracks_agree(folders: tuple[Path, Path]) -> None:
    tracks = [read(folder, "splits").query("kind == 'track_400'").groupby("path") for folder in folders]
    factors = [rows["distance_factor"].mean() for rows in tracks]
    assert list(factors[0].index) == list(factors[1].index) == [FILES[1], FILES[3]]
    np.testing.assert_allclose(factors[1], factors[0], atol=0.01)  # the trial has four laps, sampled every 3 s
    # They differ in when the track is entered and left.
    np.testing.assert_allclose(tracks[1].size(), tracks[0].size(), atol=2)


def test_best_efforts_agree_from_400_m_and_from_a_minute(pair: Pair) -> None:
    rows = pair("best_efforts", "effort")
    fixed = rows[(rows["distance_m"] >= 400.0) & rows["is_by_distance"].astype(bool)]
    assert len(fixed) >= 20
    agree(fixed, "distance_m")
    agree(fixed, "elapsed_s", rtol=0.01)
    agree(fixed, "vdot", rtol=0.02)
    timed = rows[(rows["elapsed_s"] >= 60.0) & ~rows["is_by_distance"].astype(bool)]
    assert len(timed) >= 15
    agree(timed, "elapsed_s", atol=1e-6)
    agree(timed, "distance_m", rtol=0.01)
    short = rows[(rows["elapsed_s"] < 60.0) & ~rows["is_by_distance"].astype(bool)]
    agree(short, "distance_m", rtol=0.05)


def test_spreads_agree_in_sum(folders: tuple[Path, Path]) -> None:
    for table, weight in (("distributions", "bin_low"), ("form", "cadence_spm")):
        keys = ["path", "quantity"] if table == "distributions" else ["path"]
        sums = []
        for folder in folders:
            rows = read(folder, table)
            rows["weighted"] = rows[weight] * rows["seconds"]
            sums.append(rows.groupby(keys)[["seconds", "distance_m", "weighted"]].sum())
        np.testing.assert_allclose(sums[1]["seconds"], sums[0]["seconds"], atol=30.0)
        np.testing.assert_allclose(sums[1]["distance_m"], sums[0]["distance_m"], rtol=0.02)
        mean = [part["weighted"] / part["seconds"] for part in sums]
        np.testing.assert_allclose(mean[1], mean[0], rtol=0.05)


def test_weeks_agree_in_volume(folders: tuple[Path, Path]) -> None:
    ours, theirs = (read(folder, "weeks").sort_values("week_start_date").reset_index(drop=True) for folder in folders)
    assert len(ours) == len(theirs) >= 8
    for column in ("n_runs", "n_activities", "rest_days", "longest_gap_days"):
        assert (ours[column] == theirs[column]).all(), column
    for column in ("distance_m", "moving_s", "longest_run_m", "cross_training_s"):
        np.testing.assert_allclose(theirs[column], ours[column].astype(float), rtol=0.005, err_msg=column)


@pytest.mark.parametrize("name", ["2026-01-06-easy-36.fit", "2026-02-12-treadmill-34.fit", "2026-03-09-town-38.fit"])
def test_one_run_without_findings_is_enough(name: str, samples: Path, tmp_path: Path) -> None:
    spent = baseline.build(samples / "watch", [samples / "watch" / name], tmp_path)
    assert len(pd.read_parquet(tmp_path / "activities.parquet")) == 1
    assert 0 < spent["decode_cpu_s"] < spent["cpu_s"]
