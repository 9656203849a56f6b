"""Speed thresholds of an athlete: comfortable speed, critical speed and D', VO2max, each as dated estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import HIGH_S, LOW_S, EffortGrid, gated_fit
from runlake.history._effective import Estimate
from runlake.history._formulas import speed_of_vo2
from runlake.history._group import B1, F8, quartiles

HARDER_THAN_EASY = 1.08
"""A best effort less than 8 % above comfortable speed was not hard: it shows no threshold."""


@dataclass(frozen=True, slots=True, eq=False)
class SteadyRuns:
    """Runs without work bouts, sorted by day: their median grade-adjusted speed and mean heart rate."""

    day: F8
    speed_mps: F8
    heart_rate_bpm: F8


def comfortable_estimate(runs: SteadyRuns, end: float, hr_max_bpm: float) -> Estimate | None:
    """Comfortable speed: median over steady runs of 28 days (56 when there are few) with heart rate below zone 2.

    Runs without heart rate count as they are. None without any; estimated from fewer than three.
    """
    for window in (28.0, 56.0):
        a, b = np.searchsorted(runs.day, [end - window, end])
        speed, rate = runs.speed_mps[a:b], runs.heart_rate_bpm[a:b]
        easy = ~(rate > 0.89 * 0.89 * hr_max_bpm)
        if easy.sum() >= 3:
            return _quartiles(speed[easy], int(window), "measured")
    if len(speed):
        few = speed[easy] if easy.any() else speed
        return _quartiles(few, 56, "estimated")
    return None


def _quartiles(speed: F8, days: int, source: str) -> Estimate:
    low, middle, high = quartiles(speed).tolist()
    if source == "estimated":
        low, high = min(low, 0.93 * middle), max(high, 1.07 * middle)
    return Estimate(middle, low, high, f"median of steady runs of {days} days, quartiles", source, len(speed))


@dataclass(frozen=True, slots=True)
class SpeedEstimates:
    """What the best efforts of 90 days say on one day."""

    critical_speed: Estimate | None
    d_prime: Estimate | None
    vo2max: Estimate | None


def effort_estimates(day: F8, efforts: EffortGrid, end: float, easy_mps: float, hr_max_bpm: float) -> SpeedEstimates:
    """Critical speed, D' and VO2max by the best efforts of the 90 days before `end`.

    Order: fit on the upper envelope; threshold pace of the best VDOT; 0.97 of the best 20 min; comfortable speed
    times 1.25. Only the first is measured, and only when heart rate does not contradict.
    """
    a, b = np.searchsorted(day, [end - 90.0, end])
    best = _window_best(efforts, int(a), int(b))
    floor = HARDER_THAN_EASY * easy_mps if not math.isnan(easy_mps) else 0.0
    critical, d_prime = _fitted(best, floor, hr_max_bpm)
    vo2max = _vo2max(best, floor)
    if critical is None:
        critical = _fallback(best, floor, vo2max, easy_mps)
    return SpeedEstimates(critical, d_prime, vo2max)


@dataclass(frozen=True, slots=True, eq=False)
class WindowBest:
    """The fastest of each effort in a window: one entry per effort name that occurs."""

    name: tuple[str, ...]
    speed_mps: F8
    elapsed_s: F8
    heart_rate_bpm: F8
    vdot: F8
    activity: F8


def _window_best(efforts: EffortGrid, a: int, b: int) -> WindowBest:
    if b <= a or not efforts.names:
        nothing = np.empty(0)
        return WindowBest((), nothing, nothing, nothing, nothing, nothing)
    at = np.argmax(efforts.speed_mps[a:b], axis=0) + a
    column = np.arange(len(efforts.names))
    has = efforts.speed_mps[at, column] > 0
    at, column = at[has], column[has]
    return WindowBest(
        tuple(efforts.names[j] for j in column.tolist()),
        efforts.speed_mps[at, column],
        efforts.elapsed_s[at, column],
        efforts.heart_rate_bpm[at, column],
        efforts.vdot[at, column],
        at.astype(np.float64),
    )


def _fitted(best: WindowBest, floor_mps: float, hr_max_bpm: float) -> tuple[Estimate | None, Estimate | None]:
    inside: B1 = (best.elapsed_s >= LOW_S) & (best.elapsed_s <= HIGH_S)
    t, v = best.elapsed_s[inside], best.speed_mps[inside]
    fit, used = gated_fit(t, v * t)
    if fit is None or fit.speed_mps < floor_mps:
        return None, None
    rates = best.heart_rate_bpm[inside][used]
    is_hard = np.isnan(rates).all() or math.isnan(hr_max_bpm) or np.nanmax(rates) >= 0.88 * hr_max_bpm
    n = len(np.unique(best.activity[inside][used]))
    # Bests of training are seldom maximal: the truth is rather above the fit than below.
    high = fit.speed_mps + max(2 * fit.speed_se_mps, 0.02 * fit.speed_mps)
    method = "least squares on the best efforts of 2 to 20 min of 90 days"
    if not is_hard:
        method += "; none near the heart-rate maximum, so a lower bound"
        high = 1.10 * fit.speed_mps
    source = "measured" if is_hard else "estimated"
    low = fit.speed_mps - 2 * fit.speed_se_mps
    spread = 2 * fit.d_prime_se_m
    return (
        Estimate(fit.speed_mps, low, high, method, source, n),
        Estimate(fit.d_prime_m, max(0.0, fit.d_prime_m - spread), fit.d_prime_m + spread, method, source, n),
    )


def _vo2max(best: WindowBest, floor_mps: float) -> Estimate | None:
    known = ~np.isnan(best.vdot) & (best.speed_mps >= floor_mps)
    if not known.any():
        return None
    i = int(np.argmax(np.where(known, best.vdot, -1.0)))
    value = float(best.vdot[i])
    method = (
        f"VDOT of the best {best.name[i]} of 90 days (Daniels and Gilbert 1979); a lower bound unless it was a race"
    )
    return Estimate(value, value - 1.0, value + 5.0, method, "estimated", 1)


def _fallback(best: WindowBest, floor_mps: float, vo2max: Estimate | None, easy_mps: float) -> Estimate | None:
    if vo2max is not None:
        speed = speed_of_vo2(0.88 * vo2max.value)
        if speed >= floor_mps:
            return Estimate(
                speed, 0.97 * speed, 1.08 * speed, f"threshold pace, 0.88 of: {vo2max.method}", "estimated", 1
            )
    if "20min" in best.name:
        speed = 0.97 * float(best.speed_mps[best.name.index("20min")])
        if floor_mps > 0 and speed >= floor_mps:
            return Estimate(speed, 0.97 * speed, 1.08 * speed, "0.97 of the best 20 min of 90 days", "estimated", 1)
    if math.isnan(easy_mps):
        return None
    speed = 1.25 * easy_mps
    return Estimate(
        speed,
        1.15 * easy_mps,
        1.35 * easy_mps,
        "comfortable speed times 1.25; no hard effort in 90 days",
        "estimated",
        0,
    )
