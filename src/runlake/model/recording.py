"""Recording: one session as the file tells it, before anything is mended. Readers make it, prepare consumes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from runlake.errors import ActivityError
from runlake.model.channels import BY_NAME

F8 = npt.NDArray[np.float64]
NAN = math.nan


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap as the watch marked it. Times are Unix seconds; NaN, "" where the file says nothing.

    `trigger` and `intensity` are the FIT names (``manual``, ``distance``, ``session_end``; ``active``, ``rest``,
    ``warmup`` ...) for every format. `workout_step` is the FIT step index.
    """

    start_time_utc_s: float
    end_time_utc_s: float = NAN
    elapsed_s: float = NAN
    timer_s: float = NAN
    distance_m: float = NAN
    trigger: str = ""
    intensity: str = ""
    workout_step: float = NAN
    mean_speed_mps: float = NAN
    max_speed_mps: float = NAN
    mean_heart_rate_bpm: float = NAN
    max_heart_rate_bpm: float = NAN
    mean_cadence_cpm: float = NAN
    max_cadence_cpm: float = NAN
    ascent_m: float = NAN
    descent_m: float = NAN


@dataclass(frozen=True, slots=True)
class WorkoutStep:
    """A step of the workout plan stored in the file; repeat steps stay as they are (`duration_kind` repeat_...)."""

    step_index: int
    name: str = ""
    intensity: str = ""
    duration_kind: str = ""
    duration_value: float = NAN
    """Seconds, metres or a count, by `duration_kind`."""
    target_kind: str = ""
    target_low: float = NAN
    target_high: float = NAN


@dataclass(frozen=True, slots=True)
class TimerEvent:
    """The timer was started or stopped (by hand or by auto-pause)."""

    time_utc_s: float
    is_running: bool


@dataclass(frozen=True, slots=True)
class DeviceTotals:
    """What the watch itself wrote of the whole session: evidence to check against, never mixed into ours."""

    start_time_utc_s: float = NAN
    elapsed_s: float = NAN
    timer_s: float = NAN
    distance_m: float = NAN
    ascent_m: float = NAN
    descent_m: float = NAN
    mean_speed_mps: float = NAN
    max_speed_mps: float = NAN
    mean_heart_rate_bpm: float = NAN
    max_heart_rate_bpm: float = NAN
    mean_cadence_cpm: float = NAN
    max_cadence_cpm: float = NAN
    calories_kcal: float = NAN
    vo2max: float = NAN
    training_effect: float = NAN
    heart_rate_zone_s: tuple[float, ...] = ()
    """Seconds in each heart-rate zone (time_in_zone message)."""
    heart_rate_zone_high_bpm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One session in columns, exactly as recorded.

    `time_utc_s` is float64[n] Unix seconds in file order: it may repeat or run backwards, prepare mends that.
    `channels` maps names of `CHANNELS` to float64[n], NaN where missing; a channel that the file lacks is absent.
    `sport` and `sub_sport` are FIT names for every format ("" unknown). `utc_offset_s` is what the file says of
    local time, NaN if nothing. `device` is "maker product". `name` is a title in the file.
    Raises ActivityError when lengths or names do not fit.
    """

    time_utc_s: F8
    channels: Mapping[str, F8]
    sport: str = ""
    sub_sport: str = ""
    device: str = ""
    name: str = ""
    utc_offset_s: float = NAN
    laps: tuple[Lap, ...] = ()
    steps: tuple[WorkoutStep, ...] = ()
    timer_events: tuple[TimerEvent, ...] = ()
    totals: DeviceTotals = field(default_factory=DeviceTotals)
    has_footpod_speed: bool = False
    """True when `speed_mps` comes from a foot pod, which hardly lags."""

    def __post_init__(self) -> None:
        for name, values in self.channels.items():
            if name not in BY_NAME:
                raise ActivityError(f"unknown channel {name}; add it to model/channels.py")
            if values.shape != self.time_utc_s.shape or values.dtype != np.float64:
                raise ActivityError(
                    f"channel {name} is {values.dtype}{values.shape}, not float64{self.time_utc_s.shape}"
                )

    @property
    def n(self) -> int:
        """How many records there are."""
        return len(self.time_utc_s)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a reader found in one file: its sessions, and what is wrong with the file.

    `notes` are short codes with detail (``crc``, ``truncated at byte 1234``, ``resync:3``), one each for what was
    lost or odd. `is_damaged` True makes the ledger state ``salvaged``. `n_records_in` counts the records (track
    points) met in the file, `n_records_kept` the usable ones among them.
    """

    recordings: tuple[Recording, ...]
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    n_records_in: int = 0
    n_records_kept: int = 0
    decoder: str = ""
    """Which path read it, such as ``columnar``, ``fitdecode``, ``scanner``, ``lxml``, ``gpxpy``."""
