"""Critical speed and D' from the best efforts of a window: upper envelope, least squares, gates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runlake.history._group import F8, Array, has_text, is_true, text_codes
from runlake.model.findings import Table

LOW_S, HIGH_S = 120.0, 1200.0
MIN_SPAN = 3.0
D_PRIME_M = (50.0, 400.0)
MAX_STANDARD_ERROR = 0.04
ENVELOPE_FRAC = 0.98


@dataclass(frozen=True, slots=True)
class CriticalSpeed:
    """The line d = speed * t + d_prime, with the standard error of the speed (NaN from two points)."""

    speed_mps: float
    d_prime_m: float
    speed_se_mps: float
    d_prime_se_m: float


def fit_line(duration_s: F8, distance_m: F8) -> CriticalSpeed:
    """Least squares of distance on duration (Monod and Scherrer 1965; Hughson 1984 for running)."""
    n = len(duration_s)
    mean_t, mean_d = float(duration_s.mean()), float(distance_m.mean())
    dt = duration_s - mean_t
    ss = float(dt @ dt)
    speed = float(dt @ (distance_m - mean_d)) / ss
    d_prime = mean_d - speed * mean_t
    if n < 3:
        return CriticalSpeed(speed, d_prime, math.nan, math.nan)
    residual = distance_m - d_prime - speed * duration_s
    variance = float(residual @ residual) / (n - 2)
    return CriticalSpeed(speed, d_prime, math.sqrt(variance / ss), math.sqrt(variance * (1 / n + mean_t * mean_t / ss)))


def envelope(duration_s: F8, distance_m: F8) -> Array:
    """Which points lie on the upper concave hull of distance over duration, or within 2 % below it, bool[n].

    Most bests of training are not maximal: what lies below the hull says how hard the day was, not what was possible.
    """
    order = np.argsort(duration_s)
    hull: list[int] = []
    for i in order.tolist():
        while len(hull) >= 2:
            a, b = hull[-2], hull[-1]
            turn = (duration_s[b] - duration_s[a]) * (distance_m[i] - distance_m[a]) - (
                distance_m[b] - distance_m[a]
            ) * (duration_s[i] - duration_s[a])
            if turn < 0:
                break
            hull.pop()
        hull.append(i)
    limit = np.interp(duration_s, duration_s[hull], distance_m[hull])
    return distance_m >= ENVELOPE_FRAC * limit


def gated_fit(duration_s: F8, distance_m: F8) -> tuple[CriticalSpeed | None, Array]:
    """The fit on the envelope, None when it breaks a gate, and the points used, bool[n].

    Gates: three points that span a factor of three in time, D' of 50 to 400 m, standard error of the speed 4 %.
    """
    used = np.zeros(len(duration_s), dtype=bool)
    if len(duration_s) < 3:
        return None, used
    used = envelope(duration_s, distance_m)
    t, d = duration_s[used], distance_m[used]
    if len(t) < 3 or t.max() / t.min() < MIN_SPAN:
        return None, used
    fit = fit_line(t, d)
    fits = D_PRIME_M[0] <= fit.d_prime_m <= D_PRIME_M[1] and fit.speed_se_mps <= MAX_STANDARD_ERROR * fit.speed_mps
    return (fit if fits else None), used


@dataclass(frozen=True, slots=True, eq=False)
class EffortGrid:
    """Best efforts that may count, as matrices [n activities, m efforts]; absent ones have speed -1."""

    names: tuple[str, ...]
    speed_mps: F8
    elapsed_s: F8
    heart_rate_bpm: F8
    vdot: F8


def usable_efforts(best_efforts: Table) -> Array:
    """Efforts of quality ok, not indoors: the ones that may set records and thresholds, bool[n]."""
    return has_text(best_efforts["quality"], "ok") & ~is_true(best_efforts["is_indoor"])


def effort_grid(best_efforts: Table, row: Array, n: int) -> EffortGrid:
    """The usable efforts by activity row and effort name."""
    ok = np.flatnonzero(usable_efforts(best_efforts) & (row >= 0))
    code, names = text_codes(best_efforts["effort"][ok])
    at = (row[ok], code)

    def matrix(column: str, empty: float) -> F8:
        out = np.full((n, len(names)), empty)
        out[at] = best_efforts[column][ok]
        return out

    return EffortGrid(
        names,
        matrix("speed_mps", -1.0),
        matrix("elapsed_s", np.nan),
        matrix("mean_heart_rate_bpm", np.nan),
        matrix("vdot", np.nan),
    )
