"""GPX: each track is one recording; way points and routes are none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.errors import FormatError, NotAnActivityError, RunlakeError
from runlake.formats import _xml_document as doc
from runlake.formats._xml_bytes import root_name
from runlake.formats._xml_document import COLUMN_OF, Document, Nodes, Vocabulary
from runlake.formats._xml_read import read_document
from runlake.formats._xml_recording import Kept, channels_of, has_position, odd_notes
from runlake.model.plugins import Reader
from runlake.model.recording import F8, Reading, Recording, TimerEvent
from runlake.model.sports import fit_sport

VALUES = {
    "time": "time_utc_s",
    "ele": "altitude_m",
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "heartratebpm": "heart_rate_bpm",
    "cad": "cadence_cpm",
    "cadence": "cadence_cpm",
    "runcadence": "cadence_cpm",
    "atemp": "temperature_c",
    "temp": "temperature_c",
    "temperature": "temperature_c",
    "power": "power_w",
    "powerinwatts": "power_w",
    "watts": "power_w",
    "speed": "speed_mps",
    "distance": "distance_m",
}
WORDS = Vocabulary(
    format="gpx",
    roots=frozenset({"gpx"}),
    point="trkpt",
    values={name: COLUMN_OF[column] for name, column in VALUES.items()},
    direct=frozenset({"time", "ele"}),
    attributes={"lat": doc.LATITUDE, "lon": doc.LONGITUDE},
    structure=frozenset({"gpx", "metadata", "trk", "trkseg", "name", "type", "rte", "link", "author", "extensions"}),
    containers=frozenset({"trk", "trkseg"}),
    attributed={"gpx": "creator"},
    numbers=frozenset(),
    stamps=frozenset(),
    tag="trkpt",
    others=frozenset({"wpt", "rtept"}),
)
SERVICES = (
    "garmin connect",
    "strava",
    "runkeeper",
    "gpx.py",
    "gpsbabel",
    "http",
    "runtastic",
    "komoot",
    "mapmyrun",
)
"""Creators that name a service or program, not a device."""


@dataclass(frozen=True, slots=True)
class _Track:
    """One `<trk>`: its points first..stop and where its segments begin."""

    name: str
    type: str
    first: int
    stop: int
    breaks: tuple[int, ...]


def _recognises(head: bytes) -> bool:
    return root_name(head) in WORDS.roots


def _tracks(nodes: Nodes, n: int) -> list[_Track]:
    """The tracks, which share out all points: those that damage left outside a track go to the one before."""
    found = nodes.all("trk") or [-1]
    firsts = [0, *(nodes.firsts[i] for i in found[1:]), n]
    breaks = [nodes.firsts[i] for i in nodes.all("trkseg")]
    tracks = []
    for k, i in enumerate(found):
        stop = found[k + 1] if k + 1 < len(found) else len(nodes.names)
        inside = breaks[bisect_right(breaks, firsts[k]) : bisect_left(breaks, firsts[k + 1])]
        name, kind = (nodes.text(nodes.child(i, which, stop)) for which in ("name", "type"))
        tracks.append(_Track(name, kind, firsts[k], firsts[k + 1], tuple(inside)))
    return tracks


def _timer_events(time_s: F8, kept: Kept, breaks: tuple[int, ...]) -> tuple[TimerEvent, ...]:
    """A segment break as a stop at the last point before and a start at the first point after.

    `time_s` are the kept points' times, `breaks` indices into the document.
    """
    if isinstance(kept, slice):
        starts = [at - kept.start for at in breaks]
    else:
        starts = sorted({int(np.searchsorted(kept, at)) for at in breaks})
    events: list[TimerEvent] = []
    for start in dict.fromkeys(starts):
        if 0 < start < len(time_s):
            events.append(TimerEvent(float(time_s[start - 1]), False))
            events.append(TimerEvent(float(time_s[start]), True))
    return tuple(events)


def _sport(track: _Track) -> tuple[str, str]:
    """By type, else by a name that starts with a sport, as Runkeeper ("Running 8/31/19") and TomTom do."""
    if track.type:
        return fit_sport(track.type)
    return fit_sport(track.name.split(" ")[0]) if track.name else ("", "")


def _device(nodes: Nodes) -> str:
    creator = nodes.attribute(0).strip()[:80] if nodes.names else ""
    return "" if creator.lower().startswith(SERVICES) else creator


def _without_points(document: Document) -> RunlakeError:
    if document.is_damaged:
        what = ", ".join(document.notes)
        return FormatError(f"the GPX is damaged before its first track point ({what}); export it again", code="damaged")
    if "trk" in document.nodes.names or "trkseg" in document.nodes.names:
        return NotAnActivityError("a GPX whose track holds no points: nothing was recorded", code="gpx_no_points")
    return NotAnActivityError("a GPX of way points or routes only, no recorded track", code="gpx_waypoints")


def to_reading(document: Document) -> Reading:
    """One recording for each track that has points with time and position.

    Raises NotAnActivityError (``gpx_route``, ``gpx_no_points``, ``gpx_waypoints``) or FormatError
    (``damaged``, ``no_times``, ``no_positions``).
    """
    if document.n == 0:
        raise _without_points(document)
    n_timed, n_placed = document.filled[doc.TIME], document.filled[-1]
    if not n_timed:
        raise _without_times(document)
    tracks = _tracks(document.nodes, document.n)
    if n_timed == n_placed == document.n:
        kept: list[Kept] = [slice(track.first, track.stop) for track in tracks if track.first < track.stop]
        return _reading(document, [t for t in tracks if t.first < t.stop], kept, {})
    is_timed, is_placed = np.isfinite(document.columns[doc.TIME]), has_position(document)
    if not (is_timed & is_placed).any():
        raise FormatError("no track point has both a time and a position; export it again", code="no_positions")
    chosen, kept, n_timeless, n_routes = [], [], 0, 0
    for track in tracks:
        here = slice(track.first, track.stop)
        index = track.first + np.flatnonzero(is_timed[here] & is_placed[here])
        n_without = int((is_placed[here] & ~is_timed[here]).sum())
        if len(index):
            chosen.append(track)
            kept.append(index)
            n_timeless += n_without
        else:
            n_routes += n_without
    dropped = {
        "point without position dropped": document.n - n_placed,
        "point without time dropped": n_timeless,
        "point of a track without times left out": n_routes,
    }
    return _reading(document, chosen, kept, dropped)


def _reading(document: Document, tracks: list[_Track], kept: list[Kept], dropped: Mapping[str, int]) -> Reading:
    recordings = tuple(_recording(document, track, k) for track, k in zip(tracks, kept, strict=True))
    notes = (f"{what}:{n}" for what, n in dropped.items() if n)
    lost = sum(n for what, n in dropped.items() if what.endswith("dropped"))
    return Reading(
        recordings=recordings,
        notes=(*document.notes, *odd_notes(document.oddities), *notes),
        is_damaged=document.is_damaged or lost > 0,
        n_records_in=document.n_points_in,
        n_records_kept=sum(r.n for r in recordings),
        decoder=document.decoder,
    )


def _without_times(document: Document) -> RunlakeError:
    if document.oddities.n_bad_times:
        return FormatError("no time in the GPX can be read; export it again with ISO 8601 times", code="no_times")
    return NotAnActivityError("a GPX track without times is a route, not a recording", code="gpx_route")


def _recording(document: Document, track: _Track, kept: Kept) -> Recording:
    sport, sub_sport = _sport(track)
    times = np.ascontiguousarray(document.columns[doc.TIME][kept])
    return Recording(
        time_utc_s=times,
        channels=channels_of(document, document.columns, kept),
        sport=sport,
        sub_sport=sub_sport,
        device=_device(document.nodes),
        name=track.name[:200],
        utc_offset_s=document.oddities.utc_offset_s,
        timer_events=_timer_events(times, kept, track.breaks),
    )


def _gpxpy(data: bytes, words: Vocabulary) -> Document | None:
    from runlake.formats._gpx_gpxpy import read_gpxpy  # imported when needed: it takes longer than a hundred files

    return read_gpxpy(data, words)


def _read(data: bytes) -> Reading:
    return to_reading(read_document(data, WORDS, last_resort=_gpxpy))


READER = Reader(name="gpx", recognises=_recognises, read=_read)
