"""Speed: which source, by how much it trails, and the corrected speed on samples and whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from runlake.kernels.lag import lagged_correlation, participation
from runlake.kernels.looks import census, drawn_towards, known_apart, n_both_known
from runlake.kernels.signal import local_slope, smoothed_change
from runlake.model.recording import F8
from runlake.prepare._track import MAX_HOLD_S, Timer, Track, at_samples, median_of, on_grid, taken_back
from runlake.prepare.distance import DEVICE_OFF_FRAC, Distance
from runlake.prepare.positions import CHANGE_HALF, CHANGE_LIMIT_MPS2, SLOPE_HALF, SPIKE_SPEED_MPS, Places

DEVICE_LAG_S = 5.0
"""How late the speed field of watches is where the file cannot tell: median of 49 files."""
FOOTPOD_LAG_S = 1.0
RIDE_LAG_S = 0.5
"""Wheels and faster GPS need less smoothing: 12 rides estimate 0 to 1.5 s, median 0.4 s."""
LONGEST_LAG_S = 12.0
LEAST_R = 0.25
FIRST_LAG_S, LAST_LAG_S = -5, 20
LEAST_PAIRS_S = 240
FAR_S, LEAST_LEAD_R = 6, 0.1
LARGEST_ERROR_S = 2.0
"""Watches differ by about as much: an estimate less sure than that tells less than the default."""
INDEPENDENT_SHARE = 0.6
"""Of the changes that carry the signal, those that are not the same change again: 3 / 5, because a Gaussian signal is
carried by a third of its samples (`participation`), and changes are smoothed over 5 s."""
SLACK_S = 1.5
"""So far beyond the possible lags an estimate is still noise on the nearest possible one."""
ENOUGH_SHARE = 0.5
FUSED_DT_S = 1.5
"""Positions of sparser records are not worth drawing towards."""


@dataclass(frozen=True, slots=True, eq=False)
class Speed:
    """Speed without lag, on the samples and on whole seconds (NaN: missing or timer off)."""

    on_samples_mps: F8
    on_grid_mps: F8
    source: str
    lag_s: float
    lag_source: str
    noise_frac: float


def choose(track: Track, timer: Timer, places: Places, distance: Distance, grid_distance_m: F8) -> Speed:
    """The speed to use throughout, shifted back by its lag."""
    recorded, source = _recorded(track, distance)
    if source:
        lag_s, lag_source = _lag(track, timer, places, recorded, source)
        samples, grid = taken_back(track, timer, recorded, lag_s)
        grid = _fused(track, grid, places.speed_mps)
    elif distance.source == "positions" or (places.share >= ENOUGH_SHARE and distance.source == "none"):
        source, lag_s, lag_source = "positions", 0.0, "none"
        grid = places.speed_mps.copy()
        samples = np.where(timer.is_paused, np.nan, at_samples(track, timer, grid))
    elif distance.source == "device":
        source, lag_s, lag_source = "distance", 0.0, "none"
        grid = _distance_speed(track, timer, grid_distance_m)
        samples = np.where(timer.is_paused, np.nan, at_samples(track, timer, grid))
    else:
        nothing = np.full(len(timer.grid_s), np.nan)
        return Speed(np.full(track.n, np.nan), nothing, "none", np.nan, "none", np.nan)
    grid = _over_gaps(timer, grid, grid_distance_m)
    return Speed(samples, grid, source, lag_s, lag_source, _noise_frac(grid))


def _recorded(track: Track, distance: Distance) -> tuple[F8, str]:
    """The device's or foot pod's speed field, and which; "" when neither is there for half of the time."""
    by_device, by_pod = track.channel("speed_mps"), track.channel("footpod_speed_mps")
    n_known, _, highest = census(by_device)
    if n_known >= ENOUGH_SHARE * track.n and highest > 0.0 and _agrees(track, by_device, distance):
        recorded = by_device if distance.scale == 1.0 else by_device * distance.scale
        return recorded, "footpod" if track.has_footpod_speed else "device"
    if np.count_nonzero(~np.isnan(by_pod)) >= ENOUGH_SHARE * track.n:
        return by_pod, "footpod"
    return by_device, ""


def _agrees(track: Track, by_device: F8, distance: Distance) -> bool:
    """False where the device's distance was set aside for the positions', and its speed is as far off."""
    if distance.source != "positions":
        return True
    step_s = track.step_s
    ran = (step_s <= MAX_HOLD_S) & ~np.isnan(by_device[1:])
    by_speed_m = float(np.sum(by_device[1:][ran] * step_s[ran]))
    by_path_m = float(np.sum(np.diff(distance.distance_m)[ran]))
    return abs(by_speed_m - by_path_m) <= DEVICE_OFF_FRAC * by_path_m


def _lag(track: Track, timer: Timer, places: Places, recorded: F8, source: str) -> tuple[float, str]:
    """Seconds by which recorded speed trails the positions, and whether the file told or a default did."""
    late = on_grid(track, timer, recorded)
    lag_s = lag_behind(places.change_mps2, late, CHANGE_LIMIT_MPS2, LEAST_R, LONGEST_LAG_S)
    if np.isnan(lag_s):
        on_foot_s = FOOTPOD_LAG_S if source == "footpod" else DEVICE_LAG_S
        return on_foot_s if track.is_foot else RIDE_LAG_S, "default"
    return lag_s, "estimated"


def lag_behind(leader_change: F8, follower: F8, follower_limit: float, least_r: float, longest_s: float) -> float:
    """Seconds by which `follower` trails speed that changes by so much (that of positions); NaN when not well known.

    The lag is where changes of both, smoothed over 5 s, agree best; a parabola through the best three gives the
    part of a second. It is well determined when they agree by more than `least_r` there, clearly worse
    anywhere more than 6 s away (pulsing pace agrees with itself one pulse later), and often enough: the standard
    error of a delay is sqrt((1 - r^2) / (n r -r'')) with n independent changes (Knapp and Carter 1976), and one
    acceleration, however large, is one change.
    """
    follower_change = smoothed_change(follower, CHANGE_HALF, follower_limit)
    if n_both_known(leader_change, follower_change) < LEAST_PAIRS_S:
        return float("nan")
    r: list[float] = lagged_correlation(leader_change, follower_change, FIRST_LAG_S, LAST_LAG_S).tolist()
    if any(map(isnan, r)):
        return float("nan")
    best = r.index(max(r))
    if r[best] <= least_r or best in (0, len(r) - 1):
        return float("nan")
    if max(r[: max(best - FAR_S, 0)] + r[best + FAR_S + 1 :]) > r[best] - LEAST_LEAD_R:
        return float("nan")
    bend = r[best - 1] - 2.0 * r[best] + r[best + 1]
    part = 0.5 * (r[best - 1] - r[best + 1]) / bend if bend < 0.0 else 0.0
    lag_s = FIRST_LAG_S + best + part
    n_changes = INDEPENDENT_SHARE * min(participation(leader_change), participation(follower_change))
    if (1.0 - r[best] ** 2) > LARGEST_ERROR_S**2 * n_changes * r[best] * -bend:
        return float("nan")
    if not -SLACK_S <= lag_s <= longest_s + SLACK_S:
        return float("nan")
    return float(min(max(lag_s, 0.0), longest_s))


def _fused(track: Track, speed: F8, by_positions: F8) -> F8:
    """Speed drawn towards that of the positions, by half where they are quiet, on records of every second."""
    if not track.median_dt_s <= FUSED_DT_S:
        return speed
    apart = known_apart(by_positions, speed)
    if len(apart) < LEAST_PAIRS_S:
        return speed
    half_weight = 0.5 / (1.0 + (_spread(apart) / 0.35) ** 2)
    fused: F8 = drawn_towards(speed, by_positions, half_weight)
    return fused


def _spread(values: F8) -> float:
    """Robust standard deviation of values that are all known: 1.4826 times the median distance from the median."""
    n = len(values)
    return 1.4826 * median_of(np.abs(values - median_of(values, n)), n)


def _distance_speed(track: Track, timer: Timer, grid_distance_m: F8) -> F8:
    """Slope of the distance over nine seconds."""
    speed = np.maximum(local_slope(timer.running_on_grid(grid_distance_m), SLOPE_HALF), 0.0)
    if track.is_foot:
        speed[speed > SPIKE_SPEED_MPS] = np.nan
    return speed


def _over_gaps(timer: Timer, speed: F8, grid_distance_m: F8) -> F8:
    """Speed with gaps of the recording filled by what the distance says of them: constant speed over each."""
    hole = np.isnan(speed) & timer.is_on
    if not hole.any() or np.isnan(grid_distance_m).all():
        return speed
    return np.where(hole, np.gradient(grid_distance_m) if len(speed) > 1 else np.nan, speed)


def _noise_frac(speed: F8) -> float:
    """Robust standard deviation of speed from second to second, as a share of speed."""
    logs = np.log(np.where(speed > 0.5, speed, np.nan))
    change = known_apart(logs[1:], logs[:-1])
    return _spread(change) / 2.0**0.5 if len(change) >= 10 else float("nan")
