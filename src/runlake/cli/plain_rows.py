"""Arrow rows as plain Python values; `pyarrow.Table.to_pylist` would import pandas, which costs a second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from runlake.lake.schema import column_values
from runlake.model.table import TableSpec

EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
_EPOCH = dt.datetime(1970, 1, 1)

_CONVERT: dict[str, Callable[[Any], Any]] = {
    "date": lambda days: dt.date.fromordinal(EPOCH_ORDINAL + int(days)),
    "timestamp_utc": lambda s: dt.datetime.fromtimestamp(s, tz=dt.UTC),
    "timestamp_local": lambda s: _EPOCH + dt.timedelta(seconds=s),
    "bool": bool,
    "int16": int,
    "int32": int,
    "int64": int,
}


def rows_of(table: Any, spec: TableSpec) -> list[dict[str, Any]]:
    """The rows of an Arrow table of that spec, as `to_pylist` gives them: None for null.

    A column that the lake does not have yet (it was written by an older runlake) is None throughout.
    """
    columns: dict[str, list[Any]] = {}
    for column in spec.columns:
        if column.name not in table.column_names:
            columns[column.name] = [None] * table.num_rows
            continue
        values = column_values(column, table.column(column.name))
        convert = _CONVERT.get(column.kind, lambda value: value)
        if values.dtype.kind == "f":
            missing = np.isnan(values).tolist()
            columns[column.name] = [None if m else convert(v) for v, m in zip(values.tolist(), missing, strict=True)]
        else:
            columns[column.name] = [None if v is None else convert(v) for v in values.tolist()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
