"""Cadence and step length by speed and grade: every second of running lies in exactly one bin."""

import numpy as np
import pytest

from runlake.detect import form
from support.activities import make_activity


def find(activity):
    return form.DETECTOR.find(activity, {}, form.DETECTOR.settings)[0]


def test_two_speeds_and_two_grades_give_their_bins():
    half = 600
    speed = np.repeat([2.6, 4.1], half)
    cadence = np.repeat([160.0, 176.0], half)
    grade = np.repeat([0.0, 0.05], half)
    found = find(make_activity(speed, cadence_spm=cadence, grade_frac=grade))
    assert found["speed_bin_mps"].tolist() == [2.5, 4.0]
    assert found["grade_bin_frac"] == pytest.approx([0.0, 0.04])
    assert found["seconds"].tolist() == [half, half - 1]  # no time passes after the last sample
    assert found["cadence_spm"] == pytest.approx([160.0, 176.0])
    assert found["step_length_m"] == pytest.approx([60 * 2.6 / 160, 60 * 4.1 / 176])
    assert found["share_170_180"].tolist() == [0.0, 1.0]
    assert found["distance_m"] == pytest.approx([2.6 * half, 4.1 * (half - 1)])


def test_seconds_add_up_to_the_time_run_and_walking_is_left_out():
    rng = np.random.default_rng(5)
    speed = np.concatenate((np.full(300, 1.4), rng.uniform(2.3, 5.0, 900)))
    found = find(make_activity(speed, grade_frac=rng.normal(0, 0.02, 1200)))
    assert found["seconds"].sum() == 899.0
    assert np.isnan(found["cadence_spm"]).all()


def test_the_band_holds_both_its_ends():
    cadence = np.repeat([169.9, 170.0, 180.0, 180.1], 100)
    found = find(make_activity(np.full(401, 3.1), cadence_spm=np.append(cadence, 170.0)))
    assert found["share_170_180"] == pytest.approx([0.5])


def test_ground_contact_is_averaged_where_recorded():
    activity = make_activity(np.full(101, 3.1))
    contact = np.where(np.arange(101) < 50, 0.25, np.nan)
    activity = make_activity(np.full(101, 3.1), channels={**activity.channels, "ground_contact_s": contact})
    assert find(activity)["ground_contact_s"] == pytest.approx([0.25])


def test_a_ride_has_no_form():
    assert find(make_activity(np.full(400, 8.0), cadence_spm=np.full(400, 90.0), sport="cycling")).n_rows == 0
