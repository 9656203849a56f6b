"""Cadence in steps a minute (revolutions for rides): unit, cleaning, lag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.looks import census, off_where_high
from runlake.kernels.signal import moving_median
from runlake.model.recording import F8
from runlake.prepare._track import B1, Timer, Track, median, on_grid, taken_back
from runlake.prepare.positions import Places
from runlake.prepare.speed import Speed, lag_behind

DEFAULT_LAG_S = 3.5
LONGEST_LAG_S = 8.0
LEAST_R = 0.25
CHANGE_LIMIT_SPM_PER_S = 12.0
RUNNING_MPS = 2.0
RUNNING_SPM = (125.0, 230.0)
"""Nobody runs with fewer or more steps a minute: a median outside says that the unit was taken wrongly."""
HALF_RUNNING_SPM, HALF_WALKING_SPM = 125.0, 85.0
"""GPX says cycles or steps: a median below, running or walking, is cycles of one leg."""
DROPOUT_SPM, DROPOUT_MPS = 60.0, 1.8
HIGHEST_SPM = 240.0
HAMPEL_HALF, HAMPEL_K, HAMPEL_LEAST_SPM = 3, 4.0, 2.0
"""Recorded in whole cycles, so 2 steps a minute is the smallest difference that is not rounding."""
DENSE_S = 2.0
FILL_S = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Cadence:
    """Cadence without lag, on the samples and on whole seconds; NaN where missing."""

    on_samples_spm: F8
    on_grid_spm: F8
    factor: float
    lag_s: float
    is_there: bool


def clean(track: Track, timer: Timer, places: Places, speed: Speed) -> Cadence:
    """The track's cadence in the sport's unit, without dropouts and outliers, shifted back by its lag."""
    recorded = track.channel("cadence_cpm")
    highest_cpm = census(recorded)[2]
    if not highest_cpm > 0.0:
        return Cadence(np.full(track.n, np.nan), np.full(len(timer.grid_s), np.nan), np.nan, np.nan, False)
    factor = _factor(track, recorded, highest_cpm, speed.on_samples_mps)
    spm = recorded * factor
    lag_s = 0.0
    if track.is_foot:
        spm = _without_outliers(track, spm)
        follower = on_grid(track, timer, spm)
        lag_s = lag_behind(places.change_mps2, follower, CHANGE_LIMIT_SPM_PER_S, LEAST_R, LONGEST_LAG_S)
        lag_s = DEFAULT_LAG_S if np.isnan(lag_s) else lag_s
        spm = _without_dropouts(track.time_s, spm, speed.on_samples_mps, lag_s)
    samples, grid = taken_back(track, timer, spm, lag_s)
    return Cadence(samples, grid, factor, lag_s, bool(np.count_nonzero(~np.isnan(grid))))


def _factor(track: Track, recorded: F8, highest_cpm: float, speed_mps: F8) -> float:
    """2 where cycles of one leg were recorded, 1 where steps, or turns of a crank."""
    if not track.is_foot:
        return 1.0
    low, high = RUNNING_SPM
    if track.source_format != "gpx" and 2.0 * highest_cpm <= high:
        return 2.0
    with np.errstate(invalid="ignore"):
        running = recorded[(speed_mps > RUNNING_MPS) & (recorded > 0.0)]
    usual = median(running) if len(running) >= 10 else np.nan
    if track.source_format == "gpx":
        if np.isfinite(usual):
            return 1.0 if usual >= HALF_RUNNING_SPM else 2.0
        return 1.0 if np.median(recorded[recorded > 0.0]) >= HALF_WALKING_SPM else 2.0
    is_odd = track.sport == "running" and not low <= 2.0 * usual <= high and low <= usual <= high
    return 1.0 if is_odd else 2.0


def _without_outliers(track: Track, spm: F8) -> F8:
    """Steps a minute without the impossible and without single outliers; holes up to 8 s are bridged."""
    is_cut = bool(np.fmax.reduce(spm) > HIGHEST_SPM)
    out = np.where(spm > HIGHEST_SPM, np.nan, spm) if is_cut else spm
    # Only where seven samples are a few seconds: on sparse records the filter would cut off short bursts.
    if track.median_dt_s <= DENSE_S:
        middle = moving_median(out, HAMPEL_HALF)
        off, farthest = off_where_high(out, middle, DROPOUT_SPM)
        if farthest > HAMPEL_K * HAMPEL_LEAST_SPM:
            spread = np.maximum(1.4826 * moving_median(off, HAMPEL_HALF), HAMPEL_LEAST_SPM)
            out = np.where(off > HAMPEL_K * spread, np.nan, out)
            is_cut = True
    return spm if not is_cut else bridged(track.time_s, out, np.isnan(out) & ~np.isnan(spm), FILL_S)


def _without_dropouts(time_s: F8, spm: F8, speed_mps: F8, lag_s: float) -> F8:
    """Steps a minute without rests of the sensor while running; holes up to 8 s are bridged."""
    if not census(spm)[1] < DROPOUT_SPM:
        return spm
    slow = np.flatnonzero(spm < DROPOUT_SPM)
    # Cadence is still late here: it shows what the runner did `lag_s` before.
    slow = slow[np.interp(time_s[slow] - lag_s, time_s, speed_mps) > DROPOUT_MPS]
    if len(slow) == 0:
        return spm
    bad = np.zeros(len(spm), dtype=np.bool_)
    bad[slow] = True
    return bridged(time_s, np.where(bad, np.nan, spm), bad, FILL_S)


def bridged(time_s: F8, values: F8, holes: B1, longest_s: float) -> F8:
    """Values with the marked holes filled by straight lines where the neighbours lie close enough in time."""
    if not holes.any():
        return values
    good = np.flatnonzero(~np.isnan(values))
    if len(good) < 2:
        return values
    at = np.flatnonzero(holes)
    right = np.searchsorted(good, at)
    inside = (right > 0) & (right < len(good))
    at, right = at[inside], right[inside]
    near = time_s[good[right]] - time_s[good[right - 1]] <= longest_s
    out = values.copy()
    out[at[near]] = np.interp(time_s[at[near]], time_s[good], values[good])
    return out
