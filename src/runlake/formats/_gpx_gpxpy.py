"""GPX to Document by gpxpy: the last resort, and the oracle in tests. Only for XML that a parser has passed."""

from __future__ import annotations

import logging

import gpxpy
import gpxpy.gpx
from lxml import etree

from runlake.formats import _xml_document as doc
from runlake.formats._xml_document import Document, Node, Vocabulary
from runlake.formats._xml_values import Tally
from runlake.model.recording import NAN

# gpxpy logs the whole document at DEBUG.
logging.getLogger("gpxpy").setLevel(logging.WARNING)


def read_gpxpy(data: bytes, words: Vocabulary) -> Document | None:
    """The points that gpxpy finds in UTF-8 `data`; None where it refuses the file."""
    try:
        gpx = gpxpy.parse(data.decode("utf-8"))
    except (gpxpy.gpx.GPXException, etree.LxmlError, ValueError, TypeError, AttributeError, KeyError):
        # Undocumented ones included: gpxpy's parser and its converters raise what Python raises.
        return None
    nodes: list[Node] = [Node("gpx", -1, {"creator": gpx.creator or ""}, "", 0, 0)]
    rows: list[list[float]] = []
    tally = Tally()
    for track in gpx.tracks:
        parent = len(nodes)
        nodes.append(Node("trk", 0, {}, "", len(rows), len(rows)))
        nodes += [Node("name", parent, {}, track.name, len(rows), len(rows))] if track.name else []
        nodes += [Node("type", parent, {}, track.type, len(rows), len(rows))] if track.type else []
        for segment in track.segments:
            first = len(rows)
            rows += [_row(point, words, tally) for point in segment.points]
            nodes.append(Node("trkseg", parent, {}, "", first, len(rows)))
        nodes[parent] = nodes[parent]._replace(stop_point=len(rows))
    nodes[0] = nodes[0]._replace(stop_point=len(rows))
    return Document(
        columns=doc.stack_columns(rows),
        nodes=tuple(nodes),
        oddities=tally.oddities(),
        n_points_in=len(rows),
        decoder="gpxpy",
    )


def _row(point: gpxpy.gpx.GPXTrackPoint, words: Vocabulary, tally: Tally) -> list[float]:
    row = [NAN] * len(doc.COLUMNS)
    if point.time is not None:
        row[doc.TIME] = tally.time(point.time.isoformat())
    row[doc.LATITUDE], row[doc.LONGITUDE] = point.latitude, point.longitude
    row[doc.COLUMN_OF["altitude_m"]] = NAN if point.elevation is None else point.elevation
    if point.speed is not None:
        row[doc.COLUMN_OF["speed_mps"]] = point.speed
    for extension in point.extensions:
        for element in extension.iter():
            local = str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
            column = words.values.get(local)
            if column is not None and local not in words.direct and row[column] != row[column]:
                row[column] = tally.decimal(element.text or "")
    return row
