"""Measures that one activity gives one point of: bests, equivalents, efficiency, form, fatigue, sets, recovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._dates import week_start
from runlake.history._effective import dated
from runlake.history._group import (
    F8,
    Array,
    count_by,
    distinct,
    has_text,
    index_of,
    is_true,
    mean_by,
    median,
    rows_of,
    sum_by,
    text_column,
)
from runlake.history._progress_rows import Part, part
from runlake.history._projection import Equivalents, comparable, equivalents, near_best
from runlake.history._purpose_rules import EASY_PURPOSES
from runlake.model.findings import Table
from runlake.units import MILE_M


def bests(best_efforts: Table) -> list[Part]:
    """Every record, in order: seconds by distance, metres by time; and the mile below threshold heart rate is apart."""
    record = np.flatnonzero(is_true(best_efforts["is_record"]))
    by_distance = is_true(best_efforts["is_by_distance"])[record]
    names = np.array([f"best_{name}" for name in best_efforts["effort"][record].tolist()], dtype=object)
    out = []
    for mask, column, unit in ((by_distance, "elapsed_s", "s"), (~by_distance, "distance_m", "m")):
        rows = record[mask]
        out.append(
            part(
                names[mask],
                best_efforts["local_date"][rows],
                best_efforts[column][rows],
                unit,
                activity_id=best_efforts["activity_id"][rows],
            )
        )
    return out


def hard_miles(best_efforts: Table, thresholds: Table) -> Equivalents:
    """What each hard effort stands for over the mile, by Riegel."""
    points = equivalents(best_efforts, comparable(best_efforts, thresholds, MILE_M), MILE_M)
    hard = near_best(points.day, points.time_s) if len(points.day) else np.empty(0, dtype=bool)
    return Equivalents(points.day[hard], points.time_s[hard], points.activity_id[hard], points.effort[hard])


def mile_equivalents(miles: Equivalents) -> Part:
    """The hard miles, each with the effort that it comes from."""
    note = np.array([f"from {name}" for name in miles.effort.tolist()], dtype=object)
    return part("mile_equivalent", miles.day, miles.time_s, "s", activity_id=miles.activity_id, note=note)


def comfortable_mile(tables: Mapping[str, Table]) -> Part:
    """Miles run with a mean heart rate below threshold: the mile that does not exhaust."""
    efforts = tables["best_efforts"]
    limit = dated(tables["thresholds"], "hr_threshold").value_on(efforts["local_date"])
    keep = (
        has_text(efforts["effort"], "mile")
        & has_text(efforts["quality"], "ok")
        & (efforts["mean_heart_rate_bpm"] < limit)
    )
    return part(
        "comfortable_mile",
        efforts["local_date"][keep],
        efforts["elapsed_s"][keep],
        "s",
        activity_id=efforts["activity_id"][keep],
    )


def easy_runs(tables: Mapping[str, Table]) -> list[Part]:
    """Efficiency of easy runs: grade-adjusted metres per heart beat."""
    sessions = tables["activities"]
    easy = (
        has_text(sessions["sport"], "running")
        & has_text(sessions["purpose"], *EASY_PURPOSES)
        & ~is_true(sessions["is_indoor"])
    )
    return [
        part(
            "efficiency",
            sessions["local_date"][easy],
            sessions["efficiency_m_per_beat"][easy],
            "m",
            activity_id=sessions["activity_id"][easy],
        )
    ]


@dataclass(frozen=True, slots=True, eq=False)
class ComfortForm:
    """Cadence and step length of each activity near comfortable speed on the flat, NaN without two minutes of it."""

    cadence_spm: F8
    step_length_m: F8
    speed_mps: F8
    heart_rate_bpm: F8


def comfort_form(tables: Mapping[str, Table]) -> ComfortForm:
    """Means over the bins of `form` within 0.25 m/s of the comfortable speed of the day and within 2 % grade."""
    sessions, form = tables["activities"], tables["form"]
    index = index_of(sessions["activity_id"])
    n = len(index)
    row = rows_of(form["activity_id"], index)
    easy = dated(tables["thresholds"], "comfortable_speed").value_on(form["local_date"])
    near = np.abs(form["mean_speed_mps"] - easy) <= 0.25
    flat = (form["grade_bin_frac"] >= -0.0201) & (form["grade_bin_frac"] < 0.0199)
    keep = near & flat & (row >= 0)
    row, weight = row[keep], form["seconds"][keep]
    enough = sum_by(row, weight, n) >= 120.0

    def mean(name: str) -> F8:
        return np.where(enough, mean_by(row, form[name][keep], n, weight), np.nan)

    return ComfortForm(mean("cadence_spm"), mean("step_length_m"), mean("mean_speed_mps"), mean("heart_rate_bpm"))


def form_parts(sessions: Table, form: ComfortForm) -> list[Part]:
    """Cadence, step length and heart rate at comfortable speed, one point per activity."""
    measures = (
        ("cadence_at_comfortable", form.cadence_spm, "1/min"),
        ("step_length_at_comfortable", form.step_length_m, "m"),
        ("heart_rate_at_comfortable", form.heart_rate_bpm, "bpm"),
    )
    return [
        part(name, sessions["local_date"], value, unit, activity_id=sessions["activity_id"])
        for name, value, unit in measures
    ]


def step_length_excess(sessions: Table, form: ComfortForm, comfortable_mps: F8, span_days: float = 90.0) -> Part:
    """Step length near comfortable speed over the median of the 90 days before the week, minus 1: a proxy of reaching.

    Brought to the same speed by step length ~ speed^0.7, which lies in the middle of what runners do. From ten
    activities on. Noted as reaching above 4 % with a cadence 3 % or more below its own median.
    """
    day = sessions["local_date"]
    scale = (comfortable_mps / form.speed_mps) ** 0.7
    length, cadence = form.step_length_m * scale, form.cadence_spm * scale ** (0.3 / 0.7)
    known = np.flatnonzero(~np.isnan(length) & ~np.isnan(cadence))
    known = known[np.argsort(day[known], kind="stable")]
    at = day[known]
    monday = week_start(at)
    value, note = np.full(len(at), np.nan), text_column(len(at))
    for week in distinct(monday).tolist():
        a, b = np.searchsorted(at, [week - span_days, week])
        if b - a < 10:
            continue
        here = np.flatnonzero(monday == week)
        value[here] = length[known[here]] / median(length[known[a:b]]) - 1.0
        slow = cadence[known[here]] / median(cadence[known[a:b]]) - 1.0 <= -0.03
        note[here[slow & (value[here] > 0.04)]] = "reaching: longer steps at a lower cadence than usual for this speed"
    ids = sessions["activity_id"][known]
    return part("step_length_excess", at, value, "1", activity_id=ids, note=note)


def fatigue_parts(tables: Mapping[str, Table]) -> list[Part]:
    """Fatigue onset (censored where none came before the end), decoupling, durability, one point per activity."""
    fatigue, sessions = tables["fatigue"], tables["activities"]
    row = rows_of(fatigue["activity_id"], index_of(sessions["activity_id"]))
    day, ids = fatigue["local_date"], fatigue["activity_id"]
    censored = is_true(fatigue["is_censored"])
    end_s = np.where(row >= 0, sessions["elapsed_s"][row] if len(row) else row, np.nan)
    onset = np.where(censored, end_s, fatigue["onset_s"])
    return [
        part("fatigue_onset", day, onset, "s", activity_id=ids, is_censored=censored.astype(np.float64)),
        part("decoupling", day, fatigue["decoupling_frac"], "1", activity_id=ids),
        part("durability", day, fatigue["durability_frac"], "1", activity_id=ids),
    ]


def set_parts(tables: Mapping[str, Table]) -> list[Part]:
    """Mean speed of every set that was run on two days or more, as set:STRUCTURE_KEY; and length of fartlek surges."""
    sets, bouts = tables["interval_sets"], tables["intervals"]
    keep = np.flatnonzero((sets["confidence"] >= 0.5) & ((sets["n_reps"] >= 2) | (sets["work_s"] >= 240.0)))
    names = [f"set:{key}" for key in sets["structure_key"][keep].tolist()]
    days: dict[str, set[float]] = {}
    for name, day in zip(names, sets["local_date"][keep].tolist(), strict=True):
        days.setdefault(name, set()).add(day)
    again = np.array([len(days[name]) >= 2 for name in names], dtype=bool)
    rows = keep[again]
    measure = np.array(names, dtype=object)[again] if len(names) else np.empty(0, dtype=object)
    index = index_of(tables["activities"]["activity_id"])
    fartlek = np.flatnonzero(has_text(bouts["kind"], "fartlek") & (bouts["confidence"] >= 0.5))
    at = rows_of(bouts["activity_id"][fartlek], index)
    surge = mean_by(at, bouts["duration_s"][fartlek], len(index))
    sessions = tables["activities"]
    return [
        part(
            measure,
            sets["local_date"][rows],
            sets["mean_speed_mps"][rows],
            "m/s",
            activity_id=sets["activity_id"][rows],
            note=sets["shorthand"][rows],
        ),
        part("fartlek_surge", sessions["local_date"], surge, "s", activity_id=sessions["activity_id"]),
    ]


def recovery_and_kick(tables: Mapping[str, Table]) -> list[Part]:
    """Fall of heart rate in the minute after reps (three or more), and the last 400 m of race-like efforts."""
    sessions, bouts, paced = tables["activities"], tables["intervals"], tables["pacing"]
    index = index_of(sessions["activity_id"])
    n = len(index)
    keep = np.flatnonzero((bouts["confidence"] >= 0.5) & ~np.isnan(bouts["heart_rate_drop_60s_bpm"]))
    row = rows_of(bouts["activity_id"][keep], index)
    drop = mean_by(row, bouts["heart_rate_drop_60s_bpm"][keep], n)
    drop = np.where(count_by(row, n) >= 3, drop, np.nan)
    race = is_true(paced["is_race_like"])
    names: Array = np.array([f"kick_{name}" for name in paced["effort"][race].tolist()], dtype=object)
    return [
        part("heart_rate_drop_60s", sessions["local_date"], drop, "bpm", activity_id=sessions["activity_id"]),
        part(
            names,
            paced["local_date"][race],
            paced["last_400_kick_frac"][race],
            "1",
            activity_id=paced["activity_id"][race],
        ),
    ]
