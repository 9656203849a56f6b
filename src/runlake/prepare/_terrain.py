"""How far grade can be trusted, from places passed again: the ground there is the same, the noise is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.grade import grade_over_distance
from runlake.model.recording import F8
from runlake.prepare._track import B1, I8, median

SAME_PLACE_M = 10.0
"""Two fixes of the same spot are that far apart at most, most of the time."""
APART_S = 120.0
"""Errors of satellite altitude last for a minute or two: passes closer in time share them."""
EVERY_S = 3
LEAST_PAIRS = 60
"""Some 500 m run again; less says nothing of noise that lasts for 100 m."""
LEAST_SHARE = 0.1
"""Hairpins of a path up a hill lie side by side: a few such seconds must not speak for a whole run."""
HALF_WIDTHS_M = (20.0, 50.0, 100.0, 200.0, 300.0)
GPS_HALF_M = 75.0
QUIET_FRAC = 0.01
"""A grade known to 1 % gives the cost of running to 5 %."""
UNKNOWN_FRAC = 0.02
"""Grade with more noise than that is left open."""
GPS_NOISE_FRAC = 0.0175
"""Noise of grade over +-50 m: known barometers reach 1.2 %, satellite altitude starts at 2.4 %."""
GPS_TERRAIN_SHARE = 0.75
"""On steep ground positions that are some metres off look like noise of altitude: terrain must not outweigh it."""
LAGS = (0, 1, 2)
"""Altitude trails by up to 6 s: passes in opposite directions meet only when both are read so much later."""
OUTLIER_SDS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Whole seconds at which the same place was passed, earlier and later, and whether in the same direction."""

    earlier: I8
    later: I8
    is_same_way: B1

    @property
    def n(self) -> int:
        """How many pairs there are."""
        return len(self.earlier)


@dataclass(frozen=True, slots=True, eq=False)
class Grade:
    """Grade on whole seconds; `is_gps` True where its noise is that of satellite altitude, None: not known."""

    frac: F8
    is_gps: bool | None


@dataclass(frozen=True, slots=True)
class _Width:
    """Grade over one width: its noise (a standard deviation, on the safe side), and the share that is terrain."""

    half_m: float
    noise_frac: float
    terrain_share: float
    variance: float

    @property
    def left_frac(self) -> float:
        """Noise that is left in grade drawn towards level by the share of it that is noise."""
        return self.noise_frac * self.terrain_share

    @property
    def told(self) -> float:
        """Variance of the true grade that is explained: the detail that a wider window loses counts, too."""
        return self.terrain_share * self.terrain_share * self.variance


def passes(east_m: F8, north_m: F8, is_used: B1) -> Passes:
    """Pairs of whole seconds at one place, minutes apart; positions on a coarse net, sorted, neighbours compared."""
    at = np.arange(EVERY_S, len(east_m) - 1, EVERY_S)
    at = at[is_used[at] & ~np.isnan(east_m[at])]
    n_least = max(LEAST_PAIRS, int(LEAST_SHARE * len(at)))
    if len(at) < LEAST_PAIRS:
        return Passes(at[:0], at[:0], np.empty(0, dtype=np.bool_))
    cell = np.floor(east_m[at] / SAME_PLACE_M) * 1e7 + np.floor(north_m[at] / SAME_PLACE_M)
    order = np.argsort(cell, kind="stable")
    at, cell = at[order], cell[order]
    is_first = np.concatenate(([True], cell[1:] != cell[:-1]))
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(at)), 0))
    before = at[np.maximum(np.arange(len(at)) - 1, first)]
    # On a track the lap before may be too near in time; the first one is not, after a few laps.
    before = np.where(at - before >= APART_S, before, at[first])
    near = np.hypot(east_m[at] - east_m[before], north_m[at] - north_m[before]) <= SAME_PLACE_M
    kept = np.flatnonzero((at - before >= APART_S) & near)
    if len(kept) < n_least:
        kept = kept[:0]
    earlier, later = before[kept], at[kept]
    along = _step(east_m, earlier) * _step(east_m, later) + _step(north_m, earlier) * _step(north_m, later)
    known = ~np.isnan(along)
    return Passes(earlier[known], later[known], along[known] > 0.0)


