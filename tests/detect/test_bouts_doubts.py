"""Runs with walking breaks and runs between red lights hold no work intervals, whatever their edges look like."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from detect.test_bouts import find, reps, session
from runlake.detect._bouts_candidates import make_channels
from runlake.detect._bouts_doubts import is_run_walk, is_stop_and_go
from runlake.detect._bouts_settings import Settings
from support.activities import make_activity

WALK = 1.4
SETTINGS = Settings()


def with_heart(activity, bpm):
    """The same activity with one heart rate throughout."""
    grid = dataclasses.replace(activity.grid, heart_rate_bpm=np.full(activity.grid.m, float(bpm)))
    return dataclasses.replace(activity, grid=grid)


def counted(activity):
    return len(find(activity)[0])


@pytest.mark.parametrize(("run_s", "walk_s", "mps"), [(60, 60, 2.4), (180, 90, 2.8), (480, 120, 2.9)])
def test_a_run_with_walking_breaks_holds_no_reps(run_s, walk_s, mps):
    pieces = ((240, WALK), *reps(8, (run_s, mps), (walk_s, WALK)), (240, WALK))
    assert counted(with_heart(session(*pieces), 138)) == 0


@pytest.mark.parametrize(("run_s", "walk_s", "mps"), [(180, 60, 3.1), (240, 60, 3.03), (240, 60, 3.3), (540, 60, 3.1)])
def test_long_runs_with_short_walks_are_no_reps_at_any_pace_that_is_easy_for_the_heart(run_s, walk_s, mps):
    n = 2400 // (run_s + walk_s)
    pieces = ((240, WALK), *reps(n, (run_s, mps), (walk_s, WALK)), (240, WALK))
    assert counted(with_heart(session(*pieces), 140)) == 0
    assert counted(with_heart(session(*pieces), 165)) == n


@pytest.mark.parametrize(
    ("before", "work_s", "mps", "rest"),
    [
        (600, 240, 3.5, (60, WALK)),  # a warm-up slower than the reps
        (0, 90, 3.5, (30, WALK)),  # too short for a heart to show how hard they are
        (0, 240, 3.5, (120, WALK)),  # rests as reps have them
        (0, 240, 3.5, (60, 2.2)),  # jogged rests
    ],
)
def test_easy_hearts_alone_make_no_walking_breaks(before, work_s, mps, rest):
    pieces = ((before, 2.7), *reps(6, (work_s, mps), rest)) if before else reps(6, (work_s, mps), rest)
    activity = session(*pieces)
    step = work_s + rest[0]
    bouts = spans(*((before + i * step, before + i * step + work_s) for i in range(6)))
    assert not is_run_walk(make_channels(activity.grid), np.full(activity.grid.m, 140.0), *bouts, SETTINGS)


def test_the_same_is_work_when_the_heart_says_so():
    pieces = ((240, WALK), *reps(8, (180, 2.8), (90, WALK)), (240, WALK))
    assert counted(with_heart(session(*pieces), 172)) == 8


def test_reps_with_walked_rests_after_a_slower_warm_up_stay():
    pieces = ((600, 2.4), *reps(6, (180, 2.9), (90, WALK)), (300, 2.4))
    assert counted(with_heart(session(*pieces), 138)) == 6


def test_running_between_red_lights_is_the_run():
    lights = [(int(s), v) for s, v in zip((420, 45, 380, 30, 400, 50, 390, 35, 410), [3.3, 0.0] * 5, strict=False)]
    assert counted(with_heart(session(*lights), 140)) == 0


def spans(*pairs):
    start, end = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    return start, end, np.full(len(start), 0.9)


def test_bouts_no_faster_than_the_run_outside_of_them_are_the_run():
    steady = session((900, 3.3), (30, 0.0), (300, 3.3), (30, 0.0), (300, 3.3), (30, 0.0), (300, 3.3))
    quick = session((900, 3.3), (30, 0.0), (300, 3.9), (30, 0.0), (300, 3.9), (30, 0.0), (300, 3.3))
    bouts = spans((930, 1230), (1260, 1560))
    for activity, expected in ((steady, True), (quick, False)):
        ch = make_channels(activity.grid)
        assert is_stop_and_go(ch, activity.grid.grade_frac, *bouts, SETTINGS) is expected


def test_a_climb_is_effort_though_no_faster():
    activity = session((900, 3.3), (30, 0.0), (300, 3.3), (30, 0.0), (300, 3.3), (30, 0.0), (300, 3.3))
    uphill = np.full(activity.grid.m, 0.05)
    assert not is_stop_and_go(make_channels(activity.grid), uphill, *spans((930, 1230), (1260, 1560)), SETTINGS)


def test_fast_long_stretches_with_short_stops_need_an_easy_heart_to_be_doubted():
    activity = session((360, 3.6), (40, 0.0), (360, 3.6), (40, 0.0), (360, 3.6))
    bouts, ch = spans((0, 360), (400, 760), (800, 1160)), make_channels(activity.grid)
    for bpm, expected in ((135.0, True), (170.0, False), (np.nan, False)):
        assert is_run_walk(ch, np.full(activity.grid.m, bpm), *bouts, SETTINGS) is expected


@pytest.mark.parametrize(
    ("before", "last", "after", "expected"),
    [
        ((2.8, 2.9, 3.0, 3.1), 3.4, (), 0),
        ((2.8, 2.9, 3.0, 3.1), 4.0, (), 1),
        ((2.9, 2.9, 2.9, 2.9), 3.3, (), 1),
        ((2.8, 2.9, 3.0, 3.1), 3.5, ((600, 2.8),), 1),
    ],
)
def test_the_last_level_of_a_progression_is_no_tempo(before, last, after, expected):
    """A clearly faster one is, one after an even warm-up is, and one before a cool-down is."""
    pieces = [(300, v) for v in before]
    assert counted(session(*pieces, (1200, last), *after, sd=0.005)) == expected


def test_a_stop_and_go_drive_home_holds_no_reps():
    run, jam = np.full(1500, 2.8), np.tile(np.repeat((8.0, 0.0), (40, 20)), 12)
    speed = np.concatenate((run, jam, np.full(120, 1.2)))
    steps = np.concatenate((np.full(len(run), 166.0), np.zeros(len(jam)), np.full(120, 110.0)))
    assert counted(make_activity(speed, cadence_spm=steps)) > 5
    driven = {"vehicle_start_s": np.array([1500.0]), "vehicle_end_s": np.array([1500.0 + len(jam)])}
    assert counted(make_activity(speed, cadence_spm=steps, **driven)) == 0
