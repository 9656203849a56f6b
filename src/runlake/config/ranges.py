"""Settings whose type is right and whose value cannot be: told at once, not by a traceback in the night."""

from __future__ import annotations

import difflib
import math
import re
from typing import Any

from runlake.errors import ConfigError
from runlake.model.plugins import Athlete
from runlake.model.sports import SPORTS, fit_sport

LEAST_WORKER_MB = 512
"""A worker takes 240 to 320 MB of data to start (measured: with 240 none does), the rest is for the file."""
_ATHLETE_RANGES = {
    "birth_year": (1900.0, 2100.0),
    "hr_max_bpm": (80.0, 250.0),
    "hr_rest_bpm": (20.0, 120.0),
    "hr_threshold_bpm": (60.0, 240.0),
    # An hour has never been run faster than at 5.9 m/s: what is beyond 7 are km/h or mph.
    "threshold_speed_mps": (0.5, 7.0),
    "comfortable_speed_mps": (0.5, 7.0),
}
_ORDER = (
    ("hr_rest_bpm", "hr_threshold_bpm"),
    ("hr_rest_bpm", "hr_max_bpm"),
    ("hr_threshold_bpm", "hr_max_bpm"),
    ("comfortable_speed_mps", "threshold_speed_mps"),
)
"""The first must be below the second, where both are told."""
_FASTEST_MPS = 11.0
"""Nobody covers 100 m or more from a standing start faster."""
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")


def check_athlete(athlete: Athlete, where: str) -> None:
    """Raises ConfigError for a value that no person has."""
    for name, (low, high) in _ATHLETE_RANGES.items():
        value = getattr(athlete, name)
        if not math.isnan(value) and not low <= value <= high:
            is_speed = name.endswith("_mps")
            unit, hint = (" metres a second", "; 4:30 /km is 3.704") if is_speed else ("", "")
            said = f"[{where}] {name} must be from {low:g} to {high:g}{unit}, not {value:g}{hint}"
            raise ConfigError(said, code="config")
    for lower, upper in _ORDER:
        if getattr(athlete, lower) >= getattr(athlete, upper):
            raise ConfigError(f"[{where}] {lower} must be below {upper}", code="config")
    for rung in athlete.goal_ladder_s:
        if not isinstance(rung, float) or not math.isfinite(rung) or rung <= 0.0:
            hint = clock_hint(rung, "goal_ladder_s")
            raise ConfigError(f"[{where}] goal_ladder_s must be seconds above 0, not {rung!r}{hint}", code="config")


def clock_hint(value: object, name: str) -> str:
    """For a time or a pace written as 4:30 where a number of that name is wanted: what it is in that unit; else ""."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    seconds = 60 * int(found[1]) + int(found[2]) if found else 0
    if not seconds:
        return ""
    if name.endswith("_mps"):
        return f": {value} /km is {1000.0 / seconds:.3f}"
    return f": {value} is {seconds}" if name.endswith("_s") else ""


def known_sport(name: str, where: str) -> str:
    """The FIT name of a sport by any of its usual names, "" for none; raises ConfigError for an unknown one."""
    found, _ = fit_sport(name)
    if name and not found:
        near = difflib.get_close_matches(name.lower(), SPORTS, 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else "a FIT name is wanted, such as running"
        raise ConfigError(f"[{where}] default_sport: no sport is called {name!r}; {hint}", code="config")
    return found


def check_zones(intensity: Any, where: str) -> None:
    """Raises ConfigError for limits of zones that are no shares of a threshold, or the wrong way round."""
    for kind in ("heart_rate", "pace"):
        low, high = (getattr(intensity, f"{kind}_{end}_frac") for end in ("low", "high"))
        for end, value in (("low", low), ("high", high)):
            if not 0.0 < value < 2.0:
                said = f"[{where}] {kind}_{end}_frac must be from 0 to 2, not {value:g}; a half is 0.5"
                raise ConfigError(said, code="config")
        if low >= high:
            raise ConfigError(f"[{where}] {kind}_low_frac must be below {kind}_high_frac", code="config")


def check_sign(default: Any, value: Any, name: str, where: str) -> None:
    """Raises ConfigError for less than 0 (or 0 of what is divided by) where the default is above it."""
    if isinstance(default, bool) or not isinstance(default, int | float) or not default > 0:
        return
    is_above = "_bin_" in name or "window" in name or name == "deadline_s"
    if value < 0 or (value == 0 and is_above):
        wanted = "above 0" if is_above else "0 or more"
        raise ConfigError(f"[{where}] {name} must be {wanted}, not {value:g}", code="config")


def check_goal(athlete: Athlete, where: str) -> None:
    """Raises ConfigError for an effort that nothing is known by, with those that are."""
    if athlete.goal_effort == Athlete(athlete.athlete_id).goal_effort and not athlete.goal_ladder_s:
        return  # the default needs no import
    from runlake.history._ladder import EFFORT_M

    if athlete.goal_effort not in EFFORT_M:
        near = difflib.get_close_matches(athlete.goal_effort, EFFORT_M, 1, 0.6)
        hint = f"did you mean {near[0]}? Known: " if near else "known: "
        raise ConfigError(
            f"[{where}] goal_effort: no effort is called {athlete.goal_effort!r}; {hint}{', '.join(EFFORT_M)}",
            code="config",
        )
    for rung in athlete.goal_ladder_s:
        if rung < EFFORT_M[athlete.goal_effort] / _FASTEST_MPS:
            raise ConfigError(
                f"[{where}] goal_ladder_s is in seconds: nobody runs a {athlete.goal_effort} in {rung:g}; 7:30 is 450",
                code="config",
            )


def check_memory(worker_memory_mb: int) -> None:
    """Raises ConfigError for less memory than a worker starts and reads with."""
    if worker_memory_mb < LEAST_WORKER_MB:
        raise ConfigError(
            f"[limits] worker_memory_mb must be {LEAST_WORKER_MB} at least, not {worker_memory_mb}: a worker takes 300 "
            "before it has read anything",
            code="config",
        )


def check_above_zero(settings: Any, names: tuple[str, ...], where: str) -> None:
    """Raises ConfigError when one of these settings is 0 or less."""
    for name in names:
        if getattr(settings, name) <= 0:
            raise ConfigError(f"[{where}] {name} must be above 0, not {getattr(settings, name)}", code="config")
