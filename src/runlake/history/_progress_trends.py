"""Measures that many activities give together: thresholds, rolling efficiency, onset trend, speed split, plateau."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from runlake.history._calendar import human_metres
from runlake.history._dates import week_start
from runlake.history._group import F8, Array, has_text, index_of, is_true, mean_by, median, quartiles, rows_of
from runlake.history._progress_rows import Part, part
from runlake.history._projection import Equivalents
from runlake.history._purpose_rules import EASY_PURPOSES
from runlake.model.findings import Table


def threshold_parts(thresholds: Table) -> list[Part]:
    """The thresholds themselves, as measures of the same name."""
    out = []
    for kind in sorted(set(thresholds["kind"].tolist())):
        keep = has_text(thresholds["kind"], kind)
        rows = thresholds.where(keep)
        unit = str(rows["unit"][0])
        out.append(
            part(kind, rows["valid_from"], rows["value"], unit, low=rows["low"], high=rows["high"], note=rows["method"])
        )
    return out


def mondays_of(day: F8) -> F8:
    """Every Monday after the first day, up to the one after the last."""
    return (
        np.arange(week_start(day.min()[None])[0] + 7.0, week_start(day.max()[None])[0] + 8.0, 7.0)
        if len(day)
        else np.empty(0)
    )


def _edges(day: F8, *limits: F8) -> Iterator[tuple[int, ...]]:
    """For each row of the limits the first entries from them on, of days that rise."""
    return zip(*(np.searchsorted(day, limit).tolist() for limit in limits), strict=True)


def rolling_quartiles(name: str, unit: str, day: F8, value: F8, span_days: float, min_n: int) -> Part:
    """Median of the values of the days before each Monday, with quartiles as range; only from enough values."""
    ok = ~np.isnan(value)
    order = np.argsort(day[ok], kind="stable")
    x, y = day[ok][order], value[ok][order]
    mondays = mondays_of(x)
    out = np.full((3, len(mondays)), np.nan)
    for i, (a, b) in enumerate(_edges(x, mondays - span_days, mondays)):
        if b - a >= min_n:
            out[:, i] = quartiles(y[a:b])
    return part(name, mondays, out[1], unit, low=out[0], high=out[2])


def onset_trend(tables: Mapping[str, Table], last_n: int = 12, min_n: int = 5) -> Part:
    """Change of fatigue onset per 30 days over comparable runs, one row for the last such run of each week.

    Comparable: distance within 25 %. Theil-Sen over pairs; of a run without onset we know only that it would have
    come later than the end, so a pair of two such runs says nothing, and a pair with one only where the end lies
    beyond the other's onset.
    """
    fatigue, sessions = tables["fatigue"], tables["activities"]
    row = rows_of(fatigue["activity_id"], index_of(sessions["activity_id"]))
    censored = is_true(fatigue["is_censored"])
    keep = np.flatnonzero((row >= 0) & (censored | ~np.isnan(fatigue["onset_s"])))
    keep = keep[np.argsort(sessions["start_time_utc"][row[keep]], kind="stable")]
    row, cens = row[keep], censored[keep]
    day, metres = sessions["local_date"][row], sessions["distance_m"][row]
    onset = np.where(cens, sessions["elapsed_s"][row], fatigue["onset_s"][keep])
    week = week_start(day)
    last_of_week = np.flatnonzero(np.append(week[1:] != week[:-1], True)) if len(week) else np.empty(0, dtype=np.int64)
    value, notes = np.full(len(day), np.nan), np.full(len(day), None, dtype=object)
    for i in last_of_week.tolist():
        near = np.flatnonzero(np.abs(metres[: i + 1] / metres[i] - 1.0) <= 0.25)[-last_n:]
        if len(near) >= min_n:
            value[i] = 30.0 * censored_slope(day[near], onset[near], cens[near])
            notes[i] = _onset_words(onset[near], cens[near])
    return part(
        "fatigue_onset_trend", day, value, "s per 30 days", activity_id=sessions["activity_id"][row], note=notes
    )


@lru_cache(maxsize=64)
def _pairs(n: int) -> tuple[Array, Array]:
    """Every pair i < j of n, as two index arrays that nobody may change."""
    i, j = np.triu_indices(n, 1)
    return i, j


def censored_slope(x: F8, y: F8, is_censored: Array) -> float:
    """Theil-Sen slope where some y are only known to lie above; NaN from fewer than three telling pairs."""
    i, j = _pairs(len(x))
    apart = x[i] != x[j]
    both = is_censored[i] & is_censored[j]
    lost = (is_censored[i] & (y[i] <= y[j])) | (is_censored[j] & (y[j] <= y[i]))
    tells = apart & ~both & ~lost
    if tells.sum() < 3:
        return float("nan")
    return median((y[j] - y[i])[tells] / (x[j] - x[i])[tells])


def _onset_words(onset: F8, is_censored: Array) -> str:
    n, free = len(onset), int(is_censored.sum())
    text = f"{free} of {n} comparable runs without fatigue before the end"
    if free < n:
        text += f"; earliest onset {onset[~is_censored].min() / 60:.0f} min"
    return text


def speed_split(tables: Mapping[str, Table]) -> Part:
    """Share of cadence in the change of easy speed on the flat: the 28 days before each Monday against 8 weeks earlier.

    Speed is cadence times step length, so the logarithms of their changes add up. No row for changes below 1.5 %.
    """
    sessions, form = tables["activities"], tables["form"]
    n = sessions.n_rows
    row = rows_of(form["activity_id"], index_of(sessions["activity_id"]))
    flat = (
        (form["grade_bin_frac"] >= -0.0201)
        & (form["grade_bin_frac"] < 0.0199)
        & ~np.isnan(form["cadence_spm"])
        & (row >= 0)
    )
    row, weight = row[flat], form["seconds"][flat]
    easy = has_text(sessions["sport"], "running") & has_text(sessions["purpose"], *EASY_PURPOSES)
    speed = np.where(easy, np.log(mean_by(row, form["mean_speed_mps"][flat], n, weight)), np.nan)
    cadence = np.where(easy, np.log(mean_by(row, form["cadence_spm"][flat], n, weight)), np.nan)
    order = np.argsort(sessions["local_date"], kind="stable")
    order = order[~np.isnan(speed[order]) & ~np.isnan(cadence[order])]
    day, speed, cadence = sessions["local_date"][order], speed[order], cadence[order]
    mondays = mondays_of(day)
    value, notes = np.full(len(mondays), np.nan), np.full(len(mondays), None, dtype=object)
    for i, (a, b, c, d) in enumerate(_edges(day, mondays - 84.0, mondays - 56.0, mondays - 28.0, mondays)):
        if b - a >= 3 and d - c >= 3:
            faster = float(speed[c:d].mean() - speed[a:b].mean())
            turnover = float(cadence[c:d].mean() - cadence[a:b].mean())
            if abs(faster) >= 0.015:
                value[i] = turnover / faster
                notes[i] = (
                    f"speed {100 * faster:+.1f} %: cadence {100 * turnover:+.1f} %, "
                    f"step length {100 * (faster - turnover):+.1f} %"
                )
    return part("cadence_share_of_speed_change", mondays, value, "1", note=notes)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A measure by day, rising days; `gain` +1 where larger is better, -1 where smaller is."""

    name: str
    day: F8
    value: F8
    gain: float

    def changes(self, mondays: F8, span_days: float) -> list[float]:
        """Relative gain of the last span before each day over the span before it; NaN from fewer than 2 values each."""
        edges = _edges(self.day, mondays - 2 * span_days, mondays - span_days, mondays)
        return [
            float("nan")
            if b - a < 2 or c - b < 2
            else self.gain * (median(self.value[b:c]) / median(self.value[a:b]) - 1.0)
            for a, b, c in edges
        ]


