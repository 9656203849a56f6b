"""What distance or duration was meant by reps: usual ones, even cycles of rep and rest, ladders."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runlake.detect._bouts_measure import Measures, apart, median

USUAL_S = 4.2
"""Two edges, good to some 3 s each."""
CLEAR_SPREAD = 0.004
"""Spreads of time and distance closer than this do not tell which of them was meant."""
NAN = math.nan

MOVED_FRAC = 0.15
"""Who goes before the beep, or on past it, moves so much of a rep out of its rest, or into it: the cycle stays."""
EVEN_S, EVEN_FRAC = 1.5, 0.015
"""A watch's timer is good to a second, and its distance to 1.5 % from one rep to the next."""
LEAST_CYCLES = 3
RESTS_S = (15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 105.0, *range(120, 601, 30))
RESTS_M = tuple(range(100, 2001, 100))
"""How rests are written: quarters of a minute up to two minutes, then halves; hundreds of metres."""

LADDER_S, LADDER_M = 6.0, 25.0
"""Two edges, good to some 3 s each; at 4 m/s."""
LEAST_PYRAMID = 5
"""1-2-3-2-1: of three, one that went wrong would make a pyramid."""
LEAST_UNEVEN, LONGEST_STEP = 4, 2.0
"""Lengths that are not evenly spaced are a ladder from four on, if they at most double: 20-3-1 is none."""
DISTANCES_M = (100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 1600, 1609, 2000, 3000, 3219, 5000)
DURATIONS_S = (10, 12, 15, 20, 25, 30, 40, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600, 720, 900,
               1080, 1200, 1500, 1800, 2400, 2700, 3000, 3600)  # fmt: skip


def _nearest(value: float, scale: Sequence[float], tolerance: float) -> float:
    best = min(scale, key=lambda s: abs(s - value))
    return float(best) if abs(best - value) <= tolerance else NAN


def _cycles(m: Measures, members: Sequence[int]) -> tuple[list[float], list[float]]:
    """Seconds and metres from the end of each rep to the end of the next: ends are where watches beep."""
    pairs = [(i, j) for i, j in zip(members[:-1], members[1:], strict=True) if j == i + 1]
    seconds = [m.end_s.item(j) - m.end_s.item(i) for i, j in pairs]
    return seconds, [m.rest_s.item(i) * m.rest_speed_mps.item(i) + m.distance_m.item(j) for i, j in pairs]


