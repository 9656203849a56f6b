"""The search itself: grid to disjoint bouts with edges and confidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from runlake.detect._bouts_candidates import I8, RUN_MPS, Candidates, Channels, find_candidates, make_channels
from runlake.detect._bouts_doubts import is_last_level, is_lone, is_run_walk, is_stop_and_go
from runlake.detect._bouts_hills import find_hills
from runlake.detect._bouts_score import choose, load_model, second_logits
from runlake.detect._bouts_settings import Settings
from runlake.detect._efforts import fastest_possible_s
from runlake.kernels.edges import ramp_edges
from runlake.kernels.even import even_edges
from runlake.model.activity import B1, Activity, Grid
from runlake.model.recording import F8

NEVER = -20.0
"""A logit that means: never."""
LEAST_BOUT_S = 3.0
EDGE_LIMITS = np.array([
    0.15,  # m/s: half of the weakest tempo's step, and as much as steady speed wanders by itself
    0.03,  # of log cadence: 5 steps a minute, what cadence wanders in steady running
    3.0,   # standard deviations inside the bout: only a clear step of cadence has a say
    RUN_MPS,  # out of a walk cadence tells when running began; a trot to the line is no part of the rep
    4.0,   # s of ramp: runners take 2 to 5 s to change speed
    25.0,  # s outside: long enough for a mean, short enough to be the rest at hand
    12.0,  # s: what a slow ramp and a border between segments can be apart
    60.0,  # s inside: a minute tells the level of a rep, whatever its first seconds were
    0.75,  # of a bout at most: its other ramp left out
    0.2,   # of the step: what pace wanders beside it; the ramp is where speed lies between
    5.0,   # s: the shortest segment, which a border without a step may be wrong by
])  # fmt: skip
"""What `ramp_edges` asks of an edge, in its order."""
WALK_LIMIT = 3
"""Where among them is the speed below which one walks: it is the athlete's own."""
SET_LIMITS = np.array([
    1.5,  # s: half of the three seconds that speed is averaged over
    1.0,  # s: what a watch's timer is good to
    3.0,  # standard deviations: beyond, a rep was meant to be shorter or longer than its like
    5.0,  # s: what lengths of like reps may seem to differ by
])  # fmt: skip
"""What `even_edges` asks of a set, in its order."""
LIKE_LIMIT, LIKE_SAMPLES = 3, 1.5
"""Where among them is that difference; it is more where samples are far apart: two lengths have four edges, each off
by up to half a sample, and 99 of 100 such sums stay below 1.5 samples."""
SURE = 0.5
"""Bouts from here on make up sets; reports show no others."""


@dataclass(frozen=True, slots=True, eq=False)
class Bouts:
    """Disjoint bouts in order: elapsed seconds (end exclusive) and the probability that each is one."""

    start_s: F8
    end_s: F8
    confidence: F8
    channels: Channels
    own_start_s: F8
    own_end_s: F8
    """The edges as each bout has them by itself, before those like it had a say: what was meant is read from these."""


def find_bouts(activity: Activity, settings: Settings) -> Bouts | None:
    """The work bouts of a session; None when there is nothing to search (hardly any running)."""
    channels = make_channels(activity.grid)
    if channels is None:
        return None
    found = find_candidates(activity.grid, channels)
    none = Bouts(np.empty(0), np.empty(0), np.empty(0), channels, np.empty(0), np.empty(0))
    bouts = none if found is None else pick(found, second_logits(found, load_model()), activity, settings)
    bouts = _doubted(bouts, activity.grid, settings)
    return _by_humans(_with_hills(activity, bouts, settings))


def _by_humans(bouts: Bouts) -> Bouts:
    """The bouts without those that no human runs: the watch went on in the car on the way home."""
    way_m = bouts.channels.way_m
    starts, ends = bouts.start_s.tolist(), bouts.end_s.tolist()
    first, stop = ([min(max(int(edge), 0), way_m.size - 1) for edge in edges] for edges in (starts, ends))
    metres = (way_m[stop] - way_m[first]).tolist() if starts else []
    possible = [m < 1.0 or b - a >= fastest_possible_s(m) for m, a, b in zip(metres, starts, ends, strict=True)]
    if all(possible):
        return bouts
    keep = np.array(possible, dtype=bool)
    edges = bouts.own_start_s[keep], bouts.own_end_s[keep]
    return Bouts(bouts.start_s[keep], bouts.end_s[keep], bouts.confidence[keep], bouts.channels, *edges)


