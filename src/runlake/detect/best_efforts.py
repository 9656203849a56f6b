"""Best efforts over standard distances and times, on elapsed time, both ends interpolated, glitches passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from runlake.detect._effort_curve import caught_up, speed_in_step, steadied
from runlake.detect._effort_windows import Settings, Window, best_windows
from runlake.detect._efforts import Doubt, doubt_of, running_sum
from runlake.detect._series import GRADE, HEART, Curve, distance_curve, means_of, paused_before
from runlake.detect._track import corrected, track_of
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.best_efforts import SPEC

VDOT_FROM_S, VDOT_TO_S = 210.0, 14_400.0
"""Daniels and Gilbert's formula holds for all-out efforts of 3.5 to 240 min."""
LOWEST_VDOT, HIGHEST_VDOT = 10.0, 100.0
"""Walking at 4 km/h takes 10 already (ACSM); the highest uptake ever measured is 97."""


def vdot(distance_m: F8, time_s: F8) -> F8:
    """Oxygen uptake that performances stand for, ml/kg/min; NaN outside 3.5 to 240 min, and where nobody has it.

    Daniels and Gilbert, "Oxygen Power" (1979): cost of a velocity over the share of VO2max sustained for a time.
    """
    minutes = time_s / 60.0
    v = distance_m / minutes
    cost = -4.60 + 0.182258 * v + 0.000104 * v * v
    share = 0.8 + 0.1894393 * np.exp(-0.012778 * minutes) + 0.2989558 * np.exp(-0.1932605 * minutes)
    value = cost / share
    is_true = (time_s >= VDOT_FROM_S) & (time_s <= VDOT_TO_S) & (value >= LOWEST_VDOT) & (value <= HIGHEST_VDOT)
    return np.where(is_true, value, np.nan)


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    recorded = distance_curve(activity) if activity.is_run else None
    if recorded is None:
        return (Findings.empty(SPEC),)
    in_time = caught_up(activity, recorded)
    speed = speed_in_step(activity, in_time)
    curve = corrected(steadied(activity, in_time, speed), track_of(found["splits"]))
    doubt = doubt_of(activity, recorded, in_time, speed)
    windows = best_windows(activity, curve, doubt.until_m(), settings)
    if not windows:
        return (Findings.empty(SPEC),)
    return (_findings(activity, recorded, doubt, windows, settings),)


def _findings(activity: Activity, recorded: Curve, doubt: Doubt, windows: list[Window], settings: Settings) -> Findings:
    start = np.array([w.start_s for w in windows])
    end = np.array([w.end_s for w in windows])
    distance = np.array([w.distance_m for w in windows])
    pause = paused_before(activity, end) - paused_before(activity, start)
    grade, heart_rate = means_of(activity, (GRADE, HEART), start, end)
    values: dict[str, Any] = {
        "effort": [w.effort for w in windows],
        "is_by_distance": np.array([w.is_by_distance for w in windows]),
        "distance_m": distance,
        "elapsed_s": end - start,
        "speed_mps": distance / (end - start),
        "start_s": start,
        "start_time_utc": activity.start_time_utc_s + start,
        "mean_heart_rate_bpm": heart_rate,
        "mean_grade_frac": grade,
        "pause_s": pause,
        "is_indoor": np.full(len(windows), _is_indoor(activity)),
        "quality": _qualities(activity, recorded, doubt, windows, start, end, pause, grade, settings),
        "vdot": vdot(distance, end - start),
        "recorded_distance_m": recorded.distance_at(end) - recorded.distance_at(start),
    }
    return Findings(SPEC, values)


def _is_indoor(activity: Activity) -> bool:
    """True when distance comes from a treadmill, or from a foot pod alone."""
    has_no_way = activity.quality.speed_source == "footpod" and activity.quality.position_share == 0
    return activity.is_indoor or has_no_way


def _qualities(
    activity: Activity,
    recorded: Curve,
    doubt: Doubt,
    windows: list[Window],
    start_s: F8,
    end_s: F8,
    pause: Any,
    grade: Any,
    settings: Settings,
) -> list[str]:
    """The worst thing that is true of each window, ok when there is none."""
    is_barometer = activity.quality.altitude_kind == "barometer"
    steepest = settings.downhill_barometer_frac if is_barometer else settings.downhill_gps_frac
    first = np.searchsorted(recorded.time_s, start_s, side="right") - 1
    stop = np.searchsorted(recorded.time_s, end_s, side="left")
    glitch_m, gap_m = running_sum(doubt.glitch_m), running_sum(doubt.gap_m)
    tests = {
        "glitch_near": (glitch_m[stop] > glitch_m[first]) | np.array([w.is_denied for w in windows]),
        "gap": gap_m[stop] > gap_m[first],
        "paused": pause > settings.paused_s,
        "downhill": grade < steepest,
        "short_gps": np.array([w.is_short for w in windows]),
    }
    names = (*tests, "ok")
    is_true = np.array([*tests.values(), np.ones(len(windows), dtype=np.bool_)])
    return [names[k] for k in is_true.argmax(axis=0).tolist()]


DETECTOR = Detector("best_efforts", (SPEC,), Settings(), _find, needs=("splits",))
