"""Altitude smoothed by its kind of sensor, the grade under each sample, and grade-adjusted speed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.grade import level_speed
from runlake.kernels.looks import second_differences
from runlake.kernels.signal import moving_mean, moving_median
from runlake.model.recording import F8
from runlake.prepare import _terrain
from runlake.prepare._jumps import without_jumps
from runlake.prepare._track import Timer, Track, at_samples, on_grid
from runlake.prepare.positions import Places

BAROMETER_NOISE_M = 0.45
"""Second differences from second to second: known barometers reach 0.41 m, phones without one start at 0.57 m."""
MEDIAN_HALF, MEAN_HALF = 2, 4
STEEPEST_FRAC = 0.35
COST_LIMIT_FRAC = 0.45
WALKING_MPS = 0.8
"""Slower than this is stairs or standing, where the cost of running on a grade says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Altitude:
    """Smoothed altitude, grade and grade-adjusted speed on samples and whole seconds; NaN where missing."""

    on_samples_m: F8
    on_grid_m: F8
    grade_on_samples: F8
    grade_on_grid: F8
    gap_on_samples_mps: F8
    gap_on_grid_mps: F8
    kind: str
    n_jumps: int
    """Values dropped, and lasting jumps levelled, because no terrain jumps so."""


def clean(
    track: Track, timer: Timer, places: Places, grid_distance_m: F8, speed_mps: F8, grid_speed_mps: F8
) -> Altitude:
    """The track's altitude and what follows from it."""
    recorded = track.channels.get("altitude_m")
    grid, n_jumps = np.full(len(timer.grid_s), np.nan), 0
    if recorded is not None:
        recorded, n_jumps = without_jumps(track.time_s, track.step_s, recorded)
        grid = on_grid(track, timer, recorded, across_pauses=True)
    if len(grid) - np.count_nonzero(np.isnan(grid)) < 3:
        nothing, empty = track.nothing, np.full(len(timer.grid_s), np.nan)
        return Altitude(nothing, grid, nothing, empty, nothing, empty, "none", n_jumps)
    is_rough = _is_rough(track, grid)
    smooth = moving_mean(moving_median(grid, MEDIAN_HALF), MEAN_HALF)
    grade, is_gps = np.full(len(grid), np.nan), None
    if not np.isnan(grid_distance_m).any():
        moving = timer.is_on & (grid_speed_mps > WALKING_MPS)
        again = _terrain.passes(places.east_m, places.north_m, moving)
        terrain = _terrain.grade(grid_distance_m, smooth, again, is_rough=is_rough)
        grade, is_gps = np.minimum(np.maximum(terrain.frac, -STEEPEST_FRAC), STEEPEST_FRAC), terrain.is_gps
    samples_m, grade_samples = at_samples(track, timer, smooth), at_samples(track, timer, grade)
    return Altitude(
        on_samples_m=samples_m,
        on_grid_m=smooth,
        grade_on_samples=grade_samples,
        grade_on_grid=grade,
        gap_on_samples_mps=level_speed(speed_mps, grade_samples, WALKING_MPS, COST_LIMIT_FRAC),
        gap_on_grid_mps=level_speed(grid_speed_mps, grade, WALKING_MPS, COST_LIMIT_FRAC),
        kind="gps" if is_rough or is_gps else "barometer",
        n_jumps=n_jumps,
    )


def _is_rough(track: Track, grid_m: F8) -> bool:
    """True where altitude jumps from second to second as no barometer does, or is too short to tell."""
    rough = second_differences(grid_m)
    if len(rough) < 30:
        return True
    # As np.std does it, without its checks.
    off = rough - np.add.reduce(rough) / len(rough)
    noise_m = float(np.add.reduce(off * off) / len(rough)) ** 0.5
    # Whole metres make a smooth signal rough: rounding gives second differences a variance of 6/12, less between
    # samples further apart.
    rounding_m2 = 0.5 / max(track.median_dt_s, 1.0) ** 3
    if noise_m < BAROMETER_NOISE_M or noise_m >= (BAROMETER_NOISE_M**2 + rounding_m2) ** 0.5:
        return noise_m >= BAROMETER_NOISE_M
    recorded_m = track.channel("altitude_m")
    return not bool(np.all((recorded_m == np.rint(recorded_m)) | np.isnan(recorded_m)))