def _with_hills(activity: Activity, bouts: Bouts, settings: Settings) -> Bouts:
    """The bouts with repeats on a climb that the main search passed over or doubted."""
    start, end, confidence = find_hills(activity.grid, bouts.channels, activity.quality.altitude_kind)
    if start.size == 0:
        return bouts
    start = np.maximum(start - settings.start_late_s, 0.0)
    end = np.maximum(end - settings.end_late_s, start + LEAST_BOUT_S)
    meets = (start[:, None] < bouts.end_s) & (end[:, None] > bouts.start_s)
    sure = bouts.confidence >= SURE
    new = ~(meets & sure).any(axis=1)
    old = sure | ~meets[new].any(axis=0)
    every = np.concatenate((bouts.start_s[old], start[new]))
    order = np.argsort(every, kind="stable")
    ends = np.concatenate((bouts.end_s[old], end[new]))[order]
    ends[:-1] = np.minimum(ends[:-1], every[order][1:])
    trust = np.concatenate((bouts.confidence[old], confidence[new]))[order]
    own_start = np.concatenate((bouts.own_start_s[old], start[new]))[order]
    own_end = np.concatenate((bouts.own_end_s[old], end[new]))[order]
    return Bouts(every[order], ends, trust, bouts.channels, own_start, own_end)


def pick(found: Candidates, logits: F8, activity: Activity, settings: Settings) -> Bouts:
    """The best disjoint choice among candidates of known log odds, with edges moved to where the marks would be."""
    taken = choose(found, logits, settings.likely)
    left = np.where(taken | _meets(found, taken), NEVER, logits)
    taken |= choose(found, left, settings.possible)
    at = np.flatnonzero(taken)
    at = at[np.argsort(found.start_s[at], kind="stable")]
    limits = EDGE_LIMITS.copy()
    limits[WALK_LIMIT] = found.channels.run_mps
    confidence = load_model().confidence(logits[at])
    own, of_sets = _edges(found, at, confidence >= SURE, limits, activity.quality.median_dt_s)
    delay = settings.coros_delay_s if "coros" in activity.device.lower() else 0.0
    late = settings.start_late_s + delay, settings.end_late_s + delay
    length = float(found.channels.level.size)
    start, end = _in_order(*of_sets, late, length)
    return Bouts(start, end, confidence, found.channels, *_in_order(*own, late, length))


def _in_order(start: F8, end: F8, late: tuple[float, float], length: float) -> tuple[F8, F8]:
    """The edges without what speed shows them late, within the session, each bout over before the next one."""
    start = np.maximum(start - late[0], 0.0)
    end = np.clip(end - late[1], start + LEAST_BOUT_S, np.maximum(length, start + LEAST_BOUT_S))
    end[:-1] = np.minimum(end[:-1], start[1:])
    return start, end


Edges = tuple[F8, F8]


def _edges(found: Candidates, at: I8, is_sure: B1, limits: F8, median_dt_s: float) -> tuple[Edges, Edges]:
    """Edges of the candidates at these places, in order: at half height; and what a set says of the sure ones."""
    sharp, cadence = found.sharp_mps, found.channels.cadence
    start, end = found.start_s[at], found.end_s[at]
    for _ in range(2):  # levels are those around the edge: once it has moved, they are read again
        edges = ramp_edges(sharp, cadence, start, end, limits)
        start, end = edges[:, 0].copy(), edges[:, 1].copy()
    own = start.copy(), end.copy()
    if np.count_nonzero(is_sure) > 2:
        of_sets = SET_LIMITS.copy()
        of_sets[LIKE_LIMIT] = np.fmax(SET_LIMITS[LIKE_LIMIT], LIKE_SAMPLES * median_dt_s)
        start[is_sure], end[is_sure] = even_edges(edges[is_sure], found.channels.way_m, of_sets).T
    return own, (start, end)


def _doubted(bouts: Bouts, grid: Grid, settings: Settings) -> Bouts:
    """The bouts with what the whole session says of them: a lone surge, a run with walking breaks, a run with stops."""
    ch, start, end = bouts.channels, bouts.start_s, bouts.end_s
    alone = is_lone(start, end, bouts.confidence, settings) | is_last_level(ch, start, end, bouts.confidence, settings)
    confidence = np.where(alone, settings.lone_confidence, bouts.confidence)
    if is_run_walk(ch, grid.heart_rate_bpm, start, end, confidence, settings) or is_stop_and_go(
        ch, grid.grade_frac, start, end, confidence, settings
    ):
        confidence = np.minimum(confidence, settings.run_walk_confidence)
    return replace(bouts, confidence=confidence)


def _meets(found: Candidates, taken: B1) -> B1:
    """Which candidates overlap a taken one; the taken are disjoint, so their ends rise with their starts."""
    if not taken.any():
        return np.zeros(taken.size, dtype=bool)
    order = np.flatnonzero(taken)[np.argsort(found.start_s[taken], kind="stable")]
    starts, ends = found.start_s[order], found.end_s[order]
    following = np.searchsorted(ends, found.start_s, side="right")
    inside = np.minimum(following, order.size - 1)
    return np.asarray((following < order.size) & (starts[inside] < found.end_s))
