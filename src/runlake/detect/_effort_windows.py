"""The best window of an activity for each effort; where the speed sensor denies it, the next best one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from runlake.detect._efforts import BY_DISTANCE, BY_TIME, GLITCH_WEIGHT, fastest_possible_s
from runlake.detect._series import SPEED, Curve, means_of, paused_before, speed_or_zero
from runlake.kernels.efforts import farthest_windows, fastest_windows
from runlake.model.activity import Activity
from runlake.model.recording import F8

Target = tuple[str, bool, float]
"""Name of an effort, whether it is one over a distance, and that distance or time."""
_TARGETS: tuple[Target, ...] = (*((n, True, m) for n, m in BY_DISTANCE), *((n, False, s) for n, s in BY_TIME))
_FLOORS_S = {target_m: fastest_possible_s(target_m) for _, target_m in BY_DISTANCE}


@dataclass(frozen=True, slots=True)
class Settings:
    """How much doubt a window may hold, how far the speed sensor may disagree with it, and what taints it."""

    doubt_limit_frac: float = 0.10
    """Share of a window that may lie in signal gaps; invented metres count tenfold."""
    denied_frac: float = 0.05
    denied_edge_m: float = 8.0
    denied_edge_frac: float = 0.08
    """By how much the speed sensor may fall short of a window: error of the watch, and two edges of leftover lag."""
    short_gps_frac: float = 0.99
    """A measured race that GPS made up to 1 % too short."""
    n_tries: int = 3
    paused_s: float = 3.0
    """A shorter pause is a button pressed twice."""
    downhill_barometer_frac: float = -0.02
    """A fall of 2 % makes running 10 % cheaper (Minetti 2002)."""
    downhill_gps_frac: float = -0.04
    """GPS altitude is not good enough for less."""


class Window(NamedTuple):
    """An effort and where it lies, elapsed seconds; `is_denied`: the speed sensor saw clearly less way."""

    effort: str
    is_by_distance: bool
    start_s: float
    end_s: float
    distance_m: float
    is_short: bool = False
    is_denied: bool = False


def best_windows(activity: Activity, curve: Curve, doubt_until: F8, settings: Settings) -> list[Window]:
    """The best window for each effort that fits into the activity; a denied one only when nothing else is left."""
    found = _search(_TARGETS, curve, doubt_until, settings)
    pairs = [(target, window) for target, window in zip(_TARGETS, found, strict=True) if window is not None]
    denied = _denied(activity, curve, [window for _, window in pairs], settings)
    return [
        _next_best(activity, target, window, curve, doubt_until, settings) if is_denied else window
        for (target, window), is_denied in zip(pairs, denied, strict=True)
    ]


def _next_best(
    activity: Activity,
    target: Target,
    first: Window,
    curve: Curve,
    doubt_until: F8,
    settings: Settings,
) -> Window:
    """The next window that the speed sensor does not deny; the first one, marked, when there is none."""
    window = first
    for _ in range(settings.n_tries):
        inside = (curve.time_s[1:] > window.start_s) & (curve.time_s[:-1] < window.end_s)
        spoilt = np.where(inside, GLITCH_WEIGHT * np.diff(curve.distance_m), 0.0)
        doubt_until = doubt_until + np.concatenate(([0.0], np.cumsum(spoilt)))
        (following,) = _search((target,), curve, doubt_until, settings)
        if following is None:
            break
        window = following
        if not _denied(activity, curve, [window], settings)[0]:
            return window
    return Window(
        first.effort, first.is_by_distance, first.start_s, first.end_s, first.distance_m, first.is_short, is_denied=True
    )


def _search(targets: Sequence[Target], curve: Curve, doubt_until: F8, settings: Settings) -> list[Window | None]:
    """The best window of each that holds little doubt and is humanly possible; None where there is none."""
    total_m, total_s = curve.distance_m[-1] - curve.distance_m[0], curve.time_s[-1] - curve.time_s[0]
    usual_mps = total_m / max(curve.timer_s[-1] - curve.timer_s[0], 1.0)
    metres = np.array([m for _, by_distance, m in targets if by_distance and m <= total_m])
    seconds = np.array([s for _, by_distance, s in targets if not by_distance and s <= total_s])
    of_curve = curve.time_s, curve.distance_m, doubt_until
    fastest = iter(fastest_windows(*of_curve, metres, settings.doubt_limit_frac * metres).tolist())
    farthest = iter(farthest_windows(*of_curve, seconds, settings.doubt_limit_frac * seconds * usual_mps).tolist())
    found: list[Window | None] = []
    for effort, is_by_distance, target in targets:
        window = None
        if is_by_distance and target > total_m:
            window = _short(effort, target, curve, doubt_until, settings)
        elif is_by_distance:
            start_s, end_s = next(fastest)
            if end_s - start_s >= _FLOORS_S[target]:  # False for NaN
                window = Window(effort, True, start_s, end_s, target)
        elif target <= total_s:
            start_s, covered_m = next(farthest)
            if covered_m > 0 and target >= fastest_possible_s(covered_m):
                window = Window(effort, False, start_s, start_s + target, covered_m)
        found.append(window)
    return found


def _short(effort: str, target_m: float, curve: Curve, doubt_until: F8, settings: Settings) -> Window | None:
    """The whole activity where it is a race that GPS made too short; else None."""
    total_m = float(curve.distance_m[-1] - curve.distance_m[0])
    limit = settings.doubt_limit_frac * target_m
    if target_m < 1000.0 or total_m < settings.short_gps_frac * target_m or doubt_until[-1] > limit:
        return None
    grows = np.flatnonzero(np.diff(curve.distance_m) > 0)
    start, end = float(curve.time_s[grows[0]]), float(curve.time_s[grows[-1] + 1])
    return Window(effort, True, start, end, total_m, is_short=True)


def _denied(activity: Activity, curve: Curve, windows: list[Window], settings: Settings) -> npt.NDArray[np.bool_]:
    """True for windows in which the speed sensor saw clearly less way than distance grew."""
    if activity.quality.speed_source not in ("device", "footpod") or activity.is_indoor:
        return np.zeros(len(windows), dtype=bool)
    start, end = np.array([w.start_s for w in windows]), np.array([w.end_s for w in windows])
    covered = np.array([w.distance_m for w in windows])
    pause = paused_before(activity, end) - paused_before(activity, start)
    # What the sensor shows too little throughout (a trail, a pod out of calibration) says nothing of one window.
    seen_m = float(np.add.reduce(speed_or_zero(activity)))
    scale = min(max((curve.distance_m[-1] - curve.distance_m[0]) / seen_m, 1.0), 1.2) if seen_m > 0 else 1.0
    by_speed = scale * means_of(activity, (SPEED,), start, end)[0] * (end - start - pause)
    edges = np.minimum(settings.denied_edge_m, settings.denied_edge_frac * covered)
    is_denied: npt.NDArray[np.bool_] = covered - by_speed > edges + settings.denied_frac * covered
    return is_denied
