"""FIT files: what every watch writes. Recognised by ``.FIT`` in the header, wherever the header begins."""

from __future__ import annotations

from runlake.errors import FormatError, NotAnActivityError
from runlake.formats import _fit_slow
from runlake.formats._fit_columns import FitColumns
from runlake.formats._fit_profile import WANTED, enum_name
from runlake.formats._fit_sessions import reading
from runlake.model.plugins import Reader
from runlake.model.recording import Reading

MAGIC = b".FIT"
ACTIVITY = "activity"


def recognises(head: bytes) -> bool:
    """True when the FIT signature stands in the header, or in the first kilobyte after other bytes."""
    return head[8:12] == MAGIC or (MAGIC in head and head.lstrip()[:1] != b"<")


def read(data: bytes) -> Reading:
    """One recording for each session.

    Raises NotAnActivityError (code ``fit_settings``, ``fit_course`` ...) for other kinds of FIT files,
    FormatError (code ``no_records``) for an activity of which no record can be read.
    """
    columns = _fit_slow.decode(data, WANTED)
    _refuse_other_kinds(columns)
    found = reading(columns)
    if not found.recordings:
        raise FormatError(
            "a FIT activity without any readable record; export it again from the watch or its service",
            code="no_records",
        )
    return found


def _refuse_other_kinds(columns: FitColumns) -> None:
    kinds = [enum_name("file", kind) for kind in columns.get("file_id").number("type").tolist()]
    known = [kind for kind in kinds if kind]
    if known and ACTIVITY not in known and not columns.get("session").n:
        raise NotAnActivityError(f"a FIT file of kind {known[0]}, not an activity", code=f"fit_{known[0]}")


READER = Reader("fit", recognises, read)
