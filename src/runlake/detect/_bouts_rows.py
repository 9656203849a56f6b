"""Columns of intervals, sets and strides from bouts that were measured, grouped and named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runlake.detect._bouts_measure import Measures, rest_kind
from runlake.detect._bouts_sets import RepSet, clock, inner_rests, shorthand, structure_key
from runlake.model.findings import Findings
from runlake.model.recording import F8
from runlake.tables import interval_sets, intervals, strides

EQUAL_REST = (0.8, 1.25)
"""Work over rest within these counts as equal."""
FROM_REST = 1.0
"""Twice the speed around it: there was no running around it."""
WALK_SPM = 60.0
"""Below this nobody steps: no step length."""


@dataclass(frozen=True, slots=True)
class Named:
    """Bouts in the order of their rows: index, set and place in it, kind, what the set says."""

    index: list[int]
    set_no: list[int]
    rep_no: list[int]
    kind: list[str]
    of_set: list[str]
    sets: list[RepSet]


def name_rows(m: Measures, sets: Sequence[RepSet], kinds: Sequence[str], *, is_stride: bool) -> Named:
    """The bouts of the sets of strides, or of all others, in order."""
    rows: list[tuple[int, int, int, str, str, RepSet]] = []
    number = 0
    for s, kind in zip(sets, kinds, strict=True):
        if (kind == "stride") != is_stride:
            continue
        number += 1
        words = set_words(m, s)
        for rep_no, i in enumerate(s.members, start=1):
            rows.append((i, number, rep_no, kind, words, s))
    rows.sort(key=lambda row: row[0])
    return Named(*([row[k] for row in rows] for k in range(6)))  # type: ignore[arg-type]


def set_words(m: Measures, s: RepSet) -> str:
    """How many more are like a member of the set, and how even their rests are."""
    if s.n == 1:
        return ""
    more = f"{s.n - 1} more like it" if s.is_even else f"{s.n - 1} more of other lengths"
    rest, _ = inner_rests(m, s)
    off = sorted([abs(m.rest_s.item(i) - rest) for i in s.members[:-1]])
    if len(off) == 1:
        return f", {more}, rest {clock(rest)}"  # one rest has no spread
    return f", {more}, rests {clock(rest)} ± {off[len(off) // 2]:.0f} s"


def evidence(m: Measures, i: int, of_set: str) -> str:
    """Why bout i counts as work, in words."""
    contrast = m.contrast_frac.item(i)
    around = rest_kind(m.mean_speed_mps.item(i) / (1.0 + contrast))
    is_from_rest = contrast >= FROM_REST and around != "jog"
    parts = ["run between walking or standing" if is_from_rest else f"speed {contrast:+.0%} over what lies around it"]
    cadence, heart = m.cadence_rise_spm.item(i), m.heart_rate_rise_bpm.item(i)
    if abs(cadence) >= 3:
        parts.append(f"cadence {cadence:+.0f}/min")
    if heart >= 5:
        parts.append(f"heart rate {heart:+.0f} bpm")
    return ", ".join(parts) + of_set


def _span(m: Measures, at: Sequence[int], t0: float) -> dict[str, Any]:
    start, end = m.start_s[at], m.end_s[at]
    return {
        "start_time_utc": t0 + start, "end_time_utc": t0 + end, "start_s": start, "end_s": end,
        "duration_s": m.duration_s[at], "distance_m": m.distance_m[at], "mean_speed_mps": m.mean_speed_mps[at],
        "peak_speed_mps": m.peak_speed_mps[at],
    }  # fmt: skip


def interval_findings(
    m: Measures, named: Named, confidence: F8, t0: float, step: tuple[Sequence[Any], Sequence[Any]]
) -> Findings:
    """Rows of `intervals`; `step` holds for each row the programmed step and the agreement with it (None: none)."""
    at = named.index
    if not at:
        return NO_INTERVALS
    n = len(at)
    cadence = m.cadence_spm[at]
    steps = np.where(cadence > WALK_SPM, cadence, np.nan)
    meant = np.array([s.meant_of(i) for i, s in zip(at, named.sets, strict=True)])
    values = {
        **_span(m, at, t0), "interval_no": np.arange(1, n + 1), "set_no": np.array(named.set_no),
        "rep_no": np.array(named.rep_no), "kind": named.kind, "mean_gap_speed_mps": m.gap_speed_mps[at],
        "snapped_distance_m": meant[:, 0],
        "snapped_duration_s": meant[:, 1], "rest_s": m.rest_s[at],
        "rest_kind": [rest_kind(m.rest_speed_mps.item(i)) for i in at], "rest_speed_mps": m.rest_speed_mps[at],
        "contrast_frac": m.contrast_frac[at], "mean_cadence_spm": cadence,
        "mean_step_length_m": m.mean_speed_mps[at] * 60.0 / steps, "mean_heart_rate_bpm": m.heart_rate_bpm[at],
        "max_heart_rate_bpm": m.max_heart_rate_bpm[at], "heart_rate_drop_60s_bpm": m.heart_rate_drop_bpm[at],
        "grade_frac": m.grade_frac[at], "ascent_m": m.ascent_m[at],
        "vertical_speed_mph": m.ascent_m[at] / m.duration_s[at] * 3600.0, "confidence": confidence[at],
        "evidence": [evidence(m, i, words) for i, words in zip(at, named.of_set, strict=True)],
        "edge_source": ["samples"] * n, "programmed_step": step[0], "agreement": step[1],
    }  # fmt: skip
    return Findings(intervals.SPEC, values)


def stride_findings(m: Measures, named: Named, confidence: F8, t0: float) -> Findings:
    """Rows of `strides`."""
    at = named.index
    if not at:
        return NO_STRIDES
    is_last = np.array([i == s.members[-1] for i, s in zip(at, named.sets, strict=True)])
    values = {
        **_span(m, at, t0), "stride_no": np.arange(1, len(at) + 1), "peak_cadence_spm": m.peak_cadence_spm[at],
        "rest_s": np.where(is_last, np.nan, m.rest_s[at]), "cadence_rise_spm": m.cadence_rise_spm[at],
        "confidence": confidence[at],
        "evidence": [evidence(m, i, words) for i, words in zip(at, named.of_set, strict=True)],
    }  # fmt: skip
    return Findings(strides.SPEC, values)


def set_findings(m: Measures, sets: Sequence[RepSet], kinds: Sequence[str], confidence: F8) -> Findings:
    """Rows of `interval_sets`, strides left out."""
    rows: list[dict[str, Any]] = []
    for s, kind in zip(sets, kinds, strict=True):
        if kind != "stride":
            rows.append({"set_no": len(rows) + 1, "kind": kind, **_set_row(m, s, kind, confidence)})
    return Findings.from_rows(interval_sets.SPEC, rows) if rows else NO_SETS


def _set_row(m: Measures, s: RepSet, kind: str, confidence: F8) -> dict[str, Any]:
    n, first, last = s.n, s.members[0], s.members[-1]
    members = np.array(s.members)
    _, rest_word = inner_rests(m, s)
    work = float(m.duration_s[members].sum())
    mean_rest = float(m.rest_s[members[:-1]].sum()) / (n - 1) if n > 1 else math.nan
    ratio = work / n / mean_rest if mean_rest > 0 else math.nan
    speed = m.mean_speed_mps[members]
    ends = m.mean_speed_mps.item(first), m.mean_speed_mps.item(last)
    mean_speed = float(speed.sum()) / n or math.nan
    order = np.arange(n) - 0.5 * (n - 1)
    slope = float(order @ speed / (order @ order)) if n >= 3 and s.is_even else math.nan
    off = speed - speed.sum() / n
    return {
        "n_reps": n, "shorthand": shorthand(m, s), "structure_key": structure_key(m, s, kind),
        "start_s": m.start_s.item(first), "end_s": m.end_s.item(last), "work_s": work,
        "work_m": float(m.distance_m[members].sum()), "mean_rest_s": mean_rest, "rest_kind": rest_word,
        "work_rest_ratio": ratio, "is_equal_rest": bool(EQUAL_REST[0] <= ratio <= EQUAL_REST[1]) if n > 1 else None,
        "mean_speed_mps": mean_speed,
        "speed_cv_frac": math.sqrt(float((off * off).sum()) / n) / mean_speed if n > 1 else None,
        "progression_pct": 100.0 * (ends[1] / ends[0] - 1.0) if n > 1 and s.is_even and ends[0] > 0 else None,
        "fade_pct": -100.0 * slope * (n - 1) / mean_speed, "confidence": float(confidence[members].sum()) / n,
    }  # fmt: skip


NO_INTERVALS = Findings.empty(intervals.SPEC)
NO_STRIDES = Findings.empty(strides.SPEC)
NO_SETS = Findings.empty(interval_sets.SPEC)
