"""The catalogue answers the usual questions, for old and new DuckDB."""

from __future__ import annotations

import datetime as dt
import re
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runlake.lake.catalog import is_fresh, views_sql, write_catalog
from runlake.tables import SPECS
from support.lakes import season, write_lake

QUESTIONS = re.findall(r"VIEW (q_\w+)", (resources.files("runlake.lake") / "_views.sql").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_lake(tmp_path_factory.mktemp("it's a lake") / "lake", season())
    assert write_catalog(folder) == ("views.sql", "catalog.duckdb")
    return folder


def ask(lake: Path, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake / "catalog.duckdb"), read_only=True) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.parametrize("name", [*(s.name for s in SPECS), *QUESTIONS])
def test_every_view_answers(lake: Path, name: str) -> None:
    ((n,),) = ask(lake, f'SELECT count(*) FROM "{name}"')
    empty = {
        "files",
        "runs",
        "columns",
        "laps",
        "programmed_steps",
        "splits",
        "strides",
        "form",
        "distributions",
        "progress",
    }
    assert (n == 0) == (name in empty | {"q_strides_by_week", "q_ledger_problems"})


def test_weekly_80_20(lake: Path) -> None:
    first = ask(lake, "SELECT week_start_date, distance_km, easy_share_time, verdict FROM q_weekly_80_20")[0]
    assert first == (dt.date(2026, 1, 5), 30.0, 0.85, "purposeful")


def test_bests_and_ladder(lake: Path) -> None:
    assert ask(lake, "SELECT time_text, local_date FROM q_bests WHERE effort = 'mile'") == [
        ("8:01", dt.date(2026, 4, 6))
    ]
    assert [r[0] for r in ask(lake, "SELECT target_text FROM q_ladder")] == ["9:00", "8:00", "7:00"]


def test_the_same_set_over_time(lake: Path) -> None:
    rows = ask(lake, "SELECT local_date, mean_speed_mps FROM q_sets_over_time WHERE structure_key = '6x400'")
    assert len(rows) == 14
    assert [r[0] for r in rows] == sorted(r[0] for r in rows)
    assert rows[0][1] == 4.5


def test_zones_by_week_add_up(lake: Path) -> None:
    rows = ask(lake, "SELECT sum(distance_km) FROM q_zones_by_week WHERE method = 'pace' GROUP BY week_start_date")
    assert {round(r[0], 6) for r in rows} == {30.0}


@pytest.mark.parametrize(("seconds", "text"), [(59.6, "1:00"), (3723.4, "1:02:03"), (-58, "-0:58"), ("NULL", None)])
def test_clock_text(lake: Path, seconds: object, text: str | None) -> None:
    assert ask(lake, f"SELECT clock_text({seconds})") == [(text,)]


def test_the_file_is_of_the_old_storage_version(lake: Path) -> None:
    # bytes 12 to 19 hold the storage version; 64 is that of DuckDB 1.0 to 1.1, which later ones read too
    head = (lake / "catalog.duckdb").read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert int.from_bytes(head[12:20], "little") == 64


def test_fresh_until_the_lake_moves(lake: Path) -> None:
    assert is_fresh(lake)
    (lake / "views.sql").write_text("-- old", encoding="utf-8")
    assert not is_fresh(lake)
    write_catalog(lake)
    assert is_fresh(lake)
    assert str(lake) in views_sql(lake).replace("''", "'")
    assert not list(lake.glob(".*"))
