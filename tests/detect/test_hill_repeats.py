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
