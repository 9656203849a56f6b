"""The projection of a goal: its range holds what it says."""

from __future__ import annotations

import numpy as np
import pytest

from runlake.history._projection import near_best, project, reach


def test_80_percent_range_covers_80_percent_of_athletes() -> None:
    """200 athletes who improve 1 % a month: form of the day 1.5 %, efforts held back by 1 % on average."""
    rng = np.random.default_rng(20_240_101)
    inside = []
    for _ in range(200):
        gap = rng.uniform(6.0, 14.0)
        day = np.cumsum(np.maximum(2.0, np.round(rng.normal(gap, gap / 3, 40))))
        day = day[day <= 140.0]
        form, held_back = rng.normal(0.0, 0.015, len(day)), rng.exponential(0.01, len(day))
        time_s = np.exp(np.log(480.0) - 0.01 / 30.44 * day + form + held_back)
        hard = near_best(day, time_s)
        projection = project(day[hard], time_s[hard], 140.0)
        assert not projection.reason
        truth = np.exp(np.log(480.0) - 0.01 / 30.44 * (140.0 + 56.0) + rng.normal(0.0, 0.015))
        fast, slow = projection.bounds_s(56.0)
        inside.append(fast <= truth <= slow)
    assert 0.75 <= np.mean(inside) <= 0.88


def test_slope_is_clipped_and_shrunk() -> None:
    day = np.arange(0.0, 112.0, 14.0)
    fast_gain = project(day, 480.0 * np.exp(-0.002 * day), 112.0)
    assert fast_gain.slope_per_day == pytest.approx(-0.015 / 30 * 7 / 13)  # 8 points, one of them 16 weeks old
    assert reach(project(day[:3], np.full(3, 480.0), 42.0), 400.0)[2].startswith("too little data")
