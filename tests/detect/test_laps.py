"""Laps on the elapsed axis, with averages from the samples, and which of them the watch marked by itself."""

import numpy as np
import pytest

from runlake.detect import laps
from runlake.model.recording import Lap, WorkoutStep
from support.activities import make_activity

ZERO = 1_767_600_000.0


def find(activity):
    return laps.DETECTOR.find(activity, {}, laps.DETECTOR.settings)[0]


def lap(start_s, end_s, **changes):
    return Lap(start_time_utc_s=ZERO + start_s, end_time_utc_s=ZERO + end_s, **changes)


def test_averages_come_from_the_samples_between_the_marks():
    m = 601
    heart = np.where(np.arange(m) < 200, 120.0, 160.0)
    activity = make_activity(
        np.where(np.arange(m) < 200, 2.5, 4.0),
        heart_rate_bpm=heart,
        laps=(lap(0, 200, distance_m=505.0, timer_s=200.0), lap(200, 600)),
    )
    found = find(activity)
    assert found["start_s"].tolist() == [0.0, 200.0]
    assert found["distance_m"] == pytest.approx([505.0, 1600.0])
    assert found["sample_distance_m"] == pytest.approx([500.0, 1600.0])
    assert found["mean_heart_rate_bpm"] == pytest.approx([120.0, 160.0])
    assert found["mean_speed_mps"] == pytest.approx([2.525, 4.0])


def test_a_lap_without_end_ends_where_the_next_begins():
    activity = make_activity(np.full(601, 3.0), laps=(Lap(ZERO), Lap(ZERO + 250)))
    assert find(activity)["end_s"].tolist() == [250.0, 600.0]


def test_a_pause_counts_in_elapsed_time_only():
    on = np.ones(401, dtype=bool)
    on[100:150] = False
    found = find(make_activity(np.full(401, 3.0), is_timer_on=on, laps=(lap(0, 400),)))
    assert found["elapsed_s"][0] == 400.0
    assert found["timer_s"][0] == pytest.approx(350.0)


def auto(*given, steps=()):
    return find(make_activity(np.full(3000, 3.0), laps=given, steps=steps))["is_auto"].tolist()


def test_kilometres_by_the_watch_are_automatic_and_the_rest_is_not():
    assert auto(
        lap(0, 333, distance_m=1000.0, trigger="distance"),
        lap(333, 666, distance_m=1609.0, trigger="distance"),
        lap(666, 800, distance_m=400.0, trigger="distance"),
        lap(800, 1133, distance_m=1000.0, trigger="manual"),
        lap(1133, 1200, distance_m=200.0, trigger="session_end"),
    ) == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_a_planned_kilometre_is_no_automatic_lap_but_one_inside_a_step_is():
    rep = {"distance_m": 1000.0, "trigger": "distance", "workout_step": 1.0}
    steps = (WorkoutStep(0), WorkoutStep(1, duration_kind="distance", duration_value=1000.0))
    assert auto(lap(0, 250, **rep), steps=steps) == [0.0]
    long_step = (WorkoutStep(0), WorkoutStep(1, duration_kind="time", duration_value=2400.0))
    assert auto(lap(0, 250, **rep), lap(250, 500, **rep), steps=long_step) == [1.0, 1.0]


def test_on_a_silent_watch_kilometres_in_a_row_are_automatic_and_lone_ones_are_not():
    km = {"distance_m": 1001.0}
    row = auto(lap(0, 333, **km), lap(333, 666, **km), lap(666, 700, distance_m=100.0))
    assert row == [1.0, 1.0, 0.0]
    rep = auto(lap(0, 300, distance_m=900.0), lap(300, 500, **km), lap(500, 600, distance_m=200.0), lap(600, 800, **km))
    assert rep == [0.0, 0.0, 0.0, 0.0]


def test_no_laps_no_rows():
    assert find(make_activity(np.full(100, 3.0))).n_rows == 0


def test_a_lap_that_began_long_before_the_samples_begins_with_them_and_says_so():
    written = (lap(-16_754, 200, elapsed_s=16_954.0, timer_s=180.0), lap(200, 600), lap(900, 1000))
    found = find(make_activity(np.full(601, 3.0), laps=written))
    assert found["start_s"].tolist() == [0.0, 200.0, 600.0]
    assert found["end_s"].tolist() == [200.0, 600.0, 1000.0]
    assert found["start_time_utc"][0] == ZERO
    assert found["elapsed_s"][0] == 16_954.0
    assert found["sample_distance_m"] == pytest.approx([600.0, 1200.0, 0.0])
    assert found["edge_reason"].tolist() == [
        "the watch says that it began 16754 s before the first sample",
        None,
        "the watch says that it began 300 s after the last sample",
    ]


def test_a_lap_marked_before_the_first_fix_keeps_its_mark():
    found = find(make_activity(np.full(601, 3.0), laps=(lap(-20, 200),)))
    assert found["start_s"].tolist() == [-20.0]
    assert found["edge_reason"].tolist() == [None]
