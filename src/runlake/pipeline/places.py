"""Where a runner was every minute and a half of the clock: tells one run in two files from two runs over one loop.

Two devices on one run are at the same place at the same moment. When the clock of one is wrong by whole quarters of an
hour (a time zone taken for another), the moments still agree, as they are counted on the clock and 90 s go into a
quarter of an hour. A second run over the same loop would have to begin within seconds of a quarter of an hour after
the first, and then to pass nearly each of the places within seconds as well.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from runlake.model.activity import Activity

SLOT_S = 90.0
MAX_AGE_S = 10.0
"""A place is known when a sample lies that near."""
UNITS = 1e5
"""Places are kept in 0.00001 degrees, 1.1 m."""
DEG_M = 111_195.0
MIN_NEAR = 0.9
MIN_SPREAD_M = 200.0
"""Less is a treadmill, a pool or a track, where everything is near."""
MIN_SHARED = 0.8


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near two runners have to be: half of the time, and nearly always; and of how many places that is known."""

    half_m: float
    most_m: float
    n_slots: int


AT_ONCE = Nearness(15.0, 30.0, 8)
"""For runs that overlap on their clocks, as no two can: two receivers on one runner differ by no more."""
APART = Nearness(8.0, 20.0, 16)
"""For runs that do not. Made-up pairs of runs over one loop that begin within the same second of a quarter of an hour
(one pair in ninety does) are taken for one in 0 to 2.5 % of cases at 40 min; two receivers with 3 m of noise always."""
FIRST_LOOK = 12
"""Places of a pair that are looked at before all of them are."""
UNKNOWN = "-"
Place = tuple[float, float] | None


def places_of(activity: Activity) -> str:
    """The places as text, one for each whole minute and a half of UTC from the first sample on; "" without any.

    Latitude and longitude as whole numbers of `UNITS`, "lat,lon", the first from the equator and Greenwich, others from
    the last known one; "-" where the place is not known.
    """
    latitude, longitude = activity.channels["latitude_deg"], activity.channels["longitude_deg"]
    has_place = np.isfinite(latitude) & np.isfinite(longitude)
    known = np.arange(activity.n) if has_place.all() else np.flatnonzero(has_place)
    if len(known) < AT_ONCE.n_slots:
        return ""
    start = activity.start_time_utc_s
    first, last = math.ceil(start / SLOT_S), math.floor((start + activity.elapsed_s) / SLOT_S)
    moments = np.arange(first, last + 1) * SLOT_S - start
    times = activity.time_s if len(known) == activity.n else activity.time_s[known]
    after = np.searchsorted(times, moments).clip(1, len(times) - 1)
    nearest = np.where(moments - times[after - 1] <= times[after] - moments, after - 1, after)
    is_known = np.abs(times[nearest] - moments) <= MAX_AGE_S
    at = known[nearest]
    north, east = (np.round(values[at] * UNITS).astype(np.int64).tolist() for values in (latitude, longitude))
    out: list[str] = []
    north_before = east_before = 0
    for is_there, north_now, east_now in zip(is_known.tolist(), north, east, strict=True):
        if is_there:
            out.append(f"{north_now - north_before},{east_now - east_before}")
            north_before, east_before = north_now, east_now
        else:
            out.append(UNKNOWN)
    return " ".join(out) if is_known.any() else ""


@lru_cache(maxsize=4096)
def _read(text: str, most: int) -> list[Place]:
    """The first `most` places in degrees; None where one is not known. A run is compared with all others of its day."""
    parts = text.split(" ", most)[:most] if text else []
    if UNKNOWN not in parts:
        steps = list(map(int, ",".join(parts).split(","))) if parts else []
        return [
            (north / UNITS, east / UNITS)
            for north, east in zip(itertools.accumulate(steps[::2]), itertools.accumulate(steps[1::2]), strict=True)
        ]
    out: list[Place] = []
    latitude = longitude = 0
    for part in parts:
        if part == UNKNOWN:
            out.append(None)
            continue
        north, _, east = part.partition(",")
        latitude, longitude = latitude + int(north), longitude + int(east)
        out.append((latitude / UNITS, longitude / UNITS))
    return out


def _distance_m(one: tuple[float, float], two: tuple[float, float]) -> float:
    east = (two[1] - one[1] + 180.0) % 360.0 - 180.0
    return DEG_M * math.hypot(two[0] - one[0], east * math.cos(math.radians(one[0])))


def _both(one: str, two: str, ahead: int, most: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The known places of the first `most` moments that both have; the first has `ahead` more before them."""
    first, second = _read(one, most + max(ahead, 0)), _read(two, most + max(-ahead, 0))
    pairs = [(first[i + ahead], place) for i, place in enumerate(second) if 0 <= i + ahead < len(first)]
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def are_together(one: str, start_one_s: float, two: str, start_two_s: float, nearness: Nearness = AT_ONCE) -> bool:
    """True when two runs were at the same places at the same moments, from their places and starts on one clock."""
    ahead = math.ceil(start_two_s / SLOT_S) - math.ceil(start_one_s / SLOT_S)
    n_one, n_two = (text.count(" ") + 1 if text else 0 for text in (one, two))
    n_shared = min(n_one - ahead, n_two) - max(-ahead, 0)
    n_needed = max(nearness.n_slots, MIN_SHARED * max(n_one, n_two))
    if n_shared < n_needed:
        return False
    n_far = sum(_distance_m(a, b) > nearness.most_m for a, b in _both(one, two, ahead, FIRST_LOOK))
    if n_shared - n_far < MIN_NEAR * n_shared:
        return False  # two runs of one day end here
    both = _both(one, two, ahead, n_shared)
    apart_m = [_distance_m(a, b) for a, b in both]
    n_near = sum(d <= nearness.most_m for d in apart_m)
    if len(both) < n_needed or n_near < MIN_NEAR * len(both):
        return False
    is_half_near = sorted(apart_m)[len(both) // 2] <= nearness.half_m
    return is_half_near and max(_distance_m(both[0][0], a) for a, _ in both) >= MIN_SPREAD_M
