"""Load of a week: which method holds, sum, monotony and strain (Foster 1998), fitness and fatigue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import Calendar, mean_of_weeks_before, texts
from runlake.history._formulas import monotony, smoothed_load
from runlake.history._group import B1, F8, Array, ratio, sum_by
from runlake.model.findings import Table

SEED_DAYS = 14
HIDDEN_DAYS = 42


@dataclass(frozen=True, slots=True, eq=False)
class DailyLoad:
    """Loads by day from the first to the last, and the seconds of training that they cover."""

    load: F8
    covered_s: F8
    training_s: F8

    def coverage(self, first: int, end: int) -> float:
        """Share of the training time of days first..end-1 that has a load; NaN without training."""
        first = max(first, 0)
        total = float(self.training_s[first:end].sum())
        return float(self.covered_s[first:end].sum()) / total if total > 0 else float("nan")


def daily_load(calendar: Calendar, load: F8, counts: B1) -> DailyLoad:
    """Daily sums of one method's loads over the activities that count for it."""
    known = counts & ~np.isnan(load)
    n = calendar.n_days
    return DailyLoad(
        sum_by(calendar.day_no[known], load[known], n),
        sum_by(calendar.day_no[known], calendar.moving_s[known], n),
        sum_by(calendar.day_no[counts], calendar.moving_s[counts], n),
    )


def load_columns(calendar: Calendar, sessions: Table, min_coverage: float) -> dict[str, Array]:
    """Load, monotony, strain, fitness, fatigue: by heart rate where it covers the six weeks up to each, else by pace.

    Loads of different methods are never added up. Pace counts runs only.
    """
    everything = np.ones(sessions.n_rows, dtype=bool)
    methods = {
        "trimp": daily_load(calendar, sessions["load_trimp"], everything),
        "pace": daily_load(calendar, sessions["load_pace"], calendar.is_run),
    }
    smooth = {name: _smoothed(daily.load) for name, daily in methods.items()}
    n = calendar.n
    out = {name: np.full(n, np.nan) for name in ("load", "monotony", "strain", "fitness", "fatigue")}
    chosen, why = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    for w, end in enumerate((calendar.end_day_no() + 1).tolist()):
        start = int(calendar.monday[w] - calendar.first_day)
        method = _method(methods, end, min_coverage)
        chosen[w] = method
        if method is None:
            why[w] = "no load for 80 % of the training time"
            continue
        daily = methods[method]
        out["load"][w] = daily.load[max(start, 0) : end].sum()
        out["fitness"][w], out["fatigue"][w] = smooth[method][0][end - 1], smooth[method][1][end - 1]
        why[w] = _monotony(daily, start, end, w == n - 1, min_coverage, out, w)
    return {**out, "load_method": chosen, "monotony_reason": why}


def _method(methods: dict[str, DailyLoad], end: int, min_coverage: float) -> str | None:
    for name, daily in methods.items():
        if daily.coverage(end - HIDDEN_DAYS, end) >= min_coverage:
            return name
    return None


def _smoothed(load: F8) -> tuple[F8, F8]:
    """Fitness (42 days) and fatigue (7 days) of each day; hidden while they still show the start."""
    seed = float(load[:SEED_DAYS].mean()) if len(load) else 0.0
    both = (smoothed_load(load, 42.0, seed), smoothed_load(load, 7.0, seed))
    for values in both:
        values[:HIDDEN_DAYS] = np.nan
    return both


def _monotony(
    daily: DailyLoad, start: int, end: int, is_last: bool, min_coverage: float, out: dict[str, F8], w: int
) -> str | None:
    """Fill in monotony and strain of week w, or say why there are none."""
    if is_last:
        return "the last week of the lake may not be over"
    if start < 0:
        return "the first week is not known in full"
    week = daily.load[start:end]
    if not daily.coverage(start, end) >= min_coverage:
        return "no training" if daily.training_s[start:end].sum() == 0 else "no load for 80 % of the week's training"
    value = monotony(week)
    if np.isnan(value):
        return "every day had the same load"
    out["monotony"][w], out["strain"][w] = value, value * week.sum()
    return None


def ramp_columns(calendar: Calendar, distance_m: F8, fast_s: F8) -> dict[str, Array]:
    """Change of distance against the week before and the four weeks before, of fast time, and the articles' band."""
    n = calendar.n
    before = np.concatenate(([np.nan], distance_m[:-1]))
    known_before = np.concatenate(([False], calendar.is_whole_before[:-1]))
    complete = calendar.is_complete
    whole = np.where(calendar.is_whole_before, distance_m, np.nan)
    ramp = np.where(complete & known_before, ratio(distance_m, before) - 1.0, np.nan)
    ramp_4 = np.where(complete, ratio(distance_m, mean_of_weeks_before(whole, 4)) - 1.0, np.nan)
    fast = np.where(
        complete,
        ratio(fast_s, mean_of_weeks_before(np.where(calendar.is_whole_before, fast_s, np.nan), 4)) - 1.0,
        np.nan,
    )
    nothing = np.isnan(ramp)
    return {
        "ramp_frac": ramp,
        "ramp_4_weeks_frac": ramp_4,
        "fast_ramp_frac": fast,
        "ramp_reason": texts(
            n,
            (~nothing, ""),
            (~complete, "the last week of the lake may not be over"),
            (~known_before, "the week before is not known in full"),
            (nothing, "no running in the week before"),
        ),
        "ramp_band": texts(n, (ramp > 0.15, "above 15 %"), (ramp > 0.10, "10 to 15 %"), (~nothing, "up to 10 %")),
    }
