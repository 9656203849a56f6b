"""Speed in step with distance: the shift that was built in is taken back, and a jump of distance is no shift."""

import numpy as np
import pytest

from runlake.detect._effort_curve import speed_in_step, steadied
from runlake.detect._series import distance_curve
from support.activities import make_activity, with_distance

TRUE_MPS = np.concatenate([np.full(300, 2.5), np.zeros(60), np.tile([3.8] * 60 + [2.2] * 40, 6), np.full(200, 2.5)])


def watch(delay_s, jump_m=0.0):
    """Distance as it was run, and speed shown so many seconds later (earlier: below 0)."""
    shown = np.interp(np.arange(len(TRUE_MPS)) - delay_s, np.arange(len(TRUE_MPS)), TRUE_MPS)
    distance = make_activity(TRUE_MPS).channels["distance_m"].copy()
    distance[500:] += jump_m
    return with_distance(make_activity(shown), distance)


@pytest.mark.parametrize("jump_m", [0.0, 150.0])
@pytest.mark.parametrize("delay_s", [-3.0, 2.0, 5.0])
def test_speed_is_moved_to_when_distance_shows_it(delay_s, jump_m):
    activity = watch(delay_s, jump_m)
    moved = speed_in_step(activity, distance_curve(activity))
    assert np.mean(np.abs(moved - TRUE_MPS) > 0.05) < 0.02  # but for the seconds in which a change falls


def test_speed_that_never_changes_stays():
    activity = make_activity(np.full(600, 3.0))
    assert (speed_in_step(activity, distance_curve(activity)) == 3.0).all()


def test_metres_of_a_standing_start_stay_where_they_were_run():
    activity = watch(3.0)
    curve = distance_curve(activity)
    smooth = steadied(activity, curve, speed_in_step(activity, curve))
    around = slice(295, 400)
    np.testing.assert_allclose(smooth.distance_m[around], curve.distance_m[around], atol=0.2)
