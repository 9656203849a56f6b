"""One file's bytes to findings: decode, clean, detect; refusals and bugs become its row in the ledger.

The only broad ``except`` of the code base is here, at the border of one file: a bug costs that file, never the run.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from runlake.detect import detect_all
from runlake.errors import FormatError, NotAnActivityError, RunlakeError
from runlake.formats import read
from runlake.intake.contents import Content, Limits
from runlake.intake.exports import is_sidecar
from runlake.model.activity import Activity
from runlake.model.findings import Findings
from runlake.model.recording import F8, Reading
from runlake.pipeline.gather import Found
from runlake.pipeline.places import places_of
from runlake.pipeline.reasons import reason_of
from runlake.pipeline.records import Outcome, Place, Session, WorkSettings, content_digest
from runlake.pipeline.sample_pages import samples_of
from runlake.prepare import prepare
from runlake.prepare.clock import n_undated

DAY_S = 86400.0
FUTURE_S = 2 * DAY_S
"""A clock may be ahead by time zones and a day; further ahead it is wrong."""
HEAD_BYTES = 1024
_ACTIVITY_NAME = re.compile(r"\.(fit|gpx|tcx)(\.gz)?$", re.IGNORECASE)
_FORMAT_RANKS = {"fit": 3, "tcx": 2, "gpx": 1}
_CHANNELS_THAT_COUNT = ("heart_rate_bpm", "cadence_spm", "power_w", "altitude_m", "latitude_deg", "temperature_c")


@lru_cache(maxsize=4)
def _limits(items: tuple[tuple[str, Any], ...]) -> Limits:
    return Limits(**dict(items))


def limits_of(settings: WorkSettings) -> Limits:
    """The limits of intake that the settings change, the others as they are."""
    names = set(Limits.__dataclass_fields__)
    return _limits(tuple((k, v) for k, v in settings.limits.items() if k in names))


def ingest_content(
    content: Content, place: Place, settings: WorkSettings, digests: frozenset[bytes] = frozenset()
) -> tuple[Outcome, list[Found], list[str]]:
    """What became of one file's bytes; a bug in a reader or a detector costs this file alone."""
    base = Outcome(content.member, "", sha256=content.sha256 or None, size_bytes=content.size_bytes)
    if content.refusal is not None or content.data is None:
        return (
            replace(
                refused(content.refusal, content.member, content.member or place.path), size_bytes=content.size_bytes
            ),
            [],
            [],
        )
    if content.sha256 and content_digest(place.athlete_id, content.sha256) in digests:
        return replace(base, status="known"), [], []
    try:
        outcome, found = _ingest_bytes(base, content.data, content.notes, place.athlete_id, settings)
    except RunlakeError as error:
        known = refused(error, content.member, content.member or place.path, content.data[:HEAD_BYTES])
        return replace(base, status=known.status, reason=known.reason, format=known.format), [], []
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (the per-file border: whatever it is, it costs this file only)
        text = f"bug: {type(error).__name__} while the file was read; please report it with the log"
        return replace(base, status="blocked", reason=text), [], [traceback.format_exc()]
    return outcome, found, []


def refused(error: RunlakeError | None, member: str | None, name: str = "", head: bytes = b"") -> Outcome:
    """The ledger row of a refusal: ignored when it is no activity, rejected when it should have been one.

    Bytes that no reader knows are a failed activity only when their name says that they should be one.
    """
    error = error or FormatError("no data")
    code = error.code or "refused"
    if is_sidecar(name, head):
        return Outcome(member, "ignored", "sidecar: metadata of an export, no activity itself")
    is_foreign = code in ("unknown", "empty") and not _ACTIVITY_NAME.search(name)
    if is_foreign:
        return Outcome(member, "ignored", "foreign: neither FIT nor GPX nor TCX, by name or by content")
    status = "ignored" if isinstance(error, NotAnActivityError) else "rejected"
    if code == "unreadable":
        status = "unstable"  # a disk or a right failed, not the file: tried again though its times stay the same
    return Outcome(member, status, f"{code}: {error.message}")


