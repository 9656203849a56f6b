"""Tables of one athlete's activities to history: one module per question, listed in the order they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runlake.history import bouts, context, goals, intensity, progress, purpose, races, records, thresholds, weeks
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import BY_NAME

HISTORIANS: tuple[Historian, ...] = (
    thresholds.HISTORIAN,
    records.HISTORIAN,
    bouts.HISTORIAN,
    races.HISTORIAN,
    intensity.HISTORIAN,
    context.HISTORIAN,
    purpose.HISTORIAN,
    weeks.HISTORIAN,
    goals.HISTORIAN,
    progress.HISTORIAN,
)


def build_history(
    athlete: Athlete, tables: Mapping[str, Table], settings: Mapping[str, Any] | None = None
) -> dict[str, Table]:
    """The tables given, with history tables added and history columns filled in.

    `tables` holds rows of this one athlete only; a table that is missing counts as empty.
    """
    chosen = settings or {}
    out = dict(tables)
    for historian in HISTORIANS:
        needed = {name: out[name] if name in out else Table.empty(BY_NAME[name]) for name in historian.needs}
        for table in historian.build(athlete, needed, chosen.get(historian.name, historian.settings)):
            out[table.spec.name] = table
    return out
