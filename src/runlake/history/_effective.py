"""Values that hold from a day on: look-up of the threshold of each day, and making of the dated rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.history._group import F8, I8, Array, distinct, has_text, text_column
from runlake.model.findings import Table

LONGEST_WINDOW_DAYS = 730.0


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """One kind of threshold over time, sorted by the day from which it holds."""

    valid_from: F8
    value: F8
    source: Array
    n_evidence: F8

    def at(self, day: F8) -> I8:
        """Entry in force on each day, -1 before the first."""
        return np.searchsorted(self.valid_from, day, side="right") - 1

    def value_on(self, day: F8) -> F8:
        """Value in force on each day, NaN before the first."""
        if len(self.value) == 0:
            return np.full(len(day), np.nan)
        at = self.at(day)
        return np.where(at >= 0, self.value[np.maximum(at, 0)], np.nan)

    def evidence_on(self, day: F8) -> F8:
        """Activities that the value in force on each day rests on, NaN before the first."""
        at = self.at(day)
        out = np.full(len(day), np.nan)
        out[at >= 0] = self.n_evidence[at[at >= 0]]
        return out

    def source_on(self, day: F8) -> Array:
        """Source of the value in force on each day, None before the first."""
        out = text_column(len(day))
        at = self.at(day)
        out[at >= 0] = self.source[at[at >= 0]]
        return out


def dated(thresholds: Table, kind: str) -> Dated:
    """The rows of that kind."""
    keep = np.flatnonzero(has_text(thresholds["kind"], kind))
    keep = keep[np.argsort(thresholds["valid_from"][keep], kind="stable")]
    rows = thresholds.where(keep)
    return Dated(rows["valid_from"], rows["value"], rows["source"], rows["n_evidence"].astype(np.float64))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A threshold as found on one day."""

    value: float
    low: float
    high: float
    method: str
    source: str
    n_evidence: int


@dataclass(frozen=True, slots=True, eq=False)
class Occasions:
    """The days on which thresholds are looked at again, and the evidence each may use.

    Every Monday with all that was run before it: thresholds hold still within a week, and no week is judged by what
    came later. In the first weeks also every day with an activity, that day included: only for kinds that have no
    value yet, so that the first run already has zones.
    """

    valid_from: F8
    evidence_end: F8
    is_first_only: Array


def occasions(day: F8, start_up_days: float = 56.0) -> Occasions:
    """The occasions for activities on these days, which rise; the last one is the Monday after the last."""
    if len(day) == 0:
        return Occasions(np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    first_monday = day[0] - (day[0] + 3.0) % 7.0 + 7.0
    last_monday = day[-1] - (day[-1] + 3.0) % 7.0 + 7.0
    mondays = np.arange(first_monday, last_monday + 1.0, 7.0)
    # Nothing changes any more two years after the last activity: no evidence is older. One file with an odd date would
    # otherwise cost thousands of looks.
    mondays = mondays[mondays - day[np.searchsorted(day, mondays) - 1] <= LONGEST_WINDOW_DAYS + 7.0]
    early = distinct(day[day < day[0] + start_up_days])
    valid_from = np.concatenate((mondays, early))
    end = np.concatenate((mondays, early + 1.0))
    first_only = np.concatenate((np.zeros(len(mondays), dtype=bool), np.ones(len(early), dtype=bool)))
    order = np.lexsort((first_only, valid_from))
    return Occasions(valid_from[order], end[order], first_only[order])


def keep_changes(found: list[tuple[float, bool, Estimate | None]], tolerance: float) -> list[tuple[float, Estimate]]:
    """The estimates worth a row: the first, then each that differs by more than the tolerance or in its source.

    `found` holds (valid from, only as a first value, estimate or None). A tolerance below 1 is a share of the value.
    """
    rows: list[tuple[float, Estimate]] = []
    for valid_from, first_only, estimate in found:
        if estimate is None or (first_only and rows):
            continue
        if rows:
            last = rows[-1][1]
            limit = tolerance * last.value if tolerance < 1 else tolerance
            if abs(estimate.value - last.value) < limit and estimate.source == last.source:
                continue
            if rows[-1][0] == valid_from:
                rows.pop()
        rows.append((valid_from, estimate))
    return rows
