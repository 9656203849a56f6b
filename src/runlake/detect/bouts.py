"""Work intervals, their sets, strides, and the programmed steps beside them, from the raw samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._bouts_find import END_LATE_S, START_LATE_S, Bouts, find_bouts
from runlake.detect._bouts_kinds import kinds_of
from runlake.detect._bouts_measure import Measures, measure
from runlake.detect._bouts_rows import interval_row, set_row, stride_row
from runlake.detect._bouts_sets import RepSet, group
from runlake.detect.programmed import executed_steps, match_steps, programmed_rows
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.tables import interval_sets, intervals, programmed_steps, strides

__all__ = ["DETECTOR", "END_LATE_S", "START_LATE_S", "Settings"]

SAMPLES_FOR_A_BOUT = 4
"""Two samples on each ramp: a bout that spans fewer is a guess."""
COARSE_FACTOR = 0.5
"""What is left of the confidence in such a guess."""
SPECS = (intervals.SPEC, interval_sets.SPEC, strides.SPEC, programmed_steps.SPEC)


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be changed."""

    least_confidence: float = 0.15
    """Bouts below this are not published at all."""


def _is_searched(activity: Activity) -> bool:
    """Runs, and what no file names: an unnamed sport that moves like a run is searched too."""
    return activity.is_run or activity.sport in ("", "generic", "training")


def _confidence(activity: Activity, bouts: Bouts) -> np.ndarray:
    if activity.quality.are_short_reps_reliable >= 1.0:
        return bouts.confidence
    short = bouts.end_s - bouts.start_s < SAMPLES_FOR_A_BOUT * activity.quality.median_dt_s
    return np.where(short, bouts.confidence * COARSE_FACTOR, bouts.confidence)


def _rows(
    activity: Activity, m: Measures, sets: list[RepSet], kinds: list[str], confidence: np.ndarray,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    t0 = activity.start_time_utc_s
    rows: list[dict[str, Any]] = []
    set_rows: list[dict[str, Any]] = []
    stride_rows: list[dict[str, Any]] = []
    for s, kind in zip(sets, kinds, strict=True):
        if kind == "stride":
            for i in s.members:
                number = len(stride_rows) + 1
                stride_rows.append(stride_row(m, i, number=number, s=s, confidence=float(confidence[i]), t0=t0))
            continue
        set_no = len(set_rows) + 1
        set_rows.append(set_row(m, s, set_no=set_no, kind=kind, confidence=confidence))
        for rep_no, i in enumerate(s.members, start=1):
            rows.append(interval_row(
                m, i, number=len(rows) + 1, set_no=set_no, rep_no=rep_no, kind=kind, s=s,
                confidence=float(confidence[i]), t0=t0,
            ))  # fmt: skip
    return rows, set_rows, stride_rows


def _find(activity: Activity, found: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    bouts = find_bouts(activity.grid, activity.device) if _is_searched(activity) else None
    rows: list[dict[str, Any]] = []
    set_rows: list[dict[str, Any]] = []
    stride_rows: list[dict[str, Any]] = []
    if bouts is not None and len(bouts.start_s):
        confidence = _confidence(activity, bouts)
        keep = confidence >= settings.least_confidence
        m = measure(activity, bouts.channels, bouts.start_s[keep], bouts.end_s[keep])
        sets = group(m, is_track=False)
        running = np.concatenate(([0.0], np.cumsum(bouts.channels.speed_mps > 1.8)))
        kinds = kinds_of(m, sets, running)
        rows, set_rows, stride_rows = _rows(activity, m, sets, kinds, confidence[keep])
    steps = executed_steps(activity)
    for row in rows:
        row["programmed_step"], row["agreement"] = match_steps(steps, row["start_s"], row["end_s"])
    starts = np.array([row["start_s"] for row in rows])
    ends = np.array([row["end_s"] for row in rows])
    step_rows = programmed_rows(activity, steps, starts, ends)
    every = (rows, set_rows, stride_rows, step_rows)
    return tuple(Findings.from_rows(spec, r) for spec, r in zip(SPECS, every, strict=True))


DETECTOR = Detector(name="bouts", specs=SPECS, settings=Settings(), find=_find)
