"""Critical speed and D' from the best efforts of a window, each of which may have been held back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from runlake.history._effective import dated
from runlake.history._group import F8, Array, has_text, is_true, text_codes
from runlake.model.findings import Table

LOW_S, HIGH_S = 120.0, 2400.0
"""Efforts that say something of critical speed: the line is made for 2 to 20 min; a longer effort still bounds it."""
NOISE_FRAC = 0.01
HELD_BACK_FRAC, SURELY_HELD_BACK_FRAC = 0.03, 0.06
D_PRIME_M, D_PRIME_SD_M = 180.0, 60.0
"""What runners have (Smyth and Muniz-Pumares 2020; Jones and Vanhatalo 2017): used until efforts say it better."""
D_PRIME_GRID_M = np.arange(50.0, 401.0, 14.0)
_PRIOR = 0.5 * ((D_PRIME_GRID_M - D_PRIME_M) / D_PRIME_SD_M) ** 2
_STEPS = np.linspace(0.86, 1.10, 49)
NEAR_FRAC = 0.02
MIN_SPAN = 2.5


def fit_line(duration_s: F8, distance_m: F8) -> tuple[float, float]:
    """Critical speed and D' by least squares of distance on duration (Hughson 1984), for efforts that were maximal."""
    mean_t, mean_d = float(duration_s.mean()), float(distance_m.mean())
    dt = duration_s - mean_t
    speed = float(dt @ (distance_m - mean_d)) / float(dt @ dt)
    return speed, mean_d - speed * mean_t


@dataclass(frozen=True, slots=True, eq=False)
class CriticalSpeed:
    """Medians with 80 % ranges, and which efforts lie on the line."""

    speed_mps: F8
    """Low, middle, high."""
    d_prime_m: F8
    is_near: Array
    is_determined: bool
    """Two efforts or more on the line, of durations that differ by a factor of 2.5: not D' as usual decides."""


def informative(duration_s: F8, distance_m: F8) -> Array:
    """Efforts at least 1.5 % faster than every longer one, bool[n]: others are stretches of a longer one."""
    order = np.argsort(-duration_s, kind="stable")
    speed = (distance_m / duration_s)[order]
    longer = np.concatenate(([0.0], np.maximum.accumulate(speed)[:-1]))
    out = np.empty(len(order), dtype=bool)
    out[order] = speed > 1.015 * longer
    return out


def fit_upper(duration_s: F8, distance_m: F8, is_repeat: Array) -> CriticalSpeed:
    """The line d = CS t + D' that the efforts touch from below.

    Bests of training are seldom maximal, so least squares lies too low (0.06 on the simulated season). An effort
    above the line costs as noise of 1 % does; one below costs little (held back by 3 % on average), and nothing more
    beyond 6 %: it was not tried. One of several repeats (`is_repeat`) bounds the line from below but never draws it
    down, for more had to follow. D' starts from what runners usually have. Medians and ranges of the weights
    exp(-cost) on a grid. The bests of 90 days stay the same for weeks, so the last fits are remembered.
    """
    given = (duration_s.astype(np.float64), distance_m.astype(np.float64), is_repeat.astype(bool))
    return _fit_upper(*(values.tobytes() for values in given))


@lru_cache(maxsize=64)
def _fit_upper(durations: bytes, distances: bytes, repeats: bytes) -> CriticalSpeed:
    duration_s, distance_m = np.frombuffer(durations), np.frombuffer(distances)
    is_repeat = np.frombuffer(repeats, dtype=bool)
    draws = ~is_repeat if not is_repeat.all() else np.ones(len(duration_s), dtype=bool)
    top = float(np.max((distance_m - D_PRIME_M) / duration_s))
    speed = top * _STEPS
    line = speed[None, :, None] * duration_s[:, None, None] + D_PRIME_GRID_M[None, None, :]
    above = distance_m[:, None, None] / line - 1.0
    below = np.minimum(-above, SURELY_HELD_BACK_FRAC) / HELD_BACK_FRAC * draws[:, None, None]
    cost = np.where(above > 0, 0.5 * (above / NOISE_FRAC) ** 2, below).sum(axis=0) + _PRIOR
    weight = np.exp(cost.min() - cost)
    speeds = _quantiles(speed, weight.sum(axis=1))
    d_primes = _quantiles(D_PRIME_GRID_M, weight.sum(axis=0))
    middle = speeds[1] * duration_s + d_primes[1]
    is_near = (np.abs(np.log(distance_m / middle)) <= NEAR_FRAC) & draws
    near_s = duration_s[is_near]
    is_determined = len(near_s) >= 2 and float(near_s.max()) >= MIN_SPAN * float(near_s.min())
    return CriticalSpeed(speeds, d_primes, is_near, is_determined)


def _quantiles(grid: F8, weight: F8) -> F8:
    """The 10 %, 50 % and 90 % points of weights on an even grid, float64[3]."""
    cum = np.cumsum(weight) - 0.5 * weight
    return np.interp(np.array([0.1, 0.5, 0.9]) * weight.sum(), cum, grid)


@dataclass(frozen=True, slots=True, eq=False)
class EffortGrid:
    """Best efforts that may count, as matrices [n activities, m efforts]; absent ones have speed -1."""

    names: tuple[str, ...]
    speed_mps: F8
    elapsed_s: F8
    heart_rate_bpm: F8
    vdot: F8
    is_repeat: Array
    """Activities with three work bouts or more."""


def usable_efforts(best_efforts: Table) -> Array:
    """Efforts of quality ok, not indoors: the ones that may set records and thresholds, bool[n]."""
    return has_text(best_efforts["quality"], "ok") & ~is_true(best_efforts["is_indoor"])


def effort_grid(best_efforts: Table, row: Array, n: int, is_repeat: Array | None = None) -> EffortGrid:
    """The usable efforts by activity row and effort name."""
    ok = np.flatnonzero(usable_efforts(best_efforts) & (row >= 0))
    code, names = text_codes(best_efforts["effort"][ok])
    at = (row[ok], code)

    def matrix(column: str, empty: float) -> F8:
        out = np.full((n, len(names)), empty, order="F")  # windows of activities are looked at effort by effort
        out[at] = best_efforts[column][ok]
        return out

    return EffortGrid(
        names,
        matrix("speed_mps", -1.0),
        matrix("elapsed_s", np.nan),
        matrix("mean_heart_rate_bpm", np.nan),
        matrix("vdot", np.nan),
        np.zeros(n, dtype=bool) if is_repeat is None else is_repeat,
    )


def model_speed(duration_s: F8, critical_mps: F8, d_prime_m: F8) -> F8:
    """Fastest speed that can be expected for a duration: CS + D' / t up to an hour, then t^-0.06 (Riegel 1981).

    Below 2 min the hyperbola promises too much; it is held there.
    """
    t = np.clip(duration_s, 120.0, 3600.0)
    return (critical_mps + d_prime_m / t) * np.maximum(duration_s / 3600.0, 1.0) ** -0.06


def expected_speed(thresholds: Table, day: F8, duration_s: F8) -> F8:
    """`model_speed` by the thresholds of each day, float64[n]; NaN before critical speed is known."""
    d_prime = dated(thresholds, "d_prime").value_on(day)
    critical = dated(thresholds, "critical_speed").value_on(day)
    return model_speed(duration_s, critical, np.where(np.isnan(d_prime), D_PRIME_M, d_prime))
