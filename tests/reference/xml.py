"""Slow twins of kernels/xml.py: regular expressions, datetime and ElementTree instead of loops over bytes."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from runlake.kernels import xml as kernels

PLAIN_DECIMAL = re.compile(rb"[ \t\r\n]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))")
PLAIN_TIME = re.compile(
    rb"[ \t\r\n]*([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]*)?"
    rb"([Zz]|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
)


def read_decimal(array: Any, i: int, stop: int) -> tuple[float, int, int]:
    """The number at i as Python reads it, and the offset behind it."""
    found = PLAIN_DECIMAL.match(bytes(array[i:stop]))
    if not found:
        return math.nan, i, 1
    return float(found[1]), i + found.end(), 0


def read_time(array: Any, i: int, stop: int) -> tuple[float, int, int, int]:
    """The time at i as datetime reads it, its offset in minutes, and the offset behind it."""
    found = PLAIN_TIME.match(bytes(array[i:stop]))
    if not found:
        return math.nan, kernels.NO_OFFSET, i, 1
    date, clock, fraction, zone = (part.decode() if part else "" for part in found.groups())
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=UTC)
    except ValueError:
        return math.nan, kernels.NO_OFFSET, i, 1
    micros = int((fraction[1:7] or "0").ljust(6, "0"))
    minutes = kernels.NO_OFFSET
    if zone in {"Z", "z"}:
        minutes = 0
    elif zone:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        minutes = (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    shift = 0 if minutes == kernels.NO_OFFSET else minutes * 60
    whole = round(moment.timestamp()) - shift
    return (whole * 10**6 + micros) / 10**6, minutes, i + found.end(), 0


def _meanings(table: Any) -> dict[tuple[int, int], tuple[int, Any]]:
    return {(int(row[0]), int(row[1])): (slot, row) for slot, row in enumerate(table) if row[1]}


def _key(tag: str) -> tuple[int, int]:
    name = re.sub(r".*[}:]", "", tag).lower()
    h = 0
    for byte in name.encode():
        h = (h * 31 + byte) % 2**32
    return h, len(name.encode())


def scan_xml(array: Any, table: Any, values: Any, nodes: Any, numbers: Any, spots: Any, info: Any) -> None:
    """Fills values, nodes (not their offsets) and the counts of info for a well-formed document with plain values."""
    known = _meanings(table)
    info[:] = 0
    values[:] = math.nan
    numbers[:] = math.nan
    unknown = (-1, (0, 0, 0, -1, 0))

    def fill(element: ElementTree.Element, point: int, depth: int) -> None:
        for child in element:
            _, row = known.get(_key(child.tag), unknown)
            is_placed = row[4] in (0, depth + 1)
            if row[2] & kernels.VALUE and is_placed and math.isnan(values[row[3], point]):
                read = read_time if row[3] == kernels.TIME_COLUMN else read_decimal
                text = (child.text or "").encode()
                values[row[3], point] = read(text, 0, len(text))[0]
            fill(child, point, depth + 1)

    def walk(element: ElementTree.Element, parent: int) -> None:
        slot, row = known.get(_key(element.tag), unknown)
        if row[2] & kernels.POINT:
            point = info[kernels.N_POINTS]
            for name, column in (("lat", 1), ("lon", 2)):
                if name in element.attrib:
                    values[column, point] = float(element.attrib[name])
            fill(element, point, 0)
            info[kernels.N_POINTS] += 1
            info[kernels.N_POINTS_IN] += 1
            return
        if row[2] & kernels.OTHER:
            return
        node = parent
        if row[2] & kernels.NODE:
            node = int(info[kernels.N_NODES])
            info[kernels.N_NODES] += 1
            nodes[node, kernels.NODE_SLOT], nodes[node, kernels.NODE_PARENT] = slot, parent
            nodes[node, kernels.NODE_FIRST] = info[kernels.N_POINTS]
            nodes[node, kernels.NODE_LEAF] = len(element) == 0
            if row[2] & kernels.NUMBER and len(element) == 0:
                text = (element.text or "").encode()
                value, end, _ = read_decimal(text, 0, len(text))
                numbers[node] = value if not text[end:].strip() else math.nan
            elif row[2] & kernels.STAMP:
                times = [read_time(value.encode(), 0, len(value))[0] for value in element.attrib.values()]
                numbers[node] = next((value for value in times if not math.isnan(value)), math.nan)
        for child in element:
            walk(child, node)
        if row[2] & kernels.NODE:
            nodes[node, kernels.NODE_LAST] = info[kernels.N_POINTS]

    walk(ElementTree.fromstring(bytes(array)), -1)
