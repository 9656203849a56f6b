"""Settings whose type is right and whose value cannot be: told at once, not by a traceback in the night."""

from __future__ import annotations

import math
from typing import Any

from runlake.errors import ConfigError
from runlake.model.plugins import Athlete

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


def check_above_zero(settings: Any, names: tuple[str, ...], where: str) -> None:
    """Raises ConfigError when one of these settings is 0 or less."""
    for name in names:
        if getattr(settings, name) <= 0:
            raise ConfigError(f"[{where}] {name} must be above 0, not {getattr(settings, name)}", code="config")
