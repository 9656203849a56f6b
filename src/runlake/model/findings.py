"""Findings (what a detector says of one activity) and Table (the same with its stamps, ready for the lake).

How values stand in a column, by kind:

==================  =====================================================================================
bool                bool array, or float64 with NaN for missing (1.0 true, 0.0 false)
int16/int32/int64   integer array, or float64 with NaN for missing
float32/float64     float64 array, NaN for missing
string              object array of str or None
date                float64 array of days since 1970-01-01, NaN for missing
timestamp_utc       float64 array of Unix seconds (UTC), NaN for missing
timestamp_local     float64 array of seconds since 1970-01-01 on the local wall clock, NaN for missing
==================  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.errors import ActivityError
from runlake.model.table import Column, TableSpec

Array = npt.NDArray[Any]
_NUMBERS, _TEXT = np.dtype(np.float64), np.dtype(np.object_)
_MEASURES = ("float32", "float64", "date", "timestamp_utc", "timestamp_local")
"""Kinds that always stand as float64."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked of a table's columns for every activity, found out once.

    `columns` holds name, column, the dtype that most have, and all that stand as they are; `later` the columns that a
    later stage fills, and whether they are text; `texts` and `measures` the names of columns that hold text and that
    are of a kind in `_MEASURES`; `counts` those of whole numbers or truths. `places` tells for each column in which of
    these three it stands, and where.
    """

    columns: tuple[tuple[str, Column, np.dtype[Any], frozenset[np.dtype[Any]]], ...]
    later: tuple[tuple[str, bool], ...]
    names: frozenset[str]
    texts: tuple[str, ...]
    measures: tuple[str, ...]
    counts: tuple[tuple[str, Column], ...]
    places: tuple[tuple[str, int, int], ...]


def _dtypes(column: Column) -> frozenset[np.dtype[Any]]:
    if column.kind == "string":
        return frozenset([_TEXT])
    whole = ("bool", "int16", "int32", "int64") if column.kind.startswith("int") or column.kind == "bool" else ()
    return frozenset([_NUMBERS, *map(np.dtype, whole)])


@lru_cache(maxsize=128)
def _plan(spec: TableSpec, with_stamps: bool) -> _Plan:
    columns = spec.columns if with_stamps else spec.own_columns
    sorts = [0 if c.kind == "string" else 1 if c.kind in _MEASURES else 2 for c in columns]
    return _Plan(
        columns=tuple((c.name, c, _TEXT if c.kind == "string" else _NUMBERS, _dtypes(c)) for c in columns),
        later=tuple((c.name, c.kind == "string") for c in columns if c.origin != "detect"),
        names=frozenset(c.name for c in columns),
        texts=tuple(c.name for c, sort in zip(columns, sorts, strict=True) if sort == 0),
        measures=tuple(c.name for c, sort in zip(columns, sorts, strict=True) if sort == 1),
        counts=tuple((c.name, c) for c, sort in zip(columns, sorts, strict=True) if sort == 2),
        places=tuple(
            (c.name, sort, sorts[:k].count(sort)) for k, (c, sort) in enumerate(zip(columns, sorts, strict=True))
        ),
    )


def _as_column(column: Column, values: Iterable[Any] | Array) -> Array:
    """The values as the array form of the column's kind; raises ActivityError when they do not fit."""
    if isinstance(values, np.ndarray) and values.dtype == (_TEXT if column.kind == "string" else _NUMBERS):
        return values
    if column.kind == "string":
        words = list(values)
        text: Array = np.empty(len(words), dtype=np.object_)
        text[:] = words
        return text
    array = np.asarray(values if isinstance(values, np.ndarray) else list(values))
    if array.dtype.kind == "O":
        array = np.array([np.nan if v is None else v for v in array], dtype=np.float64)
    if array.dtype.kind in "biu" and (column.kind.startswith("int") or column.kind == "bool"):
        return array
    if array.dtype.kind not in "biuf":
        raise ActivityError(f"column {column.name} ({column.kind}) cannot hold {array.dtype} values")
    return array.astype(np.float64, copy=False)


