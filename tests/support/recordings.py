"""Recordings as a watch would write them, from plain arrays: the answer is built into the input."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.model.recording import Recording, TimerEvent

F8 = npt.NDArray[np.float64]
START_UTC_S = 1_767_600_000.0
METRES_PER_DEG = 111_194.9


def trailing(values: F8, lag_s: float) -> F8:
    """The signal `lag_s` later, the first value held before."""
    at = np.arange(len(values), dtype=np.float64)
    return np.interp(at - lag_s, at, values)


def path(
    speed_mps: F8, *, radius_m: float = 150.0, latitude_deg: float = 48.0, longitude_deg: float = 11.0
) -> tuple[F8, F8]:
    """Latitude and longitude of a run with that speed on a great circle of the given radius, one a second."""
    along = np.concatenate(([0.0], np.cumsum(0.5 * (speed_mps[1:] + speed_mps[:-1]))))
    east, north = radius_m * np.sin(along / radius_m), radius_m * (1.0 - np.cos(along / radius_m))
    latitude = latitude_deg + north / METRES_PER_DEG
    longitude = longitude_deg + east / (METRES_PER_DEG * np.cos(np.radians(latitude_deg)))
    return latitude, (longitude + 180.0) % 360.0 - 180.0


def make_recording(
    speed_mps: F8,
    *,
    speed_lag_s: float = 0.0,
    has_positions: bool = True,
    has_distance: bool = True,
    has_speed: bool = True,
    latitude_deg: float = 48.0,
    longitude_deg: float = 11.0,
    position_noise_m: float = 0.0,
    step_s: int = 1,
    events: tuple[tuple[float, bool], ...] = ((0.0, True),),
    channels: dict[str, F8] | None = None,
    seed: int = 0,
    **changes: Any,
) -> Recording:
    """A run of one sample a second (every `step_s`-th is kept): positions, distance and late speed all fit together.

    `events` are seconds from the start with True for start and False for stop; `channels` adds or replaces channels.
    """
    n = len(speed_mps)
    latitude, longitude = path(speed_mps, latitude_deg=latitude_deg, longitude_deg=longitude_deg)
    noise = np.random.default_rng(seed).normal(0.0, position_noise_m / METRES_PER_DEG, (2, n))
    made: dict[str, F8] = {}
    if has_positions:
        made["latitude_deg"] = latitude + noise[0]
        made["longitude_deg"] = longitude + noise[1] / np.cos(np.radians(latitude_deg))
    if has_distance:
        made["distance_m"] = np.concatenate(([0.0], np.cumsum(0.5 * (speed_mps[1:] + speed_mps[:-1]))))
    if has_speed:
        made["speed_mps"] = trailing(speed_mps, speed_lag_s)
    made |= channels or {}
    kept = slice(None, None, step_s)
    given: dict[str, Any] = {"sport": "running", **changes}
    return Recording(
        time_utc_s=(START_UTC_S + np.arange(n, dtype=np.float64))[kept].copy(),
        channels={name: np.asarray(values, dtype=np.float64)[kept].copy() for name, values in made.items()},
        timer_events=tuple(TimerEvent(START_UTC_S + at, running) for at, running in events),
        **given,
    )


def repeats(
    n: int = 5, *, work_s: int = 50, rest_s: int = 60, easy_s: int = 120, easy_mps: float = 3.0, work_mps: float = 4.5
) -> F8:
    """Speed of a session of n repeats between easy running, with the small sway of a real pace."""
    one = np.concatenate((np.full(work_s, work_mps), np.full(rest_s, easy_mps)))
    speed = np.concatenate((np.full(easy_s, easy_mps), np.tile(one, n), np.full(easy_s, easy_mps)))
    ramp = np.convolve(np.pad(speed, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    sway = np.convolve(np.random.default_rng(3).normal(0.0, 0.3, len(speed) + 14), np.full(15, 1 / 15), mode="valid")
    return ramp + sway
