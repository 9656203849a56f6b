"""Distance since the start: the device's count where it holds together, else the path of the positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.looks import census, most_grown
from runlake.model.recording import F8
from runlake.prepare._track import Timer, Track
from runlake.prepare.positions import Places, path_m

ENOUGH_SHARE = 0.5
LONGEST_HOLE_S = 60.0
"""A device distance missing for longer, timer running, is not recorded throughout."""
POSITIONS_SHARE = 0.8
"""Share of time with positions from which on they can judge the device's distance."""
DEVICE_OFF_FRAC = 0.15
"""A device whose distance differs from its own positions by more counts wrongly (units, wheel, broken pod)."""
CALIBRATED_FRAC = 0.01
"""An indoor total that differs from the last record by more was edited by the runner after the run."""
FASTEST_MPS = 40.0
NEAR_M = 10.0
"""The first record may show so much of the session itself."""
RESET_M = 100.0
"""A fall of the device's distance by more is a counter that began again."""

INDOOR_SUB_SPORTS = frozenset(
    {
        "treadmill", "indoor_running", "indoor_walking", "indoor_cycling", "indoor_rowing", "indoor_climbing",
        "indoor_skiing", "indoor_track", "spin", "virtual_activity", "virtual_run", "lap_swimming", "elliptical",
        "stair_climbing",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """Metres since the start at each sample (never falls; NaN throughout when unknown), and their source."""

    distance_m: F8
    source: str
    vs_positions_frac: float
    scale: float
    """What the device's distance was multiplied with to agree with the total that the runner corrected."""


def choose(track: Track, timer: Timer, places: Places) -> Distance:
    """The distance to use throughout; sources are never mixed inside one activity."""
    by_device, is_whole = _by_device(track, timer)
    by_path = path_m(track, timer, places)
    device_m, path_length_m = float(by_device[-1] - by_device[0]), float(by_path[-1])
    is_indoor = track.sub_sport in INDOOR_SUB_SPORTS
    can_judge = places.share >= POSITIONS_SHARE and path_length_m > 100.0 and not is_indoor
    vs_positions = device_m / path_length_m - 1.0 if can_judge else np.nan
    is_wrong = abs(vs_positions) > DEVICE_OFF_FRAC and not track.has_footpod_speed
    if device_m > 0.0 and not is_wrong and (is_whole or not can_judge):
        scale = _calibration(track, by_device)
        return Distance(by_device if scale == 1.0 else by_device * scale, "device", vs_positions, scale)
    # Positions of an indoor activity are those of a window or of a simulator: a stand-in for nothing.
    if path_length_m > 0.0 and not is_indoor:
        return Distance(by_path, "positions", vs_positions, 1.0)
    if np.isfinite(device_m):
        return Distance(by_device, "device", vs_positions, 1.0)
    by_speed = _by_speed(track, timer)
    return Distance(by_speed, "none" if np.isnan(by_speed[-1]) else "device", np.nan, 1.0)


def _by_speed(track: Track, timer: Timer) -> F8:
    """The device's speed summed up over the time that the timer ran; NaN throughout without enough of it."""
    speed = track.channel("speed_mps")
    there = np.flatnonzero(~np.isnan(speed) & ~timer.is_paused)
    if len(there) < max(2.0, ENOUGH_SHARE * track.n) or np.diff(timer.timer_s[there]).max() > LONGEST_HOLE_S:
        return track.nothing
    steps_m = 0.5 * (speed[there][1:] + speed[there][:-1]) * np.diff(timer.timer_s[there])
    return np.interp(timer.timer_s, timer.timer_s[there], np.concatenate(([0.0], np.cumsum(steps_m))))


def _by_device(track: Track, timer: Timer) -> tuple[F8, bool]:
    """The device's distance at every sample, never falling, and whether it was recorded throughout."""
    raw = track.channel("distance_m")
    n_there, _, _ = census(raw)
    if n_there < 2:
        return track.nothing, False
    values, timer_s = raw, timer.timer_s
    if n_there < track.n:
        is_there = ~np.isnan(raw)
        values, timer_s = raw[is_there], timer.timer_s[is_there]
    deepest = -most_grown(-values, 1)
    if deepest < -RESET_M:
        step = np.diff(values)
        # The counter began again (a new session, a lost battery): go on from where it was.
        values = values - np.concatenate(([0.0], np.cumsum(np.where(step < -RESET_M, step, 0.0))))
    if deepest < 0.0:
        values = np.maximum.accumulate(values)
    values = _without_last_leap(track, values, timer_s)
    before_m = _before_m(track, values, float(timer_s[0]))
    values = values - before_m if before_m else values
    if n_there == track.n:
        return values, True
    filled = np.interp(timer.timer_s, timer_s, values)
    hole_s = max(float(np.diff(timer_s).max()), float(timer_s[0]), float(timer.timer_s[-1] - timer_s[-1]))
    longest_s = max(LONGEST_HOLE_S, float(np.diff(timer.timer_s).max()))
    return filled, n_there >= ENOUGH_SHARE * track.n and hole_s <= longest_s


def _without_last_leap(track: Track, values: F8, timer_s: F8) -> F8:
    """Values whose last is as the one before, where it leaps as nobody can and the watch's total denies it.

    Some watches write the next session's count into the last record of this one.
    """
    total_m = track.totals.distance_m
    leap_m, allowed_m = values[-1] - values[-2], FASTEST_MPS * (timer_s[-1] - timer_s[-2] + 1.0)
    with_leap_m, without_m = values[-1] - values[0], values[-2] - values[0]
    if leap_m > allowed_m and abs(without_m - total_m) < abs(with_leap_m - total_m):
        return np.append(values[:-1], values[-2])
    return values


def _before_m(track: Track, values: F8, first_s: float) -> float:
    """Metres on the counter before this session began: an earlier session of the same file."""
    first_m, last_m, total_m = float(values[0]), float(values[-1]), track.totals.distance_m
    if total_m > 0.0:
        return first_m if abs(last_m - first_m - total_m) < abs(last_m - total_m) and first_m > NEAR_M else 0.0
    # Without a total: up to a minute may have passed before the first record.
    return first_m if first_m > FASTEST_MPS * (60.0 + first_s) else 0.0


def _calibration(track: Track, by_device: F8) -> float:
    """Total over last record for indoor runs whose total was corrected after the run, else 1."""
    total_m, last_m = track.totals.distance_m, float(by_device[-1])
    if track.sub_sport not in INDOOR_SUB_SPORTS or not total_m > 0.0 or not last_m > 0.0:
        return 1.0
    scale = total_m / last_m
    return scale if 0.5 < scale < 2.0 and abs(scale - 1.0) > CALIBRATED_FRAC else 1.0
