"""The drive home with the watch still running: how long it was is built into the speed."""

import numpy as np
import pytest

from runlake.prepare import prepare
from support.recordings import make_recording

RUN = np.full(1800, 3.0)
HOME = np.full(300, 1.2)


def cleaned(speed, **given):
    given.setdefault("channels", {})
    return prepare(make_recording(speed, **given), activity_id="0" * 16, source_format="fit")


def spans(activity):
    """Begin and end of each drive, of a session that lasted."""
    assert activity.channels["timer_s"][-1] > 600.0
    return list(zip(activity.vehicle_start_s.tolist(), activity.vehicle_end_s.tolist(), strict=True))


def test_a_drive_is_told_with_its_lights():
    drive = np.concatenate(
        (np.full(300, 14.0), np.full(50, 0.0), np.full(240, 16.0), np.full(90, 3.5), np.full(300, 14.0))
    )
    activity = cleaned(np.concatenate((RUN, drive, HOME)))
    ((start_s, end_s),) = spans(activity)
    assert start_s == pytest.approx(1800.0, abs=5.0)
    assert end_s == pytest.approx(1800.0 + len(drive), abs=5.0)
    assert activity.quality.vehicle_s == end_s - start_s


def test_a_pause_in_the_drive_is_not_counted_twice():
    drive = np.full(600, 15.0)
    events = ((0.0, True), (2000.0, False), (2100.0, True))
    activity = cleaned(np.concatenate((RUN, drive, HOME)), events=events)
    assert activity.quality.pause_s == 100.0
    assert activity.quality.vehicle_s == pytest.approx(500.0, abs=10.0)


@pytest.mark.parametrize("has_positions", [True, False])
def test_it_is_told_from_distance_and_from_positions(has_positions):
    given = (
        {"has_positions": True, "has_distance": False, "has_speed": False}
        if has_positions
        else {"has_positions": False}
    )
    activity = cleaned(np.concatenate((RUN, np.full(600, 11.0), HOME)), **given)
    assert activity.quality.vehicle_s == pytest.approx(600.0, abs=10.0)


def test_a_run_between_two_drives_stays_a_run():
    speed = np.concatenate((np.full(400, 15.0), np.full(400, 3.0), np.full(400, 15.0)))
    first, second = spans(cleaned(speed))
    assert first[1] == pytest.approx(400.0, abs=5.0)
    assert second[0] == pytest.approx(800.0, abs=5.0)


def test_steps_say_that_a_wrong_distance_is_no_vehicle():
    speed = np.concatenate((RUN, np.full(600, 9.0), HOME))
    steps = {"cadence_cpm": np.full(len(speed), 85.0)}
    assert spans(cleaned(speed, has_positions=False, channels=steps)) == []
    still = {"cadence_cpm": np.where(speed > 8.0, 0.0, 85.0)}
    assert cleaned(speed, has_positions=False, channels=still).quality.vehicle_s == pytest.approx(600.0, abs=10.0)


def test_positions_that_stay_behind_say_that_a_wrong_distance_is_no_vehicle():
    speed = np.full(1800, 3.0)
    distance = np.cumsum(np.where((np.arange(1800) >= 800) & (np.arange(1800) < 860), 11.0, 3.0))
    assert spans(cleaned(speed, channels={"distance_m": distance})) == []


def test_records_sprints_glitches_and_rides_are_no_vehicles():
    record_800 = np.concatenate((np.full(300, 3.0), np.full(101, 800 / 101), np.full(300, 3.0)))
    sprint = np.concatenate((np.full(300, 3.0), np.full(20, 10.0), np.full(300, 3.0)))
    assert spans(cleaned(record_800)) == []
    assert spans(cleaned(sprint)) == []
    assert spans(cleaned(np.full(1200, 9.5), sport="cycling")) == []
    jump = np.cumsum(np.full(1200, 3.0)) + np.where(np.arange(1200) >= 600, 900.0, 0.0)
    assert spans(cleaned(np.full(1200, 3.0), channels={"distance_m": jump})) == []


def test_nobody_drives_on_a_treadmill():
    assert spans(cleaned(np.full(1200, 9.5), has_positions=False, sub_sport="treadmill")) == []


def test_a_drive_from_jam_to_jam_is_told_by_the_steps_that_are_missing():
    jam = np.tile(np.concatenate((np.full(40, 8.0), np.full(20, 0.0))), 20)
    speed = np.concatenate((RUN, jam, HOME))
    steps = np.concatenate((np.full(len(RUN), 86.0), np.zeros(len(jam)), np.full(len(HOME), 55.0)))
    ((start_s, end_s),) = spans(cleaned(speed, channels={"cadence_cpm": steps}))
    assert start_s == pytest.approx(1800.0, abs=5.0)
    assert end_s == pytest.approx(1800.0 + len(jam), abs=25.0)


def test_the_speed_of_a_drive_is_no_speed_of_the_athlete():
    activity = cleaned(np.concatenate((RUN, np.full(600, 15.0), HOME)))
    ((start_s, end_s),) = spans(activity)
    driven = np.zeros(activity.grid.m, dtype=bool)
    driven[int(start_s) : int(end_s)] = True
    for speed in (activity.grid.speed_mps, activity.grid.position_speed_mps):
        assert np.isnan(speed[driven]).all()
        assert np.nanmedian(speed[:1700]) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("steps_cpm", "rep_s"), [(0.0, 600), (92.0, 40), (0.0, 20)])
def test_a_fast_rep_is_no_drive(steps_cpm, rep_s):
    # A sensor that died, a runner who was counted, and a dropout within a sprint.
    rep = np.tile(np.concatenate((np.full(min(rep_s, 40), 7.0), np.full(60, 2.5))), 8)
    speed = np.concatenate((RUN, rep, HOME))
    fast = speed > 6.0
    steps = np.where(fast, steps_cpm, 0.0 if rep_s == 600 else 84.0)
    assert spans(cleaned(speed, channels={"cadence_cpm": steps})) == []
