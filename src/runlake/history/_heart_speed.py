"""Speed over heart rate in flat running: VO2max by extending the line to the heart-rate maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._effective import Estimate
from runlake.history._formulas import vo2_of_speed
from runlake.history._group import F8, Array, between
from runlake.model.findings import Table

WINDOW_DAYS = 90.0
MIN_BIN_S, MIN_TOTAL_S = 60.0, 5400.0
MIN_SPEED_MPS = 1.9
MIN_SPREAD = 0.2
"""The line has to be known over a fifth of the heart-rate reserve."""
MIN_CORRELATION = 0.6
RANGE_ML = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class HeartSpeed:
    """Running sums over bins of flat running in order of days: weights, heart rate x, speed y, and their products."""

    day: F8
    sums: F8
    """float64[6, n + 1]: w, wx, wy, wxx, wxy, wyy."""


def heart_speed(form: Table, is_run_row: Array) -> HeartSpeed:
    """The sums over bins within 2 % grade, a minute and longer, at running speed, with heart rate."""
    flat = (form["grade_bin_frac"] >= -0.0201) & (form["grade_bin_frac"] < 0.0199)
    x, y, w = form["heart_rate_bpm"], form["mean_speed_mps"], form["seconds"]
    keep = np.flatnonzero(is_run_row & flat & ~np.isnan(x) & (w >= MIN_BIN_S) & (y >= MIN_SPEED_MPS))
    keep = keep[np.argsort(form["local_date"][keep], kind="stable")]
    x, y, w = x[keep], y[keep], w[keep]
    terms = np.array([w, w * x, w * y, w * x * x, w * x * y, w * y * y])
    sums = np.concatenate((np.zeros((6, 1)), np.cumsum(terms, axis=1)), axis=1)
    return HeartSpeed(form["local_date"][keep], sums)


def vo2max_estimate(data: HeartSpeed, end: float, hr_max_bpm: float, hr_rest_bpm: float) -> Estimate | None:
    """VO2max by the 90 days before `end`; None without 90 min of flat running over a fifth of the reserve.

    Heart rate also rises with heat and duration, hence the wide range of 5 ml/kg/min; never mixed with the value
    that race results give.
    """
    a, b = between(data.day, end - WINDOW_DAYS, end)
    w, wx, wy, wxx, wxy, wyy = (data.sums[:, b] - data.sums[:, a]).tolist()
    if w < MIN_TOTAL_S or math.isnan(hr_max_bpm):
        return None
    mean_x, mean_y = wx / w, wy / w
    var_x, var_y, cov = wxx / w - mean_x**2, wyy / w - mean_y**2, wxy / w - mean_x * mean_y
    # An even spread over a range has a standard deviation of 0.29 of it.
    if var_x <= (0.29 * MIN_SPREAD * (hr_max_bpm - hr_rest_bpm)) ** 2 or var_y <= 0:
        return None
    if cov / math.sqrt(var_x * var_y) < MIN_CORRELATION:
        return None
    value = vo2_of_speed(mean_y + cov / var_x * (hr_max_bpm - mean_x))
    if not 20.0 <= value <= 95.0:
        return None
    method = "speed over heart rate in flat running of 90 days, extended to the heart-rate maximum"
    n_days = 1 + int(np.count_nonzero(np.diff(data.day[a:b])))  # the days rise
    return Estimate(value, value - RANGE_ML, value + RANGE_ML, method, "estimated", n_days)
