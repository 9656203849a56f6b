"""Recorded samples after cleaning, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.tables.samples import SPEC

_CHANNELS = (
    "timer_s", "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_mps", "gap_speed_mps", "grade_frac",
    "heart_rate_bpm", "cadence_spm", "step_length_m", "power_w", "temperature_c",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing to set."""


def _find(activity: Activity, _found: Mapping[str, Findings], _settings: Settings) -> tuple[Findings, ...]:
    source = np.array([activity.quality.speed_source or "none"], dtype=object)
    values: dict[str, Any] = {
        "time_utc": activity.start_time_utc_s + activity.time_s,
        "elapsed_s": activity.time_s,
        "speed_source": np.broadcast_to(source, activity.n),
        **{name: activity.channels[name] for name in _CHANNELS},
    }
    return (Findings(SPEC, values),)


DETECTOR = Detector("samples", (SPEC,), Settings(), _find)
