"""Tables of one athlete's activities to history: one module per question, listed in the order they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian

HISTORIANS: tuple[Historian, ...] = ()


def build_history(
    athlete: Athlete, tables: Mapping[str, Table], settings: Mapping[str, Any] | None = None
) -> dict[str, Table]:
    """The tables given, with history tables added and history columns filled in."""
    chosen = settings or {}
    out = dict(tables)
    for historian in HISTORIANS:
        needed = {name: out[name] for name in historian.needs}
        for table in historian.build(athlete, needed, chosen.get(historian.name, historian.settings)):
            out[table.spec.name] = table
    return out
