"""Laps as the watch marked them, on the elapsed axis, with averages from the samples beside what the watch wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._series import (
    CADENCE,
    HEART,
    between,
    climb_curves,
    distance_curve,
    max_between,
    means_of,
    paused_before,
)
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import Lap
from runlake.tables.laps import SPEC
from runlake.units import MILE_M

LATE_S = 60.0
"""Watches may write the first sample so much later than the lap's begin: with the first fix."""
AUTO_LENGTHS_M = (1000.0, MILE_M, 5000.0, 5 * MILE_M)
"""What watches mark by themselves."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How close to a round length an automatic lap has to be."""

    auto_tolerance_frac: float = 0.012
    """A watch closes the lap at the next sample: at 4 m/s and 3 s that is 12 m in a kilometre."""


def _find(activity: Activity, _found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    laps = activity.laps
    if not laps:
        return (Findings.empty(SPEC),)
    start_s, end_s, edge_reason = _edges(activity)
    curve = distance_curve(activity)
    nothing = np.full(len(laps), np.nan)
    from_samples = nothing if curve is None else curve.distance_at(end_s) - curve.distance_at(start_s)
    written = np.array([lap.distance_m for lap in laps])
    distance = np.where(np.isfinite(written), written, from_samples)
    timer = np.array([lap.timer_s for lap in laps])
    own_timer = (end_s - start_s) - (paused_before(activity, end_s) - paused_before(activity, start_s))
    timer = np.where(np.isfinite(timer), timer, own_timer)
    elapsed = np.array([lap.elapsed_s for lap in laps])
    climbs = climb_curves(activity)
    heart_rate, cadence = means_of(activity, (HEART, CADENCE), start_s, end_s)
    values: dict[str, Any] = {
        "lap_no": np.arange(1, len(laps) + 1),
        "start_time_utc": activity.start_time_utc_s + start_s,
        "end_time_utc": activity.start_time_utc_s + end_s,
        "start_s": start_s,
        "end_s": end_s,
        "trigger": [lap.trigger or None for lap in laps],
        "intensity": [lap.intensity or None for lap in laps],
        "workout_step": np.array([lap.workout_step for lap in laps]),
        "distance_m": distance,
        "elapsed_s": np.where(np.isfinite(elapsed), elapsed, end_s - start_s),
        "timer_s": timer,
        "mean_speed_mps": np.divide(distance, timer, out=np.full(len(laps), np.nan), where=timer > 0),
        "mean_heart_rate_bpm": heart_rate,
        "max_heart_rate_bpm": max_between(activity.grid.heart_rate_bpm, start_s, end_s),
        "mean_cadence_spm": cadence,
        "ascent_m": nothing if climbs is None else between(climbs[0], start_s, end_s),
        "is_auto": _are_auto(activity, distance, settings),
        "sample_distance_m": from_samples,
        "edge_reason": edge_reason,
    }
    return (Findings(SPEC, values),)


def _edges(activity: Activity) -> tuple[np.ndarray, np.ndarray, list[str | None]]:
    """Elapsed seconds at the begin and end of each lap, and why begin is not as written.

    Where the file is silent, a lap ends at the next one's begin. One that begins far outside of the samples is cut.
    """
    laps, zero = activity.laps, activity.start_time_utc_s
    start = np.array([lap.start_time_utc_s - zero for lap in laps])
    end = np.array([lap.end_time_utc_s - zero for lap in laps])
    after = np.concatenate((start[1:], [max(activity.elapsed_s, start[-1])]))
    elapsed = np.array([lap.elapsed_s for lap in laps])
    end = np.where(np.isfinite(end), end, np.where(np.isfinite(elapsed), start + elapsed, after))
    held = np.minimum(np.maximum(start, 0.0), activity.elapsed_s)
    cut = np.where((start < -LATE_S) | (start > activity.elapsed_s + LATE_S), held, start)
    return cut, np.maximum(end, cut), [_why_cut(a, b) for a, b in zip(start.tolist(), cut.tolist(), strict=True)]


def _why_cut(written_s: float, cut_s: float) -> str | None:
    """In words by how much the begin of a lap lies outside of the samples; None where it does not."""
    if not abs(written_s - cut_s) > 0.0:
        return None
    side = "before the first" if written_s < cut_s else "after the last"
    return f"the watch says that it began {abs(written_s - cut_s):.0f} s {side} sample"


def _are_auto(activity: Activity, distance_m: np.ndarray, settings: Settings) -> np.ndarray:
    """1 for laps that the watch marked by itself at a round distance, 0 for others, NaN where nobody can tell."""
    laps = activity.laps
    ratio = np.abs(distance_m[:, None] / np.array(AUTO_LENGTHS_M) - 1.0)
    is_round = (ratio <= settings.auto_tolerance_frac).any(axis=1).tolist()  # False for NaN
    auto = np.full(len(laps), np.nan)
    for k, lap in enumerate(laps):
        if lap.trigger == "distance":
            auto[k] = float(is_round[k] and not _is_planned(activity, k))
        elif lap.trigger or not np.isfinite(distance_m[k]):
            auto[k] = 0.0 if lap.trigger else np.nan
        else:
            # A silent watch: the kilometres of a run follow each other, the kilometre reps of a session do not.
            has_like = any(is_round[j] for j in (k - 1, k + 1) if 0 <= j < len(laps))
            auto[k] = float(is_round[k] and (has_like or len(laps) == 2) and not _is_planned(activity, k))
    return auto


def _is_planned(activity: Activity, k: int) -> bool:
    """True when the lap is a step of a plan rather than an automatic lap inside one."""
    lap: Lap = activity.laps[k]
    if not np.isfinite(lap.workout_step):
        return False
    for step in activity.steps:
        if step.step_index == int(lap.workout_step):
            return step.duration_kind == "distance" and abs(step.duration_value / lap.distance_m - 1.0) < 0.02
    neighbours = [activity.laps[j].workout_step for j in (k - 1, k + 1) if 0 <= j < len(activity.laps)]
    return lap.workout_step not in neighbours


DETECTOR = Detector("laps", (SPEC,), Settings(), _find)
