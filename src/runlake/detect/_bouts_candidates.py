"""From the grid to candidates for work bouts: levels of speed and cadence, segments, runs above levels, features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.kernels.bouts import bout_features, bout_sums, cost_of_grade
from runlake.kernels.edges import half_height_edges
from runlake.kernels.levels import (
    averaged,
    held,
    known_speed,
    known_steps,
    running_sums,
    slope_of_five,
    sums_before,
    within_over,
)
from runlake.kernels.segments import distinct_runs, level_kept_for, merge_levels, merge_segments, runs_above
from runlake.kernels.signal import moving_median
from runlake.model.activity import Grid

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

RUN_MPS = 1.8
"""Slower is walking: the walk-run transition of adults lies near 2 m/s."""
RUN_SPM, SLOWEST_MPS = 140.0, 1.0
"""Nearly all adults run at more steps a minute and walk at fewer; slower than this nobody runs, whatever is counted."""
SLOW_MPS, LEAST_STEPS_S, LEVEL_GRADE = 2.1, 300, 0.03
"""Five minutes at running cadence on level ground, half of them slower than the walk-run transition: a slow runner."""
RAMP_SHARE = 0.9
"""Of the slower running, so that what wanders 10 % below it is running still."""
LOWEST, HIGHEST = -0.45, 1.0
"""Log speed over the easy level is clipped here: walking, standing and pausing become one level."""
SPEEDS = (0.3, 12.0)
"""Speeds are held within these before they become logs: standing still has none, and nobody is faster."""
LEAST_SPM = 120.0
"""While running, fewer steps a minute are a reading that went wrong."""
CADENCE_WEIGHT = 5.0
"""A stride raises speed by some 40 % and cadence by some 8 %: this makes both steps alike in size."""
PENALTY = 0.10
"""Log² seconds that a border must save: a bump of 20 s and 10 % just pays for its two borders."""
STILL_STEP = 0.02
"""Within this of the lowest level nobody runs."""
SHORTEST_S = 5
LEVEL_STEP = 0.05
"""Neighbours less than 5 % apart are one level: below that, easy running itself wanders."""
MOST_SHARE = 0.9
"""A stretch that is nearly all of the running is the run, not a bout inside it."""
LEAST_BOUT_S = 8
"""Shorter than this no watch shows a bout that its runner would call one."""
USUAL_S = np.array([10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1200, 1800.0])
USUAL_M = np.array([100, 200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 2000, 3000, 5000.0])

FEATURES = (
    "log_duration", "level", "cadence_level", "contrast_before", "contrast_after", "contrast",
    "run_contrast_before", "run_contrast_after", "run_contrast", "cadence_before", "cadence_after",
    "cadence_contrast", "cadence_step", "step_start", "step_end", "below_best", "dip", "above_parent",
    "n_children", "depth", "still_before", "still_after", "from_start", "to_end", "share", "noise", "slope",
    "scatter", "above_median", "alike_share", "heart_level", "heart_rise", "heart_fall", "grade_contrast",
    "adjusted_contrast", "heart_of_180", "off_usual_s", "off_usual_m", "log_speed",
)  # fmt: skip
LIKE_FEATURES = (
    "n_like", "period_spread", "rest_spread", "rest_ratio", "set_share", "distance_spread", "duration_spread",
    "like_score", "n_like_good", "inside_score", "around_score",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """What the search reads, float64[m] without NaN: log speed and scaled log cadence over the easy level."""

    level: F8
    cadence: F8
    has_cadence: bool
    easy_mps: float
    easy_spm: float
    noise: float
    speed_mps: F8
    way_m: F8
    """Metres before each second, float64[m + 1], by speed."""
    running_s: F8
    """Seconds of running before each second, float64[m + 1]."""
    run_mps: float = RUN_MPS
    """Slower is walking, for this athlete."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Possible bouts in order of start, with edges on the elapsed axis and what is known of each."""

    start_s: F8
    end_s: F8
    first: I8
    last: I8
    length_m: F8
    level: F8
    features: F8
    channels: Channels
    sharp_mps: F8
    """Speed as edges read it, float64[m]."""