def _ingest_bytes(
    base: Outcome, data: bytes, packing: tuple[str, ...], athlete_id: str, settings: WorkSettings
) -> tuple[Outcome, list[Found]]:
    source_format, reading = read(data)
    zones = settings.home_time_zones
    home = zones.get(athlete_id, zones.get("", ""))
    sport = settings.default_sports.get(athlete_id, settings.default_sports.get("", ""))
    found: list[Found] = []
    notes = [*packing, *reading.notes]
    failures: list[FormatError] = []
    for number, recording in enumerate(reading.recordings, start=1):
        activity_id = activity_id_of(athlete_id, base.sha256 or "", number)
        try:
            if not recording.sport and sport:
                recording = replace(recording, sport=sport)
            activity = prepare(recording, activity_id=activity_id, source_format=source_format, home_time_zone=home)
            _refuse_future(activity)
        except FormatError as error:
            failures.append(error)
            notes.append(f"session {number} left out ({error.code or 'refused'})")
            continue
        session = session_of(activity, number, reading)
        findings = _with_session_no(detect_all(activity, _detect_settings(settings)), number)
        found.append(found_in(session, athlete_id, findings))
    if not found:
        if failures:
            raise failures[0]
        raise NotAnActivityError("nothing was recorded in this file", code="no_session")
    is_damaged = reading.is_damaged or bool(failures) or bool(packing)
    undated = sum(n_undated(r) for r in reading.recordings)
    outcome = replace(
        base,
        status="salvaged" if is_damaged or undated else "ok",
        reason=reason_of(notes, is_damaged=is_damaged, n_undated=undated),
        format=source_format,
        decoder=reading.decoder or None,
        n_records_in=reading.n_records_in,
        n_records_kept=max(reading.n_records_kept - undated, 0),
        sessions=tuple(f.session for f in found),
    )
    return outcome, found


def found_in(session: Session, athlete_id: str, findings: Mapping[str, Findings]) -> Found:
    """All that was found in an activity."""
    tables = {name: rows for name, rows in findings.items() if name != "samples"}
    return Found(session, athlete_id, tables, samples_of(findings["samples"]))


def _refuse_future(activity: Activity) -> None:
    """Raise FormatError for a session that has not happened yet: it would stand in front of all others for years."""
    if activity.start_time_utc_s > time.time() + FUTURE_S:
        day = time.strftime("%Y-%m-%d", time.gmtime(activity.start_time_utc_s))
        advice = "set the watch's clock, and correct the dates of the file"
        raise FormatError(f"its clock says {day}, which is yet to come; {advice}", code="future")


def activity_id_of(athlete_id: str, sha256: str, session_no: int) -> str:
    """The key of an activity: 16 hex digits that depend on athlete, content and session alone."""
    return hashlib.sha256(f"{athlete_id}\0{sha256}\0{session_no}".encode()).hexdigest()[:16]


def session_of(activity: Activity, session_no: int, reading: Reading) -> Session:
    """What duplicates and partitions need to know of an activity."""
    distance = activity.channels["distance_m"]
    is_finite = np.isfinite(distance)
    finite = distance if is_finite.all() else distance[is_finite]
    channels = sum(_is_recorded(activity.channels[name]) for name in _CHANNELS_THAT_COUNT)
    rank = _FORMAT_RANKS.get(activity.source_format, 0)
    return Session(
        activity_id=activity.activity_id,
        session_no=session_no,
        start_time_utc_s=activity.start_time_utc_s,
        end_time_utc_s=activity.start_time_utc_s + activity.elapsed_s,
        local_date_days=math.floor((activity.start_time_utc_s + activity.utc_offset_s) / DAY_S),
        utc_offset_s=activity.utc_offset_s,
        distance_m=float(finite.max()) if len(finite) else math.nan,
        sport=activity.sport,
        name=activity.name,
        n_samples=activity.n,
        richness=(0 if reading.is_damaged else 1, rank, channels, activity.n),
        places=places_of(activity),
    )


def _is_recorded(values: F8) -> bool:
    return math.isfinite(values[0]) or bool(np.isfinite(values).any())


def _with_session_no(found: dict[str, Findings], number: int) -> dict[str, Findings]:
    """Detectors see one session, the first for all they know; the number of a later one is filled in here."""
    if number == 1:
        return found
    rows = found["activities"]
    return {**found, "activities": rows.replace("session_no", np.full(rows.n_rows, number, dtype=np.int64))}


def _detect_settings(settings: WorkSettings) -> Mapping[str, Any]:
    if not settings.detect:
        return {}
    from runlake.config import detect_settings

    return detect_settings(settings.detect)
