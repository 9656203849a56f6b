"""Settings whose type is right and whose value cannot be: told at once, not by a traceback in the night."""

from __future__ import annotations

import difflib
import math
from typing import Any

from runlake.errors import ConfigError
from runlake.model.plugins import Athlete

LEAST_WORKER_MB = 512
"""A worker takes 240 to 320 MB of data to start (measured: with 240 none does), the rest is for the file."""
_ATHLETE_RANGES = {
    "birth_year": (1900.0, 2100.0),
    "hr_max_bpm": (80.0, 250.0),
    "hr_rest_bpm": (20.0, 120.0),
    "hr_threshold_bpm": (60.0, 240.0),
    "threshold_speed_mps": (0.5, 12.0),
    "comfortable_speed_mps": (0.5, 12.0),
}


def check_athlete(athlete: Athlete, where: str) -> None:
    """Raises ConfigError for a value that no person has."""
    for name, (low, high) in _ATHLETE_RANGES.items():
        value = getattr(athlete, name)
        if not math.isnan(value) and not low <= value <= high:
            raise ConfigError(f"[{where}] {name} must be from {low:g} to {high:g}, not {value:g}", code="config")
    if athlete.hr_rest_bpm >= athlete.hr_max_bpm:
        raise ConfigError(f"[{where}] hr_rest_bpm must be below hr_max_bpm", code="config")
    for rung in athlete.goal_ladder_s:
        if not isinstance(rung, float) or not math.isfinite(rung) or rung <= 0.0:
            raise ConfigError(f"[{where}] goal_ladder_s must be seconds above 0, not {rung!r}", code="config")


def check_goal(athlete: Athlete, where: str) -> None:
    """Raises ConfigError for an effort that nothing is known by, with those that are."""
    if athlete.goal_effort == Athlete(athlete.athlete_id).goal_effort:
        return  # the default needs no import
    from runlake.history._ladder import EFFORT_M

    if athlete.goal_effort not in EFFORT_M:
        near = difflib.get_close_matches(athlete.goal_effort, EFFORT_M, 1, 0.6)
        hint = f"did you mean {near[0]}? Known: " if near else "known: "
        raise ConfigError(
            f"[{where}] goal_effort: no effort is called {athlete.goal_effort!r}; {hint}{', '.join(EFFORT_M)}",
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
