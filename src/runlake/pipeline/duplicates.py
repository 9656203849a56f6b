"""The same run twice: which activities stand for one and the same, and which version is kept.

A pure function of the activities themselves: neither the order of arrival nor file names decide between contents;
places decide only between equal bytes, where nothing but the ledger depends on it.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from runlake.pipeline.places import APART, AT_ONCE, are_together
from runlake.pipeline.records import Session

START_TOLERANCE_S = 120.0
"""Two watches are started within two minutes of each other."""
MIN_OVERLAP = 0.8
DISTANCE_TOLERANCE = 0.05
"""Two watches agree on the distance within 5 %; two different runs of one morning do not."""
MIN_INSIDE = 0.95
"""A recording that was cut short lies inside the whole one, but for the seconds between two starts."""
MIN_PART_S = 300.0
"""Less says too little of its speed."""
ZONE_STEP_S = 900.0
"""Time zones differ by whole quarters of an hour, and so do clocks that were set to the wrong one."""
MAX_ZONE_S = 14 * 3600.0
"""No zone is farther from UTC; a day later it is another run at the usual hour."""

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

    The richest is kept: undamaged before damaged, with a distance before without, FIT before TCX before GPX, more
    channels, more samples, then the digest. Candidates are those of one athlete, one for each content and session.
    """
    everyone = list(candidates)
    ranked = sorted(_with_company(everyone), key=_rank, reverse=True)
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
    losers.update(_cut_short(starts, kept))
    losers.update(_by_another_clock([c for c in everyone if c.session.activity_id not in losers]))
    return {loser: _last_winner(loser, losers) for loser in losers}


def _rank(candidate: Candidate) -> tuple[tuple[int, ...], str, int]:
    """What is kept is the highest."""
    session = candidate.session
    undamaged, *rest = session.richness
    return (undamaged, int(not math.isnan(session.distance_m)), *rest), candidate.digest, -session.session_no


