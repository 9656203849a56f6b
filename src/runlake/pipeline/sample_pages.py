"""Samples of one activity to pages of Parquet, in the worker that found them: the lake then copies bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from runlake.errors import ActivityError
from runlake.kernels.pages import delta_body, number_body, whole_numbers
from runlake.lake import pages
from runlake.lake.encode import is_split, page_codec
from runlake.lake.schema import MICROSECONDS
from runlake.model.findings import Array, Findings
from runlake.model.table import Column, TableSpec
from runlake.pipeline.packs import Samples


@dataclass(frozen=True, slots=True)
class _Way:
    """How the pages of a column of numbers are made, found out once."""

    column: Column
    is_narrow: bool
    is_split: bool
    codec: str


@lru_cache(maxsize=4)
def _ways(spec: TableSpec) -> tuple[_Way, ...]:
    return tuple(
        _Way(c, c.kind == "float32", is_split(spec.name, c), page_codec(spec.name, c)) for c in spec.own_columns
    )


def samples_of(found: Findings) -> Samples:
    """The samples of one activity as they lie in a pack; raises ActivityError where a promise is broken."""
    varying: dict[str, pages.Page] = {}
    same: dict[str, str | None] = {}
    for way in _ways(found.spec):
        column = way.column
        values = found.values[column.name]
        if column.kind == "string":
            if _is_one_word(values):
                same[column.name] = values[0]
            else:
                varying[column.name] = pages.text_page(values.tolist(), is_nullable=column.nullable)
            continue
        one = _times(values) if column.kind == "timestamp_utc" else _numbers(way, values)
        if one.n_missing and not column.nullable:
            raise ActivityError(f"table {found.spec.name}: {column.name} must never be missing, and is")
        if one.n_missing == found.n_rows:
            same[column.name] = None
        else:
            varying[column.name] = one
    return Samples(found.n_rows, varying, same)


def _is_one_word(values: Array) -> bool:
    """True for text that says the same in every row (of a broadcast array this is seen without looking)."""
    return values.strides == (0,) or bool((values == values[0]).all())


def _locked(values: Array) -> Array:
    """The same values, not to be written into: one form of the kernels is enough."""
    if values.flags.writeable or not values.flags.c_contiguous:
        values = np.ascontiguousarray(values).view()
        values.flags.writeable = False
    return values


def _numbers(way: _Way, values: Array) -> pages.Page:
    body, n_missing = number_body(_locked(values), way.is_narrow, way.is_split, way.column.nullable)
    encoding = pages.BYTE_STREAM_SPLIT if way.is_split else pages.PLAIN
    return pages.page(body, len(values), encoding, n_missing=int(n_missing), codec=way.codec)


def _times(values: Array) -> pages.Page:
    times, low, high, n_missing = whole_numbers(_locked(values), MICROSECONDS)
    if n_missing:
        return pages.missing_page(len(values))
    return pages.page(delta_body(times), len(times), pages.DELTA_BINARY_PACKED, low=int(low), high=int(high))
