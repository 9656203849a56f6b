"""Moving time by heart rate and by grade-adjusted speed: what zones of any day's thresholds are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import B1, metres_each_second, moving_mask
from runlake.kernels.bins import seconds_by_value
from runlake.kernels.ranges import mean_while
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.distributions import SPEC

HEART_RATE_BIN_BPM = 1.0
SPEED_BIN_MPS = 0.05
SPORTS_ON_FOOT = ("running", "walking", "hiking")


@dataclass(frozen=True, slots=True)
class Settings:
    """Over how long grade-adjusted speed is averaged before it is counted."""

    speed_window_s: int = 30


def _find(activity: Activity, _found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    moved = moving_mask(activity)
    moving = moved
    if moving is None:
        # Without speed nobody can tell moving from standing: time with the timer on stands in (indoor bike, strength).
        moving = activity.grid.is_timer_on & (np.arange(activity.grid.m) < activity.grid.m - 1)
    metres = metres_each_second(activity)
    has_way = bool(np.isfinite(activity.grid.distance_m).any())
    parts = [_bins("heart_rate", activity.grid.heart_rate_bpm, moving, metres, HEART_RATE_BIN_BPM)]
    if activity.sport in SPORTS_ON_FOOT and moved is not None:  # standing is no easy running
        speed = mean_while(np.array(activity.grid.gap_speed_mps), moving, settings.speed_window_s)
        parts.append(_bins("gap_speed", speed, moving, metres, SPEED_BIN_MPS))
    distance = np.concatenate([p[3] for p in parts])
    values: dict[str, Any] = {
        "quantity": np.repeat(np.array([p[0] for p in parts], dtype=object), [len(p[1]) for p in parts]),
        "bin_low": np.concatenate([p[1] for p in parts]),
        "seconds": np.concatenate([p[2] for p in parts]),
        "distance_m": distance if has_way else np.full(len(distance), np.nan),
    }
    return (Findings(SPEC, values),)


def _bins(quantity: str, values: F8, moving: B1, metres: F8, width: float) -> tuple[str, Any, Any, Any]:
    """Lower edges, seconds and metres of every bin that is not empty."""
    number, seconds, covered = seconds_by_value(np.array(values), moving, metres, width)
    return quantity, number * width, seconds, covered


DETECTOR = Detector("distributions", (SPEC,), Settings(), _find)
