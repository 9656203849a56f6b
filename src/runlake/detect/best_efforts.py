"""Best efforts over standard distances and times, on elapsed time, both ends interpolated, glitches passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._efforts import BY_DISTANCE, BY_TIME, Doubt, doubt_of, fastest_possible_s, steadied
from runlake.detect._series import Curve, distance_curve, mean_between, paused_before
from runlake.detect._track import corrected, track_of
from runlake.kernels.efforts import farthest_window, fastest_window
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.tables.best_efforts import SPEC

VDOT_FROM_S, VDOT_TO_S = 210.0, 14_400.0
"""Daniels and Gilbert's formula holds for all-out efforts of 3.5 to 240 min."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much doubt a window may hold, and what taints it."""

    doubt_limit_frac: float = 0.10
    """Share of a window that may lie in signal gaps; invented metres count tenfold."""
    paused_s: float = 3.0
    """A shorter pause is a button pressed twice."""
    downhill_barometer_frac: float = -0.02
    """A fall of 2 % makes running 10 % cheaper (Minetti 2002)."""
    downhill_gps_frac: float = -0.04
    """GPS altitude is not good enough for less."""
    denied_frac: float = 0.05
    denied_edge_m: float = 8.0
    denied_edge_frac: float = 0.08
    """By how much the speed sensor may fall short of a window: error of the watch, and two edges of leftover lag."""
    short_gps_frac: float = 0.99
    """A measured race that GPS made up to 1 % too short."""


@dataclass(frozen=True, slots=True)
class _Window:
    effort: str
    is_by_distance: bool
    start_s: float
    end_s: float
    distance_m: float
    is_short: bool = False


def vdot(distance_m: float, time_s: float) -> float:
    """Oxygen uptake that a performance stands for, ml/kg/min; NaN outside 3.5 to 240 min.

    Daniels and Gilbert, "Oxygen Power" (1979): cost of a velocity over the share of VO2max sustained for a time.
    """
    if not VDOT_FROM_S <= time_s <= VDOT_TO_S:
        return float("nan")
    minutes = time_s / 60.0
    v = distance_m / minutes
    cost = -4.60 + 0.182258 * v + 0.000104 * v * v
    share = 0.8 + 0.1894393 * np.exp(-0.012778 * minutes) + 0.2989558 * np.exp(-0.1932605 * minutes)
    return float(cost / share)


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    recorded = distance_curve(activity) if activity.is_run else None
    if recorded is None:
        return (Findings.empty(SPEC),)
    curve = corrected(steadied(activity, recorded), track_of(found["splits"]))
    doubt = doubt_of(activity, recorded)
    windows = _by_distance(curve, doubt, settings) + _by_time(curve, doubt, settings)
    if not windows:
        return (Findings.empty(SPEC),)
    return (_findings(activity, recorded, doubt, windows, settings),)


def _by_distance(curve: Curve, doubt: Doubt, settings: Settings) -> list[_Window]:
    until = doubt.until_m()
    total_m = float(curve.distance_m[-1] - curve.distance_m[0])
    out = []
    for effort, target_m in BY_DISTANCE:
        limit = settings.doubt_limit_frac * target_m
        if total_m >= target_m:
            start, end = fastest_window(curve.time_s, curve.distance_m, until, target_m, limit)
            if end - start >= fastest_possible_s(target_m):
                out.append(_Window(effort, True, start, end, target_m))
        elif total_m >= settings.short_gps_frac * target_m and until[-1] <= limit and target_m >= 1000.0:
            start, end = _moving_ends(curve)
            out.append(_Window(effort, True, start, end, total_m, is_short=True))
    return out


def _moving_ends(curve: Curve) -> tuple[float, float]:
    """Elapsed seconds at which distance began and ceased to grow."""
    grows = np.flatnonzero(np.diff(curve.distance_m) > 0)
    return float(curve.time_s[grows[0]]), float(curve.time_s[grows[-1] + 1])


