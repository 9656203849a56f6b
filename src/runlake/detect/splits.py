"""Kilometre and mile splits, and 400 m splits on a track, by interpolation between samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._efforts import driven_steps, running_sum, sprint_glitches
from runlake.detect._series import (
    CADENCE,
    GAP,
    HEART,
    RUNNING_CADENCE,
    Curve,
    between,
    climb_curves,
    distance_curve,
    means_of,
    paused_before,
)
from runlake.detect._track import LAP_M, Track, corrected, find_track
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables.splits import SPEC
from runlake.units import MILE_M

SPORTS_WITHOUT_SPLITS = ("swimming", "training", "fitness_equipment", "rowing", "transition")
"""Sports in which nobody counts kilometres of a road."""
MIN_GLITCH_FRAC = 0.01
"""Share of a split: less changes its pace by no more than the distance of a watch may be wrong."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is too short to be a split of its own."""

    min_partial_m: float = 1.0


def _find(activity: Activity, _found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    curve = distance_curve(activity)
    if curve is None or activity.sport in SPORTS_WITHOUT_SPLITS:
        return (Findings.empty(SPEC),)
    begin_m = _begin_m(curve)
    lists = [
        ("km", 1.0, *_cuts(curve, 1000.0, begin_m, settings)),
        ("mile", 1.0, *_cuts(curve, MILE_M, begin_m, settings)),
    ]
    track = find_track(activity, curve) if activity.is_run else None
    if track is not None:
        lists.append(("track_400", track.distance_factor, *_track_cuts(curve, track, settings)))
    kinds = [kind for kind, _, cuts, _ in lists for _ in cuts[1:]]
    numbers = np.concatenate([np.arange(1, len(cuts)) for _, _, cuts, _ in lists])
    lengths = np.concatenate([length for _, _, _, length in lists])
    factors = np.concatenate([np.full(len(length), factor) for _, factor, _, length in lists])
    start = np.concatenate([cuts[:-1] for _, _, cuts, _ in lists])
    end = np.concatenate([cuts[1:] for _, _, cuts, _ in lists])
    full = np.array([{"km": 1000.0, "mile": MILE_M, "track_400": LAP_M}[kind] for kind in kinds])
    return (_findings(activity, curve, kinds, numbers, start, end, lengths, full, factors),)


def _begin_m(curve: Curve) -> float:
    """Where counting begins: 0, unless the first sample is far from it (a session that counts on from another)."""
    first = float(curve.distance_m[0])
    return 0.0 if first <= 100.0 else first


def _cuts(curve: Curve, unit_m: float, begin_m: float, settings: Settings) -> tuple[F8, F8]:
    """Elapsed seconds of every cut, begin and end included, and the lengths between them."""
    total_m = float(curve.distance_m[-1]) - begin_m
    n_full = int(np.floor(total_m / unit_m + 1e-9))
    rest_m = total_m - n_full * unit_m
    n_cuts = n_full + 1 + (rest_m >= settings.min_partial_m)
    cuts, lengths = np.full(n_cuts, curve.time_s[-1]), np.full(n_cuts - 1, unit_m)
    cuts[0] = curve.time_s[0]
    cuts[1 : n_full + 1] = curve.time_at(np.minimum(begin_m + unit_m * np.arange(1, n_full + 1), curve.distance_m[-1]))
    lengths[n_full:] = rest_m
    return cuts, lengths


def _track_cuts(curve: Curve, track: Track, settings: Settings) -> tuple[F8, F8]:
    """The same for every 400 m on the track, by its geometry."""
    true = corrected(curve, track)
    inside = (true.time_s >= track.start_s) & (true.time_s <= track.end_s)
    low, high = true.distance_at(np.array([track.start_s, track.end_s]))
    time_s = np.concatenate(([track.start_s], true.time_s[inside], [track.end_s]))
    distance = np.concatenate(([low], true.distance_m[inside], [high])) - low
    return _cuts(Curve(time_s, time_s, distance), LAP_M, 0.0, settings)


def _findings(
    activity: Activity,
    curve: Curve,
    kinds: list[str],
    numbers: F8,
    start: F8,
    end: F8,
    lengths: F8,
    full: F8,
    factors: F8,
) -> Findings:
    climbs = climb_curves(activity)
    nothing = np.full(len(start), np.nan)
    of_run = RUNNING_CADENCE if activity.is_run else CADENCE
    gap, heart_rate, cadence = means_of(activity, (GAP, HEART, of_run), start, end)
    values: dict[str, Any] = {
        "kind": kinds,
        "split_no": numbers,
        "start_s": start,
        "distance_m": lengths,
        "elapsed_s": end - start,
        "timer_s": (end - start) - (paused_before(activity, end) - paused_before(activity, start)),
        "is_partial": lengths < full - 1e-6,
        "mean_gap_speed_mps": gap,
        "mean_heart_rate_bpm": heart_rate,
        "mean_cadence_spm": cadence,
        "ascent_m": nothing if climbs is None else between(climbs[0], start, end),
        "descent_m": nothing if climbs is None else between(climbs[1], start, end),
        "distance_factor": factors,
        "is_doubtful": _doubtful(activity, curve, start, end, lengths) if activity.is_run else nothing,
    }
    return Findings(SPEC, values)


def _doubtful(activity: Activity, curve: Curve, start: F8, end: F8, lengths: F8) -> F8:
    """1.0 for each split of which 1 % or more is what no human runs, or was driven, else 0.0."""
    is_glitch = sprint_glitches(curve) | driven_steps(activity, curve)
    if not is_glitch.any():
        return np.zeros(len(start))
    until_m = running_sum(np.diff(curve.distance_m) * is_glitch)
    within_m = np.interp(end, curve.time_s, until_m) - np.interp(start, curve.time_s, until_m)
    return (within_m >= MIN_GLITCH_FRAC * lengths).astype(np.float64)


DETECTOR = Detector("splits", (SPEC,), Settings(), _find)
