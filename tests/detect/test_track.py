"""The track is found on an oval, its laps are corrected, and other loops are left alone."""

import numpy as np
import pytest

from runlake.detect._series import distance_curve
from runlake.detect._track import corrected, find_track, lane_length_m
from support.activities import make_activity
from support.tracks import stadium


def on_track(n_laps=6.0, radius_m=36.80, measured_frac=1.0, speed=4.0, noise_m=1.0, **changes):
    """Laps of an oval; the watch measures `measured_frac` of every metre."""
    true_m = speed * np.arange(int(n_laps * 400 / speed))
    east, north = stadium(true_m, radius_m)
    rng = np.random.default_rng(3)
    drift = np.cumsum(rng.normal(size=(2, len(true_m))), axis=1) * 0.05
    angle = 0.6  # tracks are not laid out to the north
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.array([east, north])
    turned += drift + noise_m * rng.normal(size=turned.shape)
    return make_activity(
        np.full(len(true_m), speed * measured_frac), east_m=turned[0] + 500, north_m=turned[1] - 80, **changes
    )


def found(activity):
    return find_track(activity, distance_curve(activity))


@pytest.mark.parametrize("lane", range(1, 9))
def test_lane_lengths_of_the_standard_track(lane):
    # World Athletics, Track and Field Facilities Manual 2.2.1.7: 400.0 and then 7.04 or 7.67 m more a lane.
    expected = [400.0, 407.0, 414.7, 422.4, 430.0, 437.7, 445.4, 453.0][lane - 1]
    assert lane_length_m(lane) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("measured_frac", [0.97, 1.0, 1.02])
def test_laps_are_corrected_to_400_m(measured_frac):
    activity = on_track(measured_frac=measured_frac)
    track = found(activity)
    assert track is not None
    assert track.distance_factor * measured_frac == pytest.approx(1.0, abs=0.004)
    curve = distance_curve(activity)
    total_m = corrected(curve, track).distance_m[-1]
    assert total_m == pytest.approx(2400.0, rel=0.005)


def test_two_laps_are_a_track_but_no_reason_to_correct():
    track = found(on_track(n_laps=2.8, measured_frac=1.02))
    assert track is not None
    assert track.distance_factor == 1.0


def test_an_outer_lane_is_seen_by_its_area():
    for lane in (3, 5, 8):
        radius = 36.5 + 1.22 * (lane - 1) + 0.2
        measured = 400.0 / lane_length_m(lane) * 1.02  # so that 4 m/s of the oval are measured 2 % long
        track = found(on_track(n_laps=8 / measured, radius_m=radius, measured_frac=1.02))
        assert track.lane == lane
        assert track.distance_factor == pytest.approx(1 / 1.02, abs=0.003)


def test_the_watch_in_track_mode_is_left_alone():
    activity = on_track(measured_frac=1.001, sub_sport="track")
    assert found(activity).distance_factor == 1.0


def test_the_sub_sport_alone_is_enough():
    activity = make_activity(np.full(600, 4.0), sub_sport="track")
    track = found(activity)
    assert (track.start_s, track.end_s, track.distance_factor) == (0.0, 599.0, 1.0)


def test_a_visit_begins_where_the_road_ends():
    way = on_track(n_laps=8)
    n = 300
    speed = np.concatenate((np.full(n, 3.0), way.grid.speed_mps))
    road_east = way.grid.east_m[0] + 3.0 * np.arange(-n, 0)
    activity = make_activity(
        speed,
        east_m=np.concatenate((road_east, way.grid.east_m)),
        north_m=np.concatenate((np.full(n, way.grid.north_m[0]), way.grid.north_m)),
    )
    track = found(activity)
    assert track.start_s == pytest.approx(n, abs=25)
    assert track.end_s == pytest.approx(activity.elapsed_s, abs=5)


def test_other_loops_are_no_track():
    along = 4.0 * np.arange(800)
    circle = 400 / (2 * np.pi)
    loops = {
        "circle of 400 m": (circle * np.cos(along / circle), circle * np.sin(along / circle)),
        "block of 160 by 40 m": block(along, 160.0, 40.0),
        "200 m there and back": (np.abs(along % 400 - 200), np.zeros(len(along))),
        "straight road": (along, np.zeros(len(along))),
    }
    for name, (east, north) in loops.items():
        assert found(make_activity(np.full(len(along), 4.0), east_m=east, north_m=north)) is None, name
    assert found(on_track(n_laps=8)) is not None


def block(along, long_m, short_m):
    s = along % (2 * (long_m + short_m))
    corners_s = np.array([0, long_m, long_m + short_m, 2 * long_m + short_m, 2 * (long_m + short_m)])
    return np.interp(s, corners_s, [0, long_m, long_m, 0, 0]), np.interp(s, corners_s, [0, 0, short_m, short_m, 0])


def test_walking_about_between_reps_adds_nothing_to_the_lap():
    # Eight laps at 4 m/s; after each two laps 60 m to and fro at 1.2 m/s, which belong to no lap.
    rep, rest = np.arange(0, 800, 4.0), np.concatenate((np.arange(0, 30, 1.2), np.arange(30, 0, -1.2)))
    along = np.concatenate([np.concatenate((k * 800 + rep, (k + 1) * 800 - rest)) for k in range(4)])
    speed = np.tile(np.repeat([4.0, 1.2], [len(rep), len(rest)]), 4)
    east, north = stadium(along)
    track = found(make_activity(speed * 1.02, east_m=east, north_m=north))
    assert track.distance_factor == pytest.approx(1 / 1.02, abs=0.003)


def test_an_old_track_with_long_straights_counts():
    along = 4.0 * np.arange(700)
    radius, straight = 28.0, (400 - 2 * np.pi * 28.0) / 2
    s = along % 400
    half = s >= 200
    s = s % 200
    angle = np.clip((s - straight) / radius, 0, np.pi)
    east = np.where(s < straight, s - straight / 2, straight / 2 + radius * np.sin(angle))
    north = np.where(s < straight, -radius, -radius * np.cos(angle))
    sign = np.where(half, -1.0, 1.0)
    track = found(make_activity(np.full(700, 4.0), east_m=sign * east, north_m=sign * north))
    assert track is not None
    assert track.distance_factor == 1.0


def test_a_turn_on_the_road_before_is_no_part_of_the_visit():
    # 600 m out and back on the road, then 300 m to the track, then six laps.
    out = np.concatenate((np.arange(0, 600, 4.0), np.arange(600, 0, -4.0)))
    road = np.concatenate((out, np.arange(0, -300, -4.0)))
    lap_east, lap_north = stadium(np.arange(0, 2400, 4.0))
    east = np.concatenate((road + lap_east[0] + 300, lap_east))
    north = np.concatenate((np.full(len(road), lap_north[0]), lap_north))
    track = found(make_activity(np.full(len(east), 4.0), east_m=east, north_m=north))
    assert track is not None
    assert track.start_s == pytest.approx(len(road), abs=20)
