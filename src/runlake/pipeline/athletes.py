"""History: each athlete's tables through the historians, apart from everybody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from runlake.lake.schema import ARROW_TYPES, column_array, number_array, repeated
from runlake.model.findings import Array, Table, Unread
from runlake.model.plugins import Athlete
from runlake.model.table import Column, TableSpec
from runlake.pipeline.chunks import Rows, whole
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


def is_made_by_history(spec: TableSpec) -> bool:
    """True for a table of activities' rows that no detector fills."""
    return all(c.origin == "history" for c in spec.own_columns)


def filled_names(spec: TableSpec) -> list[str]:
    """The columns that history fills in a detected table, behind the one that says whose a row is."""
    return ["athlete_id", *(c.name for c in spec.own_columns if c.origin == "history")]


Asked = dict[str, tuple[str, ...]]
"""Which detected columns history looked at, by table."""


def filled(
    tables: Mapping[str, Rows],
    athletes: Sequence[Athlete],
    settings: Mapping[str, Any],
    asked: Asked,
    *,
    is_alone: bool,
) -> Iterator[tuple[str, pa.Table]]:
    """History tables of these athletes in this order; of the detected tables given, the columns of `filled_names`.

    Each comes as soon as it is final. `asked` is filled in when all have come. `is_alone`: all rows are those of one
    athlete.
    """
    from runlake.history import HISTORIANS, history_tables

    needs = {name for historian in HISTORIANS for name in historian.needs if name in tables}
    names = {s.name: filled_names(s) if s.name in tables else [c.name for c in s.columns] for s in history_specs()}
    made: dict[str, list[pa.Table]] = {name: [] for name in names}
    read: dict[str, set[str]] = {name: set() for name in needs}
    values = {name: tables[name].values if is_alone else lru_cache(None)(tables[name].values) for name in needs}
    for athlete in athletes:
        given = {name: _unread(values[name], tables[name], "" if is_alone else athlete.athlete_id) for name in needs}
        of_athlete = {name: Table(BY_NAME[name], given[name]) for name in needs}
        for table in history_tables(athlete, of_athlete, settings):
            name = table.spec.name
            made[name].append(_arrow(table, names[name], athlete.athlete_id))
            if athlete is athletes[-1]:
                yield name, pa.concat_tables(made.pop(name))
        for name in needs:
            read[name] |= given[name].read
    for name, parts in made.items():  # without athletes
        yield name, pa.concat_tables(parts or [_arrow(Table.empty(BY_NAME[name]), names[name], "")])
    asked.update({name: tuple(sorted(found - set(names.get(name, ())))) for name, found in read.items()})


def _unread(values: Callable[[str], Array], rows: Rows, athlete_id: str) -> Unread:
    """The rows of an athlete (all of them for ""), whose columns are made when history asks for them."""
    if not athlete_id:
        return Unread(rows.spec, rows.n_rows, values)
    mine = np.flatnonzero(values("athlete_id") == athlete_id)  # neighbours: tables are sorted by athlete
    start, stop = (int(mine[0]), int(mine[-1]) + 1) if len(mine) else (0, 0)
    return Unread(rows.spec, stop - start, lambda name: values(name)[start:stop])


def _arrow(table: Table, names: Sequence[str], athlete_id: str) -> pa.Table:
    """These columns of an athlete's rows in Arrow form."""
    columns = [table.spec.column(name) for name in names]
    fields = [pa.field(c.name, ARROW_TYPES[c.kind]) for c in columns]
    arrays = [
        repeated(athlete_id, table.n_rows) if c.name == "athlete_id" else _column(c, table[c.name]) for c in columns
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _column(column: Column, values: Array) -> pa.Array:
    """One column in Arrow form; text that says the same in neighbouring rows is converted once for them all."""
    if column.kind != "string" or not len(values):
        return column_array(column, values)
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    if 2 * len(starts) > len(values):
        return column_array(column, values)
    of_run = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
    return column_array(column, values[starts]).take(number_array(of_run, "int64"))


def with_filled(rows: Rows, columns: pa.Table) -> pa.Table:
    """A whole table with the columns that history fills."""
    table: pa.Table = pa.concat_tables(rows.tables())
    for position, column in enumerate(rows.spec.columns):
        if column.origin == "history":
            array = columns.column(column.name)
            table = table.set_column(position, pa.field(column.name, array.type), array)
    return table


def with_history(
    tables: Mapping[str, pa.Table], athletes: Sequence[Athlete], settings: Mapping[str, Any]
) -> dict[str, pa.Table]:
    """History tables, and detected tables with their history columns, of these athletes in this order."""
    rows = {name: whole(aligned(table, BY_NAME[name]), BY_NAME[name]) for name, table in tables.items()}
    made = filled(rows, athletes, settings, {}, is_alone=len(athletes) == 1)
    return {name: with_filled(rows[name], t) if name in rows else t for name, t in made}


def of_athlete(table: pa.Table, athlete_id: str) -> pa.Table:
    """One athlete's rows of a table that is sorted by athlete."""
    words, edges = runs_of_text(table.column("athlete_id"))
    for word, start, stop in zip(words, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if word == athlete_id:
            return table.slice(start, stop - start)
    return table.slice(0, 0)
