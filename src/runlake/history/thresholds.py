"""What the athlete could do, and when that was known: thresholds with the day from which each holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from runlake.history._bins import read_bins
from runlake.history._critical_speed import D_PRIME_M, EffortGrid, effort_grid
from runlake.history._effective import Estimate, Occasions, keep_changes, occasions
from runlake.history._group import F8, has_text, index_of, is_true, rows_of
from runlake.history._heart import HeartSessions, max_estimate, rest_estimate, threshold_estimate
from runlake.history._heart_speed import HeartSpeed, heart_speed, vo2max_estimate
from runlake.history._speed import (
    SetEfforts,
    SpeedEstimates,
    SteadyRuns,
    comfortable_estimate,
    effort_estimates,
    set_efforts,
)
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import thresholds

NOTHING = SpeedEstimates(None, None, None)
Found = list[tuple[float, bool, Estimate | None]]
UNITS = {
    "hr_max": "bpm",
    "hr_rest": "bpm",
    "hr_threshold": "bpm",
    "critical_speed": "m/s",
    "d_prime": "m",
    "comfortable_speed": "m/s",
    "vo2max": "ml/kg/min",
    "vo2max_heart_rate": "ml/kg/min",
    "vo2max_device": "ml/kg/min",
}
TOLERANCE = {"bpm": 1.0, "m/s": 0.005, "m": 0.02, "ml/kg/min": 0.005}
"""A change smaller than this gets no row of its own: 1 bpm, 0.5 % (D' 2 %)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be tuned."""

    hr_max_window_days: float = 730.0
    hr_max_min_rise: float = 1.18
    """A maximum stands so far above the typical session's median: easy running is at most 85 % of it (Seiler 2010)."""
    min_heart_rate_share: float = 0.5
    fit_holds_days: float = 180.0
    """How long a fitted critical speed stays in force without a new fit."""
    lthr_holds_days: float = 365.0
    """How long a measured threshold heart rate is preferred to a share of the maximum."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The athlete's runs in order of days, in the form the estimates want."""

    day: F8
    heart: HeartSessions
    steady: SteadyRuns
    efforts: EffortGrid
    sets: SetEfforts
    heart_speed: HeartSpeed
    device_vo2max: F8


MOST_UNEVEN = 1.4
"""Who jogs at 2.5 m/s and walks at 1.4 in turn has quartiles further apart; those of steady runs lie within 1.2."""


def gather(tables: Mapping[str, Table], settings: Settings) -> Evidence:
    """The evidence of all runs."""
    activities = tables["activities"]
    order = np.argsort(activities["start_time_utc"], kind="stable")
    order = order[np.argsort(activities["local_date"][order], kind="stable")]
    runs = activities.where(order[has_text(activities["sport"], "running")[order]])
    index = index_of(runs["activity_id"])
    n = runs.n_rows
    day = runs["local_date"]
    rate = read_bins(tables["distributions"], "heart_rate", index)
    speed = read_bins(tables["distributions"], "gap_speed", index)
    lock = np.nan_to_num(runs["quality_heart_rate_lock_s"]) > 0.1 * runs["timer_s"]
    good = (np.nan_to_num(runs["quality_heart_rate_share"]) >= settings.min_heart_rate_share) & ~lock
    heart = HeartSessions(
        day,
        np.where(good, rate.quantile(0.995), np.nan),
        np.where(good, rate.held_for(180.0), np.nan),
        np.where(good, rate.quantile(0.5), np.nan),
        np.nan_to_num(runs["n_intervals"]) >= 3,
    )
    long_enough = speed.total_s >= 900.0
    is_steady = long_enough & ~(np.nan_to_num(runs["n_intervals"]) > 0) & ~is_true(runs["is_indoor"])
    middle = speed.quantile(0.5)
    is_steady &= (middle > 1.5) & (speed.quantile(0.75) < MOST_UNEVEN * speed.quantile(0.25))
    steady = SteadyRuns(day[is_steady], middle[is_steady], runs["mean_heart_rate_bpm"][is_steady])
    is_repeat = np.nan_to_num(runs["n_intervals"]) >= 3
    row = rows_of(tables["best_efforts"]["activity_id"], index)
    efforts = effort_grid(tables["best_efforts"], row, n, is_repeat)
    by_heart = heart_speed(tables["form"], rows_of(tables["form"]["activity_id"], index) >= 0)
    sets = _sets(tables["interval_sets"])
    return Evidence(day, heart, steady, efforts, sets, by_heart, runs["device_vo2max"])


def _sets(sets: Table) -> SetEfforts:
    rows = sets.where(has_text(sets["kind"], "interval") & (sets["confidence"] >= 0.5) & (sets["n_reps"] >= 2))
    return set_efforts(
        rows["local_date"],
        rows["work_s"],
        rows["n_reps"].astype(np.float64),
        rows["mean_rest_s"],
        rows["mean_speed_mps"],
    )


def build(athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """One row per kind and day from which a new value holds; the athlete's own values win over all estimates."""
    days = np.sort(tables["activities"]["local_date"])
    evidence = gather(tables, settings)
    found: dict[str, Found] = {kind: [] for kind in UNITS}
    when = occasions(evidence.day)
    _walk(athlete, evidence, when, settings, found)
    found["vo2max_device"] = _device_values(evidence)
    rows = [
        _row(athlete, kind, day, estimate)
        for kind, estimates in found.items()
        if not _told(athlete, kind)
        for day, estimate in keep_changes(estimates, TOLERANCE[UNITS[kind]])
    ]
    if len(days):
        told = {kind: _told(athlete, kind) for kind in UNITS}
        rows += [_row(athlete, kind, float(days[0]), e) for kind, e in told.items() if e is not None]
    rows.sort(key=lambda row: (str(row["kind"]), row["valid_from"]))
    return (Table.from_rows(thresholds.SPEC, rows),)


def _told(athlete: Athlete, kind: str) -> Estimate | None:
    value = {
        "hr_max": athlete.hr_max_bpm,
        "hr_rest": athlete.hr_rest_bpm,
        "hr_threshold": athlete.hr_threshold_bpm,
        "critical_speed": athlete.threshold_speed_mps,
        "comfortable_speed": athlete.comfortable_speed_mps,
    }.get(kind, math.nan)
    return None if math.isnan(value) else Estimate(value, value, value, "set in the configuration", "config", 0)


@dataclass(frozen=True, slots=True)
class InForce:
    """What was found on earlier occasions and still holds."""

    easy_mps: float
    fit_end: float
    fit: SpeedEstimates
    lthr_end: float
    lthr: Estimate | None


def _walk(athlete: Athlete, evidence: Evidence, when: Occasions, settings: Settings, found: dict[str, Found]) -> None:
    """Ask for every estimate on every occasion, each with what is in force of the others."""
    held = InForce(_value(_told(athlete, "comfortable_speed")), -math.inf, NOTHING, -math.inf, None)
    has_heart_rate = ~np.isnan(evidence.heart.highest_bpm)
    first_heart = float(evidence.day[has_heart_rate][0]) if has_heart_rate.any() else math.inf
    for valid_from, end, first_only in zip(
        when.valid_from.tolist(), when.evidence_end.tolist(), when.is_first_only.tolist(), strict=True
    ):
        new, held = _occasion(athlete, evidence, end, held, settings)
        new["hr_rest"] = rest_estimate() if end > first_heart else None
        for kind, estimate in new.items():
            found[kind].append((valid_from, first_only, estimate))


def _occasion(
    athlete: Athlete, evidence: Evidence, end: float, held: InForce, settings: Settings
) -> tuple[dict[str, Estimate | None], InForce]:
    """The estimates by what was run before `end`, and what holds from now on."""
    hr_max = max_estimate(evidence.heart, end, athlete, settings.hr_max_window_days, settings.hr_max_min_rise)
    known_max = _told(athlete, "hr_max") or hr_max
    max_bpm = _value(known_max)
    easy = comfortable_estimate(evidence.steady, end, max_bpm)
    if easy is not None and _told(athlete, "comfortable_speed") is None:
        held = replace(held, easy_mps=easy.value)
    speeds = effort_estimates(evidence.day, evidence.efforts, evidence.sets, end, held.easy_mps, max_bpm)
    if speeds.is_measured:
        held = replace(held, fit_end=end, fit=speeds)
    elif end - held.fit_end <= settings.fit_holds_days and not _value(speeds.critical_speed) > _value(
        held.fit.critical_speed
    ):
        speeds = replace(held.fit, vo2max=speeds.vo2max)
    critical_mps = _value(_told(athlete, "critical_speed") or speeds.critical_speed)
    d_prime_m = D_PRIME_M if speeds.d_prime is None else speeds.d_prime.value
    half_hour_mps = critical_mps + d_prime_m / 1800.0
    lthr = threshold_estimate(evidence.day, evidence.efforts, end, max_bpm, half_hour_mps)
    if lthr is not None and lthr.source == "measured":
        held = replace(held, lthr_end=end, lthr=lthr)
    elif lthr is not None and held.lthr is not None and end - held.lthr_end <= settings.lthr_holds_days:
        lthr = held.lthr
    is_sure_max = known_max is not None and known_max.source in ("config", "measured")
    rest_bpm = _value(_told(athlete, "hr_rest") or rest_estimate())
    by_heart = vo2max_estimate(evidence.heart_speed, end, max_bpm, rest_bpm) if is_sure_max else None
    return {
        "hr_max": hr_max,
        "comfortable_speed": easy,
        "critical_speed": speeds.critical_speed,
        "d_prime": speeds.d_prime,
        "vo2max": speeds.vo2max,
        "vo2max_heart_rate": by_heart,
        "hr_threshold": lthr,
    }, held


def _value(estimate: Estimate | None) -> float:
    return math.nan if estimate is None else estimate.value


def _device_values(evidence: Evidence) -> Found:
    known = np.flatnonzero(~np.isnan(evidence.device_vo2max))
    return [
        (float(evidence.day[i]), False, Estimate(v, math.nan, math.nan, "the watch's own estimate", "device", 1))
        for i, v in zip(known.tolist(), evidence.device_vo2max[known].tolist(), strict=True)
    ]


def _row(athlete: Athlete, kind: str, valid_from: float, estimate: Estimate) -> dict[str, object]:
    return {
        "athlete_id": athlete.athlete_id,
        "kind": kind,
        "valid_from": valid_from,
        "value": estimate.value,
        "unit": UNITS[kind],
        "low": estimate.low,
        "high": estimate.high,
        "method": estimate.method,
        "source": estimate.source,
        "n_evidence": estimate.n_evidence,
    }


HISTORIAN = Historian(
    name="thresholds",
    specs=(thresholds.SPEC,),
    needs=("activities", "distributions", "best_efforts", "interval_sets", "form"),
    settings=Settings(),
    build=build,
)
