"""Laps and totals of a TCX activity, by FIT's names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from runlake.formats._xml_document import TIME, Document, Nodes
from runlake.model.recording import NAN, DeviceTotals, Lap, TimerEvent

TRIGGERS = {"manual": "manual", "distance": "distance", "time": "time", "location": "position_lap"}
INTENSITIES = {"active": "active", "resting": "rest"}
MIN_PAUSE_S = 3.0
"""Lap totals and point times are rounded apart by up to a second each: less between laps is no pause."""


@dataclass(frozen=True, slots=True)
class TcxLap:
    """A lap with the points first..stop inside it, and where its tracks but the first begin."""

    lap: Lap
    calories_kcal: float
    first: int
    stop: int
    breaks: tuple[int, ...]


def read_laps(document: Document, activity: int, end: int) -> list[TcxLap]:
    """The laps among the nodes activity..end, in file order; one ends with its time and points, before the next."""
    found = _gather(document.nodes, activity, end)
    starts = [document.nodes.numbers[each.node] for each in found]
    lasts = _last_times(document, [each.node for each in found])
    return [
        _lap(document.nodes, each, start, last, next_start)
        for each, start, last, next_start in zip(found, starts, lasts, [*starts[1:], NAN], strict=False)
    ]


@dataclass(slots=True)
class _Found:
    """Nodes of one lap: itself, its fields by name (by the name around for a ``value``), its tracks."""

    node: int
    fields: dict[str, int]
    tracks: list[int]


def _gather(nodes: Nodes, activity: int, end: int) -> list[_Found]:
    names, first = nodes.names, activity + 1
    found: list[_Found] = []
    inside: dict[int, _Found] = {}
    for i, (name, parent) in enumerate(zip(names[first:end], nodes.parents[first:end], strict=True), first):
        lap = inside.get(parent)
        if lap is not None:
            inside[i] = lap
            if name == "track":
                lap.tracks.append(i)
            elif name == "value":
                lap.fields[names[parent]] = i
            else:
                lap.fields.setdefault(name, i)
        elif parent == activity and name == "lap":
            inside[i] = lap = _Found(i, {}, [])
            found.append(lap)
    return found


def _last_times(document: Document, laps: list[int]) -> list[float]:
    """The latest time of the points of each lap, NaN without any; `laps` are nodes."""
    if not laps:
        return []
    times = np.append(document.columns[TIME], NAN)
    bounds = [(document.nodes.firsts[i], document.nodes.stops[i]) for i in laps]
    last = np.fmax.reduceat(times, np.array(bounds).ravel())[::2]
    return [NAN if first >= stop else time for (first, stop), time in zip(bounds, last.tolist(), strict=True)]


def _end(start: float, timer_s: float, last_point: float, next_start: float) -> float:
    """The later of timer and last point, which pauses push on, but not beyond the next lap's start."""
    by_timer = start + timer_s
    if math.isnan(by_timer) and math.isnan(last_point):
        return next_start
    end = last_point if math.isnan(by_timer) or last_point > by_timer else by_timer
    return min(end, next_start) if next_start >= start else end


def _lap(nodes: Nodes, found: _Found, start: float, last_point: float, next_start: float) -> TcxLap:
    number = {name: nodes.numbers[i] for name, i in found.fields.items()}.get
    at = found.fields.get
    timer_s = number("totaltimeseconds", NAN)
    end = _end(start, timer_s, last_point, next_start)
    lap = Lap(
        start_time_utc_s=start,
        end_time_utc_s=end,
        elapsed_s=end - start,
        timer_s=timer_s,
        distance_m=number("distancemeters", NAN),
        trigger=TRIGGERS.get(nodes.text(at("triggermethod", -1)).lower(), ""),
        intensity=INTENSITIES.get(nodes.text(at("intensity", -1)).lower(), ""),
        mean_speed_mps=number("avgspeed", NAN),
        max_speed_mps=number("maximumspeed", NAN),
        mean_heart_rate_bpm=number("averageheartratebpm", NAN),
        max_heart_rate_bpm=number("maximumheartratebpm", NAN),
        mean_cadence_cpm=number("avgruncadence", number("cadence", NAN)),
        max_cadence_cpm=number("maxruncadence", number("maxbikecadence", NAN)),
    )
    breaks = tuple([nodes.firsts[i] for i in found.tracks[1:]])
    return TcxLap(lap, number("calories", NAN), nodes.firsts[found.node], nodes.stops[found.node], breaks)


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
