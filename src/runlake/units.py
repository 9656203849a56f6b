"""Conversions between units, named <from>_to_<to>; nothing else in the code multiplies by a unit factor."""

from __future__ import annotations

MILE_M = 1609.344
HALF_MARATHON_M = 21097.5
MARATHON_M = 42195.0
STANDARD_GRAVITY_MPS2 = 9.80665
SEMICIRCLE_DEG = 180.0 / 2**31
FIT_EPOCH_UNIX_S = 631065600
"""1989-12-31T00:00:00Z, where FIT timestamps count from."""


def mps_to_s_per_km(speed_mps: float) -> float:
    """Pace in seconds per kilometre; NaN for a speed that is not positive."""
    return 1000.0 / speed_mps if speed_mps > 0 else float("nan")


def mps_to_s_per_mile(speed_mps: float) -> float:
    """Pace in seconds per mile; NaN for a speed that is not positive."""
    return MILE_M / speed_mps if speed_mps > 0 else float("nan")
