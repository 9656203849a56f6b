"""Like reps grouped into sets, what distance or duration was meant, and the coach's shorthand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runlake.detect._bouts_measure import Measures, median, rest_kind, spread
from runlake.model.recording import F8

LIKE_FRAC = 0.15
"""Reps whose durations or distances differ by less are meant to be the same."""
LIKE_S = 6.0
"""Edges are good to some 3 s each (or one sample, if that is more): shorter differences say nothing."""
SHORT_LEVEL_S = 1.5
"""Ramps blur the speed of a short bout by about this many seconds' worth of it."""
OUTLIER_SLACK = 2.0
"""Between reps that agree, one that went wrong still is one of them."""
LIKE_LEVEL = 0.12
"""Log speed within which reps of one set lie: tiredness and wind are worth a few per cent."""
REGULAR_N = 4
"""So many alike in a row are a set of their own, whatever lies around them."""
SAME_BLOCK_S = 600.0
"""A rest longer than this, or than three reps, ends a set."""

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

DISTANCES_M = (100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 1600, 1609, 2000, 3000, 3219, 5000)
DURATIONS_S = (10, 12, 15, 20, 25, 30, 40, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600, 720, 900,
               1080, 1200, 1500, 1800, 2400, 2700, 3000, 3600)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RepSet:
    """Consecutive reps `members` (indices of bouts) and what was meant: a distance, a duration, or neither (NaN)."""

    members: tuple[int, ...]
    meant_m: float
    meant_s: float
    is_irregular: bool = False
    is_sure: bool = True
    """False for a bout that is only perhaps one: it stands alone, and no set counts it."""

    @property
    def n(self) -> int:
        """How many reps."""
        return len(self.members)


def _alike(a: float, b: float, least: float, slack: float) -> bool:
    return abs(a - b) <= slack * max(LIKE_FRAC * min(a, b), least)


def _joins(m: Measures, members: Sequence[int], i: int, edges_s: float, slack: float = 1.0) -> bool:
    """Whether bout i is one more of the set, edges being good to `edges_s`; `slack` widens every tolerance."""
    gap = m.start_s.item(i) - m.end_s.item(members[-1])
    if gap > max(SAME_BLOCK_S, 3.0 * m.duration_s.item(i)):
        return False
    seconds = m.duration_s.item(i)
    near = _alike(seconds, median(m.duration_s, members), edges_s, slack)
    near = near or _alike(m.distance_m.item(i), median(m.distance_m, members), 0.0, slack)
    here, usual = m.mean_speed_mps.item(i), median(m.mean_speed_mps, members)
    return (
        near
        and here > 0
        and usual > 0
        and abs(math.log(here / usual)) <= slack * (LIKE_LEVEL + SHORT_LEVEL_S / seconds)
    )


def _irregular_block(m: Measures, groups: list[list[int]]) -> list[tuple[list[int], bool]]:
    """Blocks of four and more bouts that mostly resemble nobody become one irregular set (fartlek)."""
    blocks: list[list[list[int]]] = []
    for group in groups:
        regular = len(group) >= REGULAR_N or (bool(blocks) and len(blocks[-1][-1]) >= REGULAR_N)
        if blocks and not regular and m.start_s[group[0]] - m.end_s[blocks[-1][-1][-1]] <= SAME_BLOCK_S:
            blocks[-1].append(group)
        else:
            blocks.append([group])
    out: list[tuple[list[int], bool]] = []
    for block in blocks:
        every = [i for group in block for i in group]
        in_sets = sum(len(group) for group in block if len(group) >= 2)
        uneven = spread(m.duration_s, every) > 0.25
        if len(every) >= 4 and uneven and in_sets < 0.5 * len(every) and not _is_ladder(m.duration_s[every]):
            out.append((every, True))
        else:
            out += [(group, False) for group in block]
    return out


def _is_ladder(duration_s: F8) -> bool:
    """Durations that all sit on the usual scale and rise, fall, or rise and fall."""
    snapped = [_nearest(d, DURATIONS_S, max(4.0, 0.06 * d)) for d in duration_s.tolist()]
    if any(math.isnan(d) for d in snapped):
        return False
    rises = [b > a for a, b in zip(snapped[:-1], snapped[1:], strict=True) if a != b]
    return sum(a != b for a, b in zip(rises[:-1], rises[1:], strict=True)) <= 1


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


def _meant(m: Measures, members: list[int], is_track: bool) -> tuple[float, float]:
    """The distance or the duration that the reps agree on: the one that varies less, if it is a usual one.

    Where that does not tell, or neither is usual, an even cycle of rep and rest may.
    """
    mid_s, mid_m = median(m.duration_s, members), median(m.distance_m, members)
    by_s = _nearest(mid_s, DURATIONS_S, max(3.0, 0.03 * mid_s))
    if not math.isfinite(mid_m):
        return NAN, by_s
    by_m = _nearest(mid_m, DISTANCES_M, (0.06 if mid_m < 300 else 0.04) * mid_m)
    has_s, has_m = math.isfinite(by_s), math.isfinite(by_m)
    if len(members) < 3:
        off_s = abs(by_s - mid_s) / mid_s if has_s else 9.0
        off_m = abs(by_m - mid_m) / mid_m if has_m else 9.0
        return (by_m, NAN) if has_m and (is_track or off_m < off_s) else (NAN, by_s)
    ahead = spread(m.duration_s, members) - spread(m.distance_m, members)
    is_clear = abs(ahead) > CLEAR_SPREAD
    if has_s == has_m and not (has_s and is_clear):
        cycle_m, cycle_s = _by_cycle(m, members)
        if math.isfinite(cycle_m) or math.isfinite(cycle_s):
            return cycle_m, cycle_s
    prefers_m = ahead > 0 if is_clear else is_track
    if has_m and (prefers_m or not has_s):
        return by_m, NAN
    return NAN, by_s


