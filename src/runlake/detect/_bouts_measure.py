"""What was run in each bout and in the rest after it: distance, speeds, cadence, heart rate, climb."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runlake.detect._bouts_candidates import Channels
from runlake.detect._series import CADENCE, GAP, GRADE, HEART, SPEED, TIMER_SPEED, between, means_of
from runlake.kernels.bouts import highest_mean
from runlake.kernels.climbs import climb_along
from runlake.model.activity import B1, Activity, Grid
from runlake.model.recording import F8

STAND_MPS, WALK_MPS = 0.5, 1.8
"""A rest slower than the first is standing, than the second walking (walk-run transition near 2 m/s)."""
HEART_DELAY_S = 15.0
"""The heart goes on rising after a short bout."""
DROP_S = 60.0
"""Recovery is read after a minute; a shorter rest shows none."""
FLANK_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """One entry for each bout, float64[b]; NaN where it cannot be known. `rest_*` concern what follows the bout."""

    start_s: F8
    end_s: F8
    duration_s: F8
    """Pauses included."""
    distance_m: F8
    mean_speed_mps: F8
    peak_speed_mps: F8
    gap_speed_mps: F8
    cadence_spm: F8
    peak_cadence_spm: F8
    cadence_rise_spm: F8
    heart_rate_bpm: F8
    max_heart_rate_bpm: F8
    heart_rate_rise_bpm: F8
    heart_rate_drop_bpm: F8
    grade_frac: F8
    ascent_m: F8
    contrast_frac: F8
    rest_s: F8
    rest_speed_mps: F8
    rest_grade_frac: F8
    gap_contrast_frac: F8
    """Grade-adjusted speed over that of the minutes around, minus 1."""
    own_duration_s: F8
    own_distance_m: F8
    """Between the edges that each bout has by itself: those drawn to be alike say nothing of what was meant."""

    @property
    def n(self) -> int:
        """How many bouts."""
        return len(self.start_s)


def median(x: F8, members: Sequence[int]) -> float:
    """Median of x over some bouts; quicker than NumPy for a handful."""
    values = sorted([x.item(i) for i in members])
    half = len(values) // 2
    return values[half] if len(values) % 2 else 0.5 * (values[half - 1] + values[half])


def spread(x: F8, members: Sequence[int]) -> float:
    """Standard deviation over mean of x over some bouts; 0 for one."""
    values = [x.item(i) for i in members]
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values)) / mean if mean else 0.0


def apart(x: F8, members: Sequence[int]) -> float:
    """Mean distance from the median over the median, of x over some bouts: one that went wrong hardly counts."""
    middle = median(x, members)
    return sum(abs(x.item(i) - middle) for i in members) / len(members) / middle if middle else 0.0


def _highest(column: F8, start_s: F8, end_s: F8, width: int) -> F8:
    """Highest mean over `width` seconds, centred in whole seconds that touch each [start, end); NaN without any."""
    first, stop = np.maximum(np.floor(start_s), 0.0), np.minimum(np.ceil(end_s), len(column))
    return np.asarray(highest_mean(column, first.astype(np.int64), stop.astype(np.int64), width))


def _way(grid: Grid, ch: Channels) -> F8:
    """Metres so far at each second: the distance, or by speed where there is none."""
    known = np.isfinite(grid.distance_m)
    if known.all():
        return grid.distance_m
    at = np.flatnonzero(known)
    return np.interp(np.arange(grid.m), at, grid.distance_m[at]) if len(at) else ch.way_m


def _ascent(grid: Grid, speed: F8, start_s: F8, end_s: F8) -> F8:
    """Metres climbed, from grade along the way; NaN without altitude."""
    if not np.isfinite(grid.altitude_m).any():
        return np.full(len(start_s), np.nan)
    return between(climb_along(grid.grade_frac, speed), start_s, end_s)


def _next_start(start_s: F8, is_sure: B1) -> F8:
    """Where the next sure bout begins; NaN after the last."""
    sure = start_s[is_sure]
    following = np.searchsorted(sure, start_s, side="right")
    return np.append(sure, np.nan)[following]


def measure(activity: Activity, ch: Channels, start_s: F8, end_s: F8, is_sure: B1, own: tuple[F8, F8]) -> Measures:
    """The measures of bouts [start_s, end_s), in order and disjoint; rests last until the next sure one.

    `own` are starts and ends as each bout has them by itself.
    """
    grid = activity.grid
    duration = np.maximum(end_s - start_s, 1.0)
    next_start = _next_start(start_s, is_sure)
    rest = next_start - end_s
    way = _way(grid, ch)
    distance = between(way, start_s, end_s)
    rest_end = np.where(np.isfinite(rest), next_start, end_s)
    rest_m = between(way, end_s, rest_end)
    windows = (
        (start_s, end_s), (np.maximum(start_s - FLANK_S, 0.0), start_s), (end_s, np.minimum(end_s + FLANK_S, grid.m)),
        (end_s, rest_end), (end_s + DROP_S - 3.0, end_s + DROP_S + 3.0), (end_s - 3.0, end_s + 3.0),
        (np.maximum(start_s - 10.0, 0.0), start_s + 2.0),
    )  # fmt: skip
    first, last = (np.concatenate(side) for side in zip(*windows, strict=True))
    means = means_of(activity, (TIMER_SPEED, SPEED, HEART, CADENCE, GAP, GRADE), first, last)
    moving, speed, beats, steps, level, slope = means.reshape(6, len(windows), -1)
    around = np.fmax(np.fmin(moving[1], moving[2]), 0.3)
    highest = _highest(grid.heart_rate_bpm, start_s, end_s + HEART_DELAY_S, 1)
    heart, later, at_end, at_start = beats[0], beats[4], beats[5], beats[6]
    flat_around = np.fmax(0.5 * (level[1] + level[2]), np.fmin(level[1], level[2]))
    return Measures(
        start_s=start_s, end_s=end_s, duration_s=end_s - start_s,
        distance_m=distance, mean_speed_mps=distance / duration,
        peak_speed_mps=_highest(grid.speed_mps, start_s, end_s, 3),
        gap_speed_mps=level[0], cadence_spm=steps[0],
        peak_cadence_spm=_highest(grid.cadence_spm, start_s, end_s, 3),
        cadence_rise_spm=steps[0] - steps[1],
        heart_rate_bpm=heart, max_heart_rate_bpm=highest,
        heart_rate_rise_bpm=highest - at_start, heart_rate_drop_bpm=np.where(rest < DROP_S, np.nan, at_end - later),
        grade_frac=slope[0], ascent_m=_ascent(grid, ch.speed_mps, start_s, end_s),
        contrast_frac=speed[0] / around - 1.0, rest_s=rest,
        rest_speed_mps=np.divide(rest_m, rest, out=np.full(len(rest), np.nan), where=rest > 0.5),
        gap_contrast_frac=level[0] / np.fmax(flat_around, 0.3) - 1.0,
        rest_grade_frac=slope[3], own_duration_s=own[1] - own[0], own_distance_m=between(way, *own),
    )  # fmt: skip


def rest_kind(speed_mps: float) -> str | None:
    """stand, walk or jog; None when the speed is not known."""
    if not np.isfinite(speed_mps):
        return None
    if speed_mps < STAND_MPS:
        return "stand"
    return "walk" if speed_mps < WALK_MPS else "jog"
