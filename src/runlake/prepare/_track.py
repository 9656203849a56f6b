"""What the steps of cleaning hand on: records in order, the timer, and readings on whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.kernels.repair import interpolate_at
from runlake.model.recording import F8, DeviceTotals, Lap, TimerEvent

B1 = npt.NDArray[np.bool_]
I8 = npt.NDArray[np.int64]

MAX_HOLD_S = 12.0
"""Smart recording leaves out up to so many seconds (p99 of real files is 10 s); longer is a gap."""

HOLD_S = 2.0
"""The last value before the timer stops stands for so much longer: whole seconds and samples need not meet."""

FOOT_SPORTS = frozenset({"running", "walking", "hiking", "mountaineering", "snowshoeing"})
"""Sports whose cadence is steps; FIT names."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Records in order: `time_s` starts at 0 and rises strictly; channels have plausible values only."""

    start_time_utc_s: float
    time_s: F8
    channels: Mapping[str, F8]
    laps: tuple[Lap, ...]
    timer_events: tuple[TimerEvent, ...]
    totals: DeviceTotals
    sport: str
    sub_sport: str
    source_format: str
    has_footpod_speed: bool
    n_dropped: int
    clock_jump_s: float
    median_dt_s: float
    """Typical time between samples; NaN for a single one."""

    @property
    def n(self) -> int:
        """How many samples there are."""
        return len(self.time_s)

    @property
    def is_foot(self) -> bool:
        """True for sports on foot."""
        return self.sport in FOOT_SPORTS

    def channel(self, name: str) -> F8:
        """The channel, NaN throughout when the recording lacks it."""
        values = self.channels.get(name)
        return np.full(self.n, np.nan) if values is None else values


def median(values: F8) -> float:
    """Middle value of what holds no NaN, NaN for nothing; a third of the time that np.median takes."""
    n = len(values)
    if n == 0:
        return float("nan")
    middle = n // 2
    parted = np.partition(values, middle)
    return float(parted[middle]) if n % 2 else 0.5 * float(parted[middle] + parted[:middle].max())


def watch_pause_s(totals: DeviceTotals) -> float:
    """Seconds by which the watch's elapsed time exceeds its timer; NaN when it does not say."""
    if not totals.timer_s > 0.0 or not totals.elapsed_s > 0.0:
        return float("nan")
    # Writers exist that have the two the wrong way round.
    return abs(totals.elapsed_s - totals.timer_s)


@dataclass(frozen=True, slots=True, eq=False)
class Timer:
    """When the timer ran, on the samples and on whole seconds 0 ... m-1.

    `run_no` and `grid_run` count runs of the timer (pauses over so far); `is_paused` marks samples strictly
    inside a pause, `is_on` the whole seconds outside all of them.
    """

    pause_start_s: F8
    pause_end_s: F8
    run_no: I8
    is_paused: B1
    timer_s: F8
    grid_s: F8
    grid_run: I8
    is_on: B1
    is_every_second: bool
    """True when the samples are the whole seconds, so that nothing has to be read between them."""

    @property
    def pause_s(self) -> float:
        """Seconds with the timer stopped."""
        return float(np.sum(self.pause_end_s - self.pause_start_s))


def on_grid(track: Track, timer: Timer, values: F8, *, across_pauses: bool = False) -> F8:
    """The signal on whole seconds; NaN beside gaps above 12 s and, unless it goes on across them, in pauses."""
    if timer.is_every_second and not np.isnan(values).any():
        return values.copy() if across_pauses else np.where(timer.is_on, values, np.nan)
    if across_pauses:
        zeros = np.zeros(track.n, dtype=np.int64)
        grid_zeros = np.zeros(len(timer.grid_s), dtype=np.int64)
        return interpolate_at(timer.grid_s, grid_zeros, track.time_s, values, zeros, MAX_HOLD_S, 0.0)
    used = np.where(timer.is_paused, np.nan, values)
    out = interpolate_at(timer.grid_s, timer.grid_run, track.time_s, used, timer.run_no, MAX_HOLD_S, 0.0)
    out[~timer.is_on] = np.nan
    return out


def taken_back(track: Track, timer: Timer, values: F8, lag_s: float) -> tuple[F8, F8]:
    """A late signal moved back by its lag, on its own samples and on whole seconds; NaN in pauses.

    What the lag pushed beyond the end of a run of the timer is held from its last value.
    """
    used = np.where(timer.is_paused, np.nan, values)

    def read(at_s: F8, run: I8) -> F8:
        return interpolate_at(at_s + lag_s, run, track.time_s, used, timer.run_no, MAX_HOLD_S, lag_s + HOLD_S)

    samples = read(track.time_s, timer.run_no)
    grid = samples.copy() if timer.is_every_second else read(timer.grid_s, timer.grid_run)
    samples[np.isnan(used)] = np.nan
    grid[~timer.is_on] = np.nan
    return samples, grid


def at_samples(track: Track, timer: Timer, grid: F8) -> F8:
    """A signal on whole seconds read at the samples' times; NaN where the nearest second has none."""
    if timer.is_every_second:
        return grid.copy()
    good = np.flatnonzero(~np.isnan(grid))
    if len(good) == 0:
        return np.full(track.n, np.nan)
    values = np.interp(track.time_s, timer.grid_s[good], grid[good])
    nearest = np.minimum(np.rint(track.time_s).astype(np.int64), len(grid) - 1)
    values[np.isnan(grid[nearest])] = np.nan
    return values
