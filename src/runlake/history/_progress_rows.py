"""Rows of `progress` in columns: parts of one measure each, joined at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runlake.history._group import F8, I8, Array, text_codes, text_column
from runlake.model.findings import Table
from runlake.tables import progress


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows of one or several measures, n each; NaN and None are missing."""

    measure: Array
    day: F8
    value: F8
    unit: str
    activity_id: Array
    low: F8
    high: F8
    is_censored: F8
    note: Array


def part(
    measure: str | Array,
    day: F8,
    value: F8,
    unit: str,
    *,
    activity_id: Array | None = None,
    low: F8 | None = None,
    high: F8 | None = None,
    is_censored: F8 | None = None,
    note: Array | None = None,
) -> Part:
    """The rows that have a value."""
    n = len(day)
    names = text_column(n)
    names[:] = measure
    nothing = np.full(n, np.nan)
    has = ~np.isnan(value)
    return Part(
        names[has],
        day[has],
        value[has],
        unit,
        (text_column(n) if activity_id is None else activity_id)[has],
        (nothing if low is None else low)[has],
        (nothing if high is None else high)[has],
        (nothing if is_censored is None else is_censored)[has],
        (text_column(n) if note is None else note)[has],
    )


def join(athlete_id: str, parts: Sequence[Part]) -> Table:
    """All rows, sorted by measure, day and activity; of equal keys the first stays."""
    measure = np.concatenate([p.measure for p in parts])
    day = np.concatenate([p.day for p in parts])
    units = [np.full(len(p.day), p.unit, dtype=object) for p in parts]
    activity_id = np.concatenate([p.activity_id for p in parts])
    order = _order(measure, day, activity_id)
    athlete = text_column(len(order))
    athlete[:] = athlete_id
    columns = {
        "measure": measure,
        "local_date": day,
        "value": np.concatenate([p.value for p in parts]),
        "unit": np.concatenate(units),
        "low": np.concatenate([p.low for p in parts]),
        "high": np.concatenate([p.high for p in parts]),
        "is_censored": np.concatenate([p.is_censored for p in parts]),
        "activity_id": activity_id,
        "note": np.concatenate([p.note for p in parts]),
    }
    return Table(progress.SPEC, {"athlete_id": athlete, **{name: values[order] for name, values in columns.items()}})


def _order(measure: Array, day: F8, activity_id: Array) -> I8:
    """Rows by measure, day and activity (those without one first), without the later ones of equal keys."""
    ids = np.array(["" if a is None else a for a in activity_id.tolist()], dtype=object)
    names, activities = text_codes(measure)[0], text_codes(ids)[0]
    order = np.lexsort((activities, day, names))  # stable
    keys = [values[order] for values in (names, day, activities)]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = np.logical_or.reduce([k[1:] != k[:-1] for k in keys])
    return order[is_new]
