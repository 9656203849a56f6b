"""Recordings written as the files of watches and services: FIT, GPX, TCX."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.model.recording import DeviceTotals, Lap, Recording, WorkoutStep
from simulator.fit_writer import activity_bytes
from simulator.xml_writer import XmlLap, gpx_bytes, tcx_bytes

F8 = npt.NDArray[np.float64]
PRODUCTS = {
    "garmin fr265": (1, 4257), "garmin fr255": (1, 3992), "garmin fr235": (1, 2431),
    "garmin fenix6x": (1, 3291), "garmin edge_530": (1, 3121),
    "coros pace2": (294, 842), "suunto 9": (23, 34), "polar vantage_m": (123, 221),
}  # fmt: skip
"""Device to FIT manufacturer and product numbers."""
SUB_SPORTS: dict[str, Any] = {"lap_swimming": 17, "open_water": 18}
RECORD_FIELDS = {
    "latitude_deg": "position_lat", "longitude_deg": "position_long", "distance_m": "distance",
    "speed_mps": "enhanced_speed", "altitude_m": "enhanced_altitude", "heart_rate_bpm": "heart_rate",
    "temperature_c": "temperature", "power_w": "power",
}  # fmt: skip
SCALED_FIELDS = {
    "step_length_m": ("step_length", 1000.0), "vertical_oscillation_m": ("vertical_oscillation", 1000.0),
    "ground_contact_s": ("stance_time", 1000.0), "ground_contact_balance_frac": ("stance_time_balance", 100.0),
}  # fmt: skip
"""Channels that FIT keeps in millimetres, milliseconds, or per cent."""


def fit_bytes(recording: Recording) -> bytes:
    """The recording as a FIT activity file."""
    manufacturer, product = PRODUCTS.get(recording.device, (255, 0))
    steps = [_step_row(s) for s in recording.steps]
    totals = recording.totals
    sport = {"sport": recording.sport, "sub_sport": SUB_SPORTS.get(recording.sub_sport, recording.sub_sport)}
    session = {
        **_summary(totals), **sport, "timestamp": recording.time_utc_s[-1], "start_time": totals.start_time_utc_s,
        "total_calories": totals.calories_kcal, "event": "session", "event_type": "stop", "first_lap_index": 0,
        "num_laps": len(recording.laps), "trigger": "activity_end", "message_index": 0,
    }  # fmt: skip
    zone = {
        "timestamp": recording.time_utc_s[-1], "reference_mesg": 18, "reference_index": 0,
        "time_in_hr_zone": list(totals.heart_rate_zone_s),
        "hr_zone_high_boundary": list(totals.heart_rate_zone_high_bpm),
    }  # fmt: skip
    maker = {"manufacturer": manufacturer, "product": product}
    offset = recording.utc_offset_s
    return activity_bytes(
        _record_columns(recording),
        file_id={**maker, "serial_number": 3_141_592_653},
        sports=[_present(sport)],
        sessions=[_present(session)],
        laps=[_lap_row(k, lap, recording) for k, lap in enumerate(recording.laps)],
        events=[
            {
                "timestamp": e.time_utc_s,
                "event": "timer",
                "event_type": "start" if e.is_running else "stop_all",
            }
            for e in recording.timer_events
        ],
        workout={
            "wkt_name": recording.name or "Workout",
            "sport": recording.sport,
            "num_valid_steps": len(steps),
        }
        if steps
        else None,
        steps=steps,
        zones=[zone] if totals.heart_rate_zone_s else (),
        devices=[{"timestamp": recording.time_utc_s[0], "device_index": 0, **maker, "software_version": 9.1}],
        utc_offset_s=None if math.isnan(offset) else offset,
    )


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is missing."""
    return {k: v for k, v in row.items() if not (isinstance(v, float) and math.isnan(v)) and v != ""}


def _record_columns(recording: Recording) -> dict[str, F8]:
    columns = {"timestamp": recording.time_utc_s}
    columns |= {RECORD_FIELDS[k]: v for k, v in recording.channels.items() if k in RECORD_FIELDS}
    for name, (field, scale) in SCALED_FIELDS.items():
        if name in recording.channels:
            columns[field] = recording.channels[name] * scale
    cycles = recording.channels.get("cadence_cpm")
    if cycles is not None:
        columns["cadence"] = np.floor(cycles)
        if np.any(np.nan_to_num(cycles) % 1.0):
            columns["fractional_cadence"] = cycles - np.floor(cycles)
    return columns


