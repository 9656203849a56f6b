"""Work bouts that count, and a slow-down that lasts: asked by pacing, fatigue and summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from runlake.detect._series import GAP, Curve, means_of
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.recording import F8

SURE = 0.5
"""Bouts and strides of this confidence count; reports show the same."""
BONK_FRAC = 0.08
N_PIECES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Bouts:
    """Begin and end of every work bout that counts, elapsed seconds, in order."""

    start_s: F8
    end_s: F8

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.start_s)

    @property
    def work_s(self) -> float:
        """Sum of their durations."""
        return float(np.sum(self.end_s - self.start_s))


_NONE = Bouts(np.empty(0), np.empty(0))


def bouts_of(found: Mapping[str, Findings], table: str = "intervals") -> Bouts:
    """The rows of `intervals` or `strides` that count."""
    return _sure(found[table])


@lru_cache(maxsize=2)  # three detectors ask for those of both tables
def _sure(rows: Findings) -> Bouts:
    if not rows.n_rows:
        return _NONE
    keep = rows["confidence"] >= SURE
    start, end = rows["start_s"][keep].astype(np.float64), rows["end_s"][keep].astype(np.float64)
    order = np.argsort(start, kind="stable")
    return Bouts(start[order], end[order])


def slow_down_at_s(activity: Activity, curve: Curve, start_s: float, end_s: float) -> float:
    """Elapsed seconds from which grade-adjusted pace stayed 8 % or more below what it was before; NaN: never.

    Looked for between 40 and 90 % of the way in steps of 5 %; the last 5 % may hold a final kick.
    """
    low, high = curve.distance_at(np.array([start_s, end_s]))
    cuts = curve.time_at(np.linspace(low, high, N_PIECES + 1))
    cuts[0], cuts[-1] = start_s, end_s
    (speed,) = means_of(activity, (GAP,), cuts[:-1], cuts[1:])
    if np.isnan(speed).any():
        return float("nan")
    pieces = speed.tolist()
    for k in range(8, N_PIECES - 1):
        if max(pieces[k : N_PIECES - 1]) <= (1.0 - BONK_FRAC) * sum(pieces[:k]) / k:
            return float(cuts[k])
    return float("nan")
