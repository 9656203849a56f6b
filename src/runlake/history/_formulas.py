"""Published formulas of training load, intensity and performance: numbers in, numbers out."""

from __future__ import annotations

import math

import numpy as np

from runlake.history._group import F8

TRIMP_WEIGHTS = {"male": (0.64, 1.92), "female": (0.86, 1.67)}
"""Banister 1991, as given by Morton, Fitz-Clarke and Banister 1990 (men) and Banister 1991 (women)."""


def trimp_per_min(reserve_frac: F8, sex: str) -> F8:
    """Training impulse of one minute at that share of the heart-rate reserve (Banister 1991).

    Where the sex is not told, the mean of both curves.
    """
    x = np.clip(reserve_frac, 0.0, None)
    curves = [TRIMP_WEIGHTS[sex]] if sex in TRIMP_WEIGHTS else list(TRIMP_WEIGHTS.values())
    total = np.zeros_like(x)
    for a, b in curves:  # in place: the bins of ten years are many
        curve = b * x
        np.exp(curve, out=curve)
        curve *= x * a
        total += curve
    return total / len(curves)


def pace_load(seconds: F8, intensity_frac: F8) -> F8:
    """Load by pace: 100 is an hour at threshold speed; it grows with the square of the intensity."""
    return 100.0 * seconds / 3600.0 * intensity_frac**2


def smoothed_load(daily: F8, days: float, seed: float) -> F8:
    """Exponentially weighted mean of daily loads: x(t) = x(t-1) + (load - x(t-1)) (1 - e^(-1/days))."""
    gain = 1.0 - math.exp(-1.0 / days)
    out = np.empty(len(daily))
    x = seed
    for i, load in enumerate(daily.tolist()):
        x += (load - x) * gain
        out[i] = x
    return out


def monotony(daily: F8) -> float:
    """Mean over standard deviation (n - 1) of daily loads, at most 10; NaN when all days are alike (Foster 1998)."""
    spread = float(np.std(daily, ddof=1))
    return min(float(np.mean(daily)) / spread, 10.0) if spread > 0 else math.nan


def vo2_of_speed(speed_mps: float) -> float:
    """Oxygen cost of running on the flat, ml/kg/min (Daniels and Gilbert 1979)."""
    v = speed_mps * 60.0
    return -4.60 + 0.182258 * v + 0.000104 * v * v


def speed_of_vo2(vo2: float) -> float:
    """Speed with that oxygen cost, m/s: the inverse of `vo2_of_speed`."""
    a, b, c = 0.000104, 0.182258, -4.60 - vo2
    return (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a) / 60.0


def vo2_share(duration_s: float) -> float:
    """Share of VO2max that can be held for so long (Daniels and Gilbert 1979)."""
    t = duration_s / 60.0
    return 0.8 + 0.1894393 * math.exp(-0.012778 * t) + 0.2989558 * math.exp(-0.1932605 * t)


def vdot(distance_m: float, duration_s: float) -> float:
    """VO2max that a race result stands for, ml/kg/min; NaN outside 3.5 to 240 min (Daniels and Gilbert 1979)."""
    if not 210.0 <= duration_s <= 14_400.0:
        return math.nan
    return vo2_of_speed(distance_m / duration_s) / vo2_share(duration_s)


def vdot_time(vdot_value: float, distance_m: float) -> float:
    """Time over the distance that the VDOT stands for, s: bisection on `vdot`'s equation."""
    low, high = distance_m / 9.0, distance_m / 0.8
    for _ in range(60):
        middle = (low + high) / 2
        if vo2_of_speed(distance_m / middle) / vo2_share(middle) > vdot_value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def riegel_time(duration_s: float, distance_m: float, to_distance_m: float, exponent: float = 1.06) -> float:
    """Time over another distance: t2 = t1 (d2 / d1)^exponent (Riegel 1981)."""
    return duration_s * (to_distance_m / distance_m) ** exponent


def polarization(z1: float, z2: float, z3: float) -> tuple[float, str]:
    """Polarization index log10(z1 / z2 * z3 * 100) of fractions that sum to 1, and why there is none (Treff 2019).

    Without time in zone 3 it is 0; without time in zone 2, 0.01 is moved from zone 3 to zone 2 (a rule quoted
    second-hand, docs/decisions/0064).
    NaN with a reason where zone 3 is larger than zone 1: the index is not defined there.
    """
    if math.isnan(z1 + z2 + z3):
        return math.nan, "no time in zones"
    if z3 <= 0.0:
        return 0.0, ""
    if z3 > z1:
        return math.nan, "more time in zone 3 than in zone 1: not defined (Treff 2019)"
    if z2 <= 0.0:
        if z3 <= 0.01:
            return math.nan, "no time in zone 2 and less than 1 % in zone 3: not defined (Treff 2019)"
        return math.log10(z1 / 0.01 * (z3 - 0.01) * 100.0), ""
    return math.log10(z1 / z2 * z3 * 100.0), ""


def distribution_class(z1: float, z2: float, z3: float) -> str:
    """Name of the intensity distribution by the order of its zones; "" without fractions (Treff 2019)."""
    if math.isnan(z1 + z2 + z3):
        return ""
    if z2 + z3 < 0.02:
        return "base"
    if z3 >= z1 and z3 >= z2:
        return "high_intensity"
    if z2 > z1:
        return "threshold"
    if z3 > z2:
        return "polarized" if polarization(z1, z2, z3)[0] > 2.0 else "pyramidal"
    return "pyramidal"


def theil_sen(x: F8, y: F8) -> tuple[float, float]:
    """Slope and intercept: medians over all pairs; NaN with fewer than two different x (Theil 1950, Sen 1968)."""
    dx = x[None, :] - x[:, None]
    dy = y[None, :] - y[:, None]
    pairs = np.triu(np.ones(dx.shape, dtype=bool), 1) & (dx != 0)
    if not pairs.any():
        return math.nan, math.nan
    slope = float(np.median(dy[pairs] / dx[pairs]))
    return slope, float(np.median(y - slope * x))
