"""Laps and totals of a TCX activity, by FIT's names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from runlake.formats._xml_document import TIME, Document, Tree
from runlake.formats._xml_values import parse_decimal, parse_time
from runlake.model.recording import NAN, DeviceTotals, Lap, TimerEvent

TRIGGERS = {"manual": "manual", "distance": "distance", "time": "time", "location": "position_lap"}
INTENSITIES = {"active": "active", "resting": "rest"}
MIN_PAUSE_S = 3.0
"""Lap totals and point times are rounded apart by up to a second each: less between laps is no pause."""


@dataclass(frozen=True, slots=True)
class TcxLap:
    """A lap with the points first..stop inside it, and where its tracks begin."""

    lap: Lap
    calories_kcal: float
    first: int
    stop: int
    breaks: tuple[int, ...]


def _number(tree: Tree, at: int, *names: str) -> float:
    return parse_decimal(tree.text(at, *names))


def _first_number(tree: Tree, at: int, *paths: tuple[str, ...]) -> float:
    for path in paths:
        value = _number(tree, at, *path)
        if not math.isnan(value):
            return value
    return NAN


def _last_time(document: Document, first: int, stop: int) -> float:
    times = document.columns[TIME, first:stop]
    times = times[np.isfinite(times)]
    return float(times.max()) if len(times) else NAN


def read_laps(document: Document, tree: Tree, activity: int) -> list[TcxLap]:
    """The laps of the activity node in file order; one ends with its time and points, before the next."""
    nodes = [(i, tree.nodes[i]) for i in tree.children(activity, "lap")]
    starts = [parse_time(node.attributes.get("starttime", ""))[0] for _, node in nodes]
    laps = []
    for k, (i, node) in enumerate(nodes):
        timer_s = _number(tree, i, "totaltimeseconds")
        next_start = starts[k + 1] if k + 1 < len(nodes) else NAN
        breaks = tuple(tree.nodes[t].first_point for t in tree.children(i, "track")[1:])
        last = _last_time(document, node.first_point, node.stop_point)
        end = _end(starts[k], timer_s, last, next_start)
        calories = _number(tree, i, "calories")
        lap = _lap(tree, i, starts[k], end, timer_s)
        laps.append(TcxLap(lap, calories, node.first_point, node.stop_point, breaks))
    return laps


def _end(start: float, timer_s: float, last_point: float, next_start: float) -> float:
    """The later of timer and last point, which pauses push on, but not beyond the next lap's start."""
    known = [v for v in (start + timer_s, last_point) if not math.isnan(v)]
    if not known:
        return next_start
    end = max(known)
    return min(end, next_start) if next_start >= start else end


def _lap(tree: Tree, i: int, start: float, end: float, timer_s: float) -> Lap:
    extension = ("extensions", "lx")
    return Lap(
        start_time_utc_s=start,
        end_time_utc_s=end,
        elapsed_s=end - start,
        timer_s=timer_s,
        distance_m=_number(tree, i, "distancemeters"),
        trigger=TRIGGERS.get(tree.text(i, "triggermethod").lower(), ""),
        intensity=INTENSITIES.get(tree.text(i, "intensity").lower(), ""),
        mean_speed_mps=_number(tree, i, *extension, "avgspeed"),
        max_speed_mps=_number(tree, i, "maximumspeed"),
        mean_heart_rate_bpm=_number(tree, i, "averageheartratebpm", "value"),
        max_heart_rate_bpm=_number(tree, i, "maximumheartratebpm", "value"),
        mean_cadence_cpm=_first_number(tree, i, (*extension, "avgruncadence"), ("cadence",)),
        max_cadence_cpm=_first_number(tree, i, (*extension, "maxruncadence"), (*extension, "maxbikecadence")),
    )


def totals(laps: list[TcxLap]) -> DeviceTotals:
    """Sums and maxima of what the laps say; NaN where any lap is silent. Means only when there is one lap."""
    if not laps:
        return DeviceTotals()
    only = laps[0].lap if len(laps) == 1 else Lap(NAN)
    return DeviceTotals(
        start_time_utc_s=laps[0].lap.start_time_utc_s,
        elapsed_s=laps[-1].lap.end_time_utc_s - laps[0].lap.start_time_utc_s,
        timer_s=sum(x.lap.timer_s for x in laps),
        distance_m=sum(x.lap.distance_m for x in laps),
        calories_kcal=sum(x.calories_kcal for x in laps),
        max_speed_mps=_maximum([x.lap.max_speed_mps for x in laps]),
        max_heart_rate_bpm=_maximum([x.lap.max_heart_rate_bpm for x in laps]),
        mean_speed_mps=only.mean_speed_mps,
        mean_heart_rate_bpm=only.mean_heart_rate_bpm,
        mean_cadence_cpm=only.mean_cadence_cpm,
    )


def _maximum(values: list[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return max(known) if known else NAN


def timer_events(document: Document, laps: list[TcxLap]) -> tuple[TimerEvent, ...]:
    """Stop and start around each break between tracks of a lap, and where lap times leave a hole."""
    events: list[TimerEvent] = []
    for lap in laps:
        for at in lap.breaks:
            if lap.first < at < lap.stop:
                events += _around(document, at)
    for before, after in pairwise(laps):
        hole_s = after.lap.start_time_utc_s - (before.lap.start_time_utc_s + before.lap.timer_s)
        if hole_s >= MIN_PAUSE_S and not before.breaks and before.first < before.stop == after.first < after.stop:
            around = _around(document, after.first)
            # The hole may as well lie inside the lap: only a gap in the points that can hold it shows where.
            if around and around[1].time_utc_s - around[0].time_utc_s >= hole_s - MIN_PAUSE_S:
                events += around
    return tuple(sorted(events, key=lambda event: event.time_utc_s))


def _around(document: Document, at: int) -> list[TimerEvent]:
    stop, start = float(document.columns[TIME, at - 1]), float(document.columns[TIME, at])
    return [TimerEvent(stop, False), TimerEvent(start, True)] if stop < start else []
