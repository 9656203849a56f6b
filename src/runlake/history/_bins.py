"""The `distributions` table in arrays: seconds and metres by activity and bin, with exact integrals over zones."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from runlake.history._group import F8, I8, Array, has_text, ratio, rows_of
from runlake.model.findings import Table

BIN_WIDTH = {"heart_rate": 1.0, "gap_speed": 0.05}


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """All bins of one quantity, sorted by activity row and lower edge; `n` activities."""

    row: I8
    low: F8
    seconds: F8
    distance_m: F8
    width: float
    n: int
    starts: I8
    """First bin of each activity that has any."""
    total_s: F8
    """Seconds of each activity, float64[n]; 0 without bins."""

    def sum(self, values: F8) -> F8:
        """Sum over the bins of each activity, float64[n]; 0 without bins, NaN where a bin is."""
        out = np.zeros(self.n)
        if len(self.starts):
            out[self.row[self.starts]] = np.add.reduceat(values, self.starts)
        return out

    def quantile(self, share: float) -> F8:
        """Level below which that share of an activity's time lies, float64[n], NaN without bins.

        Heart rate comes in whole beats; in a bin of speed the time counts as spread evenly.
        """
        return self._level(share * self.total_s - 1e-3)

    def held_for(self, seconds: float) -> F8:
        """Highest lower edge that was reached or passed for that long in all, float64[n]; NaN if never."""
        level = self._level(self.total_s - seconds + 1e-3)
        return np.where(self.total_s >= seconds, level, np.nan)

    def _level(self, target_s: F8) -> F8:
        """Bin in which the running sum of an activity's seconds passes the target (a millisecond beside its edge)."""
        out = np.full(self.n, np.nan)
        if len(self.row) == 0:
            return out
        has = np.flatnonzero(self.total_s > 0)
        cum = np.cumsum(self.seconds)
        before = np.cumsum(self.total_s) - self.total_s
        first = np.searchsorted(self.row, has, side="left")
        last = np.searchsorted(self.row, has, side="right") - 1
        at = np.searchsorted(cum, before[has] + target_s[has], side="left")
        at = np.clip(at, first, last)
        out[has] = self.low[at]
        if self.width < 1.0:
            inside = before[has] + target_s[has] - (cum[at] - self.seconds[at])
            out[has] += self.width * np.clip(inside / np.maximum(self.seconds[at], 1e-9), 0.0, 1.0)
        return out

    def share_above(self, bound: F8) -> F8:
        """Of each bin, the share that lies at or above its activity's bound, float64[len(row)]; NaN bound: NaN.

        A bin that the bound cuts counts in part, as if its time were spread evenly. Heart rate is recorded in whole
        beats, so its bins lie above or below as a whole.
        """
        limit = bound[self.row]
        if self.width >= 1.0:
            return np.where(np.isnan(limit), np.nan, self.low >= limit)
        return np.clip((self.low + self.width - limit) / self.width, 0.0, 1.0)

    def power_mean(self, power: float) -> F8:
        """Power mean over time of the bins' middles, float64[n] (3: what hard minutes cost weighs more)."""
        total = self.sum((self.low + self.width / 2) ** power * self.seconds)
        return ratio(total, self.total_s) ** (1.0 / power)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows of one quantity as the table holds them, with the runs of rows of one activity."""

    activity_id: Array
    """Of each run."""
    length: I8
    """Rows of each run."""
    low: F8
    seconds: F8
    distance_m: F8


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Where neighbouring rows of a table are of one activity and one quantity; and what was asked of it before."""

    quantity: Array
    activity_id: Array
    length: I8
    by_quantity: dict[str, _Rows]


_KNOWN: WeakKeyDictionary[Table, _Runs] = WeakKeyDictionary()
"""Several historians ask for the same million rows: found once for each table, as long as it lives."""


def _runs_of(distributions: Table) -> _Runs:
    if distributions not in _KNOWN:
        quantity, ids = distributions["quantity"], distributions["activity_id"]
        n = len(ids)
        is_new = np.ones(n, dtype=bool)
        if n:
            is_new[1:] = (ids[1:] != ids[:-1]) | (quantity[1:] != quantity[:-1])
        starts = np.flatnonzero(is_new)
        _KNOWN[distributions] = _Runs(quantity[starts], ids[starts], np.diff(np.append(starts, n)), {})
    return _KNOWN[distributions]


def _rows_of_quantity(distributions: Table, quantity: str) -> _Rows:
    runs = _runs_of(distributions)
    if quantity not in runs.by_quantity:
        is_asked = has_text(runs.quantity, quantity)
        keep = np.flatnonzero(np.repeat(is_asked, runs.length))
        runs.by_quantity[quantity] = _Rows(
            activity_id=runs.activity_id[is_asked],
            length=runs.length[is_asked],
            low=distributions["bin_low"][keep],
            seconds=distributions["seconds"][keep],
            distance_m=distributions["distance_m"][keep],
        )
    return runs.by_quantity[quantity]


def read_bins(distributions: Table, quantity: str, index: dict[str, int]) -> Bins:
    """The bins of one quantity for the activities of the index; rows of unknown activities are left out."""
    rows = _rows_of_quantity(distributions, quantity)
    row = np.repeat(rows_of(rows.activity_id, index), rows.length)
    low, seconds, distance_m = rows.low, rows.seconds, rows.distance_m
    known = row >= 0
    if not known.all():
        row, low, seconds, distance_m = row[known], low[known], seconds[known], distance_m[known]
    step = np.diff(row)
    if bool(np.any((step < 0) | ((step == 0) & (np.diff(low) <= 0)))):
        order = np.lexsort((low, row))
        row, low, seconds, distance_m = row[order], low[order], seconds[order], distance_m[order]
    seconds = np.nan_to_num(seconds.astype(np.float64))
    starts = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1]))) if len(row) else np.empty(0, dtype=np.int64)
    total_s = np.zeros(len(index))
    if len(starts):
        total_s[row[starts]] = np.add.reduceat(seconds, starts)
    return Bins(
        row=row,
        low=np.round(low.astype(np.float64) * 1e4) / 1e4,
        seconds=seconds,
        distance_m=distance_m.astype(np.float64),
        width=BIN_WIDTH[quantity],
        n=len(index),
        starts=starts,
        total_s=total_s,
    )
