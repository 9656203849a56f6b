"""History: each athlete's tables through the historians, apart from everybody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from runlake.lake.schema import ARROW_TYPES, empty_table, from_arrow, to_arrow, to_arrow_again
from runlake.model.plugins import Athlete
from runlake.model.table import TableSpec
from runlake.pipeline.collect import aligned, runs_of_text
from runlake.tables import BY_NAME


def history_specs() -> tuple[TableSpec, ...]:
    """Tables that historians fill, wholly or in part."""
    from runlake.history import HISTORIANS

    named = {spec.name for historian in HISTORIANS for spec in historian.specs}
    return tuple(spec for spec in BY_NAME.values() if spec.name in named or _is_history(spec))


def _is_history(spec: TableSpec) -> bool:
    return any(c.origin == "history" for c in spec.own_columns)


def without_history(table: pa.Table, spec: TableSpec) -> pa.Table:
    """The same rows, what an earlier history had filled in taken out again: history starts from the same every time."""
    for i, column in enumerate(spec.columns):
        if column.origin == "history":
            nothing = pa.nulls(table.num_rows, ARROW_TYPES[column.kind])
            table = table.set_column(i, pa.field(column.name, nothing.type), nothing)
    return table


def with_history(
    tables: Mapping[str, pa.Table], athletes: Sequence[Athlete], settings: Mapping[str, Any]
) -> dict[str, pa.Table]:
    """History tables, and detected tables with their history columns, of these athletes in this order."""
    from runlake.history import HISTORIANS, build_history

    made: dict[str, list[pa.Table]] = {spec.name: [] for spec in history_specs()}
    needs = {name for historian in HISTORIANS for name in historian.needs}
    for athlete in athletes:
        mine = {name: of_athlete(table, athlete.athlete_id) for name, table in tables.items()}
        given = {name: from_arrow(mine[name], spec) for name, spec in BY_NAME.items() if name in needs and name in mine}
        built = build_history(athlete, given, settings)
        for name, parts in made.items():
            if name in built and built[name] is not given.get(name):
                is_given = name in given
                parts.append(
                    to_arrow_again(built[name], given[name], mine[name]) if is_given else to_arrow(built[name])
                )
            elif name in mine:
                parts.append(mine[name])
    out: dict[str, pa.Table] = {}
    for name, parts in made.items():
        spec = BY_NAME[name]
        plain = [aligned(p, spec) for p in parts]
        out[name] = pa.concat_tables(plain) if plain else aligned(empty_table(spec), spec)
    return out


def of_athlete(table: pa.Table, athlete_id: str) -> pa.Table:
    """One athlete's rows of a table that is sorted by athlete."""
    words, edges = runs_of_text(table.column("athlete_id"))
    for word, start, stop in zip(words, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if word == athlete_id:
            return table.slice(start, stop - start)
    return table.slice(0, 0)