def _with_company(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that begin close to another one; all others (nearly all, in most lakes) repeat nothing."""
    found = sorted(candidates, key=lambda c: c.session.start_time_utc_s)
    starts = [c.session.start_time_utc_s for c in found]
    is_close = [False, *(after - before <= START_TOLERANCE_S for before, after in itertools.pairwise(starts)), False]
    return [c for c, (left, right) in zip(found, itertools.pairwise(is_close), strict=False) if left or right]


def _last_winner(loser: str, losers: Mapping[str, str]) -> str:
    """Who is kept in the end, where a winner lost to another one."""
    winner = losers[loser]
    while winner in losers:
        winner = losers[winner]
    return winner


def _cut_short(starts: list[tuple[float, int]], kept: list[Candidate]) -> dict[str, str]:
    """Of what is left, the recordings that end before another of the same run does: that other is kept."""
    by_length = sorted(kept, key=lambda c: (c.session.end_time_utc_s - c.session.start_time_utc_s, c.digest))
    cut: dict[str, str] = {}
    for shorter in by_length:
        start = shorter.session.start_time_utc_s
        low = bisect.bisect_left(starts, (start - START_TOLERANCE_S, -1))
        high = bisect.bisect_right(starts, (start + START_TOLERANCE_S, len(kept)))
        longer = [kept[i] for _, i in starts[low:high] if is_cut_short(shorter, kept[i])]
        if longer:
            cut[shorter.session.activity_id] = max(longer, key=by_length.index).session.activity_id
    return cut


def _by_another_clock(left: list[Candidate]) -> dict[str, str]:
    """Of what is left, the same run under a time that is wrong by a time zone: the richest is kept."""
    placed = sorted((c for c in left if c.session.places), key=lambda c: c.session.start_time_utc_s)
    pairs: list[tuple[Candidate, Candidate]] = []
    for i, j in _by_quarters(placed):
        if clock_error_s(placed[i], placed[j]):
            winner, loser = sorted((placed[i], placed[j]), key=_rank, reverse=True)
            pairs.append((winner, loser))
    found: dict[str, str] = {}
    for winner, loser in sorted(pairs, key=lambda p: (_rank(p[0]), _rank(p[1])), reverse=True):
        if winner.session.activity_id not in found:
            found.setdefault(loser.session.activity_id, winner.session.activity_id)
    return found


def _by_quarters(placed: list[Candidate]) -> Iterator[tuple[int, int]]:
    """Pairs of a day, in order of their starts, that begin whole quarters of an hour apart and are equally long."""
    starts = np.array([c.session.start_time_utc_s for c in placed])
    lengths = np.array([c.session.distance_m for c in placed])
    for step in range(1, len(placed)):
        apart_s = starts[step:] - starts[:-step]
        is_near = apart_s <= MAX_ZONE_S + START_TOLERANCE_S
        if not is_near.any():
            return
        is_near &= np.abs(apart_s - ZONE_STEP_S * np.round(apart_s / ZONE_STEP_S)) <= START_TOLERANCE_S
        # A comparison with NaN is false: a pair with an unknown distance is looked at.
        unlike = np.abs(lengths[step:] - lengths[:-step]) > DISTANCE_TOLERANCE * np.fmax(
            lengths[step:], lengths[:-step]
        )
        for i in np.flatnonzero(is_near & ~unlike).tolist():
            yield i, i + step


def clock_error_s(a: Candidate, b: Candidate) -> float:
    """By how much the clock of `a` is ahead of that of `b`, when both are one run under two time zones; else 0.

    They are one run when, that taken off, both are the same by start, overlap and distance, and the runner was at the
    same places at the same moments: who runs one loop twice on a day is not (see `pipeline.places`).
    """
    apart_s = a.session.start_time_utc_s - b.session.start_time_utc_s
    error_s = ZONE_STEP_S * round(apart_s / ZONE_STEP_S)
    if not error_s or abs(error_s) > MAX_ZONE_S or not (a.session.places and b.session.places):
        return 0.0
    farther_m = max(a.session.distance_m, b.session.distance_m)
    if abs(a.session.distance_m - b.session.distance_m) > DISTANCE_TOLERANCE * farther_m:
        return 0.0  # nearly all pairs end here; without a distance `is_same` looks at the rest
    start_s, end_s = a.session.start_time_utc_s - error_s, a.session.end_time_utc_s - error_s
    moved = Candidate(replace(a.session, start_time_utc_s=start_s, end_time_utc_s=end_s), a.digest)
    if not is_same(moved, b):
        return 0.0
    length_s = min(end_s - start_s, b.session.end_time_utc_s - b.session.start_time_utc_s)
    nearness = AT_ONCE if abs(apart_s) < length_s - START_TOLERANCE_S else APART
    together = are_together(a.session.places, start_s, b.session.places, b.session.start_time_utc_s, nearness)
    return error_s if together else 0.0


def is_same(a: Candidate, b: Candidate) -> bool:
    """True when both are the same activity in two versions."""
    if a.digest == b.digest:
        return False
    one, two = a.session, b.session
    if not _may_be_same(one, two):
        return False
    shared = min(one.end_time_utc_s, two.end_time_utc_s) - max(one.start_time_utc_s, two.start_time_utc_s)
    lengths = [s.end_time_utc_s - s.start_time_utc_s for s in (one, two)]
    if math.isnan(one.distance_m) or math.isnan(two.distance_m):
        return shared >= MIN_OVERLAP * max(lengths)
    farther = max(one.distance_m, two.distance_m)
    return shared >= MIN_OVERLAP * min(lengths) and abs(one.distance_m - two.distance_m) <= DISTANCE_TOLERANCE * farther


def is_cut_short(shorter: Candidate, longer: Candidate) -> bool:
    """True when the shorter is the begin of the longer: its watch died, or its phone was stopped on the way.

    One athlete does not run twice at once; the same speed tells it from a lap that was recorded by itself.
    """
    one, two = shorter.session, longer.session
    short_s, long_s = (s.end_time_utc_s - s.start_time_utc_s for s in (one, two))
    if shorter.digest == longer.digest or not MIN_PART_S <= short_s < MIN_INSIDE * long_s or not _may_be_same(one, two):
        return False
    inside = min(one.end_time_utc_s, two.end_time_utc_s) - max(one.start_time_utc_s, two.start_time_utc_s)
    speeds = one.distance_m / short_s, two.distance_m / long_s
    # a comparison with NaN is false: without distance nothing is known
    return inside >= MIN_INSIDE * short_s and abs(speeds[0] - speeds[1]) <= DISTANCE_TOLERANCE * max(speeds)


def _may_be_same(one: Session, two: Session) -> bool:
    """Begun together, and not known to be two sports."""
    if abs(one.start_time_utc_s - two.start_time_utc_s) > START_TOLERANCE_S:
        return False
    return len({_FAMILIES.get(s.sport, s.sport) for s in (one, two)} - {"", "generic"}) <= 1
