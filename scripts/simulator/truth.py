"""What was really run: true traces second by second, true bouts. Never what laps or steps say."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]
NAN = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """The body second by second: entry t holds over [t, t+1) s; `distance_m` has one entry more.

    `speed_mps` is over ground, `cadence_spm` steps a minute (0 standing), `is_paused`: timer stopped by hand.
    `east_m`, `north_m`, `altitude_m` are at the beginning of each second.
    """

    speed_mps: F8
    distance_m: F8
    cadence_spm: F8
    heart_rate_bpm: F8
    altitude_m: F8
    grade_frac: F8
    east_m: F8
    north_m: F8
    is_paused: B1

    @property
    def n(self) -> int:
        """How many seconds."""
        return len(self.speed_mps)

    def distance_at(self, time_s: float) -> float:
        """Metres covered until a time."""
        return float(np.interp(time_s, np.arange(self.n + 1), self.distance_m))


@dataclass(frozen=True, slots=True)
class TrueBout:
    """A stretch run as one: from where the body began to speed up to where it began to slow down."""

    start_s: float
    end_s: float
    kind: str
    """interval, sprint, hill, tempo, fartlek, stride, race."""
    distance_m: float
    set_no: int = 0

    @property
    def duration_s(self) -> float:
        """How long."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class TrueSegment:
    """Where a planned segment came to lie; `bout` is "" when it is not work."""

    kind: str
    start_s: float
    end_s: float
    bout: str = ""
    is_lap: bool = False
    is_paused: bool = False
    planned_s: float = NAN
    planned_m: float = NAN


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The truth of one session; seconds count from the first record of the recording, pauses included.

    `bouts` holds work and strides (kind stride) in order; `ignore` stretches that carry no verdict (drills).
    `fade_onset_s` is NaN when the runner was not tired before the end.
    """

    kind: str
    purpose: str
    shorthand: str
    bouts: tuple[TrueBout, ...]
    segments: tuple[TrueSegment, ...]
    ignore: tuple[tuple[float, float], ...]
    pauses: tuple[tuple[float, float], ...]
    fade_onset_s: float
    traces: Traces
    is_on_track: bool = False
    extras: dict[str, float] = field(default_factory=dict)
    """Device facts a test may want: lag of speed and cadence, sampling."""

    @property
    def work(self) -> tuple[TrueBout, ...]:
        """The bouts that are no strides."""
        return tuple(b for b in self.bouts if b.kind != "stride")

    @property
    def strides(self) -> tuple[TrueBout, ...]:
        """The strides."""
        return tuple(b for b in self.bouts if b.kind == "stride")