def _step(metres: F8, at: I8) -> F8:
    """Movement around each of the seconds."""
    return np.asarray(metres[at + 1] - metres[at - 1])


def grade(distance_m: F8, altitude_m: F8, again: Passes, *, is_rough: bool) -> Grade:
    """Grade over the width that tells most of the terrain, drawn towards level by the share of it that is noise.

    Passes of the same place must find the same grade (the opposite one on the way back). What they differ by is
    noise; what exceeds it in the whole activity is terrain. Weighted by its share of terrain, grade has the least
    mean square error (Wiener 1949), and on level ground noise cannot pass for hills. Without passes the width is
    that of the kind of sensor, and grade is taken as it is. NaN throughout where noise of 2 % is left.
    """
    if again.n < LEAST_PAIRS:
        return Grade(grade_over_distance(distance_m, altitude_m, GPS_HALF_M if is_rough else HALF_WIDTHS_M[0]), None)
    sharp = grade_over_distance(distance_m, altitude_m, HALF_WIDTHS_M[0])
    thin = sharp[::EVERY_S]
    lag = min(LAGS, key=lambda entries: _noise_variance(thin, again, entries))
    first = _width(thin, again, lag, distance_m, HALF_WIDTHS_M[0])
    if first.noise_frac <= QUIET_FRAC:
        return Grade(sharp * first.terrain_share, False)
    thin_m, thin_altitude_m = distance_m[::EVERY_S].copy(), altitude_m[::EVERY_S].copy()
    widths = [first]
    for half_m in HALF_WIDTHS_M[1:]:
        thin = grade_over_distance(thin_m, thin_altitude_m, half_m)
        widths.append(_width(thin, again, lag, distance_m, half_m))
    is_gps = widths[1].noise_frac > GPS_NOISE_FRAC and widths[1].terrain_share < GPS_TERRAIN_SHARE
    quiet = [width for width in widths if width.left_frac <= QUIET_FRAC]
    best = max(quiet, key=lambda width: width.told) if quiet else min(widths, key=lambda width: width.left_frac)
    if best.left_frac > UNKNOWN_FRAC:
        return Grade(np.full(len(sharp), np.nan), is_gps)
    return Grade(grade_over_distance(distance_m, altitude_m, best.half_m) * best.terrain_share, is_gps)


def _width(thin: F8, again: Passes, lag: int, distance_m: F8, half_m: float) -> _Width:
    """How much of the grade over one width is noise; `thin` is grade at every third second."""
    known = thin[~np.isnan(thin)]
    variance = float(np.var(known)) if len(known) else 0.0
    noise = _noise_variance(thin, again, lag)
    # Few independent pairs: one standard error of a variance on top, so that luck does not pass for terrain.
    run_again_m = float(np.sum(distance_m[again.later + 1] - distance_m[again.later])) * EVERY_S
    noise *= 1.0 + (2.0 / max(run_again_m / (2.0 * half_m), 1.0)) ** 0.5
    share = max(0.0, 1.0 - noise / variance) if variance > 0.0 else 1.0
    return _Width(half_m, noise**0.5, share, variance)


def _noise_variance(thin: F8, again: Passes, lag: int) -> float:
    """Half of the mean square by which grades at the same place differ, each read `lag` entries later."""
    last = len(thin) - 1
    earlier = thin[np.minimum(again.earlier // EVERY_S + lag, last)]
    later = thin[np.minimum(again.later // EVERY_S + lag, last)]
    apart = np.abs(np.where(again.is_same_way, later - earlier, later + earlier))
    apart = apart[~np.isnan(apart)]
    if len(apart) < LEAST_PAIRS // 2:
        return float("inf")
    limit = OUTLIER_SDS * 1.4826 * median(apart)
    return 0.5 * float(np.mean(np.minimum(apart, limit) ** 2))
