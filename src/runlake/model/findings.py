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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.errors import ActivityError
from runlake.model.table import Column, TableSpec

Array = npt.NDArray[Any]
_NUMBERS, _TEXT = np.dtype(np.float64), np.dtype(np.object_)


def _as_column(column: Column, values: Iterable[Any] | Array) -> Array:
    """The values as the array form of the column's kind; raises ActivityError when they do not fit."""
    if isinstance(values, np.ndarray) and values.dtype == (_TEXT if column.kind == "string" else _NUMBERS):
        return values  # the usual case, hundreds of times a file: nothing to do
    if column.kind == "string":
        words = list(values)
        text: Array = np.empty(len(words), dtype=np.object_)
        text[:] = words
        return text
    array = np.asarray(values if isinstance(values, np.ndarray) else list(values))
    if array.dtype == object:
        array = np.array([np.nan if v is None else v for v in array], dtype=np.float64)
    if array.dtype.kind in "biu" and (column.kind.startswith("int") or column.kind == "bool"):
        return array
    if array.dtype.kind not in "biuf":
        raise ActivityError(f"column {column.name} ({column.kind}) cannot hold {array.dtype} values")
    return array.astype(np.float64, copy=False)


def _checked(name: str, columns: Sequence[Column], values: Mapping[str, Any]) -> dict[str, Array]:
    if len(columns) != len(values) or not all(c.name in values for c in columns):
        known = {c.name for c in columns}
        missing, extra = sorted(known - set(values)), sorted(set(values) - known)
        raise ActivityError(f"table {name}: missing columns {missing}, unknown columns {extra}")
    out = {c.name: _as_column(c, values[c.name]) for c in columns}
    lengths = {len(a) for a in out.values()}
    if len(lengths) > 1:
        raise ActivityError(f"table {name}: columns of different lengths {sorted(lengths)}")
    return out


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
        later = [c for c in self.spec.own_columns if c.origin != "detect" and c.name not in given]
        n_rows = len(next(iter(given.values()))) if given else 0
        for column in later:
            given[column.name] = np.full(n_rows, None if column.kind == "string" else np.nan)
        object.__setattr__(self, "values", _checked(self.spec.name, self.spec.own_columns, given))

    @classmethod
    def empty(cls, spec: TableSpec) -> Findings:
        """Findings of no rows."""
        return cls(spec, {c.name: [] for c in spec.own_columns})  # type: ignore[misc]

    @classmethod
    def from_rows(cls, spec: TableSpec, rows: Sequence[Mapping[str, Any]]) -> Findings:
        """Findings from one mapping per row; a name that the mapping leaves out is missing (None)."""
        known = {c.name for c in spec.own_columns}
        for row in rows:
            if not set(row) <= known:
                raise ActivityError(f"table {spec.name}: unknown columns {sorted(set(row) - known)}")
        return cls(spec, {c.name: [row.get(c.name) for row in rows] for c in spec.own_columns})  # type: ignore[misc]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values.values()))) if self.values else 0

    def __getitem__(self, name: str) -> Array:
        return self.values[name]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Table:
    """Rows of one table over any number of activities; `values` has every column of the spec, stamps included."""

    spec: TableSpec
    values: Mapping[str, Array]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _checked(self.spec.name, self.spec.columns, self.values))

    @classmethod
    def empty(cls, spec: TableSpec) -> Table:
        """A table of no rows."""
        return cls(spec, {c.name: [] for c in spec.columns})  # type: ignore[misc]

    @classmethod
    def from_rows(cls, spec: TableSpec, rows: Sequence[Mapping[str, Any]]) -> Table:
        """A table from one mapping per row; a name that the mapping leaves out is missing (None)."""
        return cls(spec, {c.name: [row.get(c.name) for row in rows] for c in spec.columns})  # type: ignore[misc]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values.values()))) if self.values else 0

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def where(self, keep: Array) -> Table:
        """The rows that the boolean mask or index array selects."""
        return Table(self.spec, {name: array[keep] for name, array in self.values.items()})

    def replace(self, **columns: Any) -> Table:
        """The same rows with some columns exchanged."""
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
