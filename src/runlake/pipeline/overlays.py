"""What exports say of activities beside their files: names, notes, gear, exertion, laid over at assembly."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from runlake.intake.exports import Overlay, Subject, match_overlays, read_overlays
from runlake.lake import disk
from runlake.pipeline.judge import Verdict
from runlake.pipeline.request import Run
from runlake.pipeline.scan import Scan

FILE = "overlays.json"
SIDECARS = (".csv", ".json", ".xml", ".zip")
"""A source without any of these has no metadata beside its files, and is not walked again to find some."""
Overlays = dict[tuple[str, str], tuple[Overlay, ...]]
"""By athlete and source."""


def gather_overlays(run: Run, found: Scan) -> Overlays:
    """The overlays of every source: read anew for this run's, as last published for the others."""
    out = _published(run.snapshot)
    names = {s.name for s in run.sources}
    is_from_folder = run.request.athlete_from_folder
    for key in [k for k in out if k[1] in names and (is_from_folder or k[0] == run.athlete_id)]:
        del out[key]
    for source in run.sources:
        may_have = any(p.path.lower().endswith(SIDECARS) for p in found.os_paths if p.source == source.name)
        athletes = sorted({p.athlete_id for p in found.os_paths if p.source == source.name})
        for athlete_id in athletes if is_from_folder else [run.athlete_id]:
            folder = source.path / athlete_id if is_from_folder else source.path
            overlays = read_overlays(folder) if folder.exists() and may_have else ()
            if overlays:
                out[athlete_id, source.name] = overlays
    return out


def _published(snapshot: Path | None) -> Overlays:
    if snapshot is None or not (snapshot / FILE).is_file():
        return {}
    rows = json.loads((snapshot / FILE).read_text(encoding="utf-8", errors="surrogateescape"))
    return {(athlete, source): tuple(_overlay(row) for row in found) for athlete, source, found in rows}


def _overlay(row: Mapping[str, Any]) -> Overlay:
    values: dict[str, Any] = {name: math.nan if value is None else value for name, value in row.items()}
    return Overlay(**values)


def write_overlays(folder: Path, overlays: Overlays) -> None:
    """Keep the overlays with the state, so that a source that is not built again keeps its names."""
    rows = [[a, s, [_plain(o) for o in found]] for (a, s), found in sorted(overlays.items())]
    text = json.dumps(rows, separators=(",", ":"))
    disk.write(folder / FILE, text.encode("utf-8", "surrogateescape"))


def _plain(overlay: Overlay) -> dict[str, Any]:
    values = {f.name: getattr(overlay, f.name) for f in fields(overlay)}
    return {n: None if isinstance(v, float) and math.isnan(v) else v for n, v in values.items()}


def matched(verdict: Verdict, overlays: Overlays) -> dict[str, Overlay]:
    """The overlay of each activity that is kept and has one."""
    copies: dict[tuple[str, str], list[str]] = {}
    for row in verdict.rows:
        if row.duplicate_of is not None:
            copies.setdefault((row.place.athlete_id, row.duplicate_of), []).append(row.name)
    out: dict[str, Overlay] = {}
    for athlete_id in sorted({a for a, _ in overlays}):
        subjects = [
            Subject(
                key=k.session.activity_id,
                file_names=(k.name, *copies.get((athlete_id, k.name), ())),
                start_time_utc_s=k.session.start_time_utc_s,
                utc_offset_s=k.session.utc_offset_s,
                distance_m=k.session.distance_m,
            )
            for k in verdict.kept
            if k.place.athlete_id == athlete_id
        ]
        mine: Sequence[Overlay] = [o for (a, _), found in sorted(overlays.items()) if a == athlete_id for o in found]
        out.update(match_overlays(subjects, mine))
    return out
