"""What a watch writes of a lap or of the whole session: distance, means, maxima, climb."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import numpy.typing as npt

from simulator.device import Signals

F8 = npt.NDArray[np.float64]
NAN = float("nan")
WEIGHT_KG = 60.0
ZONE_EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Upper edges of the watch's heart-rate zones, as shares of the highest heart rate set in it."""


class Summary(TypedDict):
    """The values that laps and totals have in common, by their names there; NaN: no such sensor."""

    elapsed_s: float
    timer_s: float
    distance_m: float
    mean_speed_mps: float
    max_speed_mps: float
    mean_heart_rate_bpm: float
    max_heart_rate_bpm: float
    mean_cadence_cpm: float
    max_cadence_cpm: float
    ascent_m: float
    descent_m: float


def summarise(signals: Signals, begin_s: float, end_s: float) -> Summary:
    """The summary from one elapsed second to another."""
    on = signals.is_timer_on
    inside = np.zeros(len(on), dtype=bool)
    inside[int(begin_s) : max(int(end_s), int(begin_s) + 1)] = True
    seconds = np.arange(len(on), dtype=np.float64)
    timer: F8 = np.cumsum(on, dtype=np.float64) - on
    timer_s = float(np.interp(end_s, seconds, timer) - np.interp(begin_s, seconds, timer))
    distance = signals.columns.get("distance_m")
    metres = NAN
    if distance is not None:
        metres = float(np.interp(end_s, seconds, distance) - np.interp(begin_s, seconds, distance))
    ascent, descent = _climb(signals, inside & on)
    beats, cycles = _values(signals, "heart_rate_bpm", inside & on), _values(signals, "cadence_cpm", inside & on)
    cycles = cycles[cycles > 0]
    speed = _values(signals, "speed_mps", inside & on)
    return Summary(
        elapsed_s=round(end_s - begin_s, 3),
        timer_s=round(timer_s, 3),
        distance_m=round(metres, 2),
        mean_speed_mps=round(metres / timer_s, 3) if timer_s > 0 else NAN,
        max_speed_mps=float(speed.max()) if len(speed) else NAN,
        mean_heart_rate_bpm=float(round(beats.mean())) if len(beats) else NAN,
        max_heart_rate_bpm=float(beats.max()) if len(beats) else NAN,
        mean_cadence_cpm=float(np.floor(cycles.mean())) if len(cycles) else NAN,
        max_cadence_cpm=float(np.floor(cycles.max())) if len(cycles) else NAN,
        ascent_m=ascent,
        descent_m=descent,
    )


def _values(signals: Signals, name: str, inside: npt.NDArray[np.bool_]) -> F8:
    column = signals.columns.get(name)
    if column is None:
        return np.empty(0)
    values = column[inside]
    return np.asarray(values[~np.isnan(values)])


def _climb(signals: Signals, inside: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Metres up and down, with steps below 1 m from the last turning point left out, as watches do."""
    altitude = _values(signals, "altitude_m", inside)
    if len(altitude) < 2:
        return NAN, NAN
    up = down = 0.0
    level = float(altitude[0])
    for height in altitude[::10]:
        if abs(height - level) >= 1.0:
            up, down = up + max(height - level, 0.0), down + max(level - height, 0.0)
            level = float(height)
    return float(round(up)), float(round(down))


def zone_seconds(signals: Signals, hr_max_bpm: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seconds below the first edge and in each of the watch's zones, and the upper edges; empty without heart rate."""
    beats = _values(signals, "heart_rate_bpm", signals.is_timer_on)
    if not len(beats):
        return (), ()
    highs = tuple(float(round(share * hr_max_bpm)) for share in ZONE_EDGES)
    counts = np.bincount(np.digitize(beats, highs[:-1]), minlength=len(highs))
    return tuple(float(c) for c in counts), highs


def calories_kcal(distance_m: float) -> float:
    """About one kilocalorie for each kilogram and kilometre."""
    return float(round(WEIGHT_KG * distance_m / 1000.0)) if distance_m == distance_m else NAN
