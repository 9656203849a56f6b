"""What kind of bout it was: stride, sprint, hill, tempo, fartlek or interval, as the contract words them."""

from __future__ import annotations

import numpy as np

from runlake.detect._bouts_measure import WALK_MPS, Measures, median
from runlake.detect._bouts_sets import RepSet
from runlake.model.recording import F8

STRIDE_MIN_S, STRIDE_MAX_S = 11.0, 36.0
"""Strides last 12 to 35 s, give or take an edge; what is shorter is a sprint."""
SPRINT_MAX_S = 25.5
"""Near-maximal running ends at 25 s."""
TEMPO_MIN_S = 466.0
"""8 min less 3 %: what the two edges of a bout are worth."""
STEEP, GENTLE, DOWN = 0.04, 0.02, -0.015
"""A climb by its grade; or a gentle one (altitude smears short hills) when the rests lead down again."""
HILL_GAIN_M = 1.5
"""A storey is 3 m; smoothing of altitude takes half of a climb of 20 s."""
STRIDE_MAX_N = 12
"""More short bouts than this in one session are the session."""
STRIDE_REST_RATIO = 1.3
"""Strides are run rested: rests clearly longer than the stride. Shorter rests make it HIIT."""
BEFORE_SHARE, BEFORE_S = 0.35, 900.0
"""Strides close an easy run: a good part of it, and 15 min at least, lie before them: a warm-up is shorter."""
AFTER_SHARE, AFTER_S = 0.25, 720.0
"""What follows is the jog home; or"""
LATE_SHARE = 0.5
"""they lie in the second half of the run, whatever follows."""
DUE = 1.3
"""The next of a series comes no later than this many times its longest step from start to start."""
AFTER_WORK_MAX_S = 23.0
"""After harder reps, fast reps of 30 s belong to the session; strides of 20 s may still follow."""
OPENER_MAX_N = 6
OPENER_GAP_S = 900.0
"""A few strides just before a session open it."""


def _is_hill(m: Measures, s: RepSet) -> bool:
    rests = [m.rest_grade_frac.item(i) for i in s.members[:-1]]
    comes_down = s.n >= 3 and sum(g for g in rests if g == g) / len(rests) <= DOWN  # unknown (NaN) counts as level
    least = GENTLE if comes_down else STEEP
    grades = [(m.grade_frac.item(i), m.distance_m.item(i)) for i in s.members]
    return sum(grade >= least and grade * metres >= HILL_GAIN_M for grade, metres in grades) >= 0.6 * s.n


def _is_stride_set(m: Measures, sets: list[RepSet], at: int, running_before: float, running_after: float) -> bool:
    """Few short pick-ups, run rested, that close an easy run or open a harder session."""
    s = sets[at]
    members = list(s.members)
    length = median(m.duration_s, members)
    quick = sum(q.n for q in sets if q.is_sure and median(m.duration_s, q.members) <= STRIDE_MAX_S)
    if s.n < 3 or quick > STRIDE_MAX_N or not STRIDE_MIN_S <= length <= STRIDE_MAX_S:
        return False
    if median(m.rest_s, members[:-1]) < STRIDE_REST_RATIO * length:
        return False
    longer = [q for q in sets if q.is_sure and median(m.duration_s, q.members) > max(45.0, 1.8 * length)]
    after = [q for q in longer if q.members[0] > members[-1]]
    if after:
        gap = m.start_s[after[0].members[0]] - m.end_s[members[-1]]
        return s.n <= OPENER_MAX_N and bool(gap <= OPENER_GAP_S)
    if longer and length > AFTER_WORK_MAX_S:
        return False
    span = running_before + (m.end_s[members[-1]] - m.start_s[members[0]]) + running_after
    if running_before < max(BEFORE_SHARE * span, BEFORE_S):
        return False
    return bool(running_after <= max(AFTER_SHARE * span, AFTER_S) or running_before >= LATE_SHARE * span)


def kinds_of(m: Measures, sets: list[RepSet], speed_mps: F8) -> list[str]:
    """The kind of each set, in order; `speed_mps`: float64[m] of the session, 0 where it stood."""
    kinds = [_kind(m, sets, at, speed_mps) for at in range(len(sets))]
    strides = [s for s, kind in zip(sets, kinds, strict=True) if kind == "stride"]
    return ["stride" if _goes_on(m, s, strides) else kind for s, kind in zip(sets, kinds, strict=True)]


def _goes_on(m: Measures, s: RepSet, strides: list[RepSet]) -> bool:
    """True for one or two short bouts that come when the next stride of a series was due: the runner ran on a bit."""
    if s.n > 2 or not STRIDE_MIN_S <= median(m.duration_s, s.members) <= STRIDE_MAX_S:
        return False
    for series in strides:
        starts = m.start_s[list(series.members)]
        due_s = DUE * float(np.max(np.diff(starts)))
        gaps = m.start_s[s.members[0]] - starts[-1], starts[0] - m.start_s[s.members[-1]]
        if any(0.0 < gap <= due_s for gap in gaps):
            return True
    return False


def _kind(m: Measures, sets: list[RepSet], at: int, speed_mps: F8) -> str:
    s = sets[at]
    length = median(m.duration_s, s.members)
    if s.is_irregular:
        return "fartlek"
    if _is_hill(m, s):
        return "hill"
    if length <= STRIDE_MAX_S and s.n >= 3:
        first, last = int(m.start_s[s.members[0]]), int(m.end_s[s.members[-1]])
        before = int(np.count_nonzero(speed_mps[:first] > WALK_MPS))
        after = int(np.count_nonzero(speed_mps[last:] > WALK_MPS))
        if _is_stride_set(m, sets, at, before, after):
            return "stride"
    if length >= TEMPO_MIN_S:
        return "tempo"
    return "sprint" if length <= SPRINT_MAX_S else "interval"
