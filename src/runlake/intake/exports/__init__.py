"""Sidecar files of exports to overlays: one module per service, each listed here; earlier ones win when merged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from runlake.errors import RunlakeError
from runlake.intake._kinds import HEAD_BYTES, is_zip
from runlake.intake._open import Opened, UnstableError
from runlake.intake._unpack import Budget, Limits
from runlake.intake._zip import list_members, spool_member
from runlake.intake.exports import apple, garmin, runkeeper, strava
from runlake.intake.exports._overlay import Overlay, Service, base_name
from runlake.intake.exports.matching import Subject, match_overlays
from runlake.intake.walk import Entry, walk

__all__ = ["Overlay", "Service", "Subject", "is_sidecar", "match_overlays", "overlays_from", "read_overlays"]

SERVICES: tuple[Service, ...] = (strava.SERVICE, garmin.SERVICE, runkeeper.SERVICE, apple.SERVICE)
IN_MEMORY_BYTES = 64 << 20
BESIDE = frozenset(
    {
        # Strava
        "bikes.csv", "shoes.csv", "profile.csv", "routes.csv", "segments.csv", "goals.csv", "clubs.csv", "comments.csv",
        "contacts.csv", "followers.csv", "following.csv", "reactions.csv", "media.csv", "logins.csv", "messaging.json",
        "components.csv", "challenges.csv", "global_challenges.csv", "preferences.csv", "general_preferences.csv",
        "email_preferences.csv", "privacy_zones.csv", "visibility_settings.csv", "mobile_device_identifiers.csv",
        # Garmin, Apple, Runkeeper
        "garmindevice.xml", "devicesandcontent.json", "user_profile.json", "export_cda.xml", "measurements.csv",
    }
)  # fmt: skip
"""Other files of exports that hold nothing we use."""


def _service(name: str, head: bytes) -> Service | None:
    return next((service for service in SERVICES if service.recognises(name, head)), None)


def is_sidecar(name: str, head: bytes) -> bool:
    """True for a file of a service's export that is no activity: by its path and first bytes.

    `name` is the path or member as the ledger has it, `head` the first 1,024 bytes.
    """
    parts = name.replace("!", "/").lower().split("/")
    if base_name(name) in BESIDE or _service(name, head) is not None:
        return True
    return "di_connect" in parts and base_name(name).endswith(".json")


def overlays_from(pairs: Iterable[tuple[str, bytes]]) -> tuple[Overlay, ...]:
    """Overlays of sidecar files given as (path or member, bytes), in the order of SERVICES; others are passed over."""
    found: dict[str, list[Overlay]] = {service.name: [] for service in SERVICES}
    for name, data in pairs:
        service = _service(name, data[:HEAD_BYTES])
        if service is not None:
            found[service.name] += service.read(io.BytesIO(data))
    return tuple(overlay for overlays in found.values() for overlay in overlays)


def read_overlays(source: Path, limits: Limits | None = None) -> tuple[Overlay, ...]:
    """Overlays of every sidecar file below the source, those in zip archives included, in the order of SERVICES.

    Files are streamed, whatever their size. A damaged or unreadable one gives what stands before the damage. Raises
    OSError when the source itself is missing.
    """
    found: dict[str, list[Overlay]] = {service.name: [] for service in SERVICES}
    for entry in walk(source):
        if entry.kind == "file":
            for name, overlays in _entry_overlays(entry, limits or Limits()):
                found[name] += overlays
    return tuple(overlay for overlays in found.values() for overlay in overlays)


def _entry_overlays(entry: Entry, limits: Limits) -> Iterator[tuple[str, list[Overlay]]]:
    """Overlays in one file or archive, with the name of the service."""
    is_archive = entry.path.lower().endswith(".zip")
    if not is_archive and not _may_be_sidecar(entry.path):
        return
    try:
        with Opened(entry) as opened:
            head = opened.read_at(0, HEAD_BYTES)
            if is_zip(head):
                yield from _archive_overlays(opened, limits)
            elif service := _service(entry.path, head):
                yield service.name, list(service.read(opened.file))
    except (RunlakeError, UnstableError, OSError):
        return  # the ledger says what is wrong with the file; it lacks only its names


def _may_be_sidecar(path: str) -> bool:
    """By name alone, so that no other file is opened."""
    return any(service.recognises(path, probe) for service in SERVICES for probe in (b",", b"[", b"<?xml HealthData"))


def _archive_overlays(opened: Opened, limits: Limits) -> Iterator[tuple[str, list[Overlay]]]:
    budget = Budget(max(limits.max_total_bytes, limits.max_total_ratio * opened.size_bytes))
    for member in list_members(opened.file, limits):
        if member.is_link or member.is_encrypted or member.overlaps or not _may_be_sidecar(member.name):
            continue
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            spool_member(opened.read_at, member, spool, budget.take)
            spool.seek(0)
            service = _service(member.name, spool.read(HEAD_BYTES))
            spool.seek(0)
            if service is not None:
                yield service.name, list(service.read(spool))
