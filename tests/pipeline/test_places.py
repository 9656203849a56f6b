"""One run under two clocks is one run; two runs over one loop are two, whatever the hour."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from runlake.pipeline.places import (
    AT_ONCE,
    MIN_NEAR,
    MIN_SHARED,
    SLOT_S,
    UNITS,
    are_together,
    places_of,
)
from simulator.xml_writer import gpx_bytes
from support.activities import make_activity
from support.lake_values import build_lake
from support.sources import age

START_S = 1_767_600_000.0 + 47.0
SECONDS = 2400
LOOP_M = 5000.0
DEG_M = 111_195.0


def track(
    seed: int, *, pace: float = 1.0, noise_m: float = 5.0, first: int = 0, n: int = SECONDS
) -> tuple[np.ndarray, ...]:
    """Latitude and longitude by the second of a runner on a round loop, whose speed varies with the seed."""
    rng = np.random.default_rng(seed)
    minutes = rng.normal(0.0, 0.06, SECONDS // 60 + 10)
    speed = 3.0 * pace * (1.0 + np.repeat(minutes, 60)[: SECONDS + 200])
    angle = 2 * np.pi * np.cumsum(speed)[first : first + n] / LOOP_M
    radius = LOOP_M / (2 * np.pi)
    jitter = np.random.default_rng(seed + 100 + first).normal(0.0, noise_m, (2, n // 20 + 2))
    wander = [np.interp(np.arange(n), np.arange(j.size) * 20.0, j) for j in jitter]
    north, east = radius * np.sin(angle) + wander[0], radius * (1 - np.cos(angle)) + wander[1]
    return 47.0 + north / DEG_M, 8.0 + east / DEG_M / np.cos(np.radians(47.0))


def write(path: Path, start_s: float, latitude: np.ndarray, longitude: np.ndarray) -> None:
    """A GPX file with a point each second."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gpx_bytes(start_s + np.arange(float(len(latitude))), latitude, longitude))


def rows(lake: Path) -> dict[str, dict[str, str]]:
    """The ledger by path."""
    return {r["path"]: r for r in pq.read_table(lake.resolve() / "files.parquet").to_pylist()}


@pytest.mark.parametrize(("hours", "noise_m"), [(1.0, 2.5), (-2.0, 2.5), (5.5, 0.0), (-13.75, 2.5), (0.5, 5.0)])
def test_a_clock_that_is_wrong_by_a_time_zone_does_not_make_a_second_run(
    hours: float, noise_m: float, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "watch.gpx", START_S, *track(1, noise_m=noise_m))
    later = track(1, noise_m=noise_m, first=40, n=SECONDS - 60)
    write(tmp_path / "in" / "phone.gpx", START_S + 40 + 3600 * hours, *later)
    age(tmp_path / "in")
    assert build_lake(tmp_path / "lake", tmp_path / "in").n_activities == 1
    found = rows(tmp_path / "lake")
    assert found["watch.gpx"]["status"] == "ok"
    assert found["phone.gpx"]["status"] == "duplicate"
    assert found["phone.gpx"]["duplicate_of"] == "watch.gpx"
    way = "ahead of" if hours > 0 else "behind"
    assert f"{abs(hours):g} h {way} that one: a wrong time zone" in found["phone.gpx"]["reason"]


