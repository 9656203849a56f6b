"""Pauses by events and by gaps, gaps that are none, and elapsed time as timer plus pauses."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.model.recording import DeviceTotals, TimerEvent
from runlake.prepare import prepare
from support.recordings import make_recording


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0" * 16, source_format=source_format)


def with_gap(recording, first, last):
    """Without the records between two seconds, both exclusive."""
    keep = np.ones(recording.n, dtype=bool)
    keep[first + 1 : last] = False
    return dataclasses.replace(
        recording,
        time_utc_s=recording.time_utc_s[keep],
        channels={name: values[keep] for name, values in recording.channels.items()},
    )


def paused_speed(n, *stretches):
    speed = np.full(n, 3.0)
    for first, last in stretches:
        speed[first:last] = 0.0
    return speed


def test_stop_and_start_make_a_pause():
    speed = paused_speed(600, (200, 260))
    recording = make_recording(speed, events=((0.0, True), (200.0, False), (260.0, True), (599.0, False)))
    activity = cleaned(recording)
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([200.0], [260.0])
    assert activity.quality.pause_s == 60.0
    assert activity.channels["timer_s"][-1] == pytest.approx(539.0)
    assert np.flatnonzero(~activity.grid.is_timer_on).tolist() == list(range(200, 260))
    assert np.isnan(activity.grid.speed_mps[200:260]).all()
    assert activity.quality.gap_s == 0.0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0.0, 299.0), st.booleans()), max_size=12))
def test_elapsed_is_timer_plus_pauses_whatever_the_events(events):
    activity = cleaned(make_recording(np.full(300, 3.0), events=tuple(events)))
    pauses = activity.pause_end_s - activity.pause_start_s
    assert (pauses > 0).all()
    assert (activity.pause_start_s[1:] > activity.pause_end_s[:-1]).all()
    assert activity.channels["timer_s"][-1] + pauses.sum() == pytest.approx(activity.elapsed_s)
    assert (np.diff(activity.channels["timer_s"]) >= -1e-9).all()
    assert np.count_nonzero(~activity.grid.is_timer_on) == pytest.approx(pauses.sum(), abs=len(pauses) + 1)


def test_auto_pause_that_chatters_is_one_pause():
    events = ((0.0, True), (100.0, False), (110.0, True), (111.0, False), (120.0, True), (122.5, False), (130.0, True))
    activity = cleaned(make_recording(paused_speed(300, (100, 130)), events=events))
    assert activity.pause_start_s.tolist() == [100.0]
    assert activity.pause_end_s.tolist() == [130.0]


def test_two_starts_and_two_stops_count_once():
    events = ((0.0, True), (0.0, True), (100.0, False), (105.0, False), (130.0, True), (131.0, True))
    activity = cleaned(make_recording(paused_speed(300, (100, 130)), events=events))
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([100.0], [130.0])


def test_a_stop_that_nothing_ends_lasts_to_the_end():
    activity = cleaned(make_recording(paused_speed(300, (200, 300)), events=((0.0, True), (200.0, False))))
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([200.0], [299.0])


def test_a_lost_start_is_seen_by_the_runner_moving_on():
    activity = cleaned(make_recording(paused_speed(600, (200, 260)), events=((0.0, True), (200.0, False))))
    assert activity.pause_end_s[0] == pytest.approx(260.0, abs=1.0)


def test_smart_recording_has_no_gaps_and_no_pauses():
    activity = cleaned(make_recording(np.full(600, 3.0), step_s=9))
    assert activity.quality.gap_s == 0.0
    assert len(activity.pause_start_s) == 0
    assert not np.isnan(activity.grid.speed_mps[:590]).any()


def test_a_lost_signal_is_a_gap_with_steady_speed_and_not_a_pause():
    speed = np.full(600, 3.0)
    activity = cleaned(with_gap(make_recording(speed), 200, 260))
    assert len(activity.pause_start_s) == 0
    assert activity.quality.gap_s == 60.0
    np.testing.assert_allclose(activity.grid.speed_mps[210:250], 3.0, atol=1e-6)
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 599.0)


@pytest.mark.parametrize("source_format", ["gpx", "tcx"])
def test_formats_without_events_pause_where_nothing_moved(source_format):
    recording = with_gap(make_recording(paused_speed(600, (200, 260)), events=()), 200, 259)
    activity = cleaned(recording, source_format)
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([200.0], [259.0])


def test_formats_without_events_run_on_where_something_moved():
    activity = cleaned(with_gap(make_recording(np.full(600, 3.0), events=()), 200, 260), "gpx")
    assert len(activity.pause_start_s) == 0
    assert activity.channels["timer_s"][-1] == 599.0


def test_segment_breaks_are_pauses_also_when_the_runner_moved_meanwhile():
    recording = with_gap(make_recording(np.full(600, 3.0), events=((200.0, False), (260.0, True))), 200, 260)
    activity = cleaned(
        dataclasses.replace(recording, channels={k: v for k, v in recording.channels.items() if k != "distance_m"}),
        "gpx",
    )
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([200.0], [260.0])
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * (599.0 - 60.0), rel=2e-3)


def test_the_watchs_own_timer_decides_over_gaps_without_events():
    standing = with_gap(make_recording(paused_speed(600, (200, 260)), events=()), 200, 259)
    ran_on = dataclasses.replace(standing, totals=DeviceTotals(elapsed_s=599.0, timer_s=599.0))
    assert len(cleaned(ran_on, "tcx").pause_start_s) == 0
    moving = with_gap(make_recording(np.full(600, 3.0), events=()), 200, 260)
    stood_still = dataclasses.replace(moving, totals=DeviceTotals(elapsed_s=600.0, timer_s=540.0))
    assert cleaned(stood_still, "tcx").pause_start_s.tolist() == [200.0]


def test_a_total_that_the_recording_cannot_hold_is_not_believed():
    recording = dataclasses.replace(
        make_recording(np.full(600, 3.0), events=()), totals=DeviceTotals(elapsed_s=600.0, timer_s=10.0)
    )
    activity = cleaned(recording, "tcx")
    assert len(activity.pause_start_s) == 0
    assert activity.channels["timer_s"][-1] == 599.0


def test_distance_does_not_grow_and_speed_is_not_read_across_a_pause():
    speed = np.concatenate((np.full(200, 4.0), np.full(60, 0.0), np.full(200, 2.0)))
    recording = with_gap(
        make_recording(speed, speed_lag_s=0.0, events=((0.0, True), (199.0, False), (261.0, True))), 199, 261
    )
    activity = cleaned(recording)
    assert np.nanmin(activity.grid.speed_mps[:199]) > 3.9
    assert np.nanmax(activity.grid.speed_mps[261:]) < 2.2
    assert activity.channels["distance_m"][200] - activity.channels["distance_m"][199] < 6.0


def in_segments(recording, n_points):
    """The recording with a break of the track after every so many points."""
    at = np.arange(n_points, recording.n, n_points)
    breaks = [
        TimerEvent(float(recording.time_utc_s[k - 1 + is_running]), is_running)
        for k in at.tolist()
        for is_running in (False, True)
    ]
    return dataclasses.replace(recording, timer_events=tuple(breaks))


@pytest.mark.parametrize("n_points", [1, 2])
def test_a_track_in_crumbs_is_one_track(n_points):
    activity = cleaned(in_segments(make_recording(np.full(600, 3.0)), n_points), "gpx")
    assert activity.quality.pause_s == 0.0
    assert activity.channels["timer_s"][-1] == 599.0
    standing = with_gap(make_recording(paused_speed(600, (200, 300))), 201, 300)
    activity = cleaned(in_segments(standing, n_points), "gpx")
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([201.0], [300.0])


def test_segments_of_a_track_are_runs_of_the_timer():
    recording = with_gap(make_recording(np.full(600, 3.0)), 299, 320)
    activity = cleaned(in_segments(recording, 300), "gpx")
    assert (activity.pause_start_s.tolist(), activity.pause_end_s.tolist()) == ([299.0], [320.0])