def _alone(value: Any) -> Array:
    array = np.array([value])
    array.flags.writeable = False
    return array


_ALONE = {None: _alone(np.nan), True: _alone(True), False: _alone(False)}
"""Columns of one row that are shared by all who have such a one."""


def _counts(column: Column, values: list[Any]) -> Array:
    """`_as_column` for a column of whole numbers or truths, of which there are many in tables of one row."""
    if len(values) == 1:
        value = values[0]
        if value is None or value is True or value is False:
            return _ALONE[value]
        if type(value) is int:
            return np.array(values)
    return _as_column(column, values)


def _checked(spec: TableSpec, plan: _Plan, values: Mapping[str, Any]) -> dict[str, Array]:
    if values.keys() != plan.names:
        missing, extra = sorted(plan.names - set(values)), sorted(set(values) - plan.names)
        raise ActivityError(f"table {spec.name}: missing columns {missing}, unknown columns {extra}")
    out: dict[str, Array] = {}
    for name, column, usual, dtypes in plan.columns:  # hundreds of columns a file
        array = values[name]
        if type(array) is not np.ndarray or (array.dtype is not usual and array.dtype not in dtypes):
            array = _as_column(column, array)
        out[name] = array
    lengths = set(map(len, out.values()))
    if len(lengths) > 1:
        raise ActivityError(f"table {spec.name}: columns of different lengths {sorted(lengths)}")
    return out


def _columns_of(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of the rows by column, missing where a row leaves one out; ActivityError when they do not fit."""
    n = len(rows)
    counts = [_counts(column, [row.get(name) for row in rows]) for name, column in plan.counts]
    words: Array = np.empty(len(plan.texts) * n, dtype=np.object_)  # one array for all columns of a kind
    words[:] = [row.get(name) for name in plan.texts for row in rows]
    numbers = [row.get(name) for name in plan.measures for row in rows]
    block = np.array([np.nan if v is None else v for v in numbers])
    measures: Any
    if block.ndim == 1 and block.dtype.kind in "biuf":
        measures = block.astype(np.float64, copy=False).reshape(len(plan.measures), n)
    else:  # what is no number is left to be told column by column
        columns = {name: column for name, column, _, _ in plan.columns}
        measures = [_as_column(columns[m], [row.get(m) for row in rows]) for m in plan.measures]
    sorts = words.reshape(len(plan.texts), n), measures, counts
    return {name: sorts[sort][place] for name, sort, place in plan.places}


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Rows of one table for one activity, without stamps; `values` has exactly the spec's own columns.

    Columns that a later stage fills (origin history or overlay) may be left out: they come out missing.
    Raises ActivityError when names, lengths or types do not fit the spec.
    """

    spec: TableSpec
    values: Mapping[str, Array]

    def __post_init__(self) -> None:
        given: dict[str, Any] = dict(self.values)
        plan = _plan(self.spec, False)
        later = [(name, is_text) for name, is_text in plan.later if name not in given]
        if later:
            n_rows = len(next(iter(given.values()))) if given else 0
            unknown = {True: np.full(n_rows, None), False: np.full(n_rows, np.nan)}
            given |= {name: unknown[is_text] for name, is_text in later}
        object.__setattr__(self, "values", _checked(self.spec, plan, given))

    @classmethod
    def empty(cls, spec: TableSpec) -> Findings:
        """Findings of no rows."""
        return cls(spec, {c.name: [] for c in spec.own_columns})  # type: ignore[misc]

    @classmethod
    def from_rows(cls, spec: TableSpec, rows: Sequence[Mapping[str, Any]]) -> Findings:
        """Findings from one mapping per row; a name that the mapping leaves out is missing (None)."""
        plan = _plan(spec, False)
        for row in rows:
            if not row.keys() <= plan.names:
                raise ActivityError(f"table {spec.name}: unknown columns {sorted(set(row) - plan.names)}")
        made = object.__new__(cls)  # columns made here have nothing to check
        object.__setattr__(made, "spec", spec)
        object.__setattr__(made, "values", _columns_of(plan, rows))
        return made

    def replace(self, name: str, column: Array) -> Findings:
        """The same rows with one column exchanged, which is all that is checked again."""
        fitting = _as_column(self.spec.column(name), column)
        if len(fitting) != self.n_rows:
            raise ActivityError(f"table {self.spec.name}: columns of different lengths {[self.n_rows, len(fitting)]}")
        changed = copy(self)
        object.__setattr__(changed, "values", {**self.values, name: fitting})
        return changed

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values.values()))) if self.values else 0

    def __getitem__(self, name: str) -> Array:
        return self.values[name]


