"""TCX: each activity (each leg of a multi-sport session) is one recording; courses and workouts are none."""

from __future__ import annotations

import re

import numpy as np

from runlake.errors import FormatError, NotAnActivityError, RunlakeError
from runlake.formats import _xml_document as doc
from runlake.formats._tcx_laps import read_laps, timer_events, totals
from runlake.formats._xml_bytes import root_name
from runlake.formats._xml_document import COLUMN_OF, Document, Vocabulary
from runlake.formats._xml_read import read_document
from runlake.formats._xml_recording import Kept, channels_of, has_position, odd_notes
from runlake.model.plugins import Reader
from runlake.model.recording import F8, Reading, Recording
from runlake.model.sports import fit_sport

VALUES = {
    "time": "time_utc_s",
    "latitudedegrees": "latitude_deg",
    "longitudedegrees": "longitude_deg",
    "altitudemeters": "altitude_m",
    "distancemeters": "distance_m",
    "value": "heart_rate_bpm",
    "cadence": "cadence_cpm",
    "runcadence": "cadence_cpm",
    "speed": "speed_mps",
    "watts": "power_w",
}
STRUCTURE = frozenset(
    {
        "activities", "activity", "lap", "track", "courses", "course", "workouts", "workout", "creator",
        "name", "notes", "totaltimeseconds", "distancemeters", "maximumspeed", "calories", "value",
        "averageheartratebpm", "maximumheartratebpm", "intensity", "triggermethod", "cadence", "extensions",
        "lx", "avgspeed", "avgruncadence", "maxruncadence", "maxbikecadence",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {
        "totaltimeseconds", "distancemeters", "maximumspeed", "calories", "value", "cadence", "avgspeed",
        "avgruncadence", "maxruncadence", "maxbikecadence",
    }
)  # fmt: skip
WORDS = Vocabulary(
    format="tcx",
    roots=frozenset({"trainingcenterdatabase", "activities"}),
    point="trackpoint",
    values={name: COLUMN_OF[column] for name, column in VALUES.items()},
    direct=frozenset({"time", "altitudemeters", "distancemeters"}),
    within=frozenset({"value"}),
    attributes={},
    structure=STRUCTURE,
    containers=frozenset({"activity", "lap", "track"}),
    attributed={"activity": "sport", "lap": "starttime"},
    numbers=NUMBERS,
    stamps=frozenset({"lap"}),
    tag="Trackpoint",
)
_UNIT = re.compile(r"\s*(\(Unit ID.*?\)|Software Version.*)", re.IGNORECASE)


def _recognises(head: bytes) -> bool:
    return root_name(head) in WORDS.roots


def _without_points(document: Document) -> RunlakeError:
    if "course" in document.nodes.names:
        return NotAnActivityError("a TCX course: a route to follow, not a recording", code="tcx_course")
    if "workout" in document.nodes.names:
        return NotAnActivityError("a TCX workout plan, not a recording", code="tcx_workout")
    if document.is_damaged:
        what = ", ".join(document.notes)
        return FormatError(f"the TCX is damaged before its first track point ({what}); export it again", code="damaged")
    return NotAnActivityError("a TCX without track points: nothing was recorded", code="tcx_no_points")


def to_reading(document: Document) -> Reading:
    """One recording for each activity that has points with a time; points without position stay (treadmill).

    Raises NotAnActivityError (``tcx_course``, ``tcx_workout``, ``tcx_no_points``) or FormatError
    (``damaged``, ``no_times``).
    """
    nodes = document.nodes
    activities = nodes.all("activity")
    if document.n == 0 or (not activities and "course" in nodes.names):
        raise _without_points(document)
    n_timed = document.filled[doc.TIME]
    if not n_timed:
        raise FormatError("no track point of the TCX has a time that can be read; export it again", code="no_times")
    columns, n_misplaced = _real_positions(document)
    firsts = [0, *(nodes.firsts[i] for i in activities[1:]), document.n]
    recordings = []
    ends = [*activities[1:], len(nodes.names)]
    for k, activity in enumerate(activities or [-1]):
        kept = _timed(document, firsts[k], firsts[k + 1])
        if kept is not None:
            recordings.append(_recording(document, columns, activity, ends[k], kept))
    dropped = {
        "point without time dropped": document.n - n_timed,
        "impossible position dropped": n_misplaced,
    }
    return Reading(
        recordings=tuple(recordings),
        notes=(
            *document.notes,
            *odd_notes(document.oddities),
            *(f"{what}:{n}" for what, n in dropped.items() if n),
        ),
        is_damaged=document.is_damaged or sum(dropped.values()) > 0,
        n_records_in=document.n_points_in,
        n_records_kept=sum(r.n for r in recordings),
        decoder=document.decoder,
    )


def _real_positions(document: Document) -> tuple[F8, int]:
    """The columns with positions that cannot be real taken out, and how many those were."""
    if document.filled[doc.LATITUDE] == document.filled[doc.LONGITUDE] == document.filled[-1]:
        return document.columns, 0
    latitude, longitude = document.columns[doc.LATITUDE], document.columns[doc.LONGITUDE]
    is_odd = ~has_position(document) & ~(np.isnan(latitude) & np.isnan(longitude))
    if not is_odd.any():
        return document.columns, 0
    columns = document.columns.copy()
    columns[doc.LATITUDE, is_odd] = np.nan
    columns[doc.LONGITUDE, is_odd] = np.nan
    return columns, int(is_odd.sum())


def _timed(document: Document, first: int, stop: int) -> Kept | None:
    """The points first..stop that have a time; None when none has."""
    if document.filled[doc.TIME] == document.n:
        return slice(first, stop) if first < stop else None
    index = first + np.flatnonzero(np.isfinite(document.columns[doc.TIME][first:stop]))
    return index if len(index) else None


def _recording(document: Document, columns: F8, activity: int, end: int, kept: Kept) -> Recording:
    """The activity whose nodes are activity..end (-1: damage left points without one)."""
    nodes = document.nodes
    laps = read_laps(document, activity, end) if activity >= 0 else []
    sport, sub_sport = fit_sport(nodes.attribute(activity))
    creator = nodes.child(activity, "creator", end)
    return Recording(
        time_utc_s=np.ascontiguousarray(columns[doc.TIME][kept]),
        channels=channels_of(document, columns, kept),
        sport=sport,
        sub_sport=sub_sport,
        device=_UNIT.sub("", nodes.text(nodes.child(creator, "name", end)))[:80],
        name=nodes.text(nodes.child(activity, "notes", end)).split("\n")[0][:200],
        utc_offset_s=document.oddities.utc_offset_s,
        laps=tuple(x.lap for x in laps),
        timer_events=timer_events(document, laps),
        totals=totals(laps),
    )


def _read(data: bytes) -> Reading:
    return to_reading(read_document(data, WORDS))


READER = Reader(name="tcx", recognises=_recognises, read=_read)
