"""Garmin's full export: `*_summarizedActivities.json`, object by object, for it can exceed 100 MB.

Units are mixed: distance in centimetres, durations and times in milliseconds, speed in m/s divided by ten.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO, Any

from runlake.intake.exports._overlay import Overlay, Service, base_name
from runlake.model.recording import NAN
from runlake.model.sports import fit_sport

KEY = '"summarizedActivitiesExport"'
CHUNK_BYTES = 1 << 20
MAX_OBJECT_CHARS = 4 << 20
RACE_EVENT_TYPE = 1


def _recognises(name: str, head: bytes) -> bool:
    return "summarizedactivities" in base_name(name) and head.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"[", b"{")


def _objects(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of the list under KEY, or of a bare list, decoded one at a time."""
    decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
    decoder = json.JSONDecoder()
    text, at, is_end = "", 0, False
    while True:
        # Wrappings ([, {, the key, commas) lie between the activities: each "{" that is followed by KEY is one too.
        start = text.find("{", at)
        wrapped = start >= 0 and text[start + 1 :].lstrip()[: len(KEY)] == KEY
        if wrapped:
            at = start + 1
            continue
        if start >= 0:
            try:
                found, at = decoder.raw_decode(text, start)
                if isinstance(found, dict):
                    yield found
                continue
            except (json.JSONDecodeError, RecursionError):
                if is_end or len(text) - start > MAX_OBJECT_CHARS:
                    return
        if is_end:
            return
        chunk = file.read(CHUNK_BYTES)
        is_end = not chunk
        text = text[start if start >= 0 else len(text) :] + decode(chunk, is_end)
        at = 0


def _number(found: dict[str, Any], key: str) -> float:
    value = found.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else NAN


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if isinstance(value, dict):
        value = value.get("typeKey")
    return value.strip() if isinstance(value, str) else ""


def _is_race(found: dict[str, Any]) -> bool:
    event = found.get("eventTypeId", found.get("eventType"))
    if isinstance(event, dict):
        event = event.get("typeId")
    return event == RACE_EVENT_TYPE


def _start(found: dict[str, Any]) -> tuple[float, bool]:
    """Start in seconds, and whether it is local time dressed as an epoch."""
    for key, is_local in (("beginTimestamp", False), ("startTimeGmt", False), ("startTimeLocal", True)):
        value = _number(found, key)
        if value == value:
            return value / 1000.0, is_local
    return NAN, False


def _read(file: IO[bytes]) -> Iterator[Overlay]:
    for found in _objects(file):
        start, is_local = _start(found)
        # The parent of a multi-sport session counts its legs again.
        if start != start or found.get("parent") is True:
            continue
        effort = _number(found, "workoutRpe")
        yield Overlay(
            service="garmin",
            start_time_utc_s=start,
            start_time_is_local=is_local,
            name=_text(found, "name") or _text(found, "activityName"),
            description=_text(found, "description"),
            sport=fit_sport(_text(found, "activityType"))[0] or fit_sport(_text(found, "sportType"))[0],
            perceived_exertion=effort / 10.0 if 0.0 <= effort <= 100.0 else NAN,
            distance_m=_number(found, "distance") / 100.0,
            is_race=_is_race(found),
        )


SERVICE = Service(name="garmin", recognises=_recognises, read=_read)
