"""Speed thresholds of an athlete: comfortable speed, critical speed and D', VO2max, each as dated estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._critical_speed import D_PRIME_M, HIGH_S, LOW_S, EffortGrid, fit_upper, informative
from runlake.history._effective import Estimate
from runlake.history._group import B1, F8, between, quartiles

HARDER_THAN_EASY = 1.08
"""A critical speed less than 8 % above comfortable speed only says that nothing was run hard."""
HARD_SPEED_FRAC = 1.15
"""An effort of up to 20 min below that share of comfortable speed was no test of VO2max."""
EASY_TO_CRITICAL = 1.30
"""Easy running is 70 to 80 % of critical speed (Daniels' easy and threshold paces are 1.22 to 1.28 apart)."""
WALK_MPS = 1.9
HARD_HEART_RATE_FRAC = 0.86
"""Mean heart rate of a hard effort over the maximum; its first minute lags behind, hence not 0.9."""


HARD_METHOD = "line above the best efforts of 2 to 40 min of 90 days, effort held back allowed for"
ONE_EFFORT_METHOD = "hardest effort of 90 days, with the D' that runners usually have"
LOWER_BOUND_METHOD = "bests of 90 days, none near the heart-rate maximum: a lower bound"


@dataclass(frozen=True, slots=True, eq=False)
class SteadyRuns:
    """Runs without work bouts, sorted by day: their median grade-adjusted speed and mean heart rate."""

    day: F8
    speed_mps: F8
    heart_rate_bpm: F8


@dataclass(frozen=True, slots=True, eq=False)
class SetEfforts:
    """Sets of repeats as continuous efforts that cost as much, sorted by day."""

    day: F8
    duration_s: F8
    distance_m: F8

    def best_before(self, end: float) -> tuple[F8, F8]:
        """Duration and distance of the set of 90 days that bounds critical speed most, each float64[0 or 1]."""
        a, b = between(self.day, end - 90.0, end)
        if a == b:
            return np.empty(0), np.empty(0)
        t, d = self.duration_s[a:b], self.distance_m[a:b]
        best = int(np.argmax((d - D_PRIME_M) / t))
        return t[best : best + 1], d[best : best + 1]


MIN_REP_S = 150.0
"""Shorter reps live on what muscle and blood store between them; the model of D' does not hold for them."""
D_PRIME_RECOVERY_S = 200.0
"""Time constant with which D' comes back while jogging; 140 to 400 s were found (Skiba 2014; Kirby 2021)."""


def set_efforts(day: F8, work_s: F8, n_reps: F8, mean_rest_s: F8, speed_mps: F8) -> SetEfforts:
    """Sets as efforts: what rests give back of D' shortens the work, but never below one rep.

    Over n reps of t at speed v, (v - CS) n t e^(-rest / 200 s) <= D': the same as one effort of that duration.
    """
    left = np.exp(-np.where(np.isnan(mean_rest_s), 0.0, mean_rest_s) / D_PRIME_RECOVERY_S)
    duration = np.maximum(work_s * left, work_s / np.maximum(n_reps, 1.0))
    rep_s = work_s / np.maximum(n_reps, 1.0)
    keep = np.flatnonzero((rep_s >= MIN_REP_S) & (duration <= HIGH_S) & ~np.isnan(speed_mps))
    keep = keep[np.argsort(day[keep], kind="stable")]
    return SetEfforts(day[keep], duration[keep], duration[keep] * speed_mps[keep])


def comfortable_estimate(runs: SteadyRuns, end: float, hr_max_bpm: float) -> Estimate | None:
    """Comfortable speed: median over steady runs of 28 days (56 when there are few) with heart rate below zone 2.

    Runs without heart rate count as they are. None without any; estimated from fewer than three.
    """
    for window in (28.0, 56.0):
        a, b = between(runs.day, end - window, end)
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

    @property
    def is_measured(self) -> bool:
        """Whether critical speed and D' come from efforts of different durations."""
        return self.critical_speed is not None and self.critical_speed.source == "measured"


def effort_estimates(
    day: F8, efforts: EffortGrid, sets: SetEfforts, end: float, easy_mps: float, hr_max_bpm: float
) -> SpeedEstimates:
    """Critical speed, D' and VO2max by the best efforts of the 90 days before `end`.

    Critical speed by the hard efforts, else comfortable speed times 1.25.
    """
    best = _window_best(efforts, *between(day, end - 90.0, end))
    critical, d_prime = _fitted(best, sets.best_before(end), easy_mps, hr_max_bpm)
    return SpeedEstimates(critical or _by_comfortable(easy_mps), d_prime, _vo2max(best, easy_mps))


@dataclass(frozen=True, slots=True, eq=False)
class WindowBest:
    """The fastest of each effort in a window: one entry per effort name that occurs."""

    name: tuple[str, ...]
    speed_mps: F8
    elapsed_s: F8
    heart_rate_bpm: F8
    vdot: F8
    activity: F8
    is_repeat: B1


def _window_best(efforts: EffortGrid, a: int, b: int) -> WindowBest:
    if b <= a or not efforts.names:
        nothing = np.empty(0)
        return WindowBest((), nothing, nothing, nothing, nothing, nothing, nothing > 0)
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
        efforts.is_repeat[at],
    )


