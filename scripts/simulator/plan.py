"""The vocabulary of a session plan: segments, one after another, which the body will try to do."""

from __future__ import annotations

import math
from dataclasses import dataclass

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one intention, ended by time or by distance (the other is NaN).

    `kind` is what the runner means by it: warmup, easy, work, rest, stride, drill, stop, walk, cooldown.
    `bout` names the true bout kind (interval, sprint, hill, tempo, fartlek, stride, race), "" for none.
    """

    kind: str
    speed_mps: float
    duration_s: float = NAN
    distance_m: float = NAN
    end_speed_mps: float = NAN
    """Speed at the end of a segment that speeds up or slows down evenly; NaN: constant."""
    speed_shape: tuple[float, ...] = ()
    """Factors on the speed, spread evenly over the segment: how a race was paced."""
    grade_frac: float = NAN
    """Grade of the road; NaN: whatever the route has there."""
    direction: int = 1
    """-1 runs the road back."""
    bout: str = ""
    set_no: int = 0
    is_lap: bool = False
    """A lap begins here on the watch of a runner who marks them."""
    is_paused: bool = False
    """The timer is stopped by hand for this segment."""
    is_on_track: bool = False
    is_walked: bool = False

    @property
    def planned_s(self) -> float:
        """How long it should take."""
        return self.duration_s if self.duration_s == self.duration_s else self.distance_m / max(self.speed_mps, 0.3)

    @property
    def planned_m(self) -> float:
        """How far it should go."""
        return self.distance_m if self.distance_m == self.distance_m else self.duration_s * self.speed_mps


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole session: what it is for, where it is run, and its segments."""

    kind: str
    purpose: str
    segments: tuple[Segment, ...]
    layout: str = "out_and_back"
    """out_and_back, loop, wander, track, or treadmill."""
    hilliness: float = 0.01
    """Standard deviation of the route's grade."""
    sport: str = "running"
    sub_sport: str = "generic"
    shorthand: str = ""
    """What a coach would write, for the truth."""
    has_steps: bool = False
    """The watch was given the workout as steps."""
