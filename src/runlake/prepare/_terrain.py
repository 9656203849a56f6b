"""How far grade can be trusted, from places passed again: the ground there is the same, the noise is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.kernels.grade import grade_over_distance
from runlake.kernels.passes import pairs_apart, passed_again, square_keys
from runlake.model.recording import F8
from runlake.prepare._track import B1, I8, median_of

SAME_PLACE_M = 10.0
"""Two fixes of the same spot are that far apart at most, most of the time."""
APART_S = 120.0
"""Errors of satellite altitude last for a minute or two: passes closer in time share them."""
EVERY_S = 3
LEAST_PAIRS = 60
"""Some 500 m run again; less says nothing of noise that lasts for 100 m."""
LEAST_SHARE = 0.1
"""Hairpins of a path up a hill lie side by side: a few such seconds must not speak for a whole run."""
HALF_WIDTHS_M = (20.0, 50.0, 100.0, 200.0)
GPS_HALF_M = 75.0
QUIET_FRAC = 0.01
"""A grade known to 1 % gives the cost of running to 5 %."""
UNKNOWN_FRAC = 0.02
"""Noise of more than that over every width: grade is left open."""
GPS_NOISE_FRAC = 0.0175
"""Noise of grade over +-50 m: known barometers reach 1.2 %, satellite altitude starts at 2.4 %."""
GPS_TERRAIN_SHARE = 0.9
"""On steep ground positions that are some metres off look like noise of altitude: terrain must not outweigh it."""
LAGS_S = (3, 0, 6)
"""Altitude trails by some seconds: passes in opposite directions meet only when both are read so much later."""
VISIT_S = 30.0
"""Seconds in one square that are further apart belong to another pass."""
QUIET_LEFT_FRAC = 0.015
"""Noise that may be left in the grade; of widths that leave less, the one that tells most is taken."""
OUTLIER_SDS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Places of the run, and who passed them again.

    `at_s` are whole seconds of movement, every third, those of one square of the ground together and in order;
    `first` is the index of the square's first, `is_visit` marks where a pass begins, the steps are the movement
    around the second. `earlier_s` and `later_s` are pairs of seconds at one place, minutes apart; `pair_sign` is
    -1 for opposite directions.
    """

    at_s: I8
    first: I8
    is_visit: B1
    step_east_m: F8
    step_north_m: F8
    earlier_s: I8
    later_s: I8
    pair_sign: F8

    @property
    def n(self) -> int:
        """How many pairs there are."""
        return len(self.earlier_s)

    @property
    def sign(self) -> F8:
        """-1 where a square is crossed against the direction of the first time, else 1."""
        east, north = self.step_east_m, self.step_north_m
        return np.where(east * east[self.first] + north * north[self.first] < 0.0, -1.0, 1.0)

    @property
    def n_visits(self) -> I8:
        """How often the square is crossed, for each of `at_s`."""
        return np.bincount(self.first, weights=self.is_visit)[self.first].astype(np.int64)


_NO_I8, _NO_F8 = np.empty(0, dtype=np.int64), np.empty(0)
NONE = Passes(_NO_I8, _NO_I8, np.empty(0, dtype=np.bool_), _NO_F8, _NO_F8, _NO_I8, _NO_I8, _NO_F8)


@dataclass(frozen=True, slots=True, eq=False)
class Grade:
    """Grade on whole seconds; `is_gps` True where its noise is that of satellite altitude, None: not known."""

    frac: F8
    is_gps: bool | None


ONCE = np.ones(1)


@dataclass(frozen=True, slots=True, eq=False)
class _Width:
    """Grade over one width: variance of its noise as measured, of its noise on the safe side, and of the terrain."""

    measured: float
    noise: float
    terrain: float

    @property
    def noise_frac(self) -> float:
        """Standard deviation of the noise."""
        return self.noise**0.5

    def share(self, n_visits: F8) -> F8:
        """Share of the variance of grade that is terrain where so many passes are averaged."""
        if self.noise == 0.0:
            return np.ones(len(n_visits))
        return np.asarray(self.terrain / (self.terrain + self.noise / n_visits))

    def told(self, n_visits: F8, weight: F8) -> float:
        """Variance of the true grade that is explained: the detail that a wider window loses counts, too."""
        return self.terrain * float(self.share(n_visits) @ weight)

    def left_frac(self, n_visits: F8, weight: F8) -> float:
        """Noise that is left in grade drawn towards level by the share of it that is noise."""
        if not np.isfinite(self.noise):
            return float("inf")
        return float((self.share(n_visits) ** 2 * self.noise / n_visits) @ weight) ** 0.5


def passes(east_m: F8, north_m: F8, is_used: B1) -> Passes:
    """Pairs of whole seconds at one place, minutes apart: positions on a coarse net, sorted, neighbours compared."""
    second, key = square_keys(east_m, north_m, is_used, EVERY_S, SAME_PLACE_M)
    if len(second) < LEAST_PAIRS:
        return NONE
    # On a track the lap before may be too near in time; the first one is not, after a few laps.
    found = Passes(*passed_again(np.sort(key), second, east_m, north_m, APART_S, VISIT_S, SAME_PLACE_M))
    return found if found.n >= max(LEAST_PAIRS, LEAST_SHARE * len(second)) else NONE


