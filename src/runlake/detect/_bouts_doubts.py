"""What a whole session says against its bouts: alone, a run with walking breaks, or no faster than the run itself."""

from __future__ import annotations

import numpy as np

from runlake.detect._bouts_candidates import I8, Channels
from runlake.detect._bouts_settings import Settings
from runlake.detect._series import median
from runlake.model.activity import B1
from runlake.model.recording import F8

SHORT_S = 45.0
"""Ramps, and samples some seconds apart, take from the mean speed of a shorter bout what it is faster."""
LEAST_OUTSIDE_S = 300.0
"""So much running tells how fast the run is: less is the jog to the track and the trot in the rests."""
LEAST_JOG_S = 120.0
"""Two minutes of slower running are a warm-up, a cool-down or a jogged rest: what is faster was meant to be."""
FLANK_S, STOPPED_SHARE = 60, 0.25
"""A stop of a quarter of a minute on either side makes the edges of what lies between two red lights."""
FLAT = 0.02
"""Uphill a bout is effort though it is no faster."""
RAMP_BEFORE_S, RAMP_AFTER_S = 5, 8
"""The ramps of a bout are not the running outside."""
LATE_S = 20
SAME_RATIO = 1.15
"""Hills and tiredness make so much between runs of one walking-break run; work is faster than its warm-up by more."""
LEAST_BEFORE_S = 240
"""Less running than four minutes shows no levels."""
RED_LIGHT_S, LONG_S = 60.0, 300.0
"""A light is red for a minute at most; after five hard minutes few rest so little, and hearts show who does."""
BREAK_RATIO, BREAK_RUN_S = 2.5, 120.0
"""Walking breaks are 3:1, 4:1 and more; of work only threshold reps rest so little: two minutes in hearts show them."""
WALK_MPS, JOG_SHARE = 0.7, 0.25
"""Slower is standing; the ramps into and out of a walk are not running, but a jogged rest is nothing else."""


def is_lone(start: F8, end: F8, confidence: F8, settings: Settings) -> B1:
    """Sure bouts that nothing supports: short and far from any other, or the only one and from the first second on."""
    sure = np.flatnonzero(confidence >= 0.5)
    out = np.zeros(start.size, dtype=bool)
    a, b = start[sure], end[sure]
    gap = a[1:] - b[:-1]
    nearest = np.full(sure.size, np.inf)
    nearest[:-1] = gap
    nearest[1:] = np.minimum(nearest[1:], gap)
    out[sure] = (nearest > settings.lone_gap_s) & (b - a < settings.lone_s)
    if sure.size == 1 and a[0] < settings.lone_start_s:
        out[sure] = True
    return out


def is_last_level(ch: Channels, start: F8, end: F8, confidence: F8, settings: Settings) -> B1:
    """The only sure bout, where nobody runs on after it and the run before it got faster and nearly as fast."""
    out = np.zeros(start.size, dtype=bool)
    sure = np.flatnonzero(confidence >= 0.5)
    if sure.size != 1:
        return out
    (first,), (stop,) = _seconds(ch, start[sure], end[sure])
    if ch.running_s[-1] - ch.running_s[min(stop + RAMP_AFTER_S, ch.speed_mps.size)] >= settings.finish_s:
        return out
    before = ch.speed_mps[: max(first - RAMP_BEFORE_S, 0)]
    before = before[before > ch.run_mps]
    if before.size < LEAST_BEFORE_S:
        return out
    quarters = [median(part) for part in np.array_split(before, 4)]
    speed = (ch.way_m[stop] - ch.way_m[first]) / max(stop - first, 1)
    rises = quarters[3] >= (1.0 + settings.finish_rise) * quarters[0]
    out[sure] = rises and speed < settings.finish_ratio * quarters[3]
    return out


def _seconds(ch: Channels, start: F8, end: F8) -> tuple[list[int], list[int]]:
    first = np.rint(start).astype(np.int64)
    return first.tolist(), np.minimum(np.rint(end).astype(np.int64), ch.speed_mps.size).tolist()


