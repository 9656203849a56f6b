"""Cadence: the unit that was recorded, dropouts and outliers, lag, and what is left alone."""

import numpy as np
import pytest

from runlake.prepare import prepare
from support.recordings import make_recording, repeats, trailing


def cleaned(recording, source_format="fit"):
    return prepare(recording, activity_id="0" * 16, source_format=source_format)


def run(cadence_cpm, speed=None, **given):
    speed = np.full(len(cadence_cpm), 3.0) if speed is None else speed
    return make_recording(speed, channels={"cadence_cpm": np.asarray(cadence_cpm, dtype=float)}, **given)


@pytest.mark.parametrize(
    ("source_format", "sport", "recorded", "factor"),
    [
        ("fit", "running", 85.0, 2.0),
        ("tcx", "running", 85.0, 2.0),
        ("fit", "walking", 55.0, 2.0),
        ("fit", "hiking", 50.0, 2.0),
        ("gpx", "running", 85.0, 2.0),
        ("gpx", "running", 170.0, 1.0),
        ("fit", "running", 170.0, 1.0),  # a writer that put steps where strides belong
        ("fit", "cycling", 85.0, 1.0),
        ("gpx", "cycling", 85.0, 1.0),
        ("fit", "swimming", 30.0, 1.0),
    ],
)
def test_the_unit_is_told_by_format_sport_and_number(source_format, sport, recorded, factor):
    speed = np.full(600, 1.4 if sport in ("walking", "hiking") else 3.0)
    activity = cleaned(run(np.full(600, recorded), speed, sport=sport), source_format)
    assert activity.quality.cadence_factor == factor
    assert np.nanmedian(activity.grid.cadence_spm) == recorded * factor


@pytest.mark.parametrize(("recorded", "factor"), [(55.0, 2.0), (112.0, 1.0)])
def test_a_walk_in_gpx_is_told_by_its_number(recorded, factor):
    activity = cleaned(run(np.full(600, recorded), np.full(600, 1.4), sport="walking"), "gpx")
    assert activity.quality.cadence_factor == factor


def test_the_fraction_of_a_cycle_is_kept():
    assert cleaned(run(np.full(600, 85.5))).channels["cadence_spm"][100] == 171.0


def test_dropouts_while_running_are_bridged_and_long_ones_are_missing():
    cadence = np.full(600, 85.0)
    cadence[100:104] = 0.0
    cadence[300:340] = 0.0
    found = cleaned(run(cadence, has_positions=False)).channels["cadence_spm"]
    assert found[90:110].min() == 170.0
    assert np.isnan(found[300:330]).all()
    assert np.nanmin(found) == 170.0


def test_standing_is_no_dropout():
    cadence = np.full(600, 85.0)
    cadence[300:340] = 0.0
    speed = np.where(cadence > 0, 3.0, 0.0)
    found = cleaned(run(cadence, speed)).grid.cadence_spm
    assert np.nanmin(found[305:330]) == 0.0
    assert not np.isnan(found).any()


def test_single_outliers_go_and_a_burst_of_ten_seconds_stays():
    cadence = np.full(600, 85.0)
    cadence[100], cadence[101], cadence[200] = 115.0, 130.0, 60.0
    cadence[400:410] = 95.0
    found = cleaned(run(cadence, has_positions=False)).channels["cadence_spm"]
    assert found.max() == 190.0
    assert np.count_nonzero(found == 190.0) in (9, 10, 11)
    assert found[:300].min() == 170.0


def test_sparse_records_keep_single_values():
    cadence = np.full(600, 85.0)
    cadence[300:306] = 95.0
    assert cleaned(run(cadence, step_s=6)).grid.cadence_spm.max() > 185.0


@pytest.mark.parametrize("lag_s", [0.0, 3.0, 6.5])
def test_the_lag_is_found_within_0_7_s_and_taken_back(lag_s):
    speed = repeats()
    cadence = 70.0 + 5.0 * speed
    activity = cleaned(run(trailing(cadence, lag_s), speed, speed_lag_s=5.0))
    assert activity.quality.cadence_lag_s == pytest.approx(lag_s, abs=0.7)
    assert np.nanmedian(np.abs(activity.grid.cadence_spm - 2.0 * cadence)) < 1.5


def test_rides_are_not_shifted_and_not_cleaned_as_steps():
    cadence = np.full(600, 85.0)
    cadence[300:360] = 0.0
    activity = cleaned(run(cadence, np.full(600, 8.0), sport="cycling"))
    np.testing.assert_array_equal(activity.channels["cadence_spm"], cadence)


def test_no_sensor_is_missing_and_not_zero():
    for recording in (make_recording(np.full(300, 3.0)), run(np.zeros(300)), run(np.full(300, np.nan))):
        activity = cleaned(recording)
        assert activity.quality.has_cadence == 0.0
        assert np.isnan(activity.quality.cadence_factor)
        assert np.isnan(activity.grid.cadence_spm).all()


def test_step_length_is_recorded_or_speed_over_steps_while_running():
    made = cleaned(run(np.full(600, 90.0), np.full(600, 3.6)))
    assert made.channels["step_length_m"][100] == pytest.approx(60.0 * 3.6 / 180.0)
    recording = make_recording(
        np.full(600, 3.6),
        channels={"cadence_cpm": np.full(600, 90.0), "step_length_m": np.where(np.arange(600) < 300, 1.11, np.nan)},
    )
    both = cleaned(recording).channels["step_length_m"]
    assert (both[100], both[500]) == (1.11, pytest.approx(1.2))
    walking = cleaned(run(np.full(600, 55.0), np.full(600, 1.4), sport="walking"))
    assert np.isnan(walking.channels["step_length_m"]).all()
