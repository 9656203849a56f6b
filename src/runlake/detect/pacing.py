"""How a race-like effort was paced: quarters, first-lap overspeed, third-lap sag, last kick, split verdict.

Only single continuous efforts get a row: one bout of a standard distance between warm-up and cool-down, or a whole
run of a standard distance without bouts. Interval sessions and broken runs stay silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._pace import bouts_of, slow_down_at_s
from runlake.detect._series import RUNNING_MPS, Curve, distance_curve, moving_mask, paused_before
from runlake.detect._track import corrected, track_of
from runlake.kernels.efforts import fastest_window
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.pacing import SPEC
from runlake.units import HALF_MARATHON_M, MARATHON_M, MILE_M

EFFORTS = (
    ("mile", MILE_M), ("3k", 3000.0), ("5k", 5000.0), ("10k", 10_000.0), ("half", HALF_MARATHON_M),
    ("marathon", MARATHON_M),
)  # fmt: skip
MILE_LEAD_M = 9.344
"""A mile on a track starts this far before the line of its four laps."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as one continuous effort of a standard distance."""

    bout_tolerance_frac: float = 0.03
    """Watches mismeasure by up to about 3 % (Gilgen-Ammann 2020), and edges of bouts add a few seconds."""
    short_frac: float = 0.01
    long_frac: float = 0.03
    """A whole run is a race only when GPS made it 1 % short to 3 % long."""
    same_frac: float = 0.01
    """Up to here the excess is measuring error and the whole run is the effort; beyond, its fastest window is."""
    min_moving_frac: float = 0.98
    max_pause_frac: float = 0.01
    even_frac: float = 0.01
    """Halves within 1 % of the time are even."""
    controlled_frac: float = 0.62
    """Two and a half laps of four."""


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    recorded = distance_curve(activity) if activity.is_run else None
    if recorded is None:
        return (NOTHING,)
    curve = corrected(recorded, track_of(found["splits"]))
    rows = []
    for effort, start_s, end_s in _efforts(found, curve, settings):
        if _is_continuous(activity, curve, start_s, end_s, settings):
            rows.append(_row(activity, curve, effort, start_s, end_s, settings))
    return (Findings.from_rows(SPEC, rows) if rows else NOTHING,)


def _efforts(found: Mapping[str, Findings], curve: Curve, settings: Settings) -> list[tuple[str, float, float]]:
    """Name, begin and end of the one effort that the session is about; none in a session of several bouts."""
    bouts = bouts_of(found)
    if bouts.n > 1:
        return []
    if bouts.n == 1:
        inside = _in_bout(curve, float(bouts.start_s[0]), float(bouts.end_s[0]), settings)
        if inside or not _is_level(curve, float(bouts.start_s[0]), float(bouts.end_s[0])):
            return inside
    if bouts_of(found, "strides").n >= 2:
        return []
    return _whole_run(curve, settings)


def _is_level(curve: Curve, start_s: float, end_s: float) -> bool:
    """True when the bout is a fast part of a race, not work in a run: little lies around it, or that is as fast."""
    a, b = curve.distance_at(np.array([start_s, end_s]))
    bout_mps = (b - a) / (end_s - start_s)
    other_s = curve.timer_s[-1] - curve.timer_s[0] - (end_s - start_s)
    other_m = curve.distance_m[-1] - curve.distance_m[0] - (b - a)
    return bool(other_s <= 0 or other_m <= 0.15 * (b - a) or other_m / other_s >= 0.9 * bout_mps)


def _in_bout(curve: Curve, start_s: float, end_s: float, settings: Settings) -> list[tuple[str, float, float]]:
    a, b = curve.distance_at(np.array([start_s, end_s]))
    for effort, target_m in EFFORTS:
        if abs((b - a) / target_m - 1.0) <= settings.bout_tolerance_frac:
            # The bout's edges are good to some seconds: the distance decides where the effort ends.
            window = _fastest_in(curve, start_s - 10.0, end_s + 10.0, target_m)
            return [(effort, *(window or (start_s, end_s)))]
    return []


