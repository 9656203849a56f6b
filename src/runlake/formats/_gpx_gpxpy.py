"""GPX to Document by gpxpy: the last resort, and the oracle in tests. Only for XML that a parser has passed."""

from __future__ import annotations

import logging

import gpxpy
import gpxpy.gpx
from lxml import etree

from runlake.formats import _xml_document as doc
from runlake.formats._xml_document import Document, Nodes, Vocabulary
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
    names, parents, firsts, texts = ["gpx"], [-1], [0], [""]
    rows: list[list[float]] = []
    tally = Tally()
    for track in gpx.tracks:
        parent = len(names)
        for name, text, above in (("trk", "", 0), ("name", track.name, parent), ("type", track.type, parent)):
            if text is not None:
                names.append(name)
                parents.append(above)
                firsts.append(len(rows))
                texts.append(text)
        for segment in track.segments:
            names.append("trkseg")
            parents.append(parent)
            firsts.append(len(rows))
            texts.append("")
            rows += [_row(point, words, tally) for point in segment.points]
    creator = gpx.creator or ""
    return Document(
        columns=doc.stack_columns(rows),
        nodes=Nodes(
            names,
            parents,
            firsts,
            [len(rows)] * len(names),
            [NAN] * len(names),
            texts.__getitem__,
            lambda i: creator if i == 0 else "",
        ),
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
