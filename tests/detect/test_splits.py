"""Splits by interpolation: equal for constant speed, pauses only in elapsed time, the rest kept as partial."""

import numpy as np
import pytest

from runlake.detect import splits
from runlake.units import MILE_M
from support.activities import make_activity
from support.tracks import stadium


def find(activity):
    return splits.DETECTOR.find(activity, {}, splits.DETECTOR.settings)[0]


def rows(findings, kind):
    keep = findings["kind"] == kind
    return {name: values[keep] for name, values in findings.values.items()}


def test_constant_speed_gives_equal_splits_and_the_rest_as_partial():
    km = rows(find(make_activity(np.full(1201, 3.0))), "km")
    assert km["elapsed_s"] == pytest.approx([1000 / 3, 1000 / 3, 1000 / 3, 200.0])
    assert km["distance_m"] == pytest.approx([1000.0, 1000.0, 1000.0, 600.0])
    assert km["is_partial"].tolist() == [False, False, False, True]
    assert km["split_no"].tolist() == [1, 2, 3, 4]


def test_miles_are_miles_and_add_up():
    findings = find(make_activity(np.full(1201, 3.0)))
    mile = rows(findings, "mile")
    assert mile["elapsed_s"][0] == pytest.approx(MILE_M / 3.0)
    for kind in ("km", "mile"):
        part = rows(findings, kind)
        assert part["distance_m"].sum() == pytest.approx(3600.0)
        assert part["elapsed_s"].sum() == pytest.approx(1200.0)


def test_a_pause_moves_only_elapsed_time_of_its_split():
    on = np.ones(1000, dtype=bool)
    on[450:510] = False  # in the second kilometre at 3 m/s
    km = rows(find(make_activity(np.full(1000, 3.0), is_timer_on=on)), "km")
    assert km["timer_s"][:2] == pytest.approx([1000 / 3, 1000 / 3], abs=0.01)
    assert km["elapsed_s"][0] == pytest.approx(1000 / 3)
    assert km["elapsed_s"][1] == pytest.approx(1000 / 3 + 60.0, abs=0.01)


def test_coarse_samples_are_interpolated():
    # One sample every 7 s at 2.4 m/s: a kilometre ends after 416.7 s, between samples.
    fine = make_activity(np.full(1000, 2.4))
    keep = np.arange(0, fine.n, 7)
    coarse = type(fine)(
        **{
            **{f: getattr(fine, f) for f in ("activity_id", "start_time_utc_s", "grid", "quality", "sport")},
            "time_s": fine.time_s[keep],
            "channels": {name: np.ascontiguousarray(v[keep]) for name, v in fine.channels.items()},
        }
    )
    km = rows(find(coarse), "km")
    assert km["elapsed_s"][:2] == pytest.approx([1000 / 2.4, 1000 / 2.4])


def test_means_belong_to_their_split():
    m = 1001
    heart = np.where(np.arange(m) < 1000 / 3, 140.0, 150.0)
    altitude = np.concatenate((np.full(334, 100.0), np.linspace(100, 160, 333), np.full(334, 160.0)))
    km = rows(find(make_activity(np.full(m, 3.0), heart_rate_bpm=heart, altitude_m=altitude)), "km")
    assert km["mean_heart_rate_bpm"] == pytest.approx([140.0, 150.0, 150.0], abs=0.05)
    assert km["ascent_m"][:3] == pytest.approx([0.0, 60.0, 0.0], abs=0.5)


def test_laps_of_a_track_take_the_lane_into_account():
    speed, measured = 4.0, 1.02
    true_m = speed * np.arange(600)
    east, north = stadium(true_m)
    activity = make_activity(np.full(600, speed * measured), east_m=east, north_m=north)
    laps = rows(find(activity), "track_400")
    full = ~laps["is_partial"].astype(bool)
    assert full.sum() in (5, 6)
    assert laps["elapsed_s"][full] == pytest.approx(np.full(full.sum(), 100.0), abs=0.6)
    assert laps["distance_factor"] == pytest.approx(1 / measured, abs=0.004)
    assert rows(find(activity), "km")["elapsed_s"][0] == pytest.approx(1000 / (speed * measured))


def test_without_distance_and_in_the_pool_there_are_none():
    still = make_activity(np.zeros(100))
    assert find(still).n_rows == 0
    assert find(make_activity(np.full(2000, 1.0), sport="swimming")).n_rows == 0


def test_a_jump_of_the_distance_marks_its_split_and_no_other():
    speed = np.full(2001, 3.0)
    speed[1500] = 500.0  # kilometre 5 begins at 4000 m, the jump leads from 4500 to 5000 m
    km = rows(find(make_activity(speed)), "km")
    assert km["is_doubtful"].tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert km["elapsed_s"][4] < 0.6 * km["elapsed_s"][3]


def test_distance_in_fits_and_starts_is_no_reason_for_doubt():
    speed = np.where(np.arange(1501) % 5 == 0, 24.0, 0.0)  # 4.8 m/s, written every 5 s
    assert rows(find(make_activity(speed)), "km")["is_doubtful"].tolist() == [0] * 8


def test_the_fastest_kilometre_of_a_runner_stands_and_a_car_does_not():
    runner, car = np.full(300, 7.0), np.full(300, 15.0)
    assert rows(find(make_activity(runner)), "km")["is_doubtful"].tolist() == [0, 0, 0]
    assert rows(find(make_activity(car)), "km")["is_doubtful"].tolist() == [1, 1, 1, 1, 1]
    assert np.isnan(rows(find(make_activity(car, sport="cycling")), "km")["is_doubtful"]).all()


def test_the_neighbour_that_holds_two_metres_of_a_jump_is_not_marked():
    speed = np.full(1001, 3.0)
    speed[666] = 500.0  # from 1998 to 2498 m
    assert rows(find(make_activity(speed)), "km")["is_doubtful"].tolist() == [0, 0, 1, 0]


def test_kilometres_of_a_drive_are_doubtful():
    speed = np.concatenate((np.full(1000, 3.0), np.full(400, 5.0)))
    driven = {"vehicle_start_s": np.array([1000.0]), "vehicle_end_s": np.array([1400.0])}
    assert rows(find(make_activity(speed)), "km")["is_doubtful"].tolist() == [0] * 5
    assert rows(find(make_activity(speed, **driven)), "km")["is_doubtful"].tolist() == [0, 0, 0, 1, 1]