def _by_time(curve: Curve, doubt: Doubt, settings: Settings) -> list[_Window]:
    until = doubt.until_m()
    usual_mps = (curve.distance_m[-1] - curve.distance_m[0]) / max(curve.timer_s[-1] - curve.timer_s[0], 1.0)
    out = []
    for effort, target_s in BY_TIME:
        if curve.time_s[-1] < target_s:
            break
        limit = settings.doubt_limit_frac * target_s * usual_mps
        start, covered = farthest_window(curve.time_s, curve.distance_m, until, target_s, limit)
        if covered > 0 and target_s >= fastest_possible_s(covered):
            out.append(_Window(effort, False, start, start + target_s, covered))
    return out


def _findings(
    activity: Activity, recorded: Curve, doubt: Doubt, windows: list[_Window], settings: Settings
) -> Findings:
    start = np.array([w.start_s for w in windows])
    end = np.array([w.end_s for w in windows])
    distance = np.array([w.distance_m for w in windows])
    pause = paused_before(activity, end) - paused_before(activity, start)
    grade = mean_between(activity.grid.grade_frac, start, end)
    values: dict[str, Any] = {
        "effort": [w.effort for w in windows],
        "is_by_distance": np.array([w.is_by_distance for w in windows]),
        "distance_m": distance,
        "elapsed_s": end - start,
        "speed_mps": distance / (end - start),
        "start_s": start,
        "start_time_utc": activity.start_time_utc_s + start,
        "mean_heart_rate_bpm": mean_between(activity.grid.heart_rate_bpm, start, end),
        "mean_grade_frac": grade,
        "pause_s": pause,
        "is_indoor": np.full(len(windows), _is_indoor(activity)),
        "quality": _qualities(activity, recorded, doubt, windows, pause, grade, settings),
        "vdot": np.array([vdot(w.distance_m, w.end_s - w.start_s) for w in windows]),
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
    windows: list[_Window],
    pause: Any,
    grade: Any,
    settings: Settings,
) -> list[str]:
    """The worst thing that is true of each window, ok when there is none."""
    is_barometer = activity.quality.altitude_kind == "barometer"
    steepest = settings.downhill_barometer_frac if is_barometer else settings.downhill_gps_frac
    first = np.searchsorted(recorded.time_s, [w.start_s for w in windows], side="right") - 1
    stop = np.searchsorted(recorded.time_s, [w.end_s for w in windows], side="left")
    glitch_m = np.concatenate(([0.0], np.cumsum(doubt.glitch_m)))
    gap_m = np.concatenate(([0.0], np.cumsum(doubt.gap_m)))
    tests = {
        "glitch_near": (glitch_m[stop] > glitch_m[first]) | _denied(activity, recorded, windows, pause, settings),
        "gap": gap_m[stop] > gap_m[first],
        "paused": pause > settings.paused_s,
        "downhill": grade < steepest,
        "short_gps": np.array([w.is_short for w in windows]),
    }
    return [next((name for name, is_true in tests.items() if is_true[k]), "ok") for k in range(len(windows))]


def _denied(activity: Activity, recorded: Curve, windows: list[_Window], pause: Any, settings: Settings) -> Any:
    """True for windows in which the speed sensor saw clearly less way than distance grew."""
    if activity.quality.speed_source not in ("device", "footpod") or activity.is_indoor:
        return np.zeros(len(windows), dtype=bool)
    start, end = np.array([w.start_s for w in windows]), np.array([w.end_s for w in windows])
    covered = np.array([w.distance_m for w in windows])
    # What the sensor shows too little throughout (a trail, a pod out of calibration) says nothing of this window.
    seen_m = np.nansum(activity.grid.speed_mps)
    scale = np.clip((recorded.distance_m[-1] - recorded.distance_m[0]) / seen_m, 1.0, 1.2) if seen_m > 0 else 1.0
    by_speed = scale * mean_between(activity.grid.speed_mps, start, end) * (end - start - pause)
    edges = np.minimum(settings.denied_edge_m, settings.denied_edge_frac * covered)
    return covered - by_speed > edges + settings.denied_frac * covered


DETECTOR = Detector("best_efforts", (SPEC,), Settings(), _find, needs=("splits",))
