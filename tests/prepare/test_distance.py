"""Distance: whose count is used, that it never falls, and what a watch may have done to it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.model.recording import DeviceTotals
from runlake.prepare import prepare
from support.recordings import make_recording

STEADY = np.full(600, 3.0)
TOTAL_M = 3.0 * 599


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0" * 16, source_format=source_format)


def with_distance(recording, values):
    return dataclasses.replace(
        recording, channels={**recording.channels, "distance_m": np.asarray(values, dtype=float)}
    )


def test_the_devices_own_distance_is_used_where_it_holds_together():
    recording = make_recording(STEADY)
    activity = cleaned(with_distance(recording, recording.channels["distance_m"] * 1.03))
    assert activity.quality.distance_source == "device"
    assert activity.channels["distance_m"][-1] == pytest.approx(TOTAL_M * 1.03)
    assert activity.quality.distance_vs_positions_frac == pytest.approx(0.03, abs=0.01)


def test_a_device_that_counts_in_other_units_is_set_aside_with_its_speed():
    recording = make_recording(STEADY)
    channels = {**recording.channels, "distance_m": recording.channels["distance_m"] / 1000, "speed_mps": STEADY / 1000}
    activity = cleaned(dataclasses.replace(recording, channels=channels))
    assert activity.quality.distance_source == "positions"
    assert activity.quality.speed_source == "positions"
    assert activity.channels["distance_m"][-1] == pytest.approx(TOTAL_M, rel=0.01)
    assert np.nanmedian(activity.grid.speed_mps) == pytest.approx(3.0, abs=0.05)


def test_a_foot_pod_may_differ_from_positions():
    recording = dataclasses.replace(make_recording(STEADY), has_footpod_speed=True)
    activity = cleaned(with_distance(recording, recording.channels["distance_m"] * 1.2))
    assert activity.quality.distance_source == "device"
    assert activity.quality.speed_source == "footpod"


def test_a_treadmill_keeps_the_watchs_distance_and_takes_the_corrected_total():
    recording = make_recording(STEADY, has_positions=False, sub_sport="treadmill")
    recording = dataclasses.replace(recording, totals=DeviceTotals(distance_m=TOTAL_M * 1.1))
    activity = cleaned(recording)
    assert activity.is_indoor
    assert activity.quality.distance_source == "device"
    assert activity.channels["distance_m"][-1] == pytest.approx(TOTAL_M * 1.1)
    assert np.nanmedian(activity.grid.speed_mps) == pytest.approx(3.3, rel=1e-3)


def test_outdoors_the_total_does_not_scale_the_records():
    recording = dataclasses.replace(make_recording(STEADY), totals=DeviceTotals(distance_m=TOTAL_M * 1.1))
    assert cleaned(recording).channels["distance_m"][-1] == pytest.approx(TOTAL_M)


def test_a_counter_that_starts_anew_goes_on_and_one_that_carries_on_starts_at_zero():
    recording = make_recording(STEADY)
    anew = recording.channels["distance_m"].copy()
    anew[300:] -= anew[300]
    assert cleaned(with_distance(recording, anew)).channels["distance_m"][-1] == pytest.approx(TOTAL_M, rel=5e-3)
    carried = dataclasses.replace(
        with_distance(recording, recording.channels["distance_m"] + 5_000.0), totals=DeviceTotals(distance_m=TOTAL_M)
    )
    assert cleaned(carried).channels["distance_m"][-1] == pytest.approx(TOTAL_M)


def test_metres_run_before_the_first_record_count():
    recording = dataclasses.replace(
        with_distance(make_recording(STEADY), 12.0 + make_recording(STEADY).channels["distance_m"]),
        totals=DeviceTotals(distance_m=TOTAL_M + 12.0),
    )
    assert cleaned(recording).channels["distance_m"][-1] == pytest.approx(TOTAL_M + 12.0)


def test_a_last_record_of_the_next_session_is_denied_by_the_total():
    recording = make_recording(STEADY)
    leaping = recording.channels["distance_m"].copy()
    leaping[-1] += 900.0
    activity = cleaned(dataclasses.replace(with_distance(recording, leaping), totals=DeviceTotals(distance_m=TOTAL_M)))
    assert activity.channels["distance_m"][-1] == pytest.approx(TOTAL_M, abs=4.0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 0.9]))
def test_distance_never_falls(seed, missing):
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.normal(3.0, 5.0, 300))
    values[rng.random(300) < missing] = np.nan
    activity = cleaned(with_distance(make_recording(np.full(300, 3.0)), values))
    for distance in (activity.channels["distance_m"], activity.grid.distance_m):
        assert not np.isnan(distance).any()
        assert (np.diff(distance) >= 0.0).all()


def test_holes_in_the_devices_distance_are_bridged():
    recording = make_recording(STEADY)
    values = recording.channels["distance_m"].copy()
    values[1:-1:2] = np.nan
    activity = cleaned(with_distance(recording, values))
    assert activity.quality.distance_source == "device"
    np.testing.assert_allclose(np.diff(activity.channels["distance_m"]), 3.0, atol=1e-6)


def test_nothing_known_is_missing_and_not_zero():
    recording = make_recording(STEADY, has_positions=False, has_distance=False, has_speed=False,
                               channels={"heart_rate_bpm": np.full(600, 140.0)})  # fmt: skip
    activity = cleaned(recording)
    assert activity.quality.distance_source == "none"
    assert activity.quality.speed_source == "none"
    assert np.isnan(activity.channels["distance_m"]).all()
    assert np.isnan(activity.grid.distance_m).all()
    assert np.isnan(activity.grid.speed_mps).all()


def test_speed_alone_makes_a_distance_and_pauses_add_none():
    speed = np.concatenate((np.full(300, 3.0), np.full(60, 0.0), np.full(240, 3.0)))
    recording = make_recording(
        speed, has_positions=False, has_distance=False, events=((0.0, True), (300.0, False), (360.0, True))
    )
    activity = cleaned(recording)
    assert activity.quality.distance_source == "device"
    assert activity.quality.speed_source == "device"
    assert activity.channels["distance_m"][-1] == pytest.approx(3.0 * 539, abs=5.0)
    assert activity.channels["distance_m"][330] == pytest.approx(3.0 * 300, abs=5.0)
