"""Time by heart rate and by speed: sums are exact, edges belong to the upper bin, standing does not count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.detect import distributions
from runlake.detect._series import moving_mask
from support.activities import make_activity


def find(activity):
    return distributions.DETECTOR.find(activity, {}, distributions.DETECTOR.settings)[0]


def part(found, quantity):
    keep = found["quantity"] == quantity
    return {name: values[keep] for name, values in found.values.items()}


def test_heart_rate_by_beat():
    heart = np.repeat([139.0, 140.0, 141.5], 100)
    heart = np.append(heart, 150.0)
    bins = part(find(make_activity(np.full(301, 3.0), heart_rate_bpm=heart)), "heart_rate")
    assert bins["bin_low"].tolist() == [139.0, 140.0, 141.0]
    assert bins["seconds"].tolist() == [100.0, 100.0, 100.0]
    assert bins["distance_m"] == pytest.approx([300.0, 300.0, 300.0])


def test_steady_speed_lies_in_one_bin():
    bins = part(find(make_activity(np.full(601, 3.02))), "gap_speed")
    assert bins["bin_low"] == pytest.approx([3.0])
    assert bins["seconds"].tolist() == [600.0]


def test_a_surge_of_ten_seconds_is_spread_over_thirty():
    speed = np.full(601, 3.02)
    speed[300:310] = 6.02
    bins = part(find(make_activity(speed)), "gap_speed")
    assert bins["bin_low"].max() == pytest.approx(4.0)
    assert bins["seconds"].sum() == 600.0


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_sums_are_moving_time(seed):
    rng = np.random.default_rng(seed)
    m = 400
    speed = np.where(rng.random(m) < 0.1, 0.0, rng.uniform(0.3, 5.0, m))
    speed[rng.random(m) < 0.05] = np.nan
    heart = np.where(rng.random(m) < 0.2, np.nan, rng.uniform(90, 190, m))
    on = np.repeat(rng.random(8) < 0.8, 50)
    on[0] = on[-1] = True
    activity = make_activity(speed, heart_rate_bpm=heart, is_timer_on=on)
    moving = moving_mask(activity)
    found = find(activity)
    assert part(found, "heart_rate")["seconds"].sum() == (moving & np.isfinite(heart)).sum()
    with_speed = moving & np.isfinite(activity.grid.gap_speed_mps)
    assert part(found, "gap_speed")["seconds"].sum() == with_speed.sum()


def test_a_ride_has_heart_rate_but_no_running_speed():
    found = find(make_activity(np.full(301, 8.0), heart_rate_bpm=np.full(301, 130.0), sport="cycling"))
    assert set(found["quantity"]) == {"heart_rate"}


def test_without_distance_it_is_missing_not_zero():
    activity = make_activity(np.full(301, 3.0), heart_rate_bpm=np.full(301, 130.0))
    no_way = make_activity(np.full(301, np.nan), heart_rate_bpm=np.full(301, 130.0))
    grid = type(activity.grid)(
        **{f: getattr(no_way.grid, f) for f in no_way.grid.__slots__ if f != "distance_m"},
        distance_m=np.full(301, np.nan),
    )
    found = find(make_activity(np.full(301, np.nan), grid=grid))
    assert found["seconds"].sum() == 300.0
    assert np.isnan(found["distance_m"]).all()


def test_a_run_that_never_moved_has_no_easy_running():
    found = find(make_activity(np.zeros(1800), heart_rate_bpm=np.full(1800, 90.0)))
    quantities = set(found["quantity"].tolist())
    assert "gap_speed" not in quantities
    assert "heart_rate" in quantities


def test_seconds_in_a_vehicle_are_in_no_bin():
    heart = np.concatenate((np.full(600, 150.0), np.full(301, 90.0)))
    speed = np.concatenate((np.full(600, 3.0), np.full(301, 20.0)))
    run = make_activity(speed, heart_rate_bpm=heart, vehicle_start_s=np.array([600.0]), vehicle_end_s=np.array([901.0]))
    bins = find(run)
    assert part(bins, "heart_rate")["bin_low"].tolist() == [150.0]
    assert part(bins, "heart_rate")["seconds"].sum() == part(bins, "gap_speed")["seconds"].sum() == 600.0
    everything = make_activity(speed, vehicle_start_s=np.array([0.0]), vehicle_end_s=np.array([901.0]))
    assert not moving_mask(everything).any()
    assert find(everything).n_rows == 0