def plateau(tables: Mapping[str, Table], miles: Equivalents, span_days: float = 56.0) -> Part:
    """1 where distance grew by 10 % or more over 8 weeks and nothing got 1 % better, else 0; one row per Monday.

    No row where speed cannot be told: neither easy speed, nor efficiency, nor hard efforts in both spans.
    """
    sessions = tables["activities"]
    is_run = has_text(sessions["sport"], "running")
    run_day = np.sort(sessions["local_date"][is_run])
    series = _series(sessions, miles, is_run)
    metres = np.nan_to_num(human_metres(sessions)[is_run])[np.argsort(sessions["local_date"][is_run], kind="stable")]
    total = np.concatenate(([0.0], np.cumsum(metres)))
    mondays = mondays_of(run_day)
    mondays = mondays[mondays >= run_day[0] + 2 * span_days] if len(run_day) else mondays
    value, notes = np.full(len(mondays), np.nan), np.full(len(mondays), None, dtype=object)
    names = [s.name for s in series]
    changes = zip(*(s.changes(mondays, span_days) for s in series), strict=True)
    edges = _edges(run_day, mondays - 2 * span_days, mondays - span_days, mondays)
    for i, ((a, b, c), of_week) in enumerate(zip(edges, changes, strict=True)):
        before, after = total[b] - total[a], total[c] - total[b]
        known = {name: change for name, change in zip(names, of_week, strict=True) if not math.isnan(change)}
        if before > 0 and known:
            value[i] = float(after >= 1.10 * before and max(known.values()) < 0.01)
            words = ", ".join(f"{name} {100 * change:+.1f} %" for name, change in known.items())
            notes[i] = f"distance {100 * (after / before - 1):+.0f} % over 8 weeks; better by: {words}"
    return part("plateau", mondays, value, "1", note=notes)


def _series(sessions: Table, miles: Equivalents, is_run: Array) -> tuple[Series, ...]:
    easy = is_run & has_text(sessions["purpose"], *EASY_PURPOSES)
    order = np.flatnonzero(easy)[np.argsort(sessions["local_date"][easy], kind="stable")]
    day = sessions["local_date"][order]
    columns = (
        ("easy speed", sessions["mean_gap_speed_mps"][order]),
        ("efficiency", sessions["efficiency_m_per_beat"][order]),
    )
    out = [Series(name, day[~np.isnan(values)], values[~np.isnan(values)], 1.0) for name, values in columns]
    return (*out, Series("mile equivalent", miles.day, miles.time_s, -1.0))
