"""Positions without spikes, in degrees and local metres, and the speed that they tell without lag."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot

import numpy as np

from runlake.kernels.geodesy import ground_speed, local_metres, metres_along, step_lengths
from runlake.kernels.looks import n_missing_fixes, rough_parts
from runlake.kernels.repair import excursions
from runlake.kernels.signal import local_quadratic, local_slope, smoothed_change
from runlake.model.recording import F8
from runlake.prepare._leaps import NO_LEAPS, could_leap, leaps, straightened
from runlake.prepare._track import B1, I8, Timer, Track, median, on_grid

SPIKE_SPEED_MPS = 12.0
"""Faster than any runner over a second or more (world record pace of 100 m: 10.4 m/s)."""
RIDE_SPIKE_SPEED_MPS = 40.0
UNKNOWN_SPORTS = frozenset({"", "generic", "all"})
SPIKE_M = 12.0
"""A spike lies so far beside the line between its neighbours; common GPS error is below."""
SPIKE_SPAN_S = 5.0
START_SPEED_MPS = 8.0
START_S = 60.0
"""The first fix of a run drifts for at most about so long (a real file: 40 s)."""
SLOPE_HALF = 4
"""Nine seconds: a stride of 20 s keeps its speed within 4 %, at 0.2 m/s of noise (tests/prepare)."""
NOISY_SLOPE_HALF = 6
CHANGE_HALF, CHANGE_LIMIT_MPS2 = 2, 0.6
"""Changes of speed beyond this are noise or a stop: they must not decide a lag alone."""
NOISY_MPS = 0.4
DENSE_S = 2.0
STANDING_MPS, STAND_S = 0.5, 30
"""Slower than the slowest walk, for so many seconds."""
POLAR_DEG = 80.0
"""From here on a few kilometres change what a degree of longitude is in metres by several per cent."""
POLAR_RADIUS_M = 6_399_594.0
"""Radius of curvature of the ellipsoid at the poles, in every direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Positions of the samples (NaN where missing or rejected), and on whole seconds metres and speed."""

    latitude_deg: F8
    longitude_deg: F8
    east_m: F8
    north_m: F8
    path_east_m: F8
    path_north_m: F8
    """The same without leaps: what speed and distance are made from."""
    leaps_to: I8
    """Samples that the positions leapt to."""
    speed_mps: F8
    change_mps2: F8
    """Change of that speed from second to second, smoothed over five: what late signals are compared with."""
    n_spikes: int
    share: float
    tangent: float
    """Tangent of the latitude of the first fix, where metres east and north count from."""


def clean(track: Track, timer: Timer) -> Places:
    """The track's positions without spikes and without the drift before the first good fix."""
    latitude, longitude = _fixes(track)
    is_there = ~np.isnan(latitude)
    first = int(np.argmax(is_there))
    if not is_there[first]:
        none = np.full(len(timer.grid_s), np.nan)
        return Places(latitude, longitude, none, none, none, none, NO_LEAPS, none, none, 0, 0.0, np.nan)
    east, north, tangent = _in_metres(latitude, longitude, float(latitude[first]), float(longitude[first]))
    fastest_mps = _fastest_mps(track, east, north)
    bad = excursions(track.time_s, east, north, fastest_mps, SPIKE_M, SPIKE_SPAN_S)
    if track.is_foot and not _starts_well(track.time_s, east, north):
        bad |= _drift(track, east, north)
    n_spikes = int(np.count_nonzero(bad))
    if n_spikes:
        latitude, longitude, east, north = (np.where(bad, np.nan, v) for v in (latitude, longitude, east, north))
    grid_east = path_east = on_grid(track, timer, east, across_pauses=True)
    grid_north = path_north = on_grid(track, timer, north, across_pauses=True)
    speed, leaps_to = _speed(timer, grid_east, grid_north, tangent), NO_LEAPS
    if could_leap(float(np.fmax.reduce(speed))):
        leaps_to, by_east, by_north = leaps(track.time_s, east, north)
        if len(leaps_to):
            path_east = on_grid(track, timer, straightened(east, leaps_to, by_east), across_pauses=True)
            path_north = on_grid(track, timer, straightened(north, leaps_to, by_north), across_pauses=True)
            speed = _speed(timer, path_east, path_north, tangent)
        speed[speed > fastest_mps] = np.nan
    on = np.count_nonzero(timer.is_on)
    return Places(
        latitude_deg=latitude,
        longitude_deg=longitude,
        east_m=grid_east,
        north_m=grid_north,
        path_east_m=path_east,
        path_north_m=path_north,
        leaps_to=leaps_to,
        speed_mps=speed,
        change_mps2=smoothed_change(speed, CHANGE_HALF, CHANGE_LIMIT_MPS2),
        n_spikes=n_spikes,
        share=np.count_nonzero(~np.isnan(grid_east) & timer.is_on) / on if on else 0.0,
        tangent=tangent,
    )


