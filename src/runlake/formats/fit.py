"""FIT files: what every watch writes. Recognised by ``.FIT`` in the header, wherever the header begins."""

from __future__ import annotations

import numpy as np

from runlake.errors import FormatError, NotAnActivityError
from runlake.formats._fit_columns import FitColumns
from runlake.formats._fit_profile import WANTED, enum_name
from runlake.formats._fit_sessions import reading
from runlake.model.plugins import Reader
from runlake.model.recording import Reading

MAGIC = b".FIT"
ACTIVITY, COURSE = 4, 6
KNOWN_PROTOCOL = 2
FITDECODE_MOST_BYTES = 8 << 20


def recognises(head: bytes) -> bool:
    """True when the FIT signature stands in the header, or in the first kilobyte after other bytes."""
    return head[8:12] == MAGIC or (MAGIC in head and head.lstrip()[:1] != b"<")


def read(data: bytes) -> Reading:
    """One recording for each session.

    Raises NotAnActivityError (code ``fit_settings``, ``fit_course`` ...) for other kinds of FIT files,
    FormatError (code ``no_records``) for an activity of which no record can be read.
    """
    from runlake.formats._fit_frame import find_frames, peek_kind

    kind = peek_kind(data)
    if kind is not None and kind != ACTIVITY:
        frames = find_frames(data, np.frombuffer(data, dtype=np.uint8))
        if len(frames.frames) == 1 and not frames.problems:
            raise _other_kind(kind)
    columns = decode(data)
    _refuse_other_kinds(columns)
    found = reading(columns)
    if not found.recordings:
        raise FormatError(
            "a FIT activity without any readable record; export it again from the watch or its service",
            code="no_records",
        )
    return found


def decode(data: bytes) -> FitColumns:
    """The messages that recordings are made of, by the columnar decoder, or by fitdecode where that declines."""
    from runlake.formats import _fit_fast, _fit_salvage, _fit_slow
    from runlake.formats._fit_frame import find_frames

    array = np.frombuffer(data, dtype=np.uint8)
    frames = find_frames(data, array)
    if len(data) > 1 and data[8:12] == MAGIC and data[1] >> 4 > KNOWN_PROTOCOL and len(data) <= FITDECODE_MOST_BYTES:
        return _fit_slow.decode(data, WANTED)  # a protocol that we have never seen may lay out messages anew
    if not frames.problems:
        spans = [_fit_fast.Span(f.start_of_data, f.stop) for f in frames.frames]
        columns, walked = _fit_fast.decode(data, array, spans, WANTED)
        if all(status == 0 for status, _ in walked.ends):
            return columns
    return _fit_salvage.decode(data, array, frames, WANTED)


def _other_kind(kind: int) -> NotAnActivityError:
    name = enum_name("file", kind) or f"kind_{kind}"
    return NotAnActivityError(f"a FIT file of kind {name}, not an activity", code=f"fit_{name}")


def _refuse_other_kinds(columns: FitColumns) -> None:
    """Raise for settings, courses and the like; a file with sessions is an activity whatever it calls itself."""
    kinds = [int(kind) for kind in columns.get("file_id").number("type").tolist() if kind == kind]
    if not kinds or ACTIVITY in kinds or columns.get("session").n:
        return
    if kinds[0] == COURSE or not columns.get("record").n:
        raise _other_kind(kinds[0])


READER = Reader("fit", recognises, read)
