"""Moving time by heart rate and by grade-adjusted speed: what zones of any day's thresholds are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import B1, metres_each_second, moving_mask
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
    # Without speed nobody can tell moving from standing: time with the timer on stands in (indoor bike, strength).
    timer_on = activity.grid.is_timer_on & (np.arange(activity.grid.m) < activity.grid.m - 1)
    moving = timer_on if moved is None else moved
    metres = metres_each_second(activity)
    has_way = bool(np.isfinite(activity.grid.distance_m).any())
    parts = [_bins("heart_rate", activity.grid.heart_rate_bpm, moving, metres, HEART_RATE_BIN_BPM)]
    if activity.sport in SPORTS_ON_FOOT and moved is not None:  # standing is no easy running
        speed = mean_while(activity.grid.gap_speed_mps, moving, settings.speed_window_s)
        parts.append(_bins("gap_speed", speed, moving, metres, SPEED_BIN_MPS))
    distance = np.concatenate([p[3] for p in parts])
    values: dict[str, Any] = {
        "quantity": [p[0] for p in parts for _ in p[1]],
        "bin_low": np.concatenate([p[1] for p in parts]),
        "seconds": np.concatenate([p[2] for p in parts]),
        "distance_m": distance if has_way else np.full(len(distance), np.nan),
    }
    return (Findings(SPEC, values),)


def _bins(quantity: str, values: F8, moving: B1, metres: F8, width: float) -> tuple[str, Any, Any, Any]:
    """Lower edges, seconds and metres of every bin that is not empty."""
    keep = moving & np.isfinite(values)
    number = np.floor(values[keep] / width + 1e-9).astype(np.int64)
    if len(number) == 0:
        return quantity, np.empty(0), np.empty(0), np.empty(0)
    seconds = np.bincount(number)
    used = np.flatnonzero(seconds)
    covered = np.bincount(number, weights=metres[keep])
    return quantity, used * width, seconds[used].astype(np.float64), covered[used].astype(np.float64)


def mean_while(values: F8, keep: B1, window_s: int) -> F8:
    """Centred mean over the seconds of the window that are kept and known; NaN where `keep` is False or value NaN."""
    good = keep & np.isfinite(values)
    total = np.concatenate(([0.0], np.cumsum(np.where(good, values, 0.0))))
    count = np.concatenate(([0], np.cumsum(good)))
    first = np.maximum(np.arange(len(values)) - window_s // 2, 0)
    stop = np.minimum(np.arange(len(values)) + (window_s + 1) // 2, len(values))
    n = count[stop] - count[first]
    mean = np.divide(total[stop] - total[first], n, out=np.full(len(values), np.nan), where=n > 0)
    return np.where(good, np.maximum(mean, 0.0), np.nan)


DETECTOR = Detector("distributions", (SPEC,), Settings(), _find)
