"""Like reps grouped into sets, and the coach's shorthand of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runlake.detect._bouts_meant import CLEAR_SPREAD, NAN, ladder, meant
from runlake.detect._bouts_measure import Measures, median, rest_kind, spread

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
SAME_WAY_FRAC = 0.03
"""The same way is measured alike to within this by a watch (Gilgen-Ammann 2020: mean errors of 3 % and more, mostly
bias)."""


@dataclass(frozen=True, slots=True)
class RepSet:
    """Consecutive reps `members` (indices of bouts) and what was meant: a distance, a duration, or neither (NaN)."""

    members: tuple[int, ...]
    meant_m: float
    meant_s: float
    is_irregular: bool = False
    is_sure: bool = True
    """False for a bout that is only perhaps one: it stands alone, and no set counts it."""
    lengths_m: tuple[float, ...] = ()
    lengths_s: tuple[float, ...] = ()
    """What each rep of a ladder was meant to be, in metres or in seconds; empty for all other sets."""

    @property
    def n(self) -> int:
        """How many reps."""
        return len(self.members)

    @property
    def lengths(self) -> tuple[float, ...]:
        """What each rep of a ladder was meant to be."""
        return self.lengths_m or self.lengths_s

    @property
    def is_even(self) -> bool:
        """Whether its reps were meant to be the same."""
        return not (self.is_irregular or self.lengths)

    def meant_of(self, i: int) -> tuple[float, float]:
        """The distance or the duration that bout i was meant to be; NaN where it was meant to be neither."""
        at = self.members.index(i)
        return (
            self.lengths_m[at] if self.lengths_m else self.meant_m,
            self.lengths_s[at] if self.lengths_s else self.meant_s,
        )


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


def _blocks(m: Measures, groups: list[list[int]]) -> list[list[list[int]]]:
    """Groups between which no long rest lies, the regular ones alone."""
    blocks: list[list[list[int]]] = []
    for group in groups:
        regular = len(group) >= REGULAR_N or (bool(blocks) and len(blocks[-1][-1]) >= REGULAR_N)
        if blocks and not regular and m.start_s[group[0]] - m.end_s[blocks[-1][-1][-1]] <= SAME_BLOCK_S:
            blocks[-1].append(group)
        else:
            blocks.append([group])
    return blocks


def _sets_of(m: Measures, block: list[list[int]], is_track: bool) -> list[RepSet]:
    """The groups of a block as sets; as one where its bouts mostly resemble nobody: a ladder, or four and more."""
    every = [i for group in block for i in group]
    in_sets = sum(len(group) for group in block if len(group) >= 2)
    if in_sets < 0.5 * len(every):
        lengths_m, lengths_s = ladder(m, every)
        if lengths_m or lengths_s:
            return [RepSet(tuple(every), NAN, NAN, lengths_m=lengths_m, lengths_s=lengths_s)]
        if len(every) >= 4 and spread(m.duration_s, every) > 0.25:
            return [RepSet(tuple(every), NAN, NAN, is_irregular=True)]
    return [RepSet(tuple(group), *meant(m, group, is_track)) for group in block]


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
    out = [s for block in _blocks(m, groups) for s in _sets_of(m, block, is_track)]
    out += [RepSet((i,), *meant(m, [i], is_track), is_sure=False) for i in range(m.n) if not is_sure[i]]
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
    """What one rep was: 400 m, 3:00, ~340 m, the lengths of a ladder, or the spread of an irregular set."""
    members = list(s.members)
    if s.lengths:
        return _ladder_words(s)
    if s.is_irregular:
        low, high = float(m.duration_s[members].min()), float(m.duration_s[members].max())
        return f"{clock(round(low / 5) * 5)}-{clock(round(high / 5) * 5)}"
    if math.isfinite(s.meant_m):
        return f"{s.meant_m:.0f} m"
    if math.isfinite(s.meant_s):
        return f"{s.meant_s:.0f} s" if s.meant_s < 60 else clock(s.meant_s)
    mid_s, mid_m = median(m.duration_s, members), median(m.distance_m, members)
    if s.n >= 3 and math.isfinite(mid_m) and _is_way_meant(m, members):
        return f"~{round(mid_m / 10) * 10:.0f} m"
    return f"~{clock(round(mid_s / 5) * 5)}" if mid_s >= 60 else f"~{mid_s:.0f} s"


def _is_way_meant(m: Measures, members: Sequence[int]) -> bool:
    """Whether reps of no usual length had the same way to go: a loop, or from here to the bridge; else it was time."""
    of_way = spread(m.distance_m, members)
    return of_way <= SAME_WAY_FRAC and spread(m.duration_s, members) > of_way + CLEAR_SPREAD


def _ladder_words(s: RepSet) -> str:
    """Such as 1-2-3-2-1 min, 30-60-90 s, 200-400-600 m, or 0:30-1:00-2:00."""
    if s.lengths_m:
        return "-".join(f"{metres:.0f}" for metres in s.lengths_m) + " m"
    if all(seconds % 60 == 0 for seconds in s.lengths_s):
        return "-".join(f"{seconds / 60:.0f}" for seconds in s.lengths_s) + " min"
    if max(s.lengths_s) <= 90:
        return "-".join(f"{seconds:.0f}" for seconds in s.lengths_s) + " s"
    return "-".join(clock(seconds) for seconds in s.lengths_s)


def inner_rests(m: Measures, s: RepSet) -> tuple[float, str | None]:
    """Median rest between reps of the set, and its most frequent kind; NaN and None for a single rep."""
    inner = list(s.members[:-1])
    if not inner:
        return NAN, None
    kinds = [rest_kind(m.rest_speed_mps.item(i)) for i in inner]
    known = [k for k in kinds if k is not None]
    return median(m.rest_s, inner), max(sorted(set(known)), key=known.count) if known else None


def shorthand(m: Measures, s: RepSet) -> str:
    """Such as 6x400 m (1:30 jog) or 1-2-3-2-1 min (1:00 jog); a single rep stands alone."""
    words = rep_words(m, s)
    if s.n == 1:
        return words
    rest, kind = inner_rests(m, s)
    times = "" if s.lengths else f"{s.n}x"
    return f"{times}{words} ({clock(_round_rest(rest))}{' ' + kind if kind else ''})"


def structure_key(m: Measures, s: RepSet, kind: str) -> str:
    """The same for the same workout on another day: rests rounded coarsely, no times of day, no speeds."""
    rest, _ = inner_rests(m, s)
    coarse = 15.0 if rest < 120 else 30.0
    words = rep_words(m, s).replace(" ", "").replace("~", "")
    times = "" if s.lengths else f"{s.n}x"
    return f"{kind}:{times}{words}" + (f"/{round(rest / coarse) * coarse:.0f}s" if math.isfinite(rest) else "")