def _like_groups(m: Measures, every: Sequence[int], edges_s: float) -> list[list[int]]:
    """Runs of like bouts; a single odd one between two runs that are alike belongs to them."""
    groups: list[list[int]] = []
    for i in every:
        if groups and _joins(m, groups[-1], i, edges_s):
            groups[-1].append(i)
        else:
            groups.append([i])
    out: list[list[int]] = []
    for group in groups:
        if len(out) >= 2 and len(out[-1]) == 1 and _goes_on(m, out[-2], [*out[-1], *group], edges_s):
            group = [*out.pop(), *group]
        if out and _goes_on(m, out[-1], group, edges_s):
            out[-1] += group
        else:
            out.append(group)
    return out


def _goes_on(m: Measures, before: list[int], group: list[int], edges_s: float) -> bool:
    """Whether a run begins with an odd one, alone or like what follows, after which the run before it goes on."""
    if len(before) < 2 or len(group) < 2:
        return False
    return _joins(m, before, group[0], edges_s, OUTLIER_SLACK) and _joins(m, before, group[1], edges_s)


def group(m: Measures, is_sure: Sequence[bool], is_track: bool, median_dt_s: float) -> list[RepSet]:
    """Every bout in exactly one set, in order; the doubtful ones alone."""
    edges_s = max(LIKE_S, 2.0 * median_dt_s) if math.isfinite(median_dt_s) else LIKE_S
    groups = _like_groups(m, [i for i in range(m.n) if is_sure[i]], edges_s)
    out = []
    for members, irregular in _irregular_block(m, groups):
        metres, seconds = (NAN, NAN) if irregular else _meant(m, members, is_track)
        out.append(RepSet(tuple(members), metres, seconds, irregular))
    out += [RepSet((i,), *_meant(m, [i], is_track), is_sure=False) for i in range(m.n) if not is_sure[i]]
    return sorted(out, key=lambda s: s.members[0])


def clock(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss from an hour."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def _round_rest(seconds: float) -> float:
    step = 5.0 if seconds < 120 else 15.0 if seconds < 300 else 30.0
    return round(seconds / step) * step


def rep_words(m: Measures, s: RepSet) -> str:
    """What one rep was: 400 m, 3:00, ~340 m, or the spread of an irregular set."""
    members = list(s.members)
    if s.is_irregular:
        low, high = float(m.duration_s[members].min()), float(m.duration_s[members].max())
        return f"{clock(round(low / 5) * 5)}-{clock(round(high / 5) * 5)}"
    if math.isfinite(s.meant_m):
        return f"{s.meant_m:.0f} m"
    if math.isfinite(s.meant_s):
        return f"{s.meant_s:.0f} s" if s.meant_s < 60 else clock(s.meant_s)
    mid_s, mid_m = median(m.duration_s, members), median(m.distance_m, members)
    if s.n >= 3 and spread(m.distance_m, members) < spread(m.duration_s, members) and math.isfinite(mid_m):
        return f"~{round(mid_m / 10) * 10:.0f} m"
    return f"~{clock(round(mid_s / 5) * 5)}" if mid_s >= 60 else f"~{mid_s:.0f} s"


def inner_rests(m: Measures, s: RepSet) -> tuple[float, str | None]:
    """Median rest between reps of the set, and its most frequent kind; NaN and None for a single rep."""
    inner = list(s.members[:-1])
    if not inner:
        return NAN, None
    kinds = [rest_kind(m.rest_speed_mps.item(i)) for i in inner]
    known = [k for k in kinds if k is not None]
    return median(m.rest_s, inner), max(sorted(set(known)), key=known.count) if known else None


def shorthand(m: Measures, s: RepSet) -> str:
    """Such as 6x400 m (1:30 jog); a single rep stands alone."""
    words = rep_words(m, s)
    if s.n == 1:
        return words
    rest, kind = inner_rests(m, s)
    return f"{s.n}x{words} ({clock(_round_rest(rest))}{' ' + kind if kind else ''})"


def structure_key(m: Measures, s: RepSet, kind: str) -> str:
    """The same for the same workout on another day: rests rounded coarsely, no times of day, no speeds."""
    rest, _ = inner_rests(m, s)
    coarse = 15.0 if rest < 120 else 30.0
    words = rep_words(m, s).replace(" ", "").replace("~", "")
    return f"{kind}:{s.n}x{words}" + (f"/{round(rest / coarse) * coarse:.0f}s" if math.isfinite(rest) else "")
