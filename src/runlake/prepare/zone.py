"""Local time: from the file, from the first position, from the configured home zone, or UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from runlake.errors import ConfigError
from runlake.prepare.positions import Places

QUARTER_S = 900.0
FARTHEST_S = 14 * 3600.0
CONTRADICTION_S = 2 * 3600.0
VIRTUAL_SUB_SPORTS = frozenset(("virtual_activity", "virtual_run"))


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Seconds from UTC to local time, the zone's IANA name where known, and how it is known."""

    utc_offset_s: float
    time_zone: str
    source: str
    """file, position, config, or utc."""


def is_in_a_game(sub_sport: str, device: str) -> bool:
    """Whether positions are those of a game (Zwift's first island lies among the Solomon Islands), not of a body."""
    return sub_sport in VIRTUAL_SUB_SPORTS or device.startswith("zwift")


def find(start_time_utc_s: float, file_offset_s: float, places: Places | None, home_time_zone: str) -> LocalTime:
    """Local time at the start of the activity; without `places`, positions say nothing of it.

    The file's own offset holds when it is possible and the position does not contradict it by more than two hours
    (writers exist that turn its sign round, or put UTC for local time).
    """
    zone = "" if places is None else _zone_at(places)
    by_position_s = _offset_s(zone, start_time_utc_s) if zone else np.nan
    rounded_s = QUARTER_S * round(file_offset_s / QUARTER_S) if np.isfinite(file_offset_s) else np.nan
    is_possible = abs(rounded_s) <= FARTHEST_S and abs(rounded_s - file_offset_s) <= 60.0
    if is_possible and not abs(rounded_s - by_position_s) > CONTRADICTION_S:
        names = [name for name in (zone, home_time_zone) if name and _offset_s(name, start_time_utc_s) == rounded_s]
        return LocalTime(rounded_s, names[0] if names else "", "file")
    if zone:
        return LocalTime(by_position_s, zone, "position")
    if home_time_zone:
        return LocalTime(_offset_s(home_time_zone, start_time_utc_s), home_time_zone, "config")
    return LocalTime(0.0, "UTC", "utc")


def load_zones() -> None:
    """Have the zones' polygons ready, beside other work: loading them holds no lock."""
    _zone_name(0.0, 0.0)


def _zone_at(places: Places) -> str:
    """IANA name of the zone at the first good fix; "" without one."""
    first = 0
    if np.isnan(places.latitude_deg[0]):
        is_there = ~np.isnan(places.latitude_deg)
        first = int(np.argmax(is_there))
        if not is_there[first]:
            return ""
    # Rounded so that the cache serves all runs from one doorstep; 0.01 degrees is 1 km.
    return _zone_name(round(float(places.longitude_deg[first]), 2), round(float(places.latitude_deg[first]), 2))


@lru_cache(maxsize=4096)
def _zone_name(longitude_deg: float, latitude_deg: float) -> str:
    import tzfpy  # its polygons take 0.1 s to load: only when a position is there

    name = str(tzfpy.get_tz(longitude_deg, latitude_deg))
    return name if _is_known(name) else ""


@lru_cache(maxsize=1024)
def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=8)
def _offset_s(zone: str, at_utc_s: float) -> float:
    """Local minus UTC in that zone at that instant; raises ConfigError for a zone that nobody knows."""
    try:
        offset = datetime.fromtimestamp(at_utc_s, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(f"unknown time zone {zone!r}; use an IANA name such as Europe/Berlin") from error
    return offset.total_seconds() if offset is not None else 0.0
