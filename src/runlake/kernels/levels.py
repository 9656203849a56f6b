"""Speed and cadence of whole seconds as the search for bouts reads them: who runs, how fast, and how evenly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.kernels._jit import kernel

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]


@kernel
def known_speed(
    speed_mps: F8,
    is_timer_on: B1,
    cadence_spm: F8,
    grade_frac: F8,
    steps_spm: float,
    steps_mps: float,
    level_grade: float,
) -> tuple[F8, F8, int, int]:
    """Speed with 0 where it is missing or the timer off, and what steps say of slow runners.

    Second comes the speed of the level seconds (grade at most `level_grade`, or unknown) with `steps_spm` and
    `steps_mps` or more, in order of time; then how many seconds have such steps, level or not; then in how many the
    timer was on and the speed is missing. `speed_mps`, `cadence_spm`, `grade_frac`: float64[m], NaN missing;
    `is_timer_on`: bool[m].
    """
    m = speed_mps.size
    speed = np.empty(m)
    level = np.empty(m)
    n_level, n_steps, n_lost = 0, 0, 0
    for i in range(m):
        v = speed_mps[i]
        known = not np.isnan(v)
        speed[i] = v if known and is_timer_on[i] else 0.0
        n_lost += is_timer_on[i] and not known
        steps = (cadence_spm[i] >= steps_spm) & (speed[i] >= steps_mps)
        n_steps += steps
        level[n_level] = speed[i]  # overwritten by the next one where it does not count
        n_level += steps and not abs(grade_frac[i]) > level_grade
    return speed, level[:n_level], n_steps, n_lost


@kernel
def running_sums(
    speed: F8, cadence_spm: F8, run_mps: float, steps_spm: float, steps_mps: float
) -> tuple[B1, F8, F8, F8]:
    """Who runs, how fast, and the way and the seconds of running before each second and after the last one.

    Running is faster than `run_mps`, or at least `steps_mps` with `steps_spm` or more (infinite: never by steps).
    bool[m], then the speed of the seconds run, then float64[m + 1] twice. `speed`: float64[m] without NaN;
    `cadence_spm`: NaN missing.
    """
    m = speed.size
    runs = np.empty(m, dtype=np.bool_)
    fast = np.empty(m)
    way_m = np.zeros(m + 1)
    running_s = np.zeros(m + 1)
    way, n = 0.0, 0
    for i in range(m):
        v = speed[i]
        runs[i] = (v > run_mps) | ((cadence_spm[i] >= steps_spm) & (v >= steps_mps))
        fast[n] = v
        n += runs[i]
        way += v
        way_m[i + 1] = way
        running_s[i + 1] = n
    return runs, fast[:n], way_m, running_s


@kernel
def within_over(values: F8, low: float, high: float, by: float) -> F8:
    """The values held within low and high, over `by`: float64[m] without NaN."""
    out = np.empty(values.size)
    for i in range(values.size):
        out[i] = min(max(values[i], low), high) / by
    return out


@kernel
def held(values: F8, low: float, high: float, keep: B1) -> tuple[F8, F8]:
    """The values held within low and high, and by how much neighbours among those that are kept differ.

    `values`: float64[m] without NaN, `keep`: bool[m]; float64[m] and float64[number kept - 1] come out.
    """
    out = np.empty(values.size)
    steps = np.empty(values.size + 1)
    n = 0
    last = 0.0
    for i in range(values.size):
        here = min(max(values[i], low), high)
        out[i] = here
        steps[n] = abs(here - last)
        n += keep[i]
        last = here if keep[i] else last
    return out, steps[1 : max(n, 1)]


@kernel
def known_steps(cadence_spm: F8, runs: B1, least_spm: float) -> tuple[F8, F8, B1, int]:
    """Cadence with 0 where it is missing or too low for running, and how well it is known.

    Second comes the cadence of the seconds run where it is known, then where it may be used (known, or nobody runs),
    then how many seconds were run. `cadence_spm`: float64[m], NaN missing; `runs`: bool[m].
    """
    m = cadence_spm.size
    filled = np.empty(m)
    running = np.empty(m)
    usable = np.empty(m, dtype=np.bool_)
    n_known, n_runs = 0, 0
    for i in range(m):
        spm = cadence_spm[i]
        good = (spm > least_spm) | ((not runs[i]) & (not np.isnan(spm)))
        filled[i] = spm if good else 0.0
        usable[i] = good | (not runs[i])
        running[n_known] = spm
        n_known += good & runs[i]
        n_runs += runs[i]
    return filled, running[:n_known], usable, n_runs


@kernel
def slope_of_five(values: F8) -> F8:
    """Change over four steps a step, the first and last two as their neighbours: float64[m], m >= 5, without NaN."""
    m = values.size
    out = np.zeros(m)
    for i in range(m - 4):
        out[i + 2] = (values[i + 4] - values[i]) / 4.0
    if m >= 5:
        out[0] = out[1] = out[2]
        out[m - 1] = out[m - 2] = out[m - 3]
    return out


@kernel
def averaged(one: F8, other: F8, low: float, high: float) -> F8:
    """Mean of one signal and another held within low and high: float64[m] each, without NaN."""
    out = np.empty(one.size)
    for i in range(one.size):
        out[i] = 0.5 * (one[i] + min(max(other[i], low), high))
    return out


@kernel
def sums_before(one: F8, other: F8, weight: float) -> F8:
    """Sum of one signal and `weight` times another before each entry and of all: float64[m + 1], first 0."""
    out = np.zeros(one.size + 1)
    total = 0.0
    for i in range(one.size):
        total += one[i] + weight * other[i]
        out[i + 1] = total
    return out


@kernel
def uphill(grade_frac: F8, speed: F8, steepest: float, least_grade: float, least_mps: float) -> tuple[F8, float]:
    """Grade held within +-steepest, 0 where missing, and metres climbed where it is steep and somebody moves.

    `grade_frac`, `speed`: float64[m]; steep is `least_grade` or more, moving more than `least_mps`.
    """
    out = np.empty(grade_frac.size)
    climbed = 0.0
    for i in range(grade_frac.size):
        g = 0.0 if np.isnan(grade_frac[i]) else min(max(grade_frac[i], -steepest), steepest)
        out[i] = g
        climbed += g * speed[i] if g >= least_grade and speed[i] > least_mps else 0.0
    return out, climbed
