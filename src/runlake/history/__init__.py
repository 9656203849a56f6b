"""Tables of one athlete's activities to history: one module per question, listed in the order they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    return {**tables, **{table.spec.name: table for table in history_tables(athlete, tables, settings)}}


def history_tables(
    athlete: Athlete, tables: Mapping[str, Table], settings: Mapping[str, Any] | None = None
) -> Iterator[Table]:
    """The tables that historians make or fill, as `build_history` gives them, each as soon as it is final."""
    chosen = settings or {}
    last = {spec.name: historian.name for historian in HISTORIANS for spec in historian.specs}
    out = dict(tables)
    for historian in HISTORIANS:
        needed = {name: out[name] if name in out else Table.empty(BY_NAME[name]) for name in historian.needs}
        made = historian.build(athlete, needed, chosen.get(historian.name, historian.settings))
        out.update((table.spec.name, table) for table in made)
        yield from (table for table in made if last[table.spec.name] == historian.name)
