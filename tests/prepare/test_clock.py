"""Records come out in order whatever the clock did: duplicates, steps back, jumps, clocks that know no date."""

import dataclasses

import numpy as np
import pytest

from runlake.errors import FormatError
from runlake.model.recording import Lap
from runlake.prepare import prepare
from support.recordings import START_UTC_S, make_recording


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0" * 16, source_format=source_format)


def rearranged(recording, order, time_utc_s=None):
    return dataclasses.replace(
        recording,
        time_utc_s=recording.time_utc_s[order] if time_utc_s is None else time_utc_s,
        channels={name: values[order] for name, values in recording.channels.items()},
    )


STEADY = np.full(600, 3.0)


def test_of_two_records_at_one_instant_the_fuller_stays_and_is_filled_from_the_other():
    recording = make_recording(STEADY[:10], channels={"heart_rate_bpm": np.full(10, 150.0)})
    order = np.array([0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9])
    doubled = rearranged(recording, order)
    doubled.channels["heart_rate_bpm"][4] = np.nan
    doubled.channels["speed_mps"][4] = np.nan
    doubled.channels["distance_m"][5] = np.nan
    activity = cleaned(doubled)
    assert activity.n == 10
    assert activity.quality.n_dropped == 1
    assert activity.channels["heart_rate_bpm"][4] == 150.0
    assert activity.channels["distance_m"][4] == pytest.approx(12.0)


def test_a_small_step_back_costs_only_the_records_that_repeat():
    recording = make_recording(STEADY[:100])
    late = recording.time_utc_s.copy()
    late[50] += 30.5  # one record from the future
    activity = cleaned(rearranged(recording, np.arange(100), late))
    assert activity.n == 99
    assert activity.quality.n_dropped == 1
    assert activity.elapsed_s == 99.0
    assert np.diff(activity.channels["distance_m"]).max() == pytest.approx(6.0, abs=0.1)


def test_blocks_written_out_of_order_are_sorted():
    recording = make_recording(STEADY)
    order = np.concatenate((np.arange(300, 600), np.arange(300)))
    activity = cleaned(rearranged(recording, order))
    assert activity.n == 600
    np.testing.assert_allclose(np.diff(activity.channels["distance_m"]), 3.0, atol=1e-6)


def test_records_written_last_to_first_are_turned_round():
    recording = make_recording(STEADY)
    turned = cleaned(rearranged(recording, np.arange(recording.n)[::-1]))
    assert turned.elapsed_s == 599.0
    assert turned.quality.n_dropped == 0
    np.testing.assert_allclose(np.diff(turned.channels["distance_m"]), 3.0, atol=1e-6)


def test_a_clock_set_back_while_running_is_undone():
    recording = make_recording(STEADY)
    late = recording.time_utc_s.copy()
    late[400:] -= 3600.0
    activity = cleaned(rearranged(recording, np.arange(600), late))
    assert activity.elapsed_s == pytest.approx(599.0)
    assert activity.quality.clock_jump_s == pytest.approx(-3601.0, abs=2.0)
    np.testing.assert_allclose(np.diff(activity.channels["distance_m"]), 3.0, atol=1e-6)


def test_records_of_1989_before_the_first_fix_are_dropped():
    recording = make_recording(STEADY)
    times = recording.time_utc_s.copy()
    times[:20] = 631_065_600.0 + np.arange(20)
    activity = cleaned(rearranged(recording, np.arange(600), times))
    assert activity.n == 580
    assert activity.quality.n_dropped == 20
    assert activity.start_time_utc_s == START_UTC_S + 20


def test_metres_of_undated_records_do_not_speed_up_the_rest():
    recording = make_recording(STEADY)
    times = recording.time_utc_s.copy()
    times[:100] = 631_065_600.0 + np.arange(100)
    activity = cleaned(rearranged(recording, np.arange(600), times))
    assert activity.channels["distance_m"][-1] == pytest.approx(500 * 3.0, abs=4.0)


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (np.empty(0), "no_samples"),
        (np.full(5, np.nan), "no_time"),
        (631_065_600.0 + np.arange(5.0), "undated"),
        (START_UTC_S + np.arange(20.0) * 86_400.0 * 0.9, "too_long"),
    ],
)
def test_recordings_without_anything_usable_are_refused(times, code):
    recording = make_recording(np.full(len(times), 3.0)) if len(times) else make_recording(np.full(1, 3.0))
    recording = dataclasses.replace(
        recording, time_utc_s=times, channels={"heart_rate_bpm": np.full(len(times), 150.0)}
    )
    with pytest.raises(FormatError) as refused:
        cleaned(recording)
    assert refused.value.code == code


def test_a_clock_that_the_first_fix_sets_leaves_no_gap_and_gives_the_right_day():
    recording = make_recording(
        STEADY, laps=(Lap(START_UTC_S, START_UTC_S + 300.0), Lap(START_UTC_S + 300.0, START_UTC_S + 599.0))
    )
    times = recording.time_utc_s.copy()
    times[:30] -= 20 * 86_400.0
    laps = (dataclasses.replace(recording.laps[0], start_time_utc_s=times[0]), recording.laps[1])
    jumping = dataclasses.replace(rearranged(recording, np.arange(600), times), laps=laps)
    activity = cleaned(jumping)
    assert activity.elapsed_s == 599.0
    assert activity.quality.clock_jump_s == pytest.approx(20 * 86_400.0)
    assert activity.start_time_utc_s == START_UTC_S
    assert [lap.start_time_utc_s - activity.start_time_utc_s for lap in activity.laps] == [0.0, 300.0]


def test_one_record_from_the_far_future_does_not_move_the_run():
    recording = make_recording(STEADY)
    times = recording.time_utc_s.copy()
    times[-1] += 64 * 365 * 86_400.0
    activity = cleaned(rearranged(recording, np.arange(600), times))
    assert activity.start_time_utc_s == START_UTC_S
    assert activity.elapsed_s == 599.0


def test_two_hours_without_records_are_no_jump_when_the_timer_was_stopped():
    recording = make_recording(STEADY, events=((0.0, True), (299.0, False), (7500.0, True)))
    times = recording.time_utc_s.copy()
    times[300:] += 7200.0
    activity = cleaned(rearranged(recording, np.arange(600), times))
    assert activity.quality.clock_jump_s == 0.0
    assert activity.elapsed_s == 599.0 + 7200.0
    assert activity.quality.pause_s == pytest.approx(7201.0)
    assert activity.channels["timer_s"][-1] == pytest.approx(599.0 - 1.0)


def test_values_that_cannot_be_are_missing():
    recording = make_recording(STEADY[:20], channels={"power_w": np.where(np.arange(20) == 7, 65_535.0, 250.0)})
    power = cleaned(recording).channels["power_w"]
    assert np.flatnonzero(np.isnan(power)).tolist() == [7]


def test_a_single_record_is_an_activity():
    activity = cleaned(make_recording(np.full(1, 3.0)))
    assert (activity.n, activity.grid.m, activity.elapsed_s) == (1, 1, 0.0)
    assert np.isnan(activity.quality.median_dt_s)
