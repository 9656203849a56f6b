"""The whole of history: the past stays as it was, order and other athletes do not matter, nothing is invented."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.season import MONDAY, Season, week_day

from runlake.history import HISTORIANS, build_history, history_tables
from runlake.model.findings import Table
from runlake.model.plugins import Athlete
from runlake.tables import BY_NAME

ANN = Athlete("ann", birth_year=1988.0, sex="female")


def add_random(season: Season, rng: np.random.Generator, day: float) -> None:
    """One activity of any kind."""
    kind = rng.integers(0, 7)
    minutes = float(rng.uniform(15, 110))
    if kind == 0:
        season.activity(day, sport="cycling", minutes=minutes, heart_rate=130)
        return
    bpm = float(np.round(rng.uniform(125, 160)))
    speed = float(rng.uniform(2.4, 3.4))
    fast = minutes / 4
    season.activity(
        day, minutes=minutes, speed_mps=speed, hour=float(rng.uniform(6, 20)),
        heart_rate={bpm: minutes - fast, 176.0 + day % 9: fast} if kind in (1, 2) else bpm,
        speeds={speed: minutes - fast, speed + 1.3: fast} if kind in (1, 2) else {speed: minutes},
        efficiency_m_per_beat=speed / 2.4, device_vo2max=float(np.round(rng.uniform(44, 47))),
    )  # fmt: skip
    if kind == 1:
        season.bouts("interval", int(rng.integers(3, 8)), 120.0, speed + 1.3, rest_s=90.0, rest_kind="jog")
    if kind == 2:
        season.bouts("tempo", 1, 60 * fast, speed + 0.8)
    if kind == 3:
        season.strides(5)
    form = float(rng.uniform(0.85, 1.0))
    for name, metres in (("800m", 800.0), ("mile", 1609.344), ("5k", 5000.0)):
        if metres < 60 * minutes * speed:
            seconds = metres / (4.4 * form * (metres / 1609.344) ** -0.08)
            season.effort(name, metres, seconds, mean_heart_rate_bpm=bpm + 25)
    season.row("fatigue", onset_s=float(rng.uniform(1200, 5000)), is_censored=float(rng.integers(0, 2)))


def random_season(seed: int, n_days: int, athlete_id: str = "ann") -> Season:
    """Activities on about half of the days."""
    rng = np.random.default_rng(seed)
    season = Season(athlete_id)
    for day in range(n_days):
        if rng.random() < 0.5:
            add_random(season, rng, MONDAY + day)
    if season.n == 0:
        add_random(season, rng, MONDAY)
    return season


def same(one: Table, two: Table, rtol: float = 0.0) -> list[str]:
    """Names of the columns that differ (by more than the tolerance)."""
    if one.n_rows != two.n_rows:
        return ["rows"]
    return [
        c.name
        for c in one.spec.columns
        if (one[c.name].tolist() != two[c.name].tolist() if c.kind == "string" else not np.allclose(
            one[c.name].astype(np.float64), two[c.name].astype(np.float64), rtol=rtol, atol=rtol, equal_nan=True
        ))
    ]  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(2, 14))
def test_later_activities_never_change_earlier_weeks(seed: int, cut: int) -> None:
    monday = MONDAY + 7 * cut
    full = random_season(seed, 7 * 18)
    part = Season("ann", {n: [r for r in rows if r["local_date"] < monday] for n, rows in full.rows.items()})
    if not part.rows.get("activities"):
        return
    before, after = build_history(ANN, part.tables()), build_history(ANN, full.tables())
    last_week = MONDAY + 7 * ((max(r["local_date"] for r in part.rows["activities"]) - MONDAY) // 7)
    one = before["weeks"].where(before["weeks"]["week_start_date"] < last_week)
    two = after["weeks"].where(after["weeks"]["week_start_date"] < last_week)
    assert same(one, two) == []
    for name in ("activities", "intensity", "intervals", "best_efforts"):
        then = after[name].where(after[name]["local_date"] < monday)
        assert same(before[name], then) == [], name
    old, new = before["thresholds"], after["thresholds"]
    assert same(old.where(old["valid_from"] < monday), new.where(new["valid_from"] < monday)) == []


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    tables = random_season(seed, 60).tables()
    rng = np.random.default_rng(seed)
    orders = {name: rng.permutation(table.n_rows) for name, table in tables.items()}
    shuffled = {name: table.where(orders[name]) for name, table in tables.items()}
    one, two = build_history(ANN, tables), build_history(ANN, shuffled)
    for name in ("weeks", "thresholds", "goals", "progress"):
        assert same(one[name], two[name], 1e-9) == [], name  # sums in another order
    for name in ("activities", "intervals", "best_efforts"):
        assert same(one[name].where(orders[name]), two[name], 1e-9) == [], name


def test_twice_is_the_same_and_inputs_stay_as_they_were() -> None:
    tables = random_season(5, 90).tables()
    copies = {name: Table(t.spec, {c: v.copy() for c, v in t.values.items()}) for name, t in tables.items()}
    one, two = build_history(ANN, tables), build_history(ANN, tables)
    assert one["weeks"].n_rows == 13
    for name, table in one.items():
        assert same(table, two[name]) == [], name
    for name, table in tables.items():
        assert same(table, copies[name]) == [], name


def test_no_athlete_gets_another_s_numbers() -> None:
    one = build_history(ANN, random_season(1, 60).tables())
    two = build_history(Athlete("bob", hr_max_bpm=203.0), random_season(2, 60, "bob").tables())
    for out, athlete in ((one, "ann"), (two, "bob")):
        for table in out.values():
            assert set(table["athlete_id"]) <= {athlete}
    assert 203.0 in two["thresholds"]["value"]
    assert 203.0 not in one["thresholds"]["value"]


def test_nothing_gives_empty_tables_and_missing_tables_count_as_empty() -> None:
    for tables in (Season().tables(), {}):
        out = build_history(ANN, tables)
        for historian in HISTORIANS:
            for spec in historian.specs:
                assert out[spec.name].n_rows == 0
                assert out[spec.name].spec is spec


def test_one_short_run_without_sensors_gives_a_week_and_honest_nulls() -> None:
    season = Season()
    season.activity(week_day(0, 1), minutes=10)
    out = build_history(Athlete("ann"), season.tables())
    assert out["weeks"].n_rows == 1
    for name in ("easy_share_time", "polarization_index", "ramp_frac", "monotony", "fitness", "spike_ratio"):
        assert np.isnan(out["weeks"][name].astype(float)[0]), name
    assert out["weeks"]["verdict"][0] == "too_little"
    assert out["activities"]["purpose"][0] == "unclear"


def test_promised_columns_are_filled() -> None:
    out = build_history(ANN, random_season(3, 120).tables())
    for historian in HISTORIANS:
        for spec in historian.specs:
            for column in spec.own_columns:
                if column.nullable or column.origin != "history":
                    continue
                values = out[spec.name][column.name]
                missing = [v is None for v in values] if column.kind == "string" else np.isnan(values.astype(float))
                assert not np.any(missing), (spec.name, column.name)


def test_keys_are_unique() -> None:
    out = build_history(ANN, random_season(4, 120).tables())
    for name in ("thresholds", "weeks", "progress", "goals", "intensity"):
        table = out[name]
        keys = list(zip(*(table[k].tolist() for k in BY_NAME[name].key), strict=True))
        assert len(set(keys)) == len(keys), name


@pytest.mark.parametrize("position", range(len(HISTORIANS)), ids=[h.name for h in HISTORIANS])
def test_historians_need_only_what_they_name(position: int) -> None:
    historian = HISTORIANS[position]
    tables: dict[str, Table] = dict(random_season(6, 40).tables())
    for earlier in HISTORIANS[:position]:
        needed = {name: tables.get(name, Table.empty(BY_NAME[name])) for name in earlier.needs}
        tables |= {t.spec.name: t for t in earlier.build(ANN, needed, earlier.settings)}
    needed = {name: tables.get(name, Table.empty(BY_NAME[name])) for name in historian.needs}
    made = historian.build(ANN, needed, historian.settings)
    assert tuple(t.spec for t in made) == historian.specs
    assert max(t.n_rows for t in made) > 1


def test_pandas_is_not_loaded() -> None:
    code = "import sys, runlake.history; sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000), share=st.sampled_from([0.1, 0.5, 1.0]))
def test_missing_values_anywhere_are_survived(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    tables = {}
    for name, table in random_season(seed, 50).tables().items():
        holes = {}
        for column in table.spec.columns:
            if column.nullable and column.kind.startswith(("float", "int", "bool")):
                values = table[column.name].astype(np.float64)
                values[rng.random(len(values)) < share] = np.nan
                holes[column.name] = values
        tables[name] = table.replace(**holes)
    out = build_history(ANN, tables)
    assert out["weeks"].n_rows > 0
    assert all(out["activities"]["purpose"])


@pytest.mark.parametrize("sport", ["cycling", "walking", "generic", "swimming"])
def test_athletes_who_never_run(sport: str) -> None:
    season = Season()
    for day in range(0, 40, 3):
        season.activity(MONDAY + day, sport=sport, heart_rate=120)
    out = build_history(ANN, season.tables())
    assert (out["weeks"]["n_runs"] == 0).all()
    assert out["goals"].n_rows == 0
    assert set(out["weeks"]["verdict"]) == {"rest"}


def test_tables_come_one_by_one_as_they_stay() -> None:
    tables = random_season(5, 40).tables()
    whole = build_history(ANN, tables)
    seen = [table.spec.name for table in history_tables(ANN, tables)]
    assert sorted(seen) == sorted({spec.name for historian in HISTORIANS for spec in historian.specs})
    assert seen.index("best_efforts") < seen.index("activities") < seen.index("weeks")
    for table in history_tables(ANN, tables):
        for column in table.spec.columns:
            np.testing.assert_array_equal(table[column.name], whole[table.spec.name][column.name])
