"""A session in coach's shorthand, such as ``wu 12:00 + 6x400 m (1:30 jog) + cd 10:00``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from runlake.detect._pace import SURE, Bouts
from runlake.detect._series import paused_before
from runlake.model.activity import Activity
from runlake.model.findings import Findings

MIN_END_S = 60.0
"""A shorter begin or end is not worth a warm-up or a cool-down."""


def clock(seconds: float) -> str:
    """mm:ss, rounded to 5 s, or h:mm:ss from an hour on."""
    whole = round(seconds / 5.0) * 5
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def shorthand(activity: Activity, found: Mapping[str, Findings], bouts: Bouts, strides: Bouts) -> str | None:
    """What was run in order of time; a run without bouts is ``run 45:00``. Pauses do not count in wu, cd and run."""
    parts = _set_parts(found["interval_sets"]) + _stride_parts(strides)
    parts.sort()

    def timer(start_s: float, end_s: float) -> float:
        end_s = max(end_s, start_s)
        if len(activity.pause_start_s) == 0:
            return end_s - start_s
        paused_s = paused_before(activity, np.array([start_s, end_s])).tolist()
        return (end_s - paused_s[1]) - (start_s - paused_s[0])

    if not bouts.n:
        total = timer(0.0, activity.elapsed_s)
        return " + ".join([f"run {clock(total)}", *(text for _, _, text in parts)]) if total > 0 else None
    out = []
    before = timer(0.0, parts[0][0]) if parts else 0.0
    if before >= MIN_END_S:
        out.append(f"wu {clock(before)}")
    out += [text for _, _, text in parts]
    after = timer(max(end for _, end, _ in parts), activity.elapsed_s) if parts else 0.0
    if after >= MIN_END_S:
        out.append(f"cd {clock(after)}")
    return " + ".join(out) or None


def _set_parts(sets: Findings) -> list[tuple[float, float, str]]:
    """Begin, end and text of every set that counts."""
    keep = [k for k in range(sets.n_rows) if sets["confidence"][k] >= SURE]
    return [(float(sets["start_s"][k]), float(sets["end_s"][k]), str(sets["shorthand"][k])) for k in keep]


def _stride_parts(strides: Bouts) -> list[tuple[float, float, str]]:
    """Strides within five minutes of each other as one part, such as ``6x0:20 strides``."""
    if not strides.n:
        return []
    breaks = np.flatnonzero(strides.start_s[1:] - strides.end_s[:-1] > 300.0) + 1
    parts = []
    for group in np.split(np.arange(strides.n), breaks):
        usual = float(np.median(strides.end_s[group] - strides.start_s[group]))
        text = f"{len(group)}x{clock(usual)} strides"
        parts.append((float(strides.start_s[group[0]]), float(strides.end_s[group[-1]]), text))
    return parts
