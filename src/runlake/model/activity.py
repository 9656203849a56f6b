"""Activity: one cleaned session in columns, with promises that every detector relies on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from runlake.errors import ActivityError
from runlake.model.recording import F8, DeviceTotals, Lap, WorkoutStep

NAN = math.nan
B1 = npt.NDArray[np.bool_]

ACTIVITY_CHANNELS = (
    "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_mps", "gap_speed_mps", "grade_frac",
    "heart_rate_bpm", "cadence_spm", "step_length_m", "power_w", "temperature_c", "timer_s",
    "vertical_oscillation_m", "ground_contact_s", "ground_contact_balance_frac",
)  # fmt: skip
"""Sample channels after cleaning: `speed_mps` is corrected for the device's lag, `timer_s` counts timer time."""
_CHANNEL_NAMES = frozenset(ACTIVITY_CHANNELS)


@dataclass(frozen=True, slots=True)
class Quality:
    """What was altered, and how far to trust it; lands in `activities.quality_*`, field by field. NaN: not known."""

    median_dt_s: float = NAN
    """Typical time between samples."""
    n_dropped: float = 0.0
    """Records dropped: duplicate or backward times, clock before 2000."""
    clock_jump_s: float = 0.0
    """Seconds taken out where the clock was set during the activity."""
    pause_s: float = 0.0
    """Seconds with the timer stopped."""
    gap_s: float = 0.0
    """Seconds without samples though the timer ran (gaps above 12 s)."""
    n_spikes: float = 0.0
    """Positions rejected as GPS spikes."""
    distance_source: str = ""
    """device, positions, or none."""
    speed_source: str = ""
    """device, distance, positions, footpod, or none."""
    speed_lag_s: float = NAN
    """By how much the device's speed trailed, and was shifted back."""
    speed_lag_source: str = ""
    """estimated, default, or none."""
    cadence_lag_s: float = NAN
    speed_noise_frac: float = NAN
    """Relative noise of speed from sample to sample."""
    has_cadence: float = 0.0
    cadence_factor: float = NAN
    """What recorded cadence was multiplied with to get steps a minute."""
    altitude_kind: str = ""
    """barometer (as quiet as one, whatever the sensor), gps (its noise is that of satellite altitude), or none.

    Where no place is passed again only noise from second to second can tell: smooth satellite altitude passes there.
    """
    heart_rate_lock_s: float = 0.0
    """Seconds of heart rate dropped because it followed cadence (optical sensor lock)."""
    heart_rate_share: float = 0.0
    """Share of timer time with heart rate."""
    position_share: float = 0.0
    distance_vs_positions_frac: float = NAN
    """Device distance over distance from positions, minus 1."""
    are_short_reps_reliable: float = 1.0
    """0 where recording is too coarse for bouts below 30 s."""
    n_altitude_jumps: float = 0.0
    """Altitudes dropped, and lasting jumps levelled, because no terrain jumps so."""
    vehicle_s: float = 0.0
    """Seconds with the timer on in a vehicle: faster than any human on foot for half a minute or longer."""
    n_position_jumps: float = 0.0
    """Steps of the positions that nothing on the ground makes, taken out of their speed and distance."""
    heart_rate_stuck_s: float = 0.0
    """Seconds of heart rate dropped because it did not change for two minutes or longer (a sensor that stopped)."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The session on whole elapsed seconds 0, 1, ... m-1: what detectors for short events read.

    All arrays have m entries. `is_timer_on` False marks pauses; speed and cadence are NaN there.
    `speed_mps` and `cadence_spm` are corrected for the device's lag; NaN means missing (gap longer than 12 s
    without distance, or no such sensor). `distance_m` never falls; NaN throughout if unknown.
    `east_m`, `north_m` are metres from the first fix, spikes removed; NaN without positions.
    """

    speed_mps: F8
    position_speed_mps: F8
    cadence_spm: F8
    heart_rate_bpm: F8
    altitude_m: F8
    distance_m: F8
    grade_frac: F8
    gap_speed_mps: F8
    east_m: F8
    north_m: F8
    power_w: F8
    is_timer_on: B1

    def __post_init__(self) -> None:
        m = len(self.is_timer_on)
        lengths = {name: len(getattr(self, name)) for name in self.__slots__}
        if any(length != m for length in lengths.values()):
            raise ActivityError(f"grid columns of different lengths: {lengths}")

    @property
    def m(self) -> int:
        """How many seconds the grid spans."""
        return len(self.is_timer_on)


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One cleaned session.

    Promises, checked when built: `time_s` (elapsed seconds, pauses included) starts at 0 and rises strictly; every
    channel of ACTIVITY_CHANNELS is present, float64[n], C-contiguous, read-only, NaN where missing; at least one
    sample. Laps carry Unix seconds: subtract `start_time_utc_s` for the elapsed axis (clock jumps already taken
    out). `pause_start_s`, `pause_end_s` are half-open, sorted and disjoint on the elapsed axis, and so are
    `vehicle_start_s`, `vehicle_end_s`: stretches of an activity on foot that were driven, no movement of the athlete.
    """

    activity_id: str
    start_time_utc_s: float
    time_s: F8
    channels: Mapping[str, F8]
    grid: Grid
    quality: Quality
    source_format: str = ""
    sport: str = ""
    sub_sport: str = ""
    device: str = ""
    name: str = ""
    utc_offset_s: float = 0.0
    time_zone: str = ""
    time_zone_source: str = ""
    """file, position, config, or utc."""
    is_indoor: bool = False
    pause_start_s: F8 = field(default_factory=lambda: np.empty(0))
    pause_end_s: F8 = field(default_factory=lambda: np.empty(0))
    laps: tuple[Lap, ...] = ()
    steps: tuple[WorkoutStep, ...] = ()
    totals: DeviceTotals = field(default_factory=DeviceTotals)
    vehicle_start_s: F8 = field(default_factory=lambda: np.empty(0))
    vehicle_end_s: F8 = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        time_s = self.time_s
        if len(time_s) == 0 or time_s[0] != 0.0 or not (time_s[1:] > time_s[:-1]).all():
            raise ActivityError("time_s must start at 0 and rise strictly")
        if self.channels.keys() != _CHANNEL_NAMES:
            odd = sorted(self.channels.keys() ^ _CHANNEL_NAMES)
            raise ActivityError(f"channels missing or unknown: {odd}")
        for name, values in self.channels.items():
            if values.dtype != np.float64 or values.shape != time_s.shape:
                raise ActivityError(f"channel {name} is {values.dtype}{values.shape}, not float64{time_s.shape}")
        for array in (time_s, *self.channels.values()):
            array.flags.writeable = False

    @property
    def n(self) -> int:
        """How many samples there are."""
        return len(self.time_s)

    @property
    def elapsed_s(self) -> float:
        """Seconds from the first to the last sample, pauses included."""
        return float(self.time_s[-1])

    @property
    def is_run(self) -> bool:
        """True for running of any kind."""
        return self.sport == "running"
