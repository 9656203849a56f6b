"""Where a goal time may be in some weeks: equivalents of hard efforts, their trend, and an honest range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import expected_speed, usable_efforts
from runlake.history._formulas import theil_sen
from runlake.history._group import F8, Array, is_true, rows_of
from runlake.model.findings import Table

RIEGEL_EXPONENT = 1.06
MIN_MODEL_FRAC = 0.95
DAY_TO_DAY_FRAC = 0.015
Z_80 = 1.2816
WINDOW_DAYS = 112.0
HORIZON_DAYS = 84.0
MIN_POINTS = 4
MIN_SPAN_DAYS = 42.0
MAX_SLOPE_PER_DAY = 0.015 / 30.0
STALE_DAYS = 42.0
SLOPE_DRIFT = 0.005 / 30.0
"""Training does not go on as it went: 0.5 % a month of slope that no past points can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Equivalents:
    """One point per activity: what its best effort says of the goal distance, in order of days."""

    day: F8
    time_s: F8
    activity_id: Array
    effort: Array


def comparable(best_efforts: Table, thresholds: Table, goal_m: float) -> Array:
    """Hard efforts by distance that say something of the goal, row numbers.

    Of 2 min and longer, from a quarter to four times the goal distance, at 95 % or more of the speed that the
    thresholds of the day let expect.
    """
    ratio = best_efforts["distance_m"] / goal_m
    ok = usable_efforts(best_efforts) & is_true(best_efforts["is_by_distance"])
    keep = np.flatnonzero(ok & (best_efforts["elapsed_s"] >= 120.0) & (ratio >= 0.249) & (ratio <= 4.01))
    expected = expected_speed(thresholds, best_efforts["local_date"][keep], best_efforts["elapsed_s"][keep])
    return keep[~(best_efforts["speed_mps"][keep] < MIN_MODEL_FRAC * expected)]


def personal_exponent(best_efforts: Table, keep: Array, now_day: float) -> float:
    """How this athlete's time grows with distance: slope of log time over log distance, of the best of 16 weeks.

    1.06 (Riegel 1981) where fewer than three distances that span a factor of 2.5 were run; held to 1.02 to 1.15.
    """
    day = best_efforts["local_date"][keep]
    keep = keep[(day > now_day - WINDOW_DAYS) & (day <= now_day)]
    best: dict[float, float] = {}
    rows = zip(best_efforts["distance_m"][keep].tolist(), best_efforts["elapsed_s"][keep].tolist(), strict=True)
    for distance, time_s in rows:
        best[distance] = min(time_s, best.get(distance, math.inf))
    if len(best) < 3 or max(best) < 2.5 * min(best):
        return RIEGEL_EXPONENT
    x, y = np.log(list(best)), np.log(list(best.values()))
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return min(max(slope, 1.02), 1.15)


def equivalents(best_efforts: Table, keep: Array, goal_m: float, exponent: float = RIEGEL_EXPONENT) -> Equivalents:
    """One point per activity: the best time over the goal distance that its efforts stand for, t (D / d)^exponent."""
    ratio = best_efforts["distance_m"][keep] / goal_m
    time_s = best_efforts["elapsed_s"][keep] * ratio**-exponent
    ids = best_efforts["activity_id"][keep]
    names = dict.fromkeys(ids.tolist())
    code = rows_of(ids, dict(zip(names, range(len(names)), strict=True)))
    order = np.lexsort((time_s, code))
    first = order[np.concatenate(([True], np.diff(code[order]) > 0))] if len(order) else order
    first = first[np.argsort(best_efforts["start_time_utc"][keep[first]], kind="stable")]
    at = keep[first]
    return Equivalents(best_efforts["local_date"][at], time_s[first], ids[first], best_efforts["effort"][at])


