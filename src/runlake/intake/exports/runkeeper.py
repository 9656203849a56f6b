"""Runkeeper's export: `cardioActivities.csv`, local times, units of the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from runlake.intake.exports._csv import cell, parse_number, read_rows
from runlake.intake.exports._dates import parse_date
from runlake.intake.exports._overlay import Overlay, Service, base_name
from runlake.model.sports import fit_sport
from runlake.units import MILE_M


def _recognises(name: str, head: bytes) -> bool:
    return base_name(name) == "cardioactivities.csv" and b"," in head


def _column(names: list[str], start: str) -> int:
    return next((i for i, text in enumerate(names) if text.startswith(start)), -1)


def _read(file: IO[bytes]) -> Iterator[Overlay]:
    header, *rows = read_rows(file) or [[]]
    names = [text.strip().lower() for text in header]
    date, kind, route = _column(names, "date"), _column(names, "type"), _column(names, "route name")
    distance, notes, gpx = _column(names, "distance"), _column(names, "notes"), _column(names, "gpx file")
    unit_m = MILE_M if distance >= 0 and "(mi" in names[distance] else 1000.0
    for row in rows:
        start = parse_date(cell(row, date))
        if start != start:
            continue
        yield Overlay(
            service="runkeeper",
            file_name=cell(row, gpx),
            start_time_utc_s=start,
            start_time_is_local=True,
            name=cell(row, route),
            description=cell(row, notes),
            sport=fit_sport(cell(row, kind))[0],
            distance_m=parse_number(cell(row, distance)) * unit_m,
        )


SERVICE = Service(name="runkeeper", recognises=_recognises, read=_read)