def _summary(of: Lap | DeviceTotals) -> dict[str, Any]:
    return {
        "total_elapsed_time": of.elapsed_s, "total_timer_time": of.timer_s, "total_distance": of.distance_m,
        "enhanced_avg_speed": of.mean_speed_mps, "enhanced_max_speed": of.max_speed_mps,
        "avg_heart_rate": of.mean_heart_rate_bpm, "max_heart_rate": of.max_heart_rate_bpm,
        "avg_cadence": of.mean_cadence_cpm, "max_cadence": of.max_cadence_cpm,
        "total_ascent": of.ascent_m, "total_descent": of.descent_m,
    }  # fmt: skip


def _lap_row(index: int, lap: Lap, recording: Recording) -> dict[str, Any]:
    row = {
        **_summary(lap), "message_index": index, "timestamp": lap.end_time_utc_s, "start_time": lap.start_time_utc_s,
        "intensity": lap.intensity, "lap_trigger": lap.trigger, "wkt_step_index": lap.workout_step,
        "event": "lap", "event_type": "stop", "sport": recording.sport,
    }  # fmt: skip
    return _present(row)


def _step_row(step: WorkoutStep) -> dict[str, Any]:
    raw = step.duration_value * {"time": 1000.0, "distance": 100.0}.get(step.duration_kind, 1.0)
    return {
        "message_index": step.step_index, "wkt_step_name": step.name, "duration_type": step.duration_kind,
        "duration_value": round(raw),
        "target_type": step.target_kind, "target_value": 0, "intensity": step.intensity,
    }  # fmt: skip


def pause_breaks(recording: Recording) -> tuple[int, ...]:
    """Indices of the records that follow a stop of the timer."""
    stops = [e.time_utc_s for e in recording.timer_events if not e.is_running]
    indices = (int(np.searchsorted(recording.time_utc_s, stop)) for stop in stops)
    return tuple(sorted({i for i in indices if 0 < i < recording.n}))


def gpx_file_bytes(recording: Recording, *, steps_per_minute: bool = False) -> bytes:
    """The recording as a GPX track; cadence of one leg, or steps a minute as one service exports it."""
    channels = recording.channels
    cadence = channels.get("cadence_cpm")
    if cadence is not None:
        cadence = np.round(2.0 * cadence) if steps_per_minute else np.floor(cadence)
    altitude = channels.get("altitude_m")
    return gpx_bytes(
        recording.time_utc_s,
        np.round(channels["latitude_deg"], 7),
        np.round(channels["longitude_deg"], 7),
        altitude_m=None if altitude is None else np.round(altitude, 1),
        heart_rate_bpm=channels.get("heart_rate_bpm"),
        cadence_cpm=cadence,
        name=recording.name,
        sport=recording.sport,
        breaks=pause_breaks(recording),
        time_decimals=0,
    )


def tcx_file_bytes(recording: Recording) -> bytes:
    """The recording as a TCX activity."""
    channels = {k: v for k, v in recording.channels.items() if k != "cadence_cpm"}
    for name in ("latitude_deg", "longitude_deg"):
        if name in channels:
            channels[name] = np.round(channels[name], 8)
    if "altitude_m" in channels:
        channels["altitude_m"] = np.round(channels["altitude_m"], 1)
    if "cadence_cpm" in recording.channels:
        channels["cadence_cpm"] = np.floor(recording.channels["cadence_cpm"])
    starts = np.searchsorted(recording.time_utc_s, [lap.start_time_utc_s for lap in recording.laps])
    stops = [*starts[1:], recording.n]
    breaks = pause_breaks(recording)
    laps = [
        XmlLap(
            first=int(first), stop=int(stop), start_time_utc_s=lap.start_time_utc_s, timer_s=lap.timer_s,
            distance_m=lap.distance_m, intensity="Resting" if lap.intensity == "rest" else "Active",
            trigger="Distance" if lap.trigger == "distance" else "Manual",
            mean_heart_rate_bpm=lap.mean_heart_rate_bpm, max_heart_rate_bpm=lap.max_heart_rate_bpm,
            max_speed_mps=lap.max_speed_mps,
            breaks=tuple(b for b in breaks if first < b < stop),
        )
        for lap, first, stop in zip(recording.laps, starts, stops, strict=True)
    ]  # fmt: skip
    return tcx_bytes(recording.time_utc_s, channels, laps, sport=recording.sport.capitalize(), device=recording.device)
