"""Work intervals, their sets, strides, and the programmed steps beside them, from the raw samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from runlake.detect._bouts_find import SURE, Bouts, find_bouts
from runlake.detect._bouts_kinds import kinds_of
from runlake.detect._bouts_measure import measure
from runlake.detect._bouts_rows import (
    NO_INTERVALS,
    NO_SETS,
    NO_STRIDES,
    interval_findings,
    name_rows,
    set_findings,
    stride_findings,
)
from runlake.detect._bouts_sets import group
from runlake.detect._bouts_settings import Settings
from runlake.detect._bouts_terrain import with_terrain
from runlake.detect._programmed import Step, best_steps, executed_steps, programmed_findings
from runlake.detect._series import driven_share
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.plugins import Detector
from runlake.model.recording import F8
from runlake.tables import interval_sets, intervals, programmed_steps, strides

SAMPLES_FOR_A_BOUT = 4
"""Two samples on each ramp: a bout that spans fewer is a guess."""
COARSE_FACTOR = 0.5
"""What is left of the confidence in such a guess."""
MOST_DRIVEN = 0.5
"""A bout of which more was driven is none; a rep on the way to the car may touch the drive."""
SPECS = (intervals.SPEC, interval_sets.SPEC, strides.SPEC, programmed_steps.SPEC)


def _is_searched(activity: Activity) -> bool:
    """Runs, and what no file names: an unnamed sport that moves like a run is searched too."""
    return activity.is_run or activity.sport in ("", "generic", "training")


def _confidence(activity: Activity, bouts: Bouts) -> F8:
    if len(activity.vehicle_start_s):
        is_driven = driven_share(activity, bouts.start_s, bouts.end_s) > MOST_DRIVEN
        bouts = replace(bouts, confidence=np.where(is_driven, 0.0, bouts.confidence))
    if activity.quality.are_short_reps_reliable >= 1.0:
        return bouts.confidence
    short = np.rint((bouts.end_s - bouts.start_s) / activity.quality.median_dt_s) < SAMPLES_FOR_A_BOUT
    return np.where(short, bouts.confidence * COARSE_FACTOR, bouts.confidence)


def _found(activity: Activity, steps: list[Step], settings: Settings) -> tuple[Findings, Findings, Findings]:
    """Intervals, sets and strides."""
    bouts = find_bouts(activity, settings) if _is_searched(activity) else None
    if bouts is None or not bouts.start_s.size:
        return NO_INTERVALS, NO_SETS, NO_STRIDES
    confidence = _confidence(activity, bouts)
    keep = confidence >= settings.least_confidence
    if not keep.any():
        return NO_INTERVALS, NO_SETS, NO_STRIDES
    confidence, t0 = confidence[keep], activity.start_time_utc_s
    is_sure = confidence >= SURE
    own = bouts.own_start_s[keep], bouts.own_end_s[keep]
    m = measure(activity, bouts.channels, bouts.start_s[keep], bouts.end_s[keep], is_sure, own)
    sets = group(m, is_sure.tolist(), is_track=False, median_dt_s=activity.quality.median_dt_s)
    confidence = with_terrain(activity, m, sets, confidence)
    kinds = kinds_of(m, sets, bouts.channels.speed_mps)
    reps, quick = name_rows(m, sets, kinds, is_stride=False), name_rows(m, sets, kinds, is_stride=True)
    matched = best_steps(steps, m.start_s[reps.index], m.end_s[reps.index])
    return (
        interval_findings(m, reps, confidence, t0, matched),
        set_findings(m, sets, kinds, confidence),
        stride_findings(m, quick, confidence, t0),
    )


def _find(activity: Activity, _found_before: Mapping[str, Findings], settings: Settings) -> tuple[Findings, ...]:
    steps = executed_steps(activity)
    found = _found(activity, steps, settings)
    return (*found, programmed_findings(activity, steps, found[0]["start_s"], found[0]["end_s"]))


DETECTOR = Detector(name="bouts", specs=SPECS, settings=Settings(), find=_find)