def _median5(x: F8) -> F8:
    """Running median over five samples without NaN, ends as they are; float64[m]."""
    if x.size < 5:
        return x
    out: F8 = moving_median(x, 2)
    out[:2], out[-2:] = x[:2], x[-2:]
    return out


def _filled(x: F8, good: npt.NDArray[np.bool_]) -> F8:
    if good.all():
        return x
    at = np.flatnonzero(good)
    return np.asarray(np.interp(np.arange(x.size), at, x[at]))


def _quantile(x: F8, q: float) -> float:
    k = int(q * (x.size - 1))
    return float(np.partition(x, k)[k])


def make_channels(grid: Grid) -> Channels | None:
    """Levels of speed and cadence over the easy level; None with less than a minute of running."""
    speed, level_mps, n_steps, n_lost = known_speed(
        grid.speed_mps, grid.is_timer_on, grid.cadence_spm, grid.grade_frac, RUN_SPM, SLOWEST_MPS, LEVEL_GRADE
    )
    run_mps, steps_spm = _from_which_on(level_mps, n_steps)
    ran, while_running, way_m, running_s = running_sums(speed, grid.cadence_spm, RUN_MPS, steps_spm, SLOWEST_MPS)
    if while_running.size < 60:
        return None
    running = ran  # what is lost goes out below, from the levels alone
    easy = _quantile(while_running, 0.35)
    level, jumps = held(np.log(within_over(speed, *SPEEDS, easy)), LOWEST, HIGHEST, running)
    if n_lost:
        known = ~grid.is_timer_on | np.isfinite(grid.speed_mps)
        level, running = _filled(level, known), running & known
        jumps = np.abs(np.diff(level[running]))
    noise = 1.4826 * _quantile(jumps, 0.5) / np.sqrt(2.0)
    if noise > 0.035:
        level = np.convolve(_median5(_median5(level)), np.full(7, 1 / 7), "same")
    cadence, easy_spm = _cadence_level(grid, running)
    has = cadence is not None
    cadence = cadence if cadence is not None else np.zeros(level.size)
    return Channels(level, cadence, has, easy, easy_spm, noise, speed, way_m, running_s, run_mps)


def _from_which_on(level_mps: F8, n_steps: int) -> tuple[float, float]:
    """The speed in m/s from which the athlete runs, and the steps a minute from which also who is slower does.

    The speed is `RUN_MPS`, and steps count (else they are infinite) and it is less only where they say that this is
    somebody who runs as slowly as others walk. `level_mps`: speed of the `n_steps` seconds at running cadence that
    are level.
    """
    is_flat = 2 * level_mps.size >= n_steps  # else it is the ground that is slow
    if not is_flat or level_mps.size < LEAST_STEPS_S:
        return RUN_MPS, np.inf
    # Most runs have so few slow seconds that nobody has to look for the middle one.
    is_fast = 2 * np.count_nonzero(level_mps < SLOW_MPS) < level_mps.size
    if is_fast or float(np.median(level_mps)) >= SLOW_MPS:
        return RUN_MPS, np.inf
    return min(RUN_MPS, RAMP_SHARE * _quantile(level_mps, 0.25)), RUN_SPM


def _sharp(grid: Grid, ch: Channels) -> tuple[F8, F8]:
    """Level and speed for edges: as corrected for lag, averaged with what distance says over 4 s where there is one.

    Distance does not pass through the filter of the speed display, so it keeps edges sharper; it is also noisier.
    """
    metres = grid.distance_m
    shown = _filled(ch.speed_mps, ~grid.is_timer_on | np.isfinite(grid.speed_mps))
    if metres.size < 5 or not np.isfinite(metres).all():
        return ch.level, shown
    speed = slope_of_five(metres)
    by_distance = np.log(within_over(speed, *SPEEDS, ch.easy_mps))
    return averaged(ch.level, by_distance, LOWEST, HIGHEST), averaged(shown, speed, -np.inf, np.inf)


