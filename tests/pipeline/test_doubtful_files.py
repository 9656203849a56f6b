"""Files that could mislead a whole history: dates yet to come, and no word of the sport."""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow.parquet as pq

from runlake.config import from_mapping
from support.lake_values import build_lake, ledger
from support.sources import DAY_S, FIRST_DAY, run_bytes, write_runs

POINT = '<trkpt lat="47.0" lon="{lon:.6f}"><ele>400</ele><time>2026-05-01T07:{m:02d}:{s:02d}Z</time></trkpt>'


def test_a_run_that_is_yet_to_come_is_refused(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(2))
    today = int((time.time() - 631_065_600 - FIRST_DAY) // DAY_S)
    (source / "ahead.fit").write_bytes(run_bytes(today + 400))
    (source / "tomorrow.fit").write_bytes(run_bytes(today + 1))
    build_lake(lake, source)
    states = ledger(lake)
    assert states["ahead.fit"] == "rejected"
    assert states["tomorrow.fit"] == "ok"
    rows = pq.read_table(lake.resolve() / "files.parquet").to_pylist()
    reason = next(str(r["reason"]) for r in rows if r["path"] == "ahead.fit")
    assert reason.startswith("future: its clock says 20")
    assert "set the watch's clock" in reason


def test_a_file_without_sport_takes_the_default_of_its_athlete(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    points = "".join(POINT.format(lon=8.0 + 4e-5 * i, m=i // 60, s=i % 60) for i in range(900))
    (source / "walkie.gpx").write_text(
        f"<gpx version='1.1'><trk><trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8"
    )
    found = {}
    for sport in ("", "running"):
        lake = tmp_path / f"lake-{sport}"
        build_lake(lake, source, config=from_mapping({"athlete": {"default_sport": sport}} if sport else {}))
        (row,) = pq.read_table(lake.resolve() / "activities.parquet").to_pylist()
        found[sport] = (row["sport"], row["purpose_reason"])
    assert found[""][0] == "generic"
    assert "default_sport" in found[""][1]
    assert found["running"][0] == "running"


def test_records_of_a_clock_without_a_date_are_told(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    source.mkdir()
    points = [POINT.format(lon=8.0 + 4e-5 * i, m=i // 60, s=i % 60) for i in range(900)]
    early = [point.replace("2026-05-01", "1990-01-01") for point in points[:120]]
    text = (
        f"<gpx version='1.1'><trk><type>running</type><trkseg>{''.join([*early, *points[120:]])}</trkseg></trk></gpx>"
    )
    (source / "run.gpx").write_text(text, encoding="utf-8")
    (source / "never.gpx").write_text(text.replace("2026-05-01", "1990-01-01"), encoding="utf-8")
    build_lake(lake, source)
    rows = {r["path"]: r for r in pq.read_table(lake.resolve() / "files.parquet").to_pylist()}
    run, never = rows["run.gpx"], rows["never.gpx"]
    assert run["status"] == "salvaged"
    assert run["reason"].startswith("clock: 120 records without a date left out")
    assert (run["n_records_in"], run["n_records_kept"]) == (900, 780)
    assert never["status"] == "rejected"
    assert never["reason"].startswith("undated: ")
    assert "satellites" in never["reason"]


def test_a_cut_file_says_in_words_what_became_of_it(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    source.mkdir()
    data = run_bytes(1)
    (source / "cut.fit").write_bytes(data[: len(data) * 2 // 3])
    build_lake(lake, source)
    (row,) = pq.read_table(lake.resolve() / "files.parquet").to_pylist()
    assert row["status"] == "salvaged"
    assert "truncated at byte" in row["reason"]
    assert row["reason"].endswith("the file is damaged (it ends too early); what could be saved is used")
