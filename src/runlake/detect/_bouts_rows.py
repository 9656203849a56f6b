"""Rows of intervals, sets and strides from bouts that were measured, grouped and named."""

from __future__ import annotations

from typing import Any

import numpy as np

from runlake.detect._bouts_measure import Measures, rest_kind
from runlake.detect._bouts_sets import RepSet, clock, inner_rests, shorthand, structure_key
from runlake.model.recording import F8

Row = dict[str, Any]
EQUAL_REST = (0.8, 1.25)
"""Work over rest within these counts as equal."""


def _rest_words(rest_speed_mps: float) -> str:
    return rest_kind(rest_speed_mps) or "rest"


def evidence(m: Measures, i: int, s: RepSet) -> str:
    """Why bout i counts as work, in words."""
    parts = [f"speed {m.contrast_frac[i]:+.0%} over what lies around it"]
    if np.isfinite(m.cadence_rise_spm[i]) and abs(m.cadence_rise_spm[i]) >= 3:
        parts.append(f"cadence {m.cadence_rise_spm[i]:+.0f}/min")
    if np.isfinite(m.heart_rate_rise_bpm[i]) and m.heart_rate_rise_bpm[i] >= 5:
        parts.append(f"heart rate {m.heart_rate_rise_bpm[i]:+.0f} bpm")
    if s.n > 1:
        parts.append(f"{s.n - 1} more like it" if not s.is_irregular else f"{s.n - 1} more of other lengths")
        rest, _ = inner_rests(m, s)
        rests = m.rest_s[list(s.members[:-1])]
        parts.append(f"rests {clock(rest)} ± {float(np.median(np.abs(rests - rest))):.0f} s")
    return ", ".join(parts)


def interval_row(
    m: Measures, i: int, *, number: int, set_no: int, rep_no: int, kind: str, s: RepSet, confidence: float, t0: float
) -> Row:
    """One row of `intervals`."""
    duration = float(m.duration_s[i])
    cadence, speed = float(m.cadence_spm[i]), float(m.mean_speed_mps[i])
    climb = float(m.ascent_m[i])
    return {
        "interval_no": number, "set_no": set_no, "rep_no": rep_no, "kind": kind,
        "start_time_utc": t0 + float(m.start_s[i]), "end_time_utc": t0 + float(m.end_s[i]),
        "start_s": float(m.start_s[i]), "end_s": float(m.end_s[i]), "duration_s": duration,
        "distance_m": m.distance_m[i], "mean_speed_mps": speed, "peak_speed_mps": m.peak_speed_mps[i],
        "mean_gap_speed_mps": m.gap_speed_mps[i], "snapped_distance_m": s.meant_m, "snapped_duration_s": s.meant_s,
        "rest_s": m.rest_s[i], "rest_kind": rest_kind(float(m.rest_speed_mps[i])), "rest_speed_mps": m.rest_speed_mps[i],
        "contrast_frac": m.contrast_frac[i], "mean_cadence_spm": cadence,
        "mean_step_length_m": speed * 60.0 / cadence if cadence > 60 else None,
        "mean_heart_rate_bpm": m.heart_rate_bpm[i], "max_heart_rate_bpm": m.max_heart_rate_bpm[i],
        "heart_rate_drop_60s_bpm": m.heart_rate_drop_bpm[i], "grade_frac": m.grade_frac[i], "ascent_m": climb,
        "vertical_speed_mph": climb / duration * 3600.0, "confidence": confidence, "evidence": evidence(m, i, s),
        "edge_source": "samples",
    }  # fmt: skip


def stride_row(m: Measures, i: int, *, number: int, s: RepSet, confidence: float, t0: float) -> Row:
    """One row of `strides`."""
    last = i == s.members[-1]
    return {
        "stride_no": number, "start_time_utc": t0 + float(m.start_s[i]), "end_time_utc": t0 + float(m.end_s[i]),
        "start_s": float(m.start_s[i]), "end_s": float(m.end_s[i]), "duration_s": float(m.duration_s[i]),
        "distance_m": m.distance_m[i], "mean_speed_mps": m.mean_speed_mps[i], "peak_speed_mps": m.peak_speed_mps[i],
        "peak_cadence_spm": m.peak_cadence_spm[i], "rest_s": None if last else m.rest_s[i],
        "cadence_rise_spm": m.cadence_rise_spm[i], "confidence": confidence, "evidence": evidence(m, i, s),
    }  # fmt: skip


def set_row(m: Measures, s: RepSet, *, set_no: int, kind: str, confidence: F8) -> Row:
    """One row of `interval_sets`."""
    members = list(s.members)
    rest, rest_word = inner_rests(m, s)
    inner = members[:-1]
    mean_rest = float(np.mean(m.rest_s[inner])) if inner else float("nan")
    speed = m.mean_speed_mps[members]
    mean_rep = float(np.mean(m.duration_s[members]))
    ratio = mean_rep / mean_rest if inner and mean_rest > 0 else float("nan")
    mean_speed = float(np.mean(speed))
    slope = float(np.polyfit(np.arange(len(members)), speed, 1)[0]) if len(members) >= 3 else float("nan")
    return {
        "set_no": set_no, "kind": kind, "n_reps": s.n, "shorthand": shorthand(m, s),
        "structure_key": structure_key(m, s, kind), "start_s": float(m.start_s[members[0]]),
        "end_s": float(m.end_s[members[-1]]), "work_s": float(np.sum(m.duration_s[members])),
        "work_m": float(np.sum(m.distance_m[members])), "mean_rest_s": mean_rest, "rest_kind": rest_word,
        "work_rest_ratio": ratio, "is_equal_rest": bool(EQUAL_REST[0] <= ratio <= EQUAL_REST[1]) if inner else None,
        "mean_speed_mps": mean_speed, "speed_cv_frac": float(np.std(speed)) / mean_speed if len(members) > 1 else None,
        "progression_pct": 100.0 * (float(speed[-1]) / float(speed[0]) - 1.0) if len(members) > 1 else None,
        "fade_pct": -100.0 * slope * (len(members) - 1) / mean_speed, "confidence": float(np.mean(confidence[members])),
    }  # fmt: skip
