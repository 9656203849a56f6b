"""Activities built from plain arrays, for tests of detectors: the answer is built into the input."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.model.activity import ACTIVITY_CHANNELS, Activity, Grid, Quality

F8 = npt.NDArray[np.float64]


def make_activity(
    speed_mps: F8,
    *,
    cadence_spm: F8 | None = None,
    heart_rate_bpm: F8 | None = None,
    altitude_m: F8 | None = None,
    grade_frac: F8 | None = None,
    is_timer_on: npt.NDArray[np.bool_] | None = None,
    east_m: F8 | None = None,
    north_m: F8 | None = None,
    sport: str = "running",
    start_time_utc_s: float = 1_767_600_000.0,
    **changes: Any,
) -> Activity:
    """A clean 1 Hz activity, one sample a second, distance the sum of speed; missing channels are NaN."""
    m = len(speed_mps)
    nothing = np.full(m, np.nan)
    on = np.ones(m, dtype=bool) if is_timer_on is None else is_timer_on
    speed = np.asarray(speed_mps, dtype=np.float64)
    moved = np.where(on, np.nan_to_num(speed), 0.0)
    distance = np.concatenate(([0.0], np.cumsum(moved)[:-1])) if m else nothing
    grade = np.zeros(m) if grade_frac is None else grade_frac
    cost = ((((155.4 * grade - 30.4) * grade - 43.3) * grade + 46.3) * grade + 19.5) * grade + 3.6
    given = {
        "cadence_spm": cadence_spm,
        "heart_rate_bpm": heart_rate_bpm,
        "altitude_m": altitude_m,
    }
    columns = {name: (nothing if values is None else values.astype(np.float64)) for name, values in given.items()}
    grid = Grid(
        speed_mps=np.where(on, speed, np.nan),
        position_speed_mps=nothing,
        distance_m=distance,
        grade_frac=grade,
        gap_speed_mps=np.where(on, speed * cost / 3.6, np.nan),
        east_m=nothing if east_m is None else east_m,
        north_m=nothing if north_m is None else north_m,
        power_w=nothing,
        is_timer_on=on,
        **columns,
    )
    timer = np.concatenate(([0.0], np.cumsum(on[1:] & on[:-1]))).astype(np.float64)
    channels = {name: np.full(m, np.nan) for name in ACTIVITY_CHANNELS}
    for name in (
        "speed_mps",
        "cadence_spm",
        "heart_rate_bpm",
        "altitude_m",
        "distance_m",
        "grade_frac",
        "gap_speed_mps",
    ):
        channels[name] = np.array(getattr(grid, name), dtype=np.float64)
    channels["timer_s"] = timer
    edges = np.flatnonzero(np.diff(np.concatenate(([1], on.astype(np.int8), [1]))))
    base = Activity(
        activity_id="0123456789abcdef",
        start_time_utc_s=start_time_utc_s,
        time_s=np.arange(m, dtype=np.float64),
        channels=channels,
        grid=grid,
        quality=Quality(
            median_dt_s=1.0, speed_source="device", distance_source="device", has_cadence=float(cadence_spm is not None)
        ),
        source_format="fit",
        sport=sport,
        pause_start_s=edges[0::2].astype(np.float64),
        pause_end_s=edges[1::2].astype(np.float64),
    )
    return dataclasses.replace(base, **changes)


def with_distance(activity: Activity, distance_m: F8) -> Activity:
    """The activity with this distance on samples and grid, one a second both."""
    grid = dataclasses.replace(activity.grid, distance_m=distance_m)
    return dataclasses.replace(activity, grid=grid, channels={**activity.channels, "distance_m": distance_m})
