"""VDOT as Daniels and Gilbert published it, and silence outside of what they measured."""

import numpy as np
import pytest

from runlake.detect.best_efforts import vdot
from runlake.units import MILE_M


@pytest.mark.parametrize(
    ("distance_m", "time_s", "expected"),
    [(MILE_M, 360, 48.42), (MILE_M, 780, 19.86), (5000, 1200, 49.81), (5000, 1474, 39.11), (10_000, 2400, 51.94)],
)
def test_vdot_of_published_performances(distance_m, time_s, expected):
    assert vdot(distance_m, time_s) == pytest.approx(expected, abs=0.01)


def test_vdot_is_silent_outside_its_range():
    assert np.isnan(vdot(400.0, 60.0))
    assert np.isnan(vdot(100_000.0, 36_000.0))
