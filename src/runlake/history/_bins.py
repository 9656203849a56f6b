"""The `distributions` table in arrays: seconds and metres by activity and bin, with exact integrals over zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.history._group import F8, I8, has_text, ratio, rows_of, sum_by
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

    def total_s(self) -> F8:
        """Seconds of each activity, float64[n]."""
        return sum_by(self.row, self.seconds, self.n)

    def quantile(self, share: float) -> F8:
        """Lower edge of the bin below which that share of an activity's time lies, float64[n], NaN without bins."""
        return self._level(share * self.total_s())

    def held_for(self, seconds: float) -> F8:
        """Highest lower edge that was reached or passed for that long in all, float64[n]; NaN if never."""
        total = self.total_s()
        level = self._level(np.maximum(total - seconds, 0.0))
        return np.where(total >= seconds, level, np.nan)

    def _level(self, target_s: F8) -> F8:
        total = self.total_s()
        out = np.full(self.n, np.nan)
        if len(self.row) == 0:
            return out
        cum = np.cumsum(self.seconds)
        before = np.concatenate(([0.0], np.cumsum(total)[:-1]))
        first = np.searchsorted(self.row, np.arange(self.n), side="left")
        last = np.searchsorted(self.row, np.arange(self.n), side="right") - 1
        at = np.searchsorted(cum, before + target_s * (1 - 1e-9), side="left")
        at = np.clip(at, first, np.maximum(last, first))
        has = total > 0
        out[has] = self.low[at[has]]
        return out

    def share_above(self, bound: F8) -> F8:
        """Of each bin, the share that lies at or above its activity's bound, float64[len(row)]; NaN bound: NaN.

        A bin that the bound cuts counts in part, as if its time were spread evenly. Heart rate is recorded in whole
        beats, so its bins lie above or below as a whole.
        """
        limit = bound[self.row]
        if self.width >= 1.0:
            return np.where(np.isnan(limit), np.nan, (self.low >= limit).astype(np.float64))
        return np.clip((self.low + self.width - limit) / self.width, 0.0, 1.0)

    def above(self, bound: F8) -> tuple[F8, F8]:
        """Seconds and metres of each activity at or above its bound, each float64[n]; NaN where the bound is."""
        share = self.share_above(bound)
        missing = np.isnan(bound)
        seconds = sum_by(self.row, share * self.seconds, self.n)
        metres = sum_by(self.row, share * self.distance_m, self.n)
        return np.where(missing, np.nan, seconds), np.where(missing, np.nan, metres)

    def power_mean(self, power: float) -> F8:
        """Power mean over time of the bins' middles, float64[n] (3: what hard minutes cost weighs more)."""
        middle = self.low + self.width / 2
        total = sum_by(self.row, middle**power * self.seconds, self.n)
        return ratio(total, self.total_s()) ** (1.0 / power)


def read_bins(distributions: Table, quantity: str, index: dict[str, int]) -> Bins:
    """The bins of one quantity for the activities of the index; rows of unknown activities are left out."""
    keep = np.flatnonzero(has_text(distributions["quantity"], quantity))
    row = rows_of(distributions["activity_id"][keep], index)
    low = distributions["bin_low"][keep]
    known = row >= 0
    if not known.all():
        keep, row, low = keep[known], row[known], low[known]
    step = np.diff(row)
    if bool(np.any((step < 0) | ((step == 0) & (np.diff(low) <= 0)))):
        order = np.lexsort((low, row))
        keep, row, low = keep[order], row[order], low[order]
    return Bins(
        row=row,
        low=np.round(low.astype(np.float64) * 1e4) / 1e4,
        seconds=np.nan_to_num(distributions["seconds"][keep].astype(np.float64)),
        distance_m=distributions["distance_m"][keep].astype(np.float64),
        width=BIN_WIDTH[quantity],
        n=len(index),
    )