class Unread(Mapping[str, Array]):
    """Columns of a table that are made when they are first asked for: of millions of rows few columns are looked at."""

    def __init__(
        self, spec: TableSpec, n_rows: int, make: Callable[[str], Array], known: Mapping[str, Array] | None = None
    ) -> None:
        """`make` gives a column by its name, in the form described above; `known` ones need no making."""
        self.n_rows = n_rows
        self._make = make
        self._known = dict(known or {})
        self._names = tuple(c.name for c in spec.columns)

    def __getitem__(self, name: str) -> Array:
        if name not in self._known:
            if name not in self._names:
                raise KeyError(name)
            self._known[name] = self._make(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def read(self) -> frozenset[str]:
        """The columns that somebody asked for."""
        return frozenset(self._known)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Table:
    """Rows of one table over any number of activities; `values` has every column of the spec, stamps included."""

    spec: TableSpec
    values: Mapping[str, Array]

    def __post_init__(self) -> None:
        if isinstance(self.values, Unread):
            return
        object.__setattr__(self, "values", _checked(self.spec, _plan(self.spec, True), self.values))

    @classmethod
    def empty(cls, spec: TableSpec) -> Table:
        """A table of no rows."""
        return cls(spec, {c.name: [] for c in spec.columns})  # type: ignore[misc]

    @classmethod
    def from_rows(cls, spec: TableSpec, rows: Sequence[Mapping[str, Any]]) -> Table:
        """A table from one mapping per row; a name that the mapping leaves out is missing (None)."""
        return cls(spec, _columns_of(_plan(spec, True), rows))

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        if isinstance(self.values, Unread):
            return self.values.n_rows
        return len(next(iter(self.values.values()))) if self.values else 0

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def where(self, keep: Array) -> Table:
        """The rows that the boolean mask or index array selects."""
        if isinstance(self.values, Unread):
            whole = self.values
            n_rows = int(np.count_nonzero(keep)) if keep.dtype == bool else len(keep)
            return Table(self.spec, Unread(self.spec, n_rows, lambda name: whole[name][keep]))
        return Table(self.spec, {name: array[keep] for name, array in self.values.items()})

    def replace(self, **columns: Any) -> Table:
        """The same rows with some columns exchanged."""
        if isinstance(self.values, Unread):
            known = {name: _as_column(self.spec.column(name), values) for name, values in columns.items()}
            return Table(self.spec, Unread(self.spec, self.n_rows, self.values.__getitem__, known))
        return Table(self.spec, {**self.values, **columns})


def stamp(findings: Findings, *, athlete_id: str, activity_id: str, local_date_days: float) -> Table:
    """The findings of one activity as table rows: stamps added in front."""
    n = findings.n_rows
    stamps = {
        "athlete_id": [athlete_id] * n,
        "activity_id": [activity_id] * n,
        "local_date": np.full(n, local_date_days),
    }
    return Table(findings.spec, {**stamps, **findings.values})  # type: ignore[dict-item]
