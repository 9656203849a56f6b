"""Cadence and step length by speed and grade, second by second of running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import metres_each_second, running_mask
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
    speed = grid.speed_mps[keep]
    grade = grid.grade_frac[keep]
    grade = np.where(np.isnan(grade), 0.0, grade)  # unknown counts as flat, as for grade-adjusted speed
    speed_no = np.floor(speed / settings.speed_bin_mps + 1e-9).astype(np.int64)
    grade_no = np.floor(grade / settings.grade_bin_frac + 1e-9).astype(np.int64)
    first_grade = int(grade_no.min())
    n_grades = int(grade_no.max()) - first_grade + 1
    key = speed_no * n_grades + (grade_no - first_grade)
    count = np.bincount(key)
    bins = np.flatnonzero(count)
    member = (np.cumsum(count > 0) - 1)[key]
    seconds = count[bins].astype(np.float64)
    cadence = grid.cadence_spm[keep]
    has_cadence = np.isfinite(cadence)
    cadence_s = np.bincount(member, weights=has_cadence)
    steps = np.bincount(member, weights=np.where(has_cadence, cadence, 0.0)) / 60.0
    stepped_m = np.bincount(member, weights=np.where(has_cadence, speed, 0.0))
    in_band = (cadence >= settings.band_low_spm) & (cadence <= settings.band_high_spm)
    values: dict[str, Any] = {
        "speed_bin_mps": bins // n_grades * settings.speed_bin_mps,
        "grade_bin_frac": np.round((bins % n_grades + first_grade) * settings.grade_bin_frac, 10),
        "seconds": seconds,
        "distance_m": np.bincount(member, weights=metres_each_second(activity)[keep]),
        "mean_speed_mps": np.bincount(member, weights=speed) / seconds,
        "cadence_spm": _ratio(60.0 * steps, cadence_s),
        "step_length_m": _ratio(stepped_m, steps),
        "share_170_180": _ratio(np.bincount(member, weights=in_band), cadence_s),
        "heart_rate_bpm": _mean(grid.heart_rate_bpm[keep], member, len(bins)),
        "ground_contact_s": _mean(_each_second(activity, "ground_contact_s", keep), member, len(bins)),
        "vertical_oscillation_m": _mean(_each_second(activity, "vertical_oscillation_m", keep), member, len(bins)),
    }
    return (Findings(SPEC, values),)


def _ratio(above: Any, below: Any) -> F8:
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)


def _mean(values: F8 | None, member: Any, n_bins: int) -> F8:
    """Mean of each bin over what is known of it; NaN where nothing is."""
    if values is None:
        return np.full(n_bins, np.nan)
    known = np.isfinite(values)
    total = np.bincount(member, weights=np.where(known, values, 0.0), minlength=n_bins)
    return _ratio(total, np.bincount(member, weights=known, minlength=n_bins))


def _each_second(activity: Activity, channel: str, keep: Any) -> F8 | None:
    """The latest sample of a channel at the chosen grid seconds; None when it was not recorded."""
    values = activity.channels[channel]
    if np.isnan(values).all():
        return None
    latest = np.searchsorted(activity.time_s, keep.astype(np.float64), side="right") - 1
    return values[latest]


DETECTOR = Detector("form", (SPEC,), Settings(), _find)