@pytest.mark.parametrize(
    ("apart_s", "seed", "pace"),
    [
        (10 * 3600.0, 2, 1.0),  # the same loop in the evening, at the same speed and the same minute
        (10 * 3600.0, 1, 1.03),  # and with the very same rhythm, 3 % faster
        (3600.0 + 60.0, 1, 1.0),  # the same run in every way, an hour and a minute later
        (24 * 3600.0, 1, 1.0),  # the next day: no time zone
    ],
)
def test_the_same_loop_twice_is_two_runs(apart_s: float, seed: int, pace: float, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.gpx", START_S, *track(1))
    write(tmp_path / "in" / "b.gpx", START_S + apart_s, *track(seed, pace=pace, noise_m=4.0))
    age(tmp_path / "in")
    assert build_lake(tmp_path / "lake", tmp_path / "in").n_activities == 2
    assert {r["status"] for r in rows(tmp_path / "lake").values()} == {"ok"}


def placed(latitude: np.ndarray, longitude: np.ndarray, start_s: float = START_S) -> str:
    """The places of an activity with these positions."""
    activity = make_activity(np.full(len(latitude), 3.0), start_time_utc_s=start_s)
    channels = {**activity.channels, "latitude_deg": latitude, "longitude_deg": longitude}
    return places_of(dataclasses.replace(activity, channels=channels))


def test_places_stand_at_whole_slots_of_the_clock() -> None:
    latitude, longitude = track(1)
    latitude[400:600] = np.nan
    text = placed(latitude, longitude)
    parts = text.split()
    first = int(np.ceil(START_S / SLOT_S) * SLOT_S - START_S)
    n = len(range(first, SECONDS, int(SLOT_S)))
    assert parts[0] == f"{round(latitude[first] * UNITS)},{round(longitude[first] * UNITS)}"
    missing = [i for i in range(n) if 409 < first + SLOT_S * i < 590]
    assert [i for i, p in enumerate(parts) if p == "-"] == missing
    assert len(parts) == n
    assert missing
    assert placed(np.full(600, np.nan), np.full(600, np.nan)) == ""


def test_where_nobody_moves_nothing_is_said() -> None:
    still = placed(np.full(SECONDS, 47.0), np.full(SECONDS, 8.0))
    assert not are_together(still, START_S, still, START_S)
    moving = placed(*track(1))
    assert are_together(moving, START_S, moving, START_S)
    assert not are_together(moving, START_S, "", START_S)
    assert not are_together(moving, START_S, moving, START_S + SLOT_S)


def test_the_date_line_is_no_border() -> None:
    latitude, longitude = track(1)
    west = (longitude - 8.0 + 179.99 + 180.0) % 360.0 - 180.0
    text = placed(latitude, west)
    assert are_together(text, START_S, text, START_S)


def _read_all(text: str) -> list[tuple[float, float] | None]:
    out: list[tuple[float, float] | None] = []
    north = east = 0
    for part in text.split():
        if part != "-":
            steps = part.split(",")
            north, east = north + int(steps[0]), east + int(steps[1])
        out.append(None if part == "-" else (north / UNITS, east / UNITS))
    return out


def _are_together(one: str, start_one_s: float, two: str, start_two_s: float) -> bool:
    """All places of both, without a first look."""
    first = {math.ceil(start_one_s / SLOT_S) + i: p for i, p in enumerate(_read_all(one))}
    second = {math.ceil(start_two_s / SLOT_S) + i: p for i, p in enumerate(_read_all(two))}
    both = [(a, second[slot]) for slot, a in first.items() if a is not None and second.get(slot) is not None]
    apart = sorted(_metres(a, b) for a, b in both)  # type: ignore[arg-type]
    if len(both) < max(AT_ONCE.n_slots, MIN_SHARED * max(len(first), len(second))):
        return False
    is_near = sum(d <= AT_ONCE.most_m for d in apart) >= MIN_NEAR * len(both)
    return is_near and apart[len(both) // 2] <= AT_ONCE.half_m and max(_metres(both[0][0], a) for a, _ in both) >= 200.0


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return DEG_M * math.hypot(b[0] - a[0], (b[1] - a[1]) * math.cos(math.radians(a[0])))


def _walk(random: np.random.Generator, like: list[tuple[int, int]], n: int) -> tuple[str, list[tuple[int, int]]]:
    """Places of a walk, or of one near another that goes away from it in the end; one of twenty not known."""
    steps = random.integers(-300, 300, (n, 2)).cumsum(axis=0) + np.array([5_000_000, 800_000])
    spread, stays = random.choice([0, 5, 10, 20, 40]), random.integers(n // 2, 2 * n + 1)
    there = [
        (like[i][0] + int(random.integers(-spread, spread + 1)), like[i][1])
        if i < min(len(like), stays) else (int(north), int(east))
        for i, (north, east) in enumerate(steps)
    ]  # fmt: skip
    out, before = [], (0, 0)
    for place in there:
        if random.random() < 0.05:
            out.append("-")
        else:
            out.append(f"{place[0] - before[0]},{place[1] - before[1]}")
            before = place
    return " ".join(out), there


def test_a_first_look_never_changes_the_answer() -> None:
    random = np.random.default_rng(7)
    answers = []
    for _ in range(600):
        one, there = _walk(random, [], int(random.integers(0, 45)))
        ahead = int(random.integers(0, 3))
        two, _ = _walk(random, there[ahead:], max(0, len(there) + int(random.integers(-3, 4))))
        start_s = START_S + float(random.uniform(0, 90))
        given = (one, start_s, two, start_s + SLOT_S * ahead)
        answers.append(are_together(*given))
        assert answers[-1] == _are_together(*given), given
    assert 100 < sum(answers) < 500
