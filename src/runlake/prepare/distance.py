"""Distance since the start: the device's own count where it holds together, else the path of the positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.model.recording import F8
from runlake.prepare._track import Timer, Track
from runlake.prepare.positions import Places, path_m

ENOUGH_SHARE = 0.95
"""Share of samples with a device distance from which on it is taken as recorded throughout."""
POSITIONS_SHARE = 0.8
"""Share of time with positions from which on they can judge the device's distance."""
DEVICE_OFF_FRAC = 0.15
"""A device whose distance differs from its own positions by more counts wrongly (units, wheel, uncalibrated pod)."""
CALIBRATED_FRAC = 0.01
"""An indoor total that differs from the last record by more was edited by the runner after the run."""
RESET_M = 100.0
"""A fall of the device's distance by more is a counter that began again."""

INDOOR_SUB_SPORTS = frozenset(
    {"treadmill", "indoor_running", "indoor_walking", "indoor_cycling", "indoor_rowing", "spin", "indoor_climbing",
     "indoor_track", "virtual_activity", "virtual_run", "lap_swimming", "elliptical", "stair_climbing", "indoor_skiing"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """Metres since the start at each sample (never falls; NaN throughout when unknown) and where they come from."""

    distance_m: F8
    source: str
    vs_positions_frac: float
    scale: float
    """What the device's distance was multiplied with to agree with the total that the runner corrected."""


def choose(track: Track, timer: Timer, places: Places) -> Distance:
    """The distance to use throughout; sources are never mixed inside one activity."""
    by_device, is_whole = _by_device(track, timer)
    by_path = path_m(places, timer) if places.are_there else np.full(track.n, np.nan)
    device_m, path_length_m = float(by_device[-1] - by_device[0]), float(by_path[-1])
    vs_positions = device_m / path_length_m - 1.0 if path_length_m > 0.0 else np.nan
    can_judge = (
        places.share >= POSITIONS_SHARE and path_length_m > 100.0 and track.sub_sport not in INDOOR_SUB_SPORTS
    )
    is_wrong = can_judge and abs(vs_positions) > DEVICE_OFF_FRAC and not track.has_footpod_speed
    has_device = bool(np.isfinite(device_m)) and device_m > 0.0
    if has_device and not is_wrong and (is_whole or not can_judge):
        scale = _calibration(track, by_device)
        return Distance(by_device * scale, "device", vs_positions, scale)
    if np.isfinite(path_length_m) and (path_length_m > 0.0 or not has_device):
        return Distance(by_path, "positions", vs_positions, 1.0)
    if np.isfinite(device_m):
        return Distance(by_device, "device", vs_positions, 1.0)
    return Distance(np.full(track.n, np.nan), "none", np.nan, 1.0)


def _by_device(track: Track, timer: Timer) -> tuple[F8, bool]:
    """The device's distance at every sample, never falling, and whether it was recorded throughout."""
    raw = track.channel("distance_m")
    there = np.flatnonzero(~np.isnan(raw))
    if len(there) < 2:
        return np.full(track.n, np.nan), False
    values = raw[there]
    fall = np.minimum(np.diff(values), 0.0)
    if fall.min() < -RESET_M:
        # The counter began again (a new session, a lost battery): go on from where it was.
        values = values + np.concatenate(([0.0], np.cumsum(np.where(fall < -RESET_M, -np.diff(values), 0.0))))
    if fall.min() < 0.0:
        values = np.maximum.accumulate(values)
    # A counter that does not start at 0 carries an earlier session along.
    before_m = values[0] if values[0] > _possible_m(track, float(track.time_s[there[0]])) else 0.0
    filled = np.interp(timer.timer_s, timer.timer_s[there], values - before_m)
    return filled, len(there) >= ENOUGH_SHARE * track.n


def _possible_m(track: Track, seconds: float) -> float:
    """Metres that the first record may show: up to a minute may have passed before it."""
    return (12.0 if track.is_foot else 40.0) * (60.0 + seconds)


def _calibration(track: Track, by_device: F8) -> float:
    """Total over last record for indoor runs whose total was corrected after the run, else 1."""
    total_m, last_m = track.totals.distance_m, float(by_device[-1])
    if track.sub_sport not in INDOOR_SUB_SPORTS or not total_m > 0.0 or not last_m > 0.0:
        return 1.0
    scale = total_m / last_m
    return scale if 0.5 < scale < 2.0 and abs(scale - 1.0) > CALIBRATED_FRAC else 1.0
