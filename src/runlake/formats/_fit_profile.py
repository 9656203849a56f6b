"""The FIT profile as this product uses it: which fields are read, and what numbers are called."""

from __future__ import annotations

import math
from functools import cache

from fitdecode import profile

FIT_TIME_MIN = 0x10000000
"""Times below count from power-on, not from 1989 (FIT protocol, date_time)."""

_SUMMARY = (
    "timestamp start_time total_elapsed_time total_timer_time total_distance total_ascent total_descent "
    "avg_speed max_speed enhanced_avg_speed enhanced_max_speed avg_heart_rate max_heart_rate avg_cadence max_cadence "
    "avg_fractional_cadence max_fractional_cadence "
)
WANTED: dict[str, tuple[str, ...]] = {
    name: tuple(fields.split())
    for name, fields in {
        "file_id": "type manufacturer product product_name time_created",
        "device_settings": "time_offset",
        "sport": "sport sub_sport name",
        "session": _SUMMARY + "sport sub_sport total_calories total_training_effect message_index",
        "lap": _SUMMARY + "lap_trigger intensity wkt_step_index sport",
        "record": "timestamp position_lat position_long altitude enhanced_altitude heart_rate cadence "
        "fractional_cadence distance speed enhanced_speed power temperature vertical_oscillation stance_time "
        "stance_time_balance step_length compressed_speed_distance",
        "event": "timestamp event event_type",
        "device_info": "device_index device_type manufacturer product product_name source_type",
        "workout": "wkt_name",
        "workout_step": "message_index wkt_step_name duration_type duration_value target_type target_value "
        "custom_target_value_low custom_target_value_high intensity",
        "activity": "timestamp local_timestamp",
        "time_in_zone": "reference_mesg reference_index time_in_hr_zone hr_zone_high_boundary",
        "unknown_140": "unknown_7",
    }.items()
}
"""The messages and fields from which recordings are made; the rest is reachable by `dump`."""

ARRAYS = frozenset(("time_in_hr_zone", "hr_zone_high_boundary", "compressed_speed_distance"))
"""Wanted fields whose elements are all wanted; of other fields that come as arrays the first element is."""

DEVELOPER_WANTED = frozenset(
    ("power", "rp_power", "stryd power", "speed", "stryd speed", "footpod speed", "ground time",
     "ground contact time", "vertical oscillation")
)  # fmt: skip
"""Names of developer fields that become channels (`_fit_channels`), in small letters."""


@cache
def message_number(name: str) -> int:
    """The global number of the message; KeyError for a name that the profile lacks."""
    if name.startswith("unknown_"):
        return int(name.removeprefix("unknown_"))
    return _NUMBERS[name]


_NUMBERS = {m.name: number for number, m in profile.MESSAGE_TYPES.items()}


@cache
def message_name(number: int) -> str:
    """The name of the message, ``unknown_N`` when the profile lacks it."""
    known = profile.MESSAGE_TYPES.get(number)
    return known.name if known else f"unknown_{number}"


def enum_name(type_name: str, value: float) -> str:
    """What the profile calls the value of the enum type; "" when missing or unknown."""
    if math.isnan(value):
        return ""
    name = profile.FIELD_TYPES[type_name].enum.get(int(value), "")
    return name if isinstance(name, str) else ""
