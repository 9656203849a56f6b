"""The row of `activities`: totals, means, warm-up and cool-down, shorthand, what the watch wrote, quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from runlake.detect._efforts import too_fast_m
from runlake.detect._pace import Bouts, bouts_of
from runlake.detect._series import (
    B1,
    climb_curves,
    distance_curve,
    metres_each_second,
    moving_mask,
    on_foot,
    paused_before,
    running_mask,
)
from runlake.detect._shorthand import shorthand
from runlake.detect._track import track_of
from runlake.kernels.ranges import easy_seconds, known_where, level_blocks, peak_mean
from runlake.model.activity import Activity, Quality
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.activities import SPEC

LEVEL_FRAC = 0.03
BEFORE_BOUT_S = 10
HEART_SETTLES_S = 120
"""Heart rate takes two minutes to settle after a bout."""
_QUALITY = tuple((f.name, f"quality_{f.name}") for f in fields(Quality))


@dataclass(frozen=True, slots=True)
class Settings:
    """Where efficiency is measured: steady running after the start, near the flat."""

    peak_window_s: int = 5
    min_heart_rate_share: float = 0.5
    """The mean of less than half of the time is that of the warm-up before the strap died, not of the session."""
    efficiency_from_s: float = 600.0
    efficiency_grade_frac: float = 0.03
    max_m_per_beat: float = 2.2
    """A world-class marathoner at race pace covers 2.0 m a beat: more is a sensor that misses beats."""


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    row: dict[str, Any] = {
        "source": "",
        "path": "",
        "member": None,
        "session_no": 1,
        **_identity(activity),
        **_totals(activity, found, settings),
        **_means(activity, settings),
        **_session(activity, found),
        **_device(activity),
        **_quality(activity.quality),
        "quality_too_fast_m": too_fast_m(activity) if activity.is_run else None,
    }
    return (Findings.from_rows(SPEC, [row]),)


def _identity(activity: Activity) -> dict[str, Any]:
    start = activity.start_time_utc_s
    return {
        "source_format": activity.source_format,
        "name": activity.name or None,
        "start_time_utc": start,
        "end_time_utc": start + activity.elapsed_s,
        "start_time_local": start + activity.utc_offset_s,
        "utc_offset_s": round(activity.utc_offset_s),
        "time_zone": activity.time_zone or None,
        "time_zone_source": activity.time_zone_source or None,
        "sport": activity.sport or "generic",
        "sub_sport": activity.sub_sport or None,
        "is_indoor": activity.is_indoor,
        "device": activity.device or None,
    }


def _totals(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> dict[str, Any]:
    curve = distance_curve(activity)
    moving = moving_mask(activity)
    timer_s = float(activity.elapsed_s - paused_before(activity, np.array([activity.elapsed_s]))[0])
    track = track_of(found["splits"])
    row: dict[str, Any] = {
        "is_track": track is not None,
        "track_distance_factor": track.distance_factor if track else None,
        "distance_source": activity.quality.distance_source or "none",
        "elapsed_s": activity.elapsed_s,
        "timer_s": timer_s,
        "moving_s": None if moving is None else float(np.count_nonzero(moving)),
        "max_speed_mps": _max_speed(activity, found, settings),
    }
    if curve is not None:
        # Counted from 0 as the watch does, not from the first sample, which may lie a few metres later.
        row["distance_m"] = float(curve.distance_m[-1])
        foot_m, foot_s = row["distance_m"] - _driven_m(activity), timer_s - activity.quality.vehicle_s
        row["mean_speed_mps"] = foot_m / foot_s if foot_s > 0 else None
    climbs = climb_curves(activity)
    if climbs is not None:
        row["ascent_m"], row["descent_m"] = float(climbs[0][-1]), float(climbs[1][-1])
    return row


def _driven_m(activity: Activity) -> float:
    """Metres that were covered in vehicles."""
    spans = zip(activity.vehicle_start_s.tolist(), activity.vehicle_end_s.tolist(), strict=True)
    return float(sum(metres_each_second(activity)[int(a) : int(b)].sum() for a, b in spans))


def _max_speed(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> float:
    """Fastest 5 s: of a run from the best efforts, which pass over glitches; else of the speed channel."""
    if activity.is_run:
        efforts = found["best_efforts"]
        for row, name in enumerate(efforts["effort"].tolist()):
            if name == "5s" and efforts["quality"][row] != "glitch_near":
                return float(efforts["speed_mps"][row])
    return _peak(activity.grid.speed_mps, settings.peak_window_s)


def _peak(values: F8, window_s: int) -> float:
    """Highest mean over a whole window without missing seconds; NaN when there is none."""
    return float(peak_mean(np.array(values), window_s))


def _mean_of(values: F8, keep: B1) -> float:
    """Mean over the seconds that are kept and known; NaN when there are none."""
    chosen = known_where(np.array(values), keep)
    return _mean(chosen) if len(chosen) else float("nan")


def _mean(values: F8) -> float:
    return float(np.add.reduce(values)) / len(values)


def _mean_heart_rate(activity: Activity, keep: B1, least_share: float) -> float:
    """Mean over the seconds that are kept and known; NaN when these are too few, and samples with heart rate as well.

    A recording with a sample a minute knows few of its seconds, and yet its heart rate throughout.
    """
    chosen = known_where(np.array(activity.grid.heart_rate_bpm), keep)
    if len(chosen) < least_share * np.count_nonzero(keep):
        of_samples = activity.channels["heart_rate_bpm"]
        if np.count_nonzero(np.isfinite(of_samples)) < least_share * len(of_samples):
            return float("nan")
    return float(np.add.reduce(chosen)) / len(chosen) if len(chosen) else float("nan")


def _means(activity: Activity, settings: Settings) -> dict[str, Any]:
    grid = activity.grid
    moving = moving_mask(activity)
    timer_on = on_foot(activity, grid.is_timer_on)
    running = running_mask(activity) if activity.is_run else timer_on
    # Outside running cadence is of a crank or a stroke: zeros are coasting, not turning.
    turning = running if activity.is_run else running & (grid.cadence_spm > 0)
    temperature = activity.channels["temperature_c"]
    known = temperature[np.isfinite(temperature)]
    return {
        "mean_heart_rate_bpm": _mean_heart_rate(activity, timer_on, settings.min_heart_rate_share),
        "max_heart_rate_bpm": _peak(grid.heart_rate_bpm, settings.peak_window_s),
        "mean_cadence_spm": _mean_of(grid.cadence_spm, turning),
        "mean_power_w": _mean_of(grid.power_w, timer_on),
        "mean_temperature_c": float(known.mean()) if len(known) else None,
        "mean_gap_speed_mps": None if moving is None else _mean_of(grid.gap_speed_mps, moving),
    }


def _session(activity: Activity, found: Mapping[str, Findings]) -> dict[str, Any]:
    bouts, strides = bouts_of(found), bouts_of(found, "strides")
    status, reason = _strides_status(activity, strides)
    row: dict[str, Any] = {
        "work_s": bouts.work_s if bouts.n else None,
        "n_intervals": bouts.n,
        "n_strides": strides.n,
        "strides_status": status,
        "strides_reason": reason,
        "shorthand": shorthand(activity, found, bouts, strides) if activity.is_run or bouts.n else None,
        "speed_from_step_length_frac": _speed_from_steps(activity) if activity.is_run else None,
        "efficiency_m_per_beat": _efficiency(activity, bouts, strides) if activity.is_run else None,
    }
    if bouts.n:
        ends = np.array([0.0, bouts.start_s[0], bouts.end_s[-1], max(activity.elapsed_s, bouts.end_s[-1])])
        timer = ends - paused_before(activity, ends)
        row["warmup_s"], row["cooldown_s"] = float(timer[1] - timer[0]), float(timer[3] - timer[2])
    return row


def _strides_status(activity: Activity, strides: Bouts) -> tuple[str | None, str | None]:
    if strides.n:
        return "found", None
    if not activity.is_run:
        return None, None
    if np.isnan(activity.grid.speed_mps).all():
        return "cannot_tell", "no speed recorded"
    if activity.quality.are_short_reps_reliable == 0.0:
        return "cannot_tell", f"a sample every {activity.quality.median_dt_s:.0f} s is too coarse for bouts of 20 s"
    return "none", None


def _efficiency(activity: Activity, bouts: Bouts, strides: Bouts) -> float:
    """Grade-adjusted metres a heart beat in easy steady running: after 10 min, near the flat, outside of bouts."""
    settings = Settings()
    grid = activity.grid
    gap, heart_rate = easy_seconds(
        running_mask(activity), grid.grade_frac, grid.gap_speed_mps, grid.heart_rate_bpm,
        settings.efficiency_grade_frac, int(settings.efficiency_from_s),
        np.concatenate((bouts.start_s, strides.start_s)), np.concatenate((bouts.end_s, strides.end_s)),
        BEFORE_BOUT_S, HEART_SETTLES_S,
    )  # fmt: skip
    if len(gap) < 300:
        return float("nan")
    metres = 60.0 * _mean(gap) / _mean(heart_rate)
    return metres if metres <= settings.max_m_per_beat else float("nan")


def _speed_from_steps(activity: Activity) -> float:
    """Slope of log step length on log speed over level running: the rest of a gain in speed is cadence.

    NaN without cadence, or when speed spreads (5 to 95 %) by less than 0.6 m/s.
    """
    grid = activity.grid
    speed, cadence = level_blocks(
        running_mask(activity), grid.grade_frac, grid.speed_mps, grid.cadence_spm, LEVEL_FRAC, 10
    )
    if len(speed) < 30:
        return float("nan")
    ordered = np.sort(speed)
    if ordered[-len(speed) // 20] - ordered[len(speed) // 20] < 0.6:
        return float("nan")
    log_speed, log_step = np.log(speed), np.log(60.0 * speed / cadence)
    away = log_speed - _mean(log_speed)
    return float(np.add.reduce(away * (log_step - _mean(log_step))) / np.add.reduce(away * away))


def _device(activity: Activity) -> dict[str, Any]:
    totals = activity.totals
    return {
        "device_distance_m": totals.distance_m,
        "device_timer_s": totals.timer_s,
        "device_ascent_m": totals.ascent_m,
        "device_mean_heart_rate_bpm": totals.mean_heart_rate_bpm,
        "device_vo2max": totals.vo2max,
    }


def _quality(quality: Quality) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, column in _QUALITY:
        value = getattr(quality, name)
        row[column] = (value or None) if isinstance(value, str) else value
    return row


DETECTOR = Detector(
    "summary", (SPEC,), Settings(), _find, needs=("intervals", "interval_sets", "strides", "splits", "best_efforts")
)
