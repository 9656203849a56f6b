"""What a table is: its columns with kind, unit and meaning. No storage library in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "bool", "int16", "int32", "int64", "float32", "float64", "string", "date", "timestamp_utc", "timestamp_local"
]
Origin = Literal["detect", "history", "overlay", "lake"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name (with its unit), kind, what it means, and who fills it.

    ``origin`` says which stage fills the column: ``detect`` from one activity alone, ``history`` from all
    activities of the athlete, ``overlay`` from sidecar files of an export, ``lake`` by the writer.
    ``nullable`` False is a promise that the lake enforces.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    nullable: bool = True
    origin: Origin = "detect"


STAMPS: tuple[Column, ...] = (
    Column("athlete_id", "string", "whose activity it is", nullable=False, origin="lake"),
    Column(
        "activity_id",
        "string",
        "key of the activity: 16 hex digits of its content and start",
        nullable=False,
        origin="lake",
    ),
    Column(
        "local_date", "date", "the day on the runner's wrist when the activity began", nullable=False, origin="lake"
    ),
)
"""Carried by every row of an activity's tables, so that a BI tool can filter and join without extra work."""


@dataclass(frozen=True, slots=True, eq=False)  # the same only as itself: no comparing of columns at each look-up
class TableSpec:
    """A table: name, what one row is, key, columns.

    ``stamped`` tables hold rows of one activity: `STAMPS` come before their own columns and are added by the
    pipeline, never by a detector. Column order and kinds are part of the public face
    (tests/architecture/test_schemas.py).
    """

    name: str
    row: str
    key: tuple[str, ...]
    own_columns: tuple[Column, ...]
    stamped: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column in published order: the stamps, where there are any, then the table's own."""
        return (*STAMPS, *self.own_columns) if self.stamped else self.own_columns

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")
