"""Apple Health's export: `export.xml`, streamed and never validated; its workouts point at the route files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO
from xml.parsers import expat

from runlake.intake.exports._csv import parse_number
from runlake.intake.exports._dates import parse_date
from runlake.intake.exports._overlay import Overlay, Service, base_name
from runlake.model.sports import fit_sport
from runlake.units import MILE_M

CHUNK_BYTES = 1 << 20
MAX_DTD_BYTES = 1 << 20
DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
UNITS_M = {"km": 1000.0, "m": 1.0, "mi": MILE_M, "ft": 0.3048}
PREFIX = "HKWorkoutActivityType"


def _recognises(name: str, head: bytes) -> bool:
    return base_name(name) == "export.xml" and (b"HealthData" in head or b"<?xml" in head)


class _Workouts:
    """Collects workouts from the stream of elements; nothing else is kept."""

    def __init__(self) -> None:
        self.current: Overlay | None = None
        self.ready: list[Overlay] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Workout":
            unit_m = UNITS_M.get(attributes.get("totalDistanceUnit", ""), float("nan"))
            self.current = Overlay(
                service="apple",
                start_time_utc_s=parse_date(attributes.get("startDate", "")),
                sport=fit_sport(attributes.get("workoutActivityType", "").removeprefix(PREFIX))[0],
                distance_m=parse_number(attributes.get("totalDistance", "")) * unit_m,
            )
        elif self.current is None:
            return
        elif name == "FileReference":
            self.current = replace(self.current, file_name=attributes.get("path", "").lstrip("/"))
        elif name == "WorkoutStatistics" and "Distance" in attributes.get("type", ""):
            unit_m = UNITS_M.get(attributes.get("unit", ""), float("nan"))
            self.current = replace(self.current, distance_m=parse_number(attributes.get("sum", "")) * unit_m)

    def end(self, name: str) -> None:
        if name == "Workout" and self.current is not None:
            if self.current.start_time_utc_s == self.current.start_time_utc_s:
                self.ready.append(self.current)
            self.current = None


def _without_doctype(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces without its DTD, which some iOS versions wrote malformed."""
    head = file.read(CHUNK_BYTES)
    while b"<!DOCTYPE" in head and not DOCTYPE.search(head) and len(head) < MAX_DTD_BYTES * 2:
        more = file.read(CHUNK_BYTES)
        if not more:
            return
        head += more
    yield DOCTYPE.sub(b"", head, count=1)
    while piece := file.read(CHUNK_BYTES):
        yield piece


def _refuse(*_: object) -> None:
    raise expat.ExpatError("a DOCTYPE within the document")


def _read(file: IO[bytes]) -> Iterator[Overlay]:
    parser = expat.ParserCreate()
    workouts = _Workouts()
    parser.StartElementHandler = workouts.start
    parser.EndElementHandler = workouts.end
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        for piece in _without_doctype(file):
            parser.Parse(piece, False)
            yield from workouts.ready
            workouts.ready.clear()
    except expat.ExpatError:
        yield from workouts.ready  # what came before the damage stands


SERVICE = Service(name="apple", recognises=_recognises, read=_read)
