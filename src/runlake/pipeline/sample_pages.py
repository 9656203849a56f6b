"""Samples of one activity to pages of Parquet, in the worker that found them: the lake then copies bytes."""

from __future__ import annotations

import numpy as np

from runlake.errors import ActivityError
from runlake.kernels.pages import delta_body, number_body
from runlake.lake import pages
from runlake.lake.encode import is_split, page_codec
from runlake.lake.schema import MICROSECONDS
from runlake.model.findings import Array, Findings
from runlake.model.table import Column
from runlake.pipeline.packs import Samples


def samples_of(found: Findings) -> Samples:
    """The samples of one activity as they lie in a pack; raises ActivityError where a promise is broken."""
    varying: dict[str, pages.Page] = {}
    same: dict[str, str | None] = {}
    for column in found.spec.own_columns:
        values = found.values[column.name]
        if column.kind == "string":
            if _is_one_word(values):
                same[column.name] = values[0]
            else:
                varying[column.name] = pages.text_page(values.tolist(), is_nullable=column.nullable)
            continue
        one = _times(values) if column.kind == "timestamp_utc" else _numbers(found.spec.name, column, values)
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


def _numbers(table: str, column: Column, values: Array) -> pages.Page:
    split = is_split(table, column)
    numbers = np.ascontiguousarray(values, dtype=np.float64).view()
    numbers.flags.writeable = False  # one form of the kernel is enough
    body, n_missing = number_body(numbers, column.kind == "float32", split, column.nullable)
    encoding = pages.BYTE_STREAM_SPLIT if split else pages.PLAIN
    return pages.page(body, len(values), encoding, n_missing=int(n_missing), codec=page_codec(table, column))


def _times(values: Array) -> pages.Page:
    if not np.isfinite(values).all():
        return pages.missing_page(len(values))
    times = np.round(values * MICROSECONDS).astype(np.int64)
    low, high = int(times.min()), int(times.max())
    return pages.page(delta_body(times), len(times), pages.DELTA_BINARY_PACKED, low=low, high=high)
