"""Repeats on a climb run at the pace of the rests: only grade and place give them away."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from detect.test_bouts import EASY, find, follow, wander
from support.activities import make_activity


def hill_session(n=6, up=75, down=75, grade=0.08, *, altitude_kind="barometer", elsewhere=False, seed=0):
    """Easy, n times up and down one hill at one pace, easy; elsewhere: every climb begins 300 m further on."""
    pieces = [
        (900, EASY, 0.0),
        *[p for _ in range(n) for p in ((up, 2.75, grade), (down, 2.75, -grade * up / down))],
        (600, EASY, 0.0),
    ]
    target = np.concatenate([np.full(s, v) for s, v, _ in pieces])
    slope = follow(np.concatenate([np.full(s, g) for s, _, g in pieces]), 4.0)
    speed = target * wander(len(target), seed)
    east = np.cumsum(np.where(np.abs(slope) < 0.01, 0.0, np.sign(slope) * speed))
    if elsewhere:
        east = np.cumsum(speed)
    climb = np.cumsum(slope * speed)
    activity = make_activity(
        speed, altitude_m=100.0 + climb, grade_frac=slope, east_m=east, north_m=np.zeros(len(speed)),
        cadence_spm=np.full(len(speed), 166.0) + 2 * np.random.default_rng(seed).normal(size=len(speed)),
    )  # fmt: skip
    return dataclasses.replace(activity, quality=dataclasses.replace(activity.quality, altitude_kind=altitude_kind))


def test_six_repeats_are_found_with_their_edges():
    bouts, _ = find(hill_session())
    assert [b[2] for b in bouts] == ["hill"] * 6
    for i, (start, end, _) in enumerate(bouts):
        assert start == pytest.approx(900 + 150 * i, abs=6.0)
        assert end == pytest.approx(975 + 150 * i, abs=6.0)


def test_climbs_in_different_places_are_hilly_ground():
    assert find(hill_session(elsewhere=True))[0] == []


def test_two_climbs_are_not_repeats():
    assert find(hill_session(n=2))[0] == []


def test_altitude_of_gps_is_not_trusted():
    assert find(hill_session(altitude_kind="gps"))[0] == []


def test_gentle_undulation_is_no_hill():
    assert find(hill_session(n=8, grade=0.02))[0] == []


def ground(pieces, *, seed=0, altitude_kind="barometer"):
    """An activity from (seconds, m/s, grade) pieces, straight on."""
    target = np.concatenate([np.full(s, v) for s, v, _ in pieces])
    slope = follow(np.concatenate([np.full(s, g) for s, _, g in pieces]), 4.0)
    speed = follow(target) * wander(len(target), seed)
    activity = make_activity(speed, altitude_m=500.0 + np.cumsum(slope * speed), grade_frac=slope)
    return dataclasses.replace(activity, quality=dataclasses.replace(activity.quality, altitude_kind=altitude_kind))


def test_a_round_with_a_climb_in_it_is_no_repeat():
    lap = [(60, 2.5, 0.09), (150, 2.9, -0.036), (150, 2.9, 0.0)]
    activity = ground([(600, EASY, 0.0), *lap * 5, (600, EASY, 0.0)])
    east = np.concatenate((np.arange(600) * EASY, np.tile(600 * EASY + np.linspace(0, 1, 360) * 0.0, 5), np.zeros(600)))
    grid = dataclasses.replace(activity.grid, east_m=east, north_m=np.zeros(len(east)))
    assert find(dataclasses.replace(activity, grid=grid))[0] == []


def test_fast_because_downhill_is_no_bout():
    down = [(600, EASY, 0.0), *[(120, 3.5, -0.07), (200, EASY, 0.0)] * 4, (400, EASY, 0.0)]
    assert find(ground(down))[0] == []


def test_fast_stretches_of_a_trail_are_not_fartlek():
    rng = np.random.default_rng(4)
    pieces = [(600, EASY, 0.0)]
    for _ in range(12):
        pieces += [(int(rng.integers(60, 200)), 1.4, 0.15), (int(rng.integers(20, 300)), 3.3, -0.02)]
    trail = ground([*pieces, (300, EASY, 0.0)])
    assert all(b[2] == "hill" for b in find(trail)[0])
