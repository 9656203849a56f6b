"""Names, notes and gear from exports land on the activities, and go again with the export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.lake_values import assert_equal, build_lake, ledger, tables_of
from support.sources import age, write_runs

CSV = """Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,\
Activity Gear,Filename,Perceived Exertion
1,"Jan 1, 2006, 8:00:00 AM",Morning shake-out,Run,"easy, with Tom",240,0.67,Blue shoes,activities/run-0000.fit,3
2,"Jan 2, 2006, 8:00:00 AM",Second,Run,,240,0.67,,activities/run-0001.fit,
"""


def activities(lake: Path) -> list[dict[str, Any]]:
    """The activities in published order."""
    return tables_of(lake)["activities"].to_pylist()


def test_the_export_names_the_activities(tmp_path: Path) -> None:
    source, lake = tmp_path / "export", tmp_path / "lake"
    write_runs(source / "activities", range(3))
    build_lake(lake, source)
    assert [a["name"] for a in activities(lake)] == [None, None, None]
    (source / "activities.csv").write_text(CSV)
    age(source)
    build_lake(lake, source)
    first, second, third = activities(lake)
    assert (first["name"], first["description"], first["gear"]) == ("Morning shake-out", "easy, with Tom", "Blue shoes")
    assert first["perceived_exertion"] == 3.0
    assert (second["name"], second["gear"], second["perceived_exertion"]) == ("Second", None, None)
    assert third["name"] is None
    assert ledger(lake)["activities.csv"] == "ignored"
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")


def test_names_stay_while_another_source_is_built_and_go_with_their_export(tmp_path: Path) -> None:
    source, other, lake = tmp_path / "export", tmp_path / "watch", tmp_path / "lake"
    write_runs(source / "activities", range(3))
    (source / "activities.csv").write_text(CSV)
    write_runs(other, [5])
    build_lake(lake, source)
    build_lake(lake, other)
    assert activities(lake)[0]["name"] == "Morning shake-out"
    (source / "activities.csv").unlink()
    build_lake(lake, source)
    assert [a["name"] for a in activities(lake)] == [None] * 4
