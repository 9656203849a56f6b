"""Cadence and step length by speed and grade, second by second of running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import metres_each_second, running_mask
from runlake.kernels.bins import form_by_speed_and_grade
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.form import SPEC


@dataclass(frozen=True, slots=True)
class Settings:
    """Width of the bins, and the band of cadence that coaches name."""

    speed_bin_mps: float = 0.25
    grade_bin_frac: float = 0.02
    band_low_spm: float = 170.0
    band_high_spm: float = 180.0


def _find(activity: Activity, _found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    if not activity.is_run or not running_mask(activity).any():
        return (Findings.empty(SPEC),)
    grid = activity.grid
    speed_no, grade_no, seconds, total, known = form_by_speed_and_grade(
        running_mask(activity),
        grid.speed_mps,
        grid.grade_frac,
        metres_each_second(activity),
        grid.cadence_spm,
        grid.heart_rate_bpm,
        _each_second(activity, "ground_contact_s"),
        _each_second(activity, "vertical_oscillation_m"),
        np.array([settings.speed_bin_mps, settings.grade_bin_frac]),
        np.array([settings.band_low_spm, settings.band_high_spm]),
    )
    steps = total[2] / 60.0
    heart_rate, contact, oscillation = _ratio(total[5:], known[5:])
    values: dict[str, Any] = {
        "speed_bin_mps": speed_no * settings.speed_bin_mps,
        "grade_bin_frac": np.round(grade_no * settings.grade_bin_frac, 10),
        "seconds": seconds,
        "distance_m": total[0],
        "mean_speed_mps": total[1] / seconds,
        "cadence_spm": _ratio(60.0 * steps, known[2]),
        "step_length_m": _ratio(total[3], steps),
        "share_170_180": _ratio(total[4], known[2]),
        "heart_rate_bpm": heart_rate,
        "ground_contact_s": contact,
        "vertical_oscillation_m": oscillation,
    }
    return (Findings(SPEC, values),)


def _ratio(above: Any, below: Any) -> F8:
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)


def _each_second(activity: Activity, channel: str) -> F8:
    """The latest sample of a channel at each grid second; NaN throughout when it was not recorded."""
    values = activity.channels[channel]
    if np.isnan(values).all():
        return np.full(activity.grid.m, np.nan)
    second = np.arange(activity.grid.m, dtype=np.float64)
    return values[np.searchsorted(activity.time_s, second, side="right") - 1]


DETECTOR = Detector("form", (SPEC,), Settings(), _find)
