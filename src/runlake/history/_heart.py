"""Heart-rate thresholds of an athlete: maximum, rest, lactate threshold, each as dated estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import EffortGrid
from runlake.history._dates import year_of
from runlake.history._effective import Estimate
from runlake.history._group import B1, F8, between, median
from runlake.model.plugins import Athlete

TANAKA_SPREAD_BPM = 10.0
"""Standard deviation of maxima around 208 - 0.7 age (Tanaka 2001)."""


@dataclass(frozen=True, slots=True, eq=False)
class HeartSessions:
    """What heart rate says of each activity, sorted by day; NaN where it was not recorded well enough."""

    day: F8
    highest_bpm: F8
    """99.5th percentile of moving time."""
    held_3min_bpm: F8
    """Reached or passed for three minutes in all."""
    median_bpm: F8
    is_hard: B1
    """Three work bouts or more."""


def max_estimate(
    sessions: HeartSessions, end: float, athlete: Athlete, window_days: float, min_rise: float
) -> Estimate | None:
    """HRmax by the sessions before `end`: median of the three highest session maxima of two years.

    Sessions without three minutes above 90 % of that level do not count: a short spike is more often a bad contact
    than a maximum. The result is taken for a maximum only when three sessions of repeats show it or it stands
    `min_rise` above the typical session's median (a runner who only jogs shows no maximum), and when it is not far
    below what age predicts. Otherwise 208 - 0.7 age (Tanaka 2001), or None.
    """
    by_age = 208.0 - 0.7 * (year_of(end) - athlete.birth_year)
    shown = _shown_maximum(sessions, end, window_days, min_rise)
    # Few sessions show a lower bound only; many that stay far below what age predicts were not hard.
    slack = 1.5 * TANAKA_SPREAD_BPM if shown is not None and shown.source == "measured" else 0.0
    if shown is not None and not shown.value < by_age - slack:
        return shown
    if math.isnan(by_age):
        return None
    low, high = by_age - TANAKA_SPREAD_BPM, by_age + TANAKA_SPREAD_BPM
    return Estimate(by_age, low, high, "208 - 0.7 age (Tanaka 2001)", "estimated", 0)


def _shown_maximum(sessions: HeartSessions, end: float, window_days: float, min_rise: float) -> Estimate | None:
    a, b = between(sessions.day, end - window_days, end)
    highest, held, middle = sessions.highest_bpm[a:b], sessions.held_3min_bpm[a:b], sessions.median_bpm[a:b]
    known = ~np.isnan(highest)
    if not known.any():
        return None
    counts = known & (held >= 0.9 * _top_three(highest[known]))
    n = int(counts.sum())
    if n == 0:
        return None
    is_tried = int((counts & sessions.is_hard[a:b]).sum()) >= 3
    value, best = _top_three(highest[counts]), float(highest[counts].max())
    if not is_tried and value < min_rise * median(middle[known]):
        return None
    if n >= 3:
        method = "median of the three highest session maxima of two years"
        return Estimate(value, value - 3.0, max(best, value + 5.0), method, "measured", n)
    method = "highest heart rate of the few sessions with hard running so far"
    return Estimate(value, value, max(best, value) + 10.0, method, "estimated", n)


def _top_three(values: F8) -> float:
    return median(np.partition(values, -3)[-3:] if len(values) > 3 else values)


def rest_estimate() -> Estimate:
    """HRrest where it was not told: what runners typically have, wide range. Files of runs do not show it."""
    return Estimate(60.0, 45.0, 75.0, "typical of runners; neither told nor visible in running", "estimated", 0)


def threshold_estimate(
    day: F8, efforts: EffortGrid, end: float, hr_max_bpm: float, expected_30min_mps: float
) -> Estimate | None:
    """LTHR: mean heart rate of a 30 min effort that was near-maximal, within 90 days; else 0.89 HRmax; None without.

    Near-maximal: at least 97 % of the speed that critical speed and D' predict. Less strict rules take the 30 min
    around a tempo run with its warm-up for one, and come out far too low. Outside 85 to 97 % of HRmax it is not
    believed.
    """
    if math.isnan(hr_max_bpm):
        return None
    if "30min" in efforts.names and not math.isnan(expected_30min_mps):
        a, b = between(day, end - 90.0, end)
        j = efforts.names.index("30min")
        hard = efforts.speed_mps[a:b, j] >= 0.97 * expected_30min_mps
        rates = efforts.heart_rate_bpm[a:b, j][hard]
        rates = rates[~np.isnan(rates)]
        if len(rates):
            value = float(rates.max())
            if 0.85 * hr_max_bpm <= value <= 0.97 * hr_max_bpm:
                method = "mean of the hardest 30 min of 90 days (Friel 2009)"
                return Estimate(value, value - 4.0, value + 4.0, method, "measured", len(rates))
    value = 0.89 * hr_max_bpm
    return Estimate(value, 0.85 * hr_max_bpm, 0.93 * hr_max_bpm, "0.89 of the heart-rate maximum", "estimated", 0)