def _whole_run(curve: Curve, settings: Settings) -> list[tuple[str, float, float]]:
    grows = np.flatnonzero(np.diff(curve.distance_m) > 0)
    start_s, end_s = float(curve.time_s[grows[0]]), float(curve.time_s[grows[-1] + 1])
    total_m = float(curve.distance_m[-1] - curve.distance_m[0])
    for effort, target_m in EFFORTS:
        excess = total_m / target_m - 1.0
        if -settings.short_frac <= excess <= settings.same_frac:
            return [(effort, start_s, end_s)]
        if settings.same_frac < excess <= settings.long_frac:
            window = _fastest_in(curve, start_s, end_s, target_m)
            return [(effort, *(window or (start_s, end_s)))]
    return []


def _fastest_in(curve: Curve, start_s: float, end_s: float, target_m: float) -> tuple[float, float] | None:
    keep = (curve.time_s >= start_s) & (curve.time_s <= end_s)
    if keep.sum() < 2:
        return None
    time_s = np.ascontiguousarray(curve.time_s[keep])
    distance = np.ascontiguousarray(curve.distance_m[keep])
    start, end = fastest_window(time_s, distance, np.zeros(len(time_s)), target_m, 0.0)
    return (float(start), float(end)) if end > start else None


def _is_continuous(activity: Activity, curve: Curve, start_s: float, end_s: float, settings: Settings) -> bool:
    moving = moving_mask(activity)
    if moving is None or end_s <= start_s:
        return False
    paused = np.diff(paused_before(activity, np.array([start_s, end_s])))[0]
    share = moving[int(start_s) : max(int(end_s), int(start_s) + 1)].mean()
    covered = np.diff(curve.distance_at(np.array([start_s, end_s])))[0]
    return bool(
        paused <= settings.max_pause_frac * (end_s - start_s)
        and share + paused / (end_s - start_s) >= settings.min_moving_frac
        and covered / (end_s - start_s) >= RUNNING_MPS
    )


def _row(
    activity: Activity, curve: Curve, effort: str, start_s: float, end_s: float, settings: Settings
) -> dict[str, Any]:
    low, high = (float(d) for d in curve.distance_at(np.array([start_s, end_s])))
    length = high - low
    lead = length * MILE_LEAD_M / MILE_M if effort == "mile" else 0.0

    def times(distances: F8) -> F8:
        at = curve.time_at(np.clip(low + distances, low, high))
        return np.clip(np.nan_to_num(at, nan=end_s), start_s, end_s)

    total_s = end_s - start_s
    quarter_m = (length - lead) / 4
    laps = np.diff(times(lead + quarter_m * np.arange(5, dtype=np.float64)))
    middle_s = float(times(np.array([0.5 * length]))[0])
    before_last_s = float(times(np.array([length - 400.0]))[0])
    hundreds = np.diff(times(np.arange(0.0, settings.controlled_frac * length + 0.1, 100.0)))
    split_index = ((end_s - middle_s) - (middle_s - start_s)) / total_s
    return {
        "effort": effort,
        "start_s": start_s,
        "distance_m": length,
        "elapsed_s": total_s,
        **{f"lap_{k + 1}_s": float(laps[k]) for k in range(4)},
        "first_lap_overspeed_frac": (quarter_m / laps[0]) / (length / total_s) - 1.0,
        "controlled_cv_frac": float(np.std(100.0 / hundreds) / np.mean(100.0 / hundreds)),
        "third_lap_sag_s": float(laps[2] - (laps[1] + laps[3]) / 2),
        "last_400_kick_frac": (400.0 / (end_s - before_last_s)) / ((length - 400.0) / (before_last_s - start_s)) - 1.0,
        "split_index": split_index,
        "split_verdict": _verdict(split_index, settings.even_frac),
        "has_bonk": float(np.isfinite(slow_down_at_s(activity, curve, start_s, end_s))),
    }


def _verdict(split_index: float, even_frac: float) -> str:
    if abs(split_index) <= even_frac:
        return "even"
    return "negative" if split_index < 0 else "positive"


NOTHING = Findings.empty(SPEC)
DETECTOR = Detector("pacing", (SPEC,), Settings(), _find, needs=("intervals", "strides", "splits"))
