"""The same run twice: which activities stand for one and the same, and which version is kept.

A pure function of the activities themselves: neither the order of arrival nor file names decide between contents;
places decide only between equal bytes, where nothing but the ledger depends on it.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runlake.pipeline.records import Session

START_TOLERANCE_S = 120.0
"""Two watches are started within two minutes of each other."""
MIN_OVERLAP = 0.8
DISTANCE_TOLERANCE = 0.05
"""Two watches agree on the distance within 5 %; two different runs of one morning do not."""

_FAMILIES: Mapping[str, str] = {
    "running": "foot", "walking": "foot", "hiking": "foot", "cycling": "bike", "e_biking": "bike",
    "swimming": "swim",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """An activity in one content; `digest` is the content's SHA-256."""

    session: Session
    digest: str


def winners_of(candidates: Iterable[Candidate]) -> dict[str, str]:
    """For each activity that repeats another: activity_id → activity_id of the one that is kept.

    The richest is kept: undamaged before damaged, FIT before TCX before GPX, more channels, more samples, then the
    digest. Candidates are those of one athlete, one for each content and session.
    """
    ranked = sorted(candidates, key=lambda c: (c.session.richness, c.digest, -c.session.session_no), reverse=True)
    starts: list[tuple[float, int]] = []
    kept: list[Candidate] = []
    losers: dict[str, str] = {}
    for candidate in ranked:
        start = candidate.session.start_time_utc_s
        low = bisect.bisect_left(starts, (start - START_TOLERANCE_S, -1))
        match = None
        for at, index in starts[low:]:
            if at > start + START_TOLERANCE_S:
                break
            if is_same(candidate, kept[index]) and (match is None or index < match):
                match = index
        if match is None:
            bisect.insort(starts, (start, len(kept)))
            kept.append(candidate)
        else:
            losers[candidate.session.activity_id] = kept[match].session.activity_id
    return losers


def is_same(a: Candidate, b: Candidate) -> bool:
    """True when both are the same activity in two versions."""
    if a.digest == b.digest:
        return False
    one, two = a.session, b.session
    if abs(one.start_time_utc_s - two.start_time_utc_s) > START_TOLERANCE_S:
        return False
    families = {_FAMILIES.get(s.sport, s.sport) for s in (one, two)} - {"", "generic"}
    if len(families) > 1:
        return False
    shared = min(one.end_time_utc_s, two.end_time_utc_s) - max(one.start_time_utc_s, two.start_time_utc_s)
    lengths = [s.end_time_utc_s - s.start_time_utc_s for s in (one, two)]
    if math.isnan(one.distance_m) or math.isnan(two.distance_m):
        return shared >= MIN_OVERLAP * max(lengths)
    farther = max(one.distance_m, two.distance_m)
    return shared >= MIN_OVERLAP * min(lengths) and abs(one.distance_m - two.distance_m) <= DISTANCE_TOLERANCE * farther
