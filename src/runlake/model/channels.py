"""The vocabulary of sample channels: name with unit, plausible range, meaning. Adding a channel is one line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A sample channel: values outside `low`..`high` cannot be real and are dropped (counted) by prepare."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str


CHANNELS: tuple[Channel, ...] = (
    Channel("latitude_deg", "deg", -90.0, 90.0, "WGS84 latitude"),
    Channel("longitude_deg", "deg", -180.0, 180.0, "WGS84 longitude"),
    Channel("altitude_m", "m", -500.0, 9000.0, "altitude above sea level"),
    Channel("distance_m", "m", 0.0, 2e6, "distance since the start, as the device counted it"),
    Channel("speed_mps", "m/s", 0.0, 40.0, "speed as the device showed it"),
    Channel("heart_rate_bpm", "bpm", 25.0, 250.0, "heart rate"),
    Channel(
        "cadence_cpm",
        "1/min",
        0.0,
        254.0,
        "cycles a minute as recorded, fraction included: strides of one leg in FIT and TCX runs, crank turns in "
        "rides, either in GPX; steps a minute are made by prepare, which knows the sport",
    ),
    Channel("power_w", "W", 0.0, 4000.0, "power"),
    Channel("temperature_c", "degC", -60.0, 70.0, "temperature at the device"),
    Channel("step_length_m", "m", 0.0, 3.5, "length of one step"),
    Channel("vertical_oscillation_m", "m", 0.0, 0.5, "vertical movement of the body in one step"),
    Channel("ground_contact_s", "s", 0.0, 1.5, "time of one foot on the ground"),
    Channel("ground_contact_balance_frac", "1", 0.0, 1.0, "left share of ground contact"),
    Channel("footpod_speed_mps", "m/s", 0.0, 40.0, "speed from a foot pod (developer field)"),
)
BY_NAME: dict[str, Channel] = {c.name: c for c in CHANNELS}