def _in_metres(latitude: F8, longitude: F8, latitude0: float, longitude0: float) -> tuple[F8, F8, float]:
    """Metres east and north of a place, and the tangent of the latitude from which east shrinks further north.

    Near a pole, where meridians meet, the globe is turned so that the place lies on its equator.
    """
    if abs(latitude0) <= POLAR_DEG:
        east, north = local_metres(latitude, longitude, latitude0, longitude0)
        return east, north, float(np.tan(np.radians(latitude0)))
    phi, turn, phi0 = np.radians(latitude), np.radians(longitude - longitude0), np.radians(latitude0)
    x, y, z = np.cos(phi) * np.cos(turn), np.cos(phi) * np.sin(turn), np.sin(phi)
    up = np.cos(phi0) * x + np.sin(phi0) * z
    return POLAR_RADIUS_M * np.arctan2(y, up), POLAR_RADIUS_M * np.arcsin(np.cos(phi0) * z - np.sin(phi0) * x), 0.0


def _fixes(track: Track) -> tuple[F8, F8]:
    """Latitude and longitude of the samples, both NaN where there is no fix; not to be written to."""
    latitude, longitude = track.channel("latitude_deg"), track.channel("longitude_deg")
    # (0, 0) lies in the Gulf of Guinea: no watch has been there, many have written it for "no fix".
    if not n_missing_fixes(latitude, longitude):
        return latitude, longitude
    missing = (np.isnan(latitude + longitude)) | ((latitude == 0.0) & (longitude == 0.0))
    return np.where(missing, np.nan, latitude), np.where(missing, np.nan, longitude)


def _fastest_mps(track: Track, east: F8, north: F8) -> float:
    """Speed that the sport allows; for a file that does not say its sport, four times what is usual in it."""
    if track.is_foot:
        return SPIKE_SPEED_MPS
    if track.sport not in UNKNOWN_SPORTS:
        return RIDE_SPIKE_SPEED_MPS
    there = np.flatnonzero(~np.isnan(east))
    step_m = np.hypot(np.diff(east[there]), np.diff(north[there]))
    usual_mps = median(step_m / np.diff(track.time_s[there]))
    return min(max(4.0 * usual_mps, SPIKE_SPEED_MPS), RIDE_SPIKE_SPEED_MPS) if len(there) > 1 else SPIKE_SPEED_MPS


def _starts_well(time_s: F8, east: F8, north: F8) -> bool:
    """True where the first three steps are slow enough for a runner, as most are: nothing to look for then."""
    at = list(zip(time_s[:4].tolist(), east[:4].tolist(), north[:4].tolist(), strict=True))
    steps = [hypot(c - a, d - b) < START_SPEED_MPS * (t - s) for (s, a, b), (t, c, d) in pairwise(at)]
    return len(steps) == 3 and all(steps)


def _drift(track: Track, east: F8, north: F8) -> B1:
    """True for fixes of the first minute before three steps in a row are slow enough for a runner."""
    bad = np.zeros(track.n, dtype=np.bool_)
    there = np.flatnonzero(~np.isnan(east[: int(np.searchsorted(track.time_s, START_S)) + 4]))
    if len(there) < 4:
        return bad
    step_mps = np.hypot(np.diff(east[there]), np.diff(north[there])) / np.diff(track.time_s[there])
    slow = step_mps < START_SPEED_MPS
    three = np.flatnonzero(slow[:-2] & slow[1:-1] & slow[2:])
    if len(three) and track.time_s[there[three[0]]] <= START_S:
        bad[: there[three[0]]] = ~np.isnan(east[: there[three[0]]])
    return bad