def _fitted(
    best: WindowBest, of_set: tuple[F8, F8], easy_mps: float, hr_max_bpm: float
) -> tuple[Estimate | None, Estimate | None]:
    inside: B1 = (best.elapsed_s >= LOW_S) & (best.elapsed_s <= HIGH_S)
    if not inside.any():
        return None, None
    inside[inside] = informative(best.elapsed_s[inside], best.speed_mps[inside] * best.elapsed_s[inside])
    t = best.elapsed_s[inside]
    set_s, set_m = of_set
    is_repeat = np.concatenate((best.is_repeat[inside], np.ones(len(set_s), dtype=bool)))
    fit = fit_upper(np.concatenate((t, set_s)), np.concatenate((best.speed_mps[inside] * t, set_m)), is_repeat)
    is_near = fit.is_near[: len(t)]
    low, speed, high = fit.speed_mps.tolist()
    if speed < HARDER_THAN_EASY * easy_mps:
        return None, None
    rates = best.heart_rate_bpm[inside][is_near]
    rates = rates[~np.isnan(rates)]
    n = max(1, len(set(best.activity[inside][is_near].tolist())))
    source = "measured" if fit.is_determined else "estimated"
    method = HARD_METHOD if fit.is_determined else ONE_EFFORT_METHOD
    if len(rates) and rates.max() < HARD_HEART_RATE_FRAC * hr_max_bpm:
        if speed < EASY_TO_CRITICAL * easy_mps:
            return None, None
        source, method, high = "estimated", LOWER_BOUND_METHOD, max(high, 1.10 * speed)
    d_low, d_prime, d_high = fit.d_prime_m.tolist()
    return (
        Estimate(speed, low, high, method, source, n),
        Estimate(d_prime, d_low, d_high, method, source, n),
    )


def _vo2max(best: WindowBest, easy_mps: float) -> Estimate | None:
    known = ~np.isnan(best.vdot) & ~(best.speed_mps < HARD_SPEED_FRAC * easy_mps) & (best.speed_mps >= WALK_MPS)
    if not known.any():
        return None
    i = int(np.argmax(np.where(known, best.vdot, -1.0)))
    value = float(best.vdot[i])
    method = (
        f"VDOT of the best {best.name[i]} of 90 days (Daniels and Gilbert 1979); a lower bound unless it was a race"
    )
    return Estimate(value, value - 1.0, value + 5.0, method, "estimated", 1)


def _by_comfortable(easy_mps: float) -> Estimate | None:
    if math.isnan(easy_mps):
        return None
    speed = EASY_TO_CRITICAL * easy_mps
    method = "comfortable speed times 1.3; no hard effort in 90 days"
    return Estimate(speed, 1.20 * easy_mps, 1.42 * easy_mps, method, "estimated", 0)
