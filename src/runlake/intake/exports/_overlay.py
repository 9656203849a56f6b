"""Overlay: what a service's export says of an activity beside the activity's own file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from runlake.model.recording import NAN


@dataclass(frozen=True, slots=True)
class Overlay:
    """Metadata of one activity from an export; "" and NaN where it says nothing.

    `file_name` is the activity's file as the export names it, below the export's folder, compressed or not.
    """

    service: str
    file_name: str = ""
    start_time_utc_s: float = NAN
    """Unix seconds; with `start_time_is_local`, of the local wall clock as if it were UTC."""
    start_time_is_local: bool = False
    name: str = ""
    description: str = ""
    sport: str = ""
    """FIT name."""
    gear: str = ""
    perceived_exertion: float = NAN
    """0 to 10."""
    distance_m: float = NAN
    is_race: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A service's sidecar file: which one it is, by path and first bytes, and how it is read.

    `read` gets the open file and yields overlays until the end or the first damage; it never raises for content.
    """

    name: str
    recognises: Callable[[str, bytes], bool]
    read: Callable[[IO[bytes]], Iterator[Overlay]]


def base_name(path: str) -> str:
    """Last part of a path with "/" (or "!" before members of archives), lower case."""
    return path.replace("!", "/").replace("\\", "/").rpartition("/")[2].lower()
