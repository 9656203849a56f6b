"""Cadence and step length by speed and grade, second by second of running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import metres_each_second, running_mask
from runlake.kernels.bins import sums_by_speed_and_grade
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
    keep = np.flatnonzero(running_mask(activity)) if activity.is_run else np.empty(0, dtype=np.int64)
    if len(keep) == 0:
        return (Findings.empty(SPEC),)
    grid = activity.grid
    cadence = grid.cadence_spm
    has_cadence = np.isfinite(cadence)
    in_band = (cadence >= settings.band_low_spm) & (cadence <= settings.band_high_spm)
    extra = [_each_second(activity, name) for name in ("ground_contact_s", "vertical_oscillation_m")]
    columns = (
        metres_each_second(activity), grid.speed_mps, cadence, np.where(has_cadence, grid.speed_mps, 0.0),
        in_band.astype(np.float64), grid.heart_rate_bpm, *[c for c in extra if c is not None],
    )  # fmt: skip
    speed_no, grade_no, seconds, total, known = sums_by_speed_and_grade(
        keep,
        grid.speed_mps,
        grid.grade_frac,
        columns,
        settings.speed_bin_mps,
        settings.grade_bin_frac,
    )
    means = iter(_ratio(total[5:], known[5:]))
    steps = total[2] / 60.0
    nothing = np.full(len(seconds), np.nan)
    heart_rate, contact, oscillation = next(means), *(nothing if c is None else next(means) for c in extra)
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


def _each_second(activity: Activity, channel: str) -> F8 | None:
    """The latest sample of a channel at each grid second; None when it was not recorded."""
    values = activity.channels[channel]
    if np.isnan(values).all():
        return None
    second = np.arange(activity.grid.m, dtype=np.float64)
    return values[np.searchsorted(activity.time_s, second, side="right") - 1]


DETECTOR = Detector("form", (SPEC,), Settings(), _find)