def grade(distance_m: F8, altitude_m: F8, again: Passes, *, is_rough: bool) -> Grade:
    """Grade over the width that tells most of the terrain, drawn towards level by the share of it that is noise.

    Passes of the same place must find the same grade (the opposite one on the way back). What they differ by is
    noise, and averages out over passes; what exceeds it in the whole activity is terrain. Weighted by its share of
    terrain, grade has the least mean square error (Wiener 1949), and on level ground noise cannot pass for hills.
    Without passes the width is that of the kind of sensor, and grade is taken as it is. NaN throughout where every
    width has noise of more than 2 %: nothing is known of the terrain then.
    """
    if again.n == 0:
        return Grade(grade_over_distance(distance_m, altitude_m, GPS_HALF_M if is_rough else HALF_WIDTHS_M[0]), None)
    sharp = grade_over_distance(distance_m, altitude_m, HALF_WIDTHS_M[0])
    noise, lag_s = _least_noise(sharp, again)
    first = _width(sharp, noise, again, distance_m, HALF_WIDTHS_M[0])
    if first.noise_frac <= QUIET_FRAC:
        return Grade(sharp * first.share(ONCE), False)
    widths, grades = [first], [sharp]
    for half_m in HALF_WIDTHS_M[1:]:
        frac = grade_over_distance(distance_m, altitude_m, half_m)
        widths.append(_width(frac, _noise(frac, again, lag_s), again, distance_m, half_m))
        grades.append(frac)
    is_gps = widths[1].noise_frac > GPS_NOISE_FRAC and float(widths[1].share(ONCE)[0]) < GPS_TERRAIN_SHARE
    n_seconds = np.bincount(again.n_visits)
    n_visits = np.flatnonzero(n_seconds).astype(np.float64)
    weight = n_seconds[n_seconds > 0] / len(again.at_s)
    if min(width.measured for width in widths) * float(weight @ (1.0 / n_visits)) > UNKNOWN_FRAC**2:
        return Grade(np.full(len(sharp), np.nan), is_gps)
    left = [width.left_frac(n_visits, weight) for width in widths]
    allowed = max(QUIET_LEFT_FRAC, min(left))
    told = [w.told(n_visits, weight) if noise <= allowed else -1.0 for w, noise in zip(widths, left, strict=True)]
    best = int(np.argmax(told))
    return Grade(_pooled(grades[best], again, widths[best]), is_gps)


def _pooled(frac: F8, again: Passes, width: _Width) -> F8:
    """Grade at each place as the mean over its passes, drawn towards level by what noise is left in it."""
    signed = again.sign * frac[again.at_s]
    known = ~np.isnan(signed)
    total = np.bincount(again.first, weights=np.where(known, signed, 0.0))
    count = np.bincount(again.first, weights=known)
    mean = total[again.first] / np.maximum(count[again.first], 1.0)
    pooled = again.sign * mean * width.share(again.n_visits.astype(np.float64))
    in_time = np.argsort(again.at_s)
    out = np.interp(np.arange(len(frac)), again.at_s[in_time], pooled[in_time])
    out[np.isnan(frac)] = np.nan
    return out


def _width(frac: F8, noise: float, again: Passes, distance_m: F8, half_m: float) -> _Width:
    """What is noise and what is terrain in the grade over one width."""
    here = frac[again.at_s]
    missing = np.isnan(here)
    here = here[~missing] if missing.any() else here
    variance = 0.0
    if len(here):
        # As np.var does it, without its checks.
        off = here - np.add.reduce(here) / len(here)
        variance = float(np.add.reduce(off * off) / len(here))
    # Few independent pairs: one standard error of a variance on top, so that luck does not pass for terrain.
    run_again_m = float(np.add.reduce(distance_m[again.later_s + 1] - distance_m[again.later_s])) * EVERY_S
    luck = 1.0 + (2.0 / max(run_again_m / (2.0 * half_m), 1.0)) ** 0.5
    return _Width(noise, noise * luck, max(0.0, variance - noise * luck))


def _least_noise(frac: F8, again: Passes) -> tuple[float, int]:
    """Variance of the noise at the lag where passes agree best, and that lag; the usual one if it is quiet there."""
    by_lag: list[float] = []
    for lag_s in LAGS_S:
        by_lag.append(_noise(frac, again, lag_s))
        if by_lag[0] <= (0.5 * QUIET_FRAC) ** 2:
            break
    best = int(np.argmin(by_lag))
    return by_lag[best], LAGS_S[best]


def _noise(frac: F8, again: Passes, lag_s: int) -> float:
    """Half of the mean square by which grades at the same place differ, each read `lag_s` later."""
    apart = pairs_apart(frac, again.earlier_s, again.later_s, again.pair_sign, lag_s)
    if len(apart) < LEAST_PAIRS // 2:
        return float("inf")
    limit = OUTLIER_SDS * 1.4826 * median_of(apart, len(apart))
    held = np.minimum(apart, limit)
    return 0.5 * float(np.add.reduce(held * held) / len(held))
