"""FIT record columns to the sample channels of a Recording, in SI units."""

from __future__ import annotations

import numpy as np

from runlake.formats._fit_columns import F8, DeveloperColumn, MessageColumns
from runlake.units import FIT_EPOCH_UNIX_S, SEMICIRCLE_DEG

CM_M = 0.01
MM_M = 0.001
MS_S = 0.001
PERCENT_FRAC = 0.01
SAME_SPEED_SHARE = 0.95
"""Share of samples in which native speed must equal the foot pod's to be called a foot pod's."""
_FIELDS = {
    "latitude_deg": ("position_lat",),
    "longitude_deg": ("position_long",),
    "altitude_m": ("enhanced_altitude", "altitude"),
    "distance_m": ("distance",),
    "speed_mps": ("enhanced_speed", "speed"),
    "heart_rate_bpm": ("heart_rate",),
    "cadence_cpm": ("cadence",),
    "power_w": ("power",),
    "temperature_c": ("temperature",),
    "step_length_m": ("step_length",),
    "vertical_oscillation_m": ("vertical_oscillation",),
    "ground_contact_s": ("stance_time",),
    "ground_contact_balance_frac": ("stance_time_balance",),
}
_FACTORS = {
    "latitude_deg": SEMICIRCLE_DEG,
    "longitude_deg": SEMICIRCLE_DEG,
    "step_length_m": MM_M,
    "vertical_oscillation_m": MM_M,
    "ground_contact_s": MS_S,
    "ground_contact_balance_frac": PERCENT_FRAC,
}
_NEVER_ZERO = frozenset(("step_length_m", "vertical_oscillation_m", "ground_contact_s", "ground_contact_balance_frac"))


def unix_time(records: MessageColumns) -> F8:
    """Unix seconds of each message, NaN where it carries no time."""
    return records.number("timestamp") + FIT_EPOCH_UNIX_S


def channels(records: MessageColumns) -> dict[str, F8]:
    """Every channel that the records hold at least one value of, by channel name."""
    raw = records.number
    found: dict[str, F8] = {}
    for name, fields in _FIELDS.items():
        if any(field in records.numbers for field in fields):
            found[name] = records.first_of(*fields)
    for name, factor in _FACTORS.items():
        if name in found:
            found[name] = found[name] * factor
    if "cadence_cpm" in found and "fractional_cadence" in records.numbers:
        found["cadence_cpm"] = found["cadence_cpm"] + _or_zero(raw("fractional_cadence"))
    kept = {name: _not_zero(v) if name in _NEVER_ZERO else v for name, v in found.items()}
    kept = {name: values for name, values in kept.items() if not np.isnan(values).all()}
    for name, values in _developer_channels(records).items():
        kept.setdefault(name, values)
    return kept


def _or_zero(values: F8) -> F8:
    return np.where(np.isnan(values), 0.0, values)


def _not_zero(values: F8) -> F8:
    """Running dynamics of 0 mean that no step was measured."""
    values[values == 0.0] = np.nan
    return values


def _developer_channels(records: MessageColumns) -> dict[str, F8]:
    """What foot pods (Stryd and others) write into developer fields; for where the watch has nothing."""
    found: dict[str, F8] = {}
    for column in records.developer:
        if len(column.values) == 0 or np.isnan(column.values).all():
            continue
        channel = _developer_channel(column)
        if channel:
            found.setdefault(channel[0], column.values * channel[1])
    return found


def _developer_channel(column: DeveloperColumn) -> tuple[str, float] | None:
    """Channel and factor to SI of a developer field, None when we do not use it."""
    name, units = column.name.strip().lower(), column.units.strip().lower()
    if name in ("power", "rp_power", "stryd power") and units in ("watts", "watt", "w"):
        return "power_w", 1.0
    if name in ("speed", "stryd speed", "footpod speed") and units in ("m/s", "mps", "meters/second"):
        return "footpod_speed_mps", 1.0
    if name in ("ground time", "ground contact time") and units in ("milliseconds", "ms"):
        return "ground_contact_s", MS_S
    if name == "vertical oscillation" and units in ("centimeters", "cm"):
        return "vertical_oscillation_m", CM_M
    return None


def has_footpod_speed(found: dict[str, F8], has_footpod: bool) -> bool:
    """True when the native speed is a foot pod's: equal to the pod's own, or without any position."""
    speed = found.get("speed_mps")
    if speed is None:
        return False
    pod = found.get("footpod_speed_mps")
    if pod is not None:
        both = ~np.isnan(pod) & ~np.isnan(speed)
        if both.any() and float(np.mean(np.abs(pod - speed)[both] < 0.01)) >= SAME_SPEED_SHARE:
            return True
    return has_footpod and "latitude_deg" not in found
