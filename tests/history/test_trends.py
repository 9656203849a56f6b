"""Slopes over runs whose fatigue onset is partly out of sight."""

from __future__ import annotations

import numpy as np

from runlake.history._progress_trends import censored_slope


def test_pairs_that_tell_nothing_are_left_out_of_the_slope() -> None:
    x = np.arange(4.0)
    free = np.array([False, False, False, False])
    assert censored_slope(x, 10.0 + 3 * x, free) == 3.0
    assert np.isnan(censored_slope(x, np.full(4, 50.0), np.array([True, True, True, False])))
    late = censored_slope(np.arange(3.0), np.array([10.0, 30.0, 50.0]), np.array([False, True, True]))
    assert np.isnan(late)