def _cadence_level(grid: Grid, running: npt.NDArray[np.bool_]) -> tuple[F8 | None, float]:
    filled, while_running, usable, n_runs = known_steps(grid.cadence_spm, running, LEAST_SPM)
    if while_running.size < max(60, 0.7 * n_runs):
        return None, np.nan
    easy = _quantile(while_running, 0.35)
    filled = _median5(_filled(filled, usable))
    return np.clip(np.log(within_over(filled, 1.0, 300.0, easy)), -0.20, 0.25), easy


def _median_heart(grid: Grid) -> float:
    """Median heart rate, bpm; NaN without."""
    bpm = grid.heart_rate_bpm
    n_known = bpm.size - np.count_nonzero(np.isnan(bpm))
    # NaN comes last in numpy's order.
    return max(float(np.partition(bpm, (n_known - 1) // 2)[(n_known - 1) // 2]), 30.0) if n_known else float("nan")


def find_candidates(grid: Grid, ch: Channels) -> Candidates | None:
    """Every run of segments above one of their levels, as a candidate with features; None when there are none."""
    scaled = ch.cadence * CADENCE_WEIGHT
    penalty = PENALTY * max(1.0, (ch.noise / 0.05) ** 2)
    breaks = merge_segments(ch.level, scaled, penalty, SHORTEST_S)
    weight = 2.0 if ch.has_cadence else 0.0
    mixed = sums_before(ch.level, ch.cadence, weight)
    level = _level(mixed, breaks)
    breaks = merge_levels(breaks, level, LEVEL_STEP, 15)
    level = _level(mixed, breaks)
    runs = runs_above(level)
    return _describe(grid, ch, breaks, level, runs)


def _level(sums: F8, breaks: I8) -> F8:
    """Mean between each two neighbouring borders."""
    at = sums[breaks]
    return np.asarray((at[1:] - at[:-1]) / (breaks[1:] - breaks[:-1]))


def _describe(grid: Grid, ch: Channels, breaks: I8, level: F8, runs: I8) -> Candidates | None:
    n = ch.level.size
    row, first, last, before, after = distinct_runs(runs, breaks, ch.running_s, LEAST_BOUT_S, MOST_SHARE)
    if row.size == 0:
        return None
    sharp, sharp_mps = _sharp(grid, ch)
    edges = half_height_edges(sharp, ch.cadence, first, last, before, after, np.array([0.03, 0.02]))
    start, end = edges[:, 0], edges[:, 1]
    first = np.minimum(np.maximum(np.ceil(start), 0), n - 1).astype(np.int64)
    last = np.minimum(np.maximum(np.ceil(end), first + 4), n).astype(np.int64)
    middle_heart = _median_heart(grid)
    run_level = float(np.log(ch.run_mps / ch.easy_mps))
    cost = np.log(cost_of_grade(grid.grade_frac, 0.25))
    sums = bout_sums(
        ch.level, ch.cadence, grid.heart_rate_bpm, grid.grade_frac, cost, middle_heart, run_level, LOWEST + STILL_STEP
    )
    metres = ch.way_m
    best = level_kept_for(level, breaks, 20.0)
    middle = level_kept_for(level, breaks, 0.5 * sums[2, -1])
    facts = np.array([best, ch.noise, middle, float(ch.has_cadence), np.log(middle_heart / 180.0)])
    features = bout_features(sums, runs, breaks, level, first, last, row, metres, facts, USUAL_S, USUAL_M)
    order = np.argsort(first, kind="stable")
    return Candidates(
        start[order], end[order], first[order], last[order], np.maximum(metres[last] - metres[first], 1.0)[order],
        np.ascontiguousarray(features[order, 1]), np.ascontiguousarray(features[order]), ch, sharp_mps,
    )  # fmt: skip
