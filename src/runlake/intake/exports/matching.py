"""Which overlay belongs to which activity: by file name, else by start time and distance."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from runlake.intake.exports._overlay import Overlay
from runlake.model.recording import NAN

SAME_START_S = 5.0
"""Garmin's summaries round the start to the second, and differ from the file by a second or two."""
NEAR_START_S = 300.0
NEAR_DISTANCE_FRAC = 0.10
SUFFIXES = (".gz", ".fit", ".gpx", ".tcx")


@dataclass(frozen=True, slots=True)
class Subject:
    """An activity that looks for its overlay. `file_names` are its paths, members and duplicates included."""

    key: str
    file_names: tuple[str, ...]
    start_time_utc_s: float
    utc_offset_s: float = 0.0
    distance_m: float = NAN


def _stem(path: str) -> str:
    """Last part of a path, without the endings that unpacking and converting take away; case ignored."""
    name = path.replace("!", "/").replace("\\", "/").rpartition("/")[2].lower()
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def match_overlays(subjects: Iterable[Subject], overlays: Sequence[Overlay]) -> Mapping[str, Overlay]:
    """The overlay of each activity that has any, by key; several of one activity are merged, the first said wins.

    By file name where the export gives one (a name that several activities or overlays carry must also agree in start
    time); else by start time within 5 s; else the nearest within 300 s whose distance agrees within 10 %.
    """
    known = list(subjects)
    by_name: dict[str, list[Overlay]] = {}
    for overlay in overlays:
        if overlay.file_name:
            by_name.setdefault(_stem(overlay.file_name), []).append(overlay)
    out: dict[str, Overlay] = {}
    used: set[int] = set()
    for subject in known:
        found = _by_name(subject, by_name)
        if found is not None:
            out[subject.key] = found
            used.add(id(found))
    free = [overlay for overlay in overlays if id(overlay) not in used]
    for service in dict.fromkeys(overlay.service for overlay in free):
        _by_time(known, [o for o in free if o.service == service], out)
    return out


def _by_name(subject: Subject, by_name: Mapping[str, list[Overlay]]) -> Overlay | None:
    candidates = [o for stem in dict.fromkeys(map(_stem, subject.file_names)) for o in by_name.get(stem, [])]
    if len(candidates) == 1 and not _contradicts(subject, candidates[0]):
        return candidates[0]
    near = [o for o in candidates if abs(_distance_s(subject, o)) <= NEAR_START_S]
    undated = [o for o in candidates if math.isnan(o.start_time_utc_s)]
    if near:
        return min(near, key=lambda o: abs(_distance_s(subject, o)))
    return undated[0] if undated and len(undated) == len(candidates) else None


def _contradicts(subject: Subject, overlay: Overlay) -> bool:
    """True when the start times are days apart: another file of the same name."""
    apart_s = abs(_distance_s(subject, overlay))
    return apart_s > 2 * 86_400


def _distance_s(subject: Subject, overlay: Overlay) -> float:
    """Seconds from the activity's start to the overlay's; NaN when either is unknown."""
    shift_s = subject.utc_offset_s if overlay.start_time_is_local else 0.0
    return overlay.start_time_utc_s - shift_s - subject.start_time_utc_s


def _by_time(subjects: Sequence[Subject], overlays: Sequence[Overlay], out: dict[str, Overlay]) -> None:
    """Adds the overlays of one service to `out`, the closest pairs first, each overlay to one activity."""
    pairs: list[tuple[float, int, int]] = []
    for is_local in (False, True):
        order = sorted(
            (o.start_time_utc_s, k)
            for k, o in enumerate(overlays)
            if o.start_time_is_local == is_local and not math.isnan(o.start_time_utc_s)
        )
        starts = [start for start, _ in order]
        for i, subject in enumerate(subjects):
            shift_s = subject.utc_offset_s if is_local else 0.0
            wanted = subject.start_time_utc_s + shift_s
            for j in range(bisect_left(starts, wanted - NEAR_START_S), len(starts)):
                if starts[j] > wanted + NEAR_START_S:
                    break
                if _agrees(subject, overlays[order[j][1]]):
                    pairs.append((abs(starts[j] - wanted), i, order[j][1]))
    taken_subjects: set[int] = set()
    taken_overlays: set[int] = set()
    for _, i, k in sorted(pairs):
        if i in taken_subjects or k in taken_overlays:
            continue
        taken_subjects.add(i)
        taken_overlays.add(k)
        key = subjects[i].key
        out[key] = merge(out[key], overlays[k]) if key in out else overlays[k]


def _agrees(subject: Subject, overlay: Overlay) -> bool:
    if abs(_distance_s(subject, overlay)) <= SAME_START_S:
        return True
    if math.isnan(subject.distance_m) or math.isnan(overlay.distance_m):
        return False
    larger = max(subject.distance_m, overlay.distance_m)
    return abs(subject.distance_m - overlay.distance_m) <= NEAR_DISTANCE_FRAC * larger


def merge(first: Overlay, second: Overlay) -> Overlay:
    """The first overlay, with what it does not say taken from the second."""
    exertion = first.perceived_exertion
    return replace(
        first,
        name=first.name or second.name,
        description=first.description or second.description,
        sport=first.sport or second.sport,
        gear=first.gear or second.gear,
        perceived_exertion=second.perceived_exertion if math.isnan(exertion) else exertion,
        distance_m=second.distance_m if math.isnan(first.distance_m) else first.distance_m,
        is_race=first.is_race or second.is_race,
    )
