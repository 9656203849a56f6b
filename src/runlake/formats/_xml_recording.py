"""What GPX and TCX share on the way from Document to Recording."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.formats import _xml_document as doc
from runlake.formats._xml_document import Document, Oddities
from runlake.model.recording import F8

B1 = npt.NDArray[np.bool_]


def has_position(document: Document) -> B1:
    """Which points carry a latitude and a longitude that can be real."""
    latitude, longitude = document.columns[doc.LATITUDE], document.columns[doc.LONGITUDE]
    with np.errstate(invalid="ignore"):
        return (np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 180.0)


Kept = npt.NDArray[np.intp] | slice
"""Which points of a document go into a recording: all in a range, or those by index."""


def channels_of(document: Document, columns: F8, kept: Kept) -> dict[str, F8]:
    """The channels that the kept points have any value of; `columns` those of the document, or mended ones."""
    out: dict[str, F8] = {}
    for k in range(1, len(doc.COLUMNS)):
        if document.filled[k]:
            values = columns[k][kept]
            if len(values) == document.n or not np.isnan(values).all():
                out[doc.COLUMNS[k]] = np.ascontiguousarray(values)
    return out


def odd_notes(oddities: Oddities) -> list[str]:
    """Notes on values that could not be read as they stand."""
    notes: list[str] = []
    if oddities.n_bad_times:
        notes.append(f"unreadable time:{oddities.n_bad_times}")
    if oddities.n_bad_values:
        notes.append(f"unreadable value:{oddities.n_bad_values}")
    if oddities.n_unzoned_times:
        notes.append(f"time without zone, taken as UTC:{oddities.n_unzoned_times}")
    return notes
