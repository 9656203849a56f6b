"""What the steps of cleaning hand on: records in order, the timer, and readings on whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.kernels.repair import interpolate_at
from runlake.kernels.seconds import on_seconds, read_later, straight_between
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
    step_s: F8
    """Time from each sample to the next."""
    channels: Mapping[str, F8]
    nothing: F8
    """NaN for each sample: what a channel says that the recording lacks."""
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
        """The channel, NaN throughout when the recording lacks it; not to be written to."""
        return self.channels.get(name, self.nothing)


def median(values: F8) -> float:
    """Middle value of what is there, NaN for nothing; a third of the time that np.nanmedian takes."""
    return median_of(values, len(values) - int(np.count_nonzero(np.isnan(values))))


def median_of(values: F8, n: int) -> float:
    """The same where it is known how many are there."""
    if n == 0:
        return float("nan")
    middle = n // 2
    # NaN comes last in numpy's order.
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
    second: I8 | None
    """On which whole second each sample lies; None when some lie between."""
    is_every_second: bool
    """True when the samples are the whole seconds, so that nothing has to be read between them."""
    has_paused: bool
    """True when there are samples inside a pause."""

    @property
    def pause_s(self) -> float:
        """Seconds with the timer stopped."""
        return float(np.sum(self.pause_end_s - self.pause_start_s)) if len(self.pause_start_s) else 0.0

    def running(self, values: F8) -> F8:
        """A signal of samples without those inside a pause; not to be written to."""
        return np.where(self.is_paused, np.nan, values) if self.has_paused else values

    def running_on_grid(self, values: F8) -> F8:
        """A signal of whole seconds without those in a pause; not to be written to."""
        return np.where(self.is_on, values, np.nan) if len(self.pause_start_s) else values


def on_grid(track: Track, timer: Timer, values: F8, *, across_pauses: bool = False) -> F8:
    """The signal on whole seconds; NaN beside gaps above 12 s and, unless it goes on across them, in pauses."""
    if values is track.nothing:
        return np.full(len(timer.grid_s), np.nan)
    if timer.is_every_second and not np.isnan(values).any():
        return values.copy() if across_pauses else np.where(timer.is_on, values, np.nan)
    used = values if across_pauses else timer.running(values)
    run_no = np.zeros(track.n, dtype=np.int64) if across_pauses else timer.run_no
    if timer.second is not None:
        out = on_seconds(used, timer.second, run_no, len(timer.grid_s), MAX_HOLD_S)
    else:
        grid_run = np.zeros(len(timer.grid_s), dtype=np.int64) if across_pauses else timer.grid_run
        out = interpolate_at(timer.grid_s, grid_run, track.time_s, used, run_no, MAX_HOLD_S, 0.0)
    if not across_pauses:
        _stop(out, timer)
    return out


def _stop(grid: F8, timer: Timer) -> None:
    """Takes out of a signal of whole seconds what lies in pauses."""
    if len(timer.pause_start_s):
        grid[~timer.is_on] = np.nan


def interpolated(track: Track, timer: Timer, values: F8) -> F8:
    """A signal without holes at whole seconds, straight on between samples however far apart."""
    if timer.second is None:
        return np.interp(timer.grid_s, track.time_s, values)
    if timer.is_every_second:
        return values
    return straight_between(values, timer.second, len(timer.grid_s))


def taken_back(track: Track, timer: Timer, values: F8, lag_s: float) -> tuple[F8, F8]:
    """A late signal moved back by its lag, on its own samples and on whole seconds; NaN in pauses.

    What the lag pushed beyond the end of a run of the timer is held from its last value.
    """
    used = timer.running(values)
    hold_s = lag_s + HOLD_S
    if timer.second is None:
        signal = (track.time_s, used, timer.run_no, MAX_HOLD_S, hold_s)
        samples = interpolate_at(track.time_s + lag_s, timer.run_no, *signal)
        grid = interpolate_at(timer.grid_s + lag_s, timer.grid_run, *signal)
    else:
        sparse = used
        if not timer.is_every_second:
            sparse = on_seconds(used, timer.second, timer.run_no, len(timer.grid_s), 0.0)
        grid = read_later(sparse, timer.grid_run, lag_s, MAX_HOLD_S, hold_s)
        samples = grid[timer.second]
    samples[np.isnan(used)] = np.nan
    _stop(grid, timer)
    return samples, grid


def at_samples(track: Track, timer: Timer, grid: F8) -> F8:
    """A signal on whole seconds read at the samples' times; NaN where the nearest second has none."""
    if timer.second is not None:
        return grid[timer.second]
    good = np.flatnonzero(~np.isnan(grid))
    if len(good) == 0:
        return np.full(track.n, np.nan)
    values = np.interp(track.time_s, timer.grid_s[good], grid[good])
    nearest = np.minimum(np.rint(track.time_s).astype(np.int64), len(grid) - 1)
    values[np.isnan(grid[nearest])] = np.nan
    return values