def is_run_walk(ch: Channels, heart: F8, start: F8, end: F8, confidence: F8, settings: Settings) -> bool:
    """Whether the bouts are nearly all the running there is, slow, with walks between: a run with walking breaks.

    Never when the little running beside them is clearly slower.
    Up to `run_walk_mps` always; up to `run_walk_easy_mps` unless heart rate at the ends of the bouts shows that they
    were hard; faster ones when heart rate shows that they were easy, and they are long with short stops between, or
    long against the walks that are the only rests.
    """
    sure = confidence >= 0.5
    if start.size < 2 or not sure.any():
        return False
    first, stop = (np.array(x) for x in _seconds(ch, start, end))
    each = (ch.way_m[stop] - ch.way_m[first]) / np.maximum(stop - first, 1)
    speed = median(each[sure])
    same = sure | (each * SAME_RATIO >= speed)  # a warm-up in doubt is none of them
    share = (ch.running_s[stop] - ch.running_s[first])[same].sum() / max(ch.running_s[-1], 1.0)
    if np.count_nonzero(same) < 2 or share < settings.run_walk_share:
        return False
    usual, outside_s = _run_outside(ch, first[same].tolist(), stop[same].tolist())
    a, b = first[sure], stop[sure]
    if outside_s >= LEAST_JOG_S and speed >= settings.stop_and_go_ratio * usual:
        return False
    late = [x[np.isfinite(x)] for x in (heart[max(i, j - LATE_S) : j] for i, j in zip(a, b, strict=True))]
    beats = [float(x.mean()) for x in late if x.size]
    is_easy = not beats or median(np.array(beats)) < settings.run_walk_easy_bpm
    if speed < settings.run_walk_easy_mps:
        return speed < settings.run_walk_mps or is_easy
    rests, lengths = start[same][1:] - end[same][:-1], end[same] - start[same]
    are_lights = median(rests) <= RED_LIGHT_S and median(lengths) >= LONG_S
    return bool(beats) and is_easy and (bool(are_lights) or _are_breaks(ch, first[same], stop[same]))


def _are_breaks(ch: Channels, first: I8, stop: I8) -> bool:
    """Whether every rest between is walked and the runs are long, by themselves and against the rests."""
    a, b = stop[:-1], first[1:]
    rests, lengths = np.maximum(b - a, 1), stop - first
    walk_mps = (ch.way_m[b] - ch.way_m[a]) / rests
    ran = (ch.running_s[b] - ch.running_s[a]) / rests
    are_walked = (walk_mps >= WALK_MPS) & (walk_mps < ch.run_mps) & (ran <= JOG_SHARE)
    usual = median(lengths)
    return bool(usual >= BREAK_RUN_S and usual >= BREAK_RATIO * median(rests) and are_walked.all())


def is_stop_and_go(ch: Channels, grade: F8, start: F8, end: F8, confidence: F8, settings: Settings) -> bool:
    """Whether the bouts of a session are no faster than its running outside of them, and stops make their edges."""
    sure = confidence >= 0.5
    n_sure = np.count_nonzero(sure)
    first, stop = _seconds(ch, start[sure], end[sure])
    spans = [(i, j) for i, j in zip(first, stop, strict=True) if j - i >= SHORT_S]
    if not spans or 2 * len(spans) < n_sure:
        return False
    n = ch.speed_mps.size
    between = [
        min(_stopped(ch, max(i - FLANK_S, 0), i), _stopped(ch, j, min(j + FLANK_S, n))) >= STOPPED_SHARE
        for i, j in spans
    ]
    if 2 * sum(between) < len(spans):
        return False
    usual, outside_s = _run_outside(ch, first, stop)
    if outside_s < LEAST_OUTSIDE_S:
        return False
    faster = [(ch.way_m[j] - ch.way_m[i]) / (j - i) >= settings.stop_and_go_ratio * usual for i, j in spans]
    steep = [float(np.nan_to_num(grade[i:j]).mean()) >= FLAT for i, j in spans]
    return bool(2 * sum(faster) < len(spans) and 2 * sum(steep) < len(spans))


def _stopped(ch: Channels, first: int, stop: int) -> float:
    """The share of the seconds first, ..., stop - 1 in which nobody ran; 1 of none."""
    ran = ch.running_s.item(stop) - ch.running_s.item(first)
    return 1.0 - ran / (stop - first) if stop > first else 1.0


def _run_outside(ch: Channels, first: list[int], stop: list[int]) -> tuple[float, float]:
    """Median speed of the running outside the bouts and their ramps, and how many seconds of it there are."""
    outside = ch.speed_mps > ch.run_mps
    for i, j in zip(first, stop, strict=True):
        outside[max(i - RAMP_BEFORE_S, 0) : j + RAMP_AFTER_S] = False
    seconds = np.count_nonzero(outside)
    return (median(ch.speed_mps[outside]) if seconds else np.nan), float(seconds)
