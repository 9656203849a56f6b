"""Grouping without a data-frame library: row numbers, sums, maxima and quantiles by group, on plain arrays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from runlake.model.text import Text

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]


def index_of(ids: Array) -> dict[str, int]:
    """Row number by id."""
    return dict(zip(ids.tolist(), range(len(ids)), strict=True))


def rows_of(ids: Array, index: Mapping[str, int]) -> I8:
    """Row number of every id, int64[n]; -1 where the index does not know it.

    Cheap where equal ids stand together, as they do in tables sorted by activity: one look-up for each run of them.
    """
    if len(ids) == 0:
        return np.empty(0, dtype=np.int64)
    if isinstance(ids, Text) and len(ids.words) <= len(ids):
        return np.array(list(map(index.get, ids.words.tolist(), repeat(-1))), dtype=np.int64)[ids.codes]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    found = np.array(list(map(index.get, ids[starts].tolist(), repeat(-1))), dtype=np.int64)
    return np.repeat(found, np.diff(np.append(starts, len(ids))))


def sum_by(row: I8, values: F8, n: int) -> F8:
    """Sum of the values of each group 0..n-1, float64[n]; NaN values and negative rows count nothing."""
    keep = (row >= 0) & ~np.isnan(values)
    return np.bincount(row[keep], weights=values[keep], minlength=n)[:n].astype(np.float64)


def count_by(row: I8, n: int) -> F8:
    """How many rows each group 0..n-1 has, float64[n]."""
    return np.bincount(row[row >= 0], minlength=n)[:n].astype(np.float64)


def max_by(row: I8, values: F8, n: int) -> F8:
    """Largest value of each group, float64[n]; NaN for a group without one."""
    out = np.full(n, np.nan)
    keep = row >= 0
    np.fmax.at(out, row[keep], values[keep])
    return out


def mean_by(row: I8, values: F8, n: int, weight: F8 | None = None) -> F8:
    """Weighted mean of each group, float64[n]; NaN for a group without values."""
    w = np.ones(len(values)) if weight is None else weight
    ok = ~np.isnan(values) & ~np.isnan(w)
    return ratio(sum_by(row[ok], (values * w)[ok], n), sum_by(row[ok], w[ok], n))


def ratio(above: F8, below: F8) -> F8:
    """above / below, NaN where below is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def between(day: F8, start: float, end: float) -> tuple[int, int]:
    """First entry from `start` on and first from `end` on, of days that rise; cheaper than np.searchsorted for one."""
    return bisect_left(day.data, start), bisect_left(day.data, end)


def distinct(values: F8) -> F8:
    """The different values in rising order; np.unique would import numpy.ma, a thirtieth of a second."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def median(values: F8) -> float:
    """Median of values without NaN; cheaper than np.median on few."""
    ordered = np.sort(values)
    n = len(ordered)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def quartiles(values: F8) -> F8:
    """First quartile, median, third quartile (linear interpolation), float64[3]; cheaper than np.percentile on few."""
    ordered = np.sort(values)
    place = np.array([0.25, 0.5, 0.75]) * (len(ordered) - 1)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def has_text(column: Array, *words: str) -> B1:
    """Whether each entry of a string column is one of the words."""
    out = np.zeros(len(column), dtype=bool)
    for word in words:
        out |= (column == word).astype(bool)
    return out


def text_codes(column: Array) -> tuple[I8, tuple[str, ...]]:
    """A number for each different text, in order of the text, int64[n], and the texts; made for few different ones."""
    if isinstance(column, Text):
        there = np.flatnonzero(np.bincount(column.codes, minlength=len(column.words)))
        of_word, names = text_codes(column.words[there])
        code = np.full(len(column.words), -1, dtype=np.int64)
        code[there] = of_word
        return code[column.codes], names
    names = tuple(sorted(set(column.tolist())))
    code_of = dict(zip(names, range(len(names)), strict=True))
    return np.array(list(map(code_of.__getitem__, column.tolist())), dtype=np.int64), names


def is_true(column: Array) -> B1:
    """A bool column as bool: missing counts as false."""
    return np.nan_to_num(column.astype(np.float64)) > 0


def text_column(n: int) -> Array:
    """A string column of n missing entries."""
    return np.full(n, None, dtype=object)


def put_text(column: Array, where: B1, text: str) -> None:
    """Write the text where the mask holds and nothing stands yet."""
    free = where & np.array([c is None for c in column.tolist()], dtype=bool)
    column[free] = text


def rolling_max_before(day: F8, values: F8, span_days: float) -> F8:
    """Largest value of the entries whose day lies in [day - span, day), float64[n]; NaN without one.

    `day` must rise (ties allowed: entries of the same day do not see each other).
    """
    low = np.searchsorted(day, day - span_days, side="left")
    length = np.searchsorted(day, day, side="left") - low
    largest = np.where(np.isnan(values), -np.inf, values)  # of the `width` entries from each one on
    out = np.full(len(day), -np.inf)
    width, longest = 1, int(length.max(initial=0))
    while width <= longest:
        has = np.flatnonzero((length >= width) & (length < 2 * width))
        begin = low[has]  # a window of up to twice the width is covered from both of its ends
        out[has] = np.maximum(largest[begin], largest[begin + length[has] - width])
        largest = np.maximum(largest[:-width], largest[width:])
        width *= 2
    return np.where(out > -np.inf, out, np.nan)
