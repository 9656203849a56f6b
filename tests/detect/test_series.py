"""When the athlete moved: short stops are closed, long ones are not."""

import numpy as np

from runlake.detect._series import moving_mask
from support.activities import make_activity


def test_short_stops_are_closed_and_long_ones_are_not():
    speed = np.full(101, 3.0)
    speed[20:23] = 0.0
    speed[50:60] = 0.0
    assert moving_mask(make_activity(speed)).sum() == 90
