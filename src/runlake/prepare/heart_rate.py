"""Heart rate without dropouts, glitches, stuck sensors, and where an optical sensor followed cadence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.looks import census, near_stretches
from runlake.kernels.repair import excursions, unchanging
from runlake.model.recording import F8
from runlake.prepare._track import B1, I8, Timer, Track, median, on_grid
from runlake.prepare.cadence import Cadence, bridged
from runlake.prepare.speed import Speed

LOWEST_BPM, HIGHEST_BPM = 40.0, 230.0
FASTEST_BPM_PER_S = 12.0
"""No heart changes faster from beat to beat over a second; a sensor that drops out and returns does."""
GLITCH_BPM, GLITCH_S = 15.0, 8.0
STUCK_S, STUCK_N = 120.0, 11
BRIDGE_S = 8.0
WINDOW_S = 60
NEAR_BPM = 3.0
ENTRY_BPM, ENTRY_S = 20.0, 15
STEADY_FRAC = 0.1
LEAST_NEAR = 0.7
LEAST_R = 0.5
SAME_BPM = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class HeartRate:
    """Heart rate on samples and whole seconds (also in pauses, where recorded); NaN where not trusted."""

    on_samples_bpm: F8
    on_grid_bpm: F8
    lock_s: float
    share: float
    stuck_s: float
    """Seconds of the timer dropped because the sensor stood still."""


def clean(track: Track, timer: Timer, speed: Speed, cadence: Cadence) -> HeartRate:
    """The track's heart rate, without what cannot be the heart's."""
    recorded = track.channels.get("heart_rate_bpm")
    if recorded is None:
        return HeartRate(track.nothing, np.full(len(timer.grid_s), np.nan), 0.0, 0.0, 0.0)
    bpm = recorded
    _, lowest, highest = census(recorded)
    if lowest < LOWEST_BPM or highest > HIGHEST_BPM:
        bpm = np.where((recorded >= LOWEST_BPM) & (recorded <= HIGHEST_BPM), recorded, np.nan)
    glitch = excursions(track.time_s, bpm, np.zeros(track.n), FASTEST_BPM_PER_S, GLITCH_BPM, GLITCH_S)
    if glitch.any():
        bpm = np.where(glitch, np.nan, bpm)
    stuck = unchanging(track.time_s, bpm, STUCK_S, STUCK_N)
    stuck_s = 0.0
    if stuck.any():
        stuck_s = float(np.count_nonzero(stuck[_sample_before(track, timer)] & timer.is_on))
        bpm = np.where(stuck, np.nan, bpm)
    bpm = bridged(track.time_s, bpm, glitch, BRIDGE_S)
    grid = on_grid(track, timer, bpm, across_pauses=True)
    lock_s = 0.0
    if cadence.is_there and track.is_foot:
        locked = locked_to_cadence(grid, cadence.on_grid_spm, speed.on_grid_mps)
        if locked.any():
            lock_s = float(np.count_nonzero(locked & timer.is_on))
            grid[locked] = np.nan
            bpm = np.where(locked[np.minimum(np.rint(track.time_s).astype(np.int64), len(locked) - 1)], np.nan, bpm)
    on = np.count_nonzero(timer.is_on)
    share = np.count_nonzero(~np.isnan(grid) & timer.is_on) / on if on else 0.0
    return HeartRate(bpm, grid, lock_s, share, stuck_s)


def _sample_before(track: Track, timer: Timer) -> I8:
    """The sample before or at each whole second."""
    return np.searchsorted(track.time_s, timer.grid_s, side="right") - 1


def locked_to_cadence(bpm: F8, spm: F8, speed_mps: F8) -> B1:
    """True for seconds where an optical sensor counted steps instead of beats.

    In windows of 60 s the heart rate must equal cadence (or half of it) within 3 a minute for most of the time. And
    it must either begin or end with a jump of 20 bpm within 15 s that no change of speed explains, or follow the
    ups and downs of cadence: a heart that merely beats as fast as the feet step does neither.
    """
    locked = np.zeros(len(bpm), dtype=np.bool_)
    if len(bpm) < 2 * WINDOW_S:
        return locked
    for share in (1.0, 0.5):
        near, dense = near_stretches(bpm, spm, share, NEAR_BPM, WINDOW_S, LEAST_NEAR * WINDOW_S)
        if len(dense) == 0:
            continue
        breaks = np.flatnonzero(np.diff(dense) > WINDOW_S)
        firsts, lasts = dense[np.concatenate(([0], breaks + 1))], dense[np.append(breaks, len(dense) - 1)]
        for first, last in zip(firsts, lasts, strict=True):
            inside = np.flatnonzero(near[first : last + WINDOW_S])
            start, stop = first + int(inside[0]), first + int(inside[-1]) + 1
            if (
                _jumps_in(bpm, speed_mps, start)
                or _jumps_in(bpm[::-1], speed_mps[::-1], len(bpm) - stop)
                or _follows(bpm[start:stop], share * spm[start:stop])
            ):
                locked[start:stop] = True
    return locked


def _jumps_in(bpm: F8, speed_mps: F8, start: int) -> bool:
    """True when heart rate jumps to its level at `start` within 15 s of a minute of steady running."""
    if start < ENTRY_S:
        return False
    before, after = _middle(bpm[start - ENTRY_S : start - ENTRY_S // 2]), _middle(bpm[start : start + ENTRY_S // 2])
    if not abs(after - before) >= ENTRY_BPM:
        return False
    # A heart takes a minute to answer: no change of speed of the minutes beside it may explain the jump.
    now = _middle(speed_mps[start : start + ENTRY_S])
    beside = range(max(start - WINDOW_S, 0), start + WINDOW_S, ENTRY_S)
    levels = [_middle(speed_mps[k : k + ENTRY_S]) for k in beside]
    return all(abs(level - now) <= STEADY_FRAC * now for level in levels if not np.isnan(level))


def _follows(bpm: F8, spm: F8) -> bool:
    """True when heart rate is as good as cadence, and its changes over 5 s go with those of cadence."""
    if not median(np.abs(bpm - spm)) <= SAME_BPM:
        return False
    bpm_change, spm_change = bpm[5:] - bpm[:-5], spm[5:] - spm[:-5]
    known = ~np.isnan(bpm_change + spm_change)
    if np.count_nonzero(known) < WINDOW_S:
        return False
    bpm_change, spm_change = bpm_change[known], spm_change[known]
    n = len(bpm_change)
    one, other = bpm_change - np.add.reduce(bpm_change) / n, spm_change - np.add.reduce(spm_change) / n
    squares, other_squares = float(np.add.reduce(one * one)), float(np.add.reduce(other * other))
    if min(squares, other_squares) / n < 1.0:
        return False
    return float(np.add.reduce(one * other)) / (squares * other_squares) ** 0.5 > LEAST_R


def _middle(values: F8) -> float:
    """Median of the few that are there, NaN for none; a fifth of the time that arrays take for so few."""
    known = sorted(value for value in values.tolist() if value == value)
    n = len(known)
    if n == 0:
        return float("nan")
    return known[n // 2] if n % 2 else 0.5 * (known[n // 2] + known[n // 2 - 1])
