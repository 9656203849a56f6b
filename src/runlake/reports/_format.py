"""Numbers as a runner reads them: pace as m:ss, durations, distances and dates; a dash where nothing is known."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Literal

from runlake.units import MILE_M

MISSING = "–"
UnitName = Literal["metric", "imperial"]


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value != value


def clock(seconds: float | None) -> str:
    """A duration: 45 s, 4:05, 1:02:03; negative ones carry a minus sign."""
    if _is_missing(seconds):
        return MISSING
    assert seconds is not None
    sign, total = ("−" if seconds < 0 else ""), round(abs(float(seconds)))
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{secs:02d}"
    return f"{sign}{minutes}:{secs:02d}"


def hours_minutes(seconds: float | None) -> str:
    """A long duration as h:mm, such as 4 h 05."""
    if _is_missing(seconds):
        return MISSING
    assert seconds is not None
    minutes = round(float(seconds) / 60)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"


def percent(fraction: float | None, digits: int = 0) -> str:
    """A fraction as a percentage, never parted at the end of a line."""
    return MISSING if _is_missing(fraction) else f"{100 * float(fraction or 0.0):.{digits}f}\u00a0%"


def signed_percent(fraction: float | None, digits: int = 0) -> str:
    """A change as a percentage with its sign."""
    if _is_missing(fraction):
        return MISSING
    shown = round(100 * float(fraction or 0.0), digits)
    return f"{shown:+.{digits}f}\u00a0%".replace("-", "−") if shown else "0\u00a0%"


def number(value: float | None, digits: int = 0) -> str:
    """A number with a thin space between thousands."""
    return (
        MISSING if _is_missing(value) else f"{float(value or 0.0):,.{digits}f}".replace(",", "\u202f").replace("-", "−")
    )


def counted(n: float, thing: str) -> str:
    """A count with its noun: 1 run, 3 runs."""
    return f"{number(n)} {thing}{'' if round(float(n)) == 1 else 's'}"


def day(value: dt.date | None, with_year: bool = True) -> str:
    """A date as 4 May 2026."""
    if _is_missing(value):
        return MISSING
    assert value is not None
    text = f"{value.day} {value:%b}"
    return f"{text} {value:%Y}" if with_year else text


def words(name: str | None) -> str:
    """A code as words: easy_strides becomes easy + strides, cross_training cross training."""
    if _is_missing(name) or not name:
        return MISSING
    return {"easy_strides": "easy + strides", "hiit": "HIIT"}.get(name, name.replace("_", " "))


def effort_words(name: str) -> str:
    """The name of a best effort as words: 20min becomes 20 min, 5k becomes 5 km; other names stay."""
    return re.sub(r"^(\d+)(k?)(m|min|s|)$", lambda m: f"{m[1]} {'km' if m[2] else m[3]}".strip(), name)


@dataclass(frozen=True, slots=True)
class Units:
    """How lengths and speeds are shown; everything inside stays SI."""

    name: UnitName = "metric"

    @property
    def length_m(self) -> float:
        """Metres in the shown unit of length."""
        return MILE_M if self.name == "imperial" else 1000.0

    @property
    def length_name(self) -> str:
        """km or mi."""
        return "mi" if self.name == "imperial" else "km"

    @property
    def pace_name(self) -> str:
        """min/km or min/mi."""
        return f"min/{self.length_name}"

    @property
    def height_m(self) -> float:
        """Metres in the shown unit of height."""
        return 0.3048 if self.name == "imperial" else 1.0

    @property
    def height_name(self) -> str:
        """m or ft."""
        return "ft" if self.name == "imperial" else "m"

    def distance(self, metres: float | None, digits: int = 1) -> str:
        """A distance with its unit."""
        if _is_missing(metres):
            return MISSING
        return f"{number(float(metres or 0.0) / self.length_m, digits)} {self.length_name}"

    def height(self, metres: float | None) -> str:
        """A height with its unit."""
        return MISSING if _is_missing(metres) else f"{number(float(metres or 0.0) / self.height_m)} {self.height_name}"

    def pace_s(self, speed_mps: float | None) -> float:
        """Seconds per shown unit of length; NaN for missing or no speed."""
        if _is_missing(speed_mps) or not speed_mps or speed_mps <= 0:
            return math.nan
        return self.length_m / float(speed_mps)

    def pace(self, speed_mps: float | None) -> str:
        """A pace as m:ss /km."""
        seconds = self.pace_s(speed_mps)
        return MISSING if math.isnan(seconds) else f"{clock(seconds)} /{self.length_name}"