def _of_cycle(rep: float, cycles: list[float], scale: Sequence[float], rests: Sequence[float], even: float) -> float:
    """The usual rep that, with a usual rest, makes up an even cycle; NaN where the cycle is uneven or fits none."""
    if len(cycles) < LEAST_CYCLES or not all(map(math.isfinite, cycles)):
        return NAN
    cycle = sorted(cycles)[len(cycles) // 2]
    if sorted(abs(c - cycle) for c in cycles)[len(cycles) // 2] > even:
        return NAN
    fits = [
        float(usual)
        for usual in scale
        if abs(rep - usual) <= MOVED_FRAC * usual and math.isfinite(_nearest(cycle - usual, rests, even))
    ]
    return min(fits, key=lambda usual: abs(usual - rep)) if fits else NAN


def _by_cycle(m: Measures, members: Sequence[int]) -> tuple[float, float]:
    """The distance or the duration that even cycles of rep and rest speak for; NaN for both, when not for just one."""
    seconds, metres = _cycles(m, members)
    by_s = _of_cycle(median(m.duration_s, members), seconds, DURATIONS_S, RESTS_S, EVEN_S)
    even_m = EVEN_FRAC * max(metres, default=0.0)
    by_m = _of_cycle(median(m.distance_m, members), metres, DISTANCES_M, RESTS_M, even_m)
    return (by_m, by_s) if math.isfinite(by_m) != math.isfinite(by_s) else (NAN, NAN)


def meant(m: Measures, members: list[int], is_track: bool) -> tuple[float, float]:
    """The distance or the duration that the reps agree on: the one that varies less, if it is a usual one.

    Where that does not tell, or neither is usual, an even cycle of rep and rest may; else the one nearer to a usual
    one. `ahead`: how much less distance varies.
    """
    mid_s, mid_m = median(m.own_duration_s, members), median(m.own_distance_m, members)
    by_s = _nearest(mid_s, DURATIONS_S, max(USUAL_S, 0.03 * mid_s))
    if not math.isfinite(mid_m):
        return NAN, by_s
    by_m = _nearest(mid_m, DISTANCES_M, (0.06 if mid_m < 300 else 0.04) * mid_m)
    has_s, has_m = math.isfinite(by_s), math.isfinite(by_m)
    off_s = abs(by_s - mid_s) / mid_s if has_s else math.inf
    off_m = abs(by_m - mid_m) / mid_m if has_m else math.inf
    is_nearer_m = is_track or off_m < off_s
    if len(members) < 3:
        return (by_m, NAN) if has_m and is_nearer_m else (NAN, by_s)
    ahead = apart(m.own_duration_s, members) - apart(m.own_distance_m, members)
    is_clear = abs(ahead) > CLEAR_SPREAD
    if has_s == has_m and not (has_s and is_clear):
        cycle_m, cycle_s = _by_cycle(m, members)
        if math.isfinite(cycle_m) or math.isfinite(cycle_s):
            return cycle_m, cycle_s
    prefers_m = ahead > 0 if is_clear else is_nearer_m
    if has_m and (prefers_m or not has_s):
        return by_m, NAN
    return NAN, by_s


def ladder(m: Measures, members: Sequence[int]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The distances or the durations of reps that go up, down, or up and down a ladder; both empty when not so."""
    best: tuple[bool, float] = (True, math.inf)
    out: tuple[tuple[float, ...], tuple[float, ...]] = (), ()
    for is_way, column in ((False, m.duration_s), (True, m.distance_m)):
        values = [column.item(i) for i in members]
        lengths = tuple(_length(value, is_way) for value in values)
        if not all(map(math.isfinite, lengths)) or not _goes_up_and_down(lengths):
            continue
        is_even = _is_even(lengths)
        if not is_even and (len(lengths) < LEAST_UNEVEN or _growth(lengths)[-1] > LONGEST_STEP):
            continue
        fit = not is_even, sum(abs(math.log(value / length)) for value, length in zip(values, lengths, strict=True))
        if fit < best:
            best, out = fit, ((lengths, ()) if is_way else ((), lengths))
    return out


def _length(value: float, is_way: bool) -> float:
    """What a rep that long or far was meant to be; NaN when nothing usual."""
    if not math.isfinite(value):
        return NAN
    if is_way:
        return _nearest(value, DISTANCES_M, max(LADDER_M, 0.04 * value))
    return _nearest(value, DURATIONS_S, max(LADDER_S, 0.06 * value))


def _goes_up_and_down(lengths: Sequence[float]) -> bool:
    """Up or down; or both, if there are five and more. One length may come twice."""
    steps = [b - a for a, b in zip(lengths[:-1], lengths[1:], strict=True)]
    moves = [step for step in steps if step]
    if len(moves) < 2 or len(moves) < len(steps) - 1:
        return False
    turns = sum((a > 0) != (b > 0) for a, b in zip(moves[:-1], moves[1:], strict=True))
    return turns == 0 or (turns == 1 and len(lengths) >= LEAST_PYRAMID)


def _growth(lengths: Sequence[float]) -> list[float]:
    """By how much neighbouring lengths differ, the larger over the smaller, from least to most; equal ones left out."""
    return sorted(max(a, b) / min(a, b) for a, b in zip(lengths[:-1], lengths[1:], strict=True) if a != b)


def _is_even(lengths: Sequence[float]) -> bool:
    """Steps of one size, as 1-2-3, or growth by one factor, as 1-2-4."""
    sizes = {abs(b - a) for a, b in zip(lengths[:-1], lengths[1:], strict=True) if a != b}
    growth = _growth(lengths)
    return len(sizes) == 1 or growth[0] == growth[-1]