def _speed(timer: Timer, east: F8, north: F8, tangent: float) -> F8:
    """Speed on whole seconds: slope of the positions over nine seconds, thirteen where they are noisy."""
    used_east, used_north = timer.running_on_grid(east), timer.running_on_grid(north)
    east_mps, north_mps = local_slope(used_east, SLOPE_HALF), local_slope(used_north, SLOPE_HALF)
    speed = ground_speed(east_mps, north_mps, north, tangent)
    if _is_noisy(speed):
        east_mps, north_mps = local_slope(used_east, NOISY_SLOPE_HALF), local_slope(used_north, NOISY_SLOPE_HALF)
        speed = ground_speed(east_mps, north_mps, north, tangent)
    return speed


def _is_noisy(speed_mps: F8) -> bool:
    """True where speed and that nine seconds away, whose windows do not overlap, differ by much (robust deviation)."""
    width = 2 * SLOPE_HALF + 1
    if len(speed_mps) < 3 * width:
        return False
    # The difference of one and the mean of two independent values has 1.5 times the variance.
    limit = NOISY_MPS * 1.5**0.5 / 1.4826
    n_rough, n_known = rough_parts(speed_mps, width, limit)
    # More than half above the limit says as much as the median, and is found faster.
    if 2 * n_rough != n_known:
        return bool(2 * n_rough > n_known)
    return median(np.abs(speed_mps[width:-width] - 0.5 * (speed_mps[: -2 * width] + speed_mps[2 * width :]))) > limit


def path_m(track: Track, timer: Timer, places: Places) -> F8:
    """Metres along the positions at each sample, from 0; nothing is added across a pause.

    Records of every second or two are smoothed first: the wobble of each fix would add 0.5 to 17 % of distance.
    """
    is_there = ~np.isnan(places.latitude_deg)
    if np.count_nonzero(is_there) < 2:
        return track.nothing
    if track.median_dt_s <= DENSE_S and np.count_nonzero(~np.isnan(places.east_m) & timer.is_on) > 2 * SLOPE_HALF:
        return _smooth_path_m(track, timer, places)
    there = np.flatnonzero(is_there)
    steps = step_lengths(places.latitude_deg[there], places.longitude_deg[there])
    steps[np.diff(timer.run_no[there]) > 0] = 0.0
    at = np.searchsorted(there, places.leaps_to) - 1
    steps[at] = np.minimum(steps[at], median(steps))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    return np.interp(timer.timer_s, timer.timer_s[there], along)


def _stands(speed_mps: F8) -> list[list[int]]:
    """Seconds [begin, end) in which nobody got on for half a minute and longer."""
    slow = speed_mps < STANDING_MPS
    if not slow.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], slow.view(np.int8), [0])))).reshape(-1, 2)
    stands: list[list[int]] = edges[edges[:, 1] - edges[:, 0] >= STAND_S].tolist()
    return stands


def _smooth_path_m(track: Track, timer: Timer, places: Places) -> F8:
    """The same along positions on whole seconds, smoothed by a parabola over nine.

    Who stands goes in straight lines of half a minute: the wobble of the fixes would make a kilometre of an hour, and
    who climbs as slowly gets on in a straight line.
    """
    east, north = local_quadratic(places.path_east_m), local_quadratic(places.path_north_m)
    for i, j in _stands(places.speed_mps):
        knots = np.append(np.arange(i, j - 1, STAND_S), j - 1)
        for axis in (east, north):
            axis[i:j] = np.interp(np.arange(i, j), knots, axis[knots])
    along = metres_along(timer.running_on_grid(east), north, timer.grid_run, places.tangent)
    if timer.second is None:
        there = np.flatnonzero(~np.isnan(along))
        return np.interp(track.time_s, timer.grid_s[there], along[there])
    out = along[timer.second]
    holes = np.isnan(out)
    if holes.any():
        there = np.flatnonzero(~np.isnan(along))
        out[holes] = np.interp(track.time_s[holes], timer.grid_s[there], along[there])
    return out