def near_best(day: F8, time_s: F8, span_days: float = 42.0, slack: float = 0.05) -> Array:
    """Points within 5 % of the best of the six weeks up to them: the hard days, bool[n]."""
    low = np.searchsorted(day, day - span_days)
    high = np.searchsorted(day, day, side="right")
    best = np.array([time_s[a:b].min() for a, b in zip(low.tolist(), high.tolist(), strict=True)])
    return time_s <= (1.0 + slack) * best


@dataclass(frozen=True, slots=True)
class Projection:
    """A line of log time over days with its spread; `reason` says why there is none (then the rest is NaN)."""

    now_day: float
    level: float
    slope_per_day: float
    level_se: float
    slope_se: float
    reason: str = ""

    def bounds_s(self, ahead_days: float) -> tuple[float, float]:
        """The 80 % range of the time on a day that lies so far ahead: fast end, slow end."""
        middle = self.level + self.slope_per_day * ahead_days
        half = Z_80 * math.sqrt(DAY_TO_DAY_FRAC**2 + self.level_se**2 + (self.slope_se * ahead_days) ** 2)
        return math.exp(middle - half), math.exp(middle + half)


def project(day: F8, time_s: F8, now_day: float) -> Projection:
    """The projection from the points of the last 16 weeks before `now_day`.

    Theil-Sen on log time; slope clipped to 1.5 % a month and shrunk by n / (n + 6); no projection from fewer than 4
    points, from less than 6 weeks, or when the last hard effort is older than 6 weeks.
    """
    inside = (day > now_day - WINDOW_DAYS) & (day <= now_day)
    x, y = day[inside], np.log(time_s[inside])
    n = len(x)
    if n < MIN_POINTS or x[-1] - x[0] < MIN_SPAN_DAYS:
        return _none(now_day, f"too little data: {n} hard efforts in 16 weeks, {MIN_POINTS} over 6 weeks are needed")
    if now_day - x[-1] > STALE_DAYS:
        return _none(now_day, "no hard effort in the last 6 weeks")
    raw, _ = theil_sen(x, y)
    clipped = min(max(raw, -MAX_SLOPE_PER_DAY), MAX_SLOPE_PER_DAY)
    keep = n / (n + 6.0)
    slope = keep * clipped
    middle = float(x.mean())
    at_middle = float(np.median(y - clipped * (x - middle)))
    residual = y - at_middle - clipped * (x - middle)
    spread = max(1.4826 * float(np.median(np.abs(residual))), 0.005)
    # What the points scatter beyond one's form of the day is effort held back: a goal is run without holding back.
    held_back = math.sqrt(max(spread**2 - DAY_TO_DAY_FRAC**2, 0.0))
    slope_se = math.hypot(spread / math.sqrt(float(((x - middle) ** 2).sum())), (1.0 - keep) * clipped, SLOPE_DRIFT)
    ahead = now_day - middle
    # The points fix the line at their middle; from there to now the full slope is the best guess.
    level = at_middle + clipped * ahead - 0.85 * held_back
    level_se = math.hypot(1.25 * spread / math.sqrt(n), slope_se * ahead, 0.5 * held_back)
    return Projection(now_day, level, slope, level_se, slope_se)


def _none(now_day: float, reason: str) -> Projection:
    return Projection(now_day, math.nan, math.nan, math.nan, math.nan, reason)


def reach(projection: Projection, target_s: float) -> tuple[float, float, str]:
    """First day on which the target lies in the 80 % range, first day on which the slow end reaches it, and a reason.

    NaN for what does not happen within 12 weeks.
    """
    if projection.reason:
        return math.nan, math.nan, projection.reason
    start = end = math.nan
    for ahead in range(int(HORIZON_DAYS) + 1):
        fast, slow = projection.bounds_s(float(ahead))
        if math.isnan(start) and fast <= target_s:
            start = projection.now_day + ahead
        if slow <= target_s:
            end = projection.now_day + ahead
            break
    if math.isnan(start):
        return math.nan, math.nan, "not within 12 weeks by the trend of the last 16 weeks"
    return start, end, "" if not math.isnan(end) else "the slow end of the range is not within 12 weeks"
