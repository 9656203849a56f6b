"""The figures, tables and caveats of one activity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from runlake.reports._format import MISSING, Units, clock, counted, number, percent, signed_percent, words
from runlake.reports._page import (
    Col,
    Flag,
    HtmlTable,
    ReportContext,
    Stat,
    clean,
)

Row = Mapping[str, Any]


HEART_RATE_SHARE = 0.8
"""Below it zones and load are not by heart rate (a setting of the history, here its default)."""


def is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(float(value))


def is_true(value: object) -> bool:
    """Whether a value of a nullable bool column is true."""
    return value is not None and value is not pd.NA and bool(value)


def stats(activity: Row, context: ReportContext) -> list[Stat]:
    """The figures at the top."""
    units, is_run = context.units, activity["sport"] == "running"
    stopped = activity["elapsed_s"] - activity["timer_s"]
    out = [
        Stat("distance", units.distance(activity["distance_m"], 2), clean(activity["distance_source"])),
        Stat("time", clock(activity["timer_s"]), f"{clock(stopped)} stopped" if stopped >= 30 else ""),
    ]
    if is_run:
        gap = units.pace(activity["mean_gap_speed_mps"])
        out.append(
            Stat(
                "pace",
                units.pace(activity["mean_speed_mps"]),
                f"grade-adjusted {gap}" if gap != MISSING else "",
            )
        )
    out.append(
        Stat(
            "heart rate",
            number(activity["mean_heart_rate_bpm"]),
            f"highest {number(activity['max_heart_rate_bpm'])}",
        )
    )
    out.append(Stat("cadence", number(activity["mean_cadence_spm"]), "steps a minute" if is_run else "turns a minute"))
    out.append(Stat("climb", units.height(activity["ascent_m"])))
    if is_number(activity["load_trimp"]) or is_number(activity["load_pace"]):
        out.append(
            Stat(
                "load",
                number(activity["load_trimp"] if is_number(activity["load_trimp"]) else activity["load_pace"]),
                "TRIMP" if is_number(activity["load_trimp"]) else "by pace",
            )
        )
    return [s for s in out if s.value != MISSING]


def _columns(titles: str) -> tuple[Col, ...]:
    """Columns from their titles; a # after a title marks numbers, a ~ a text that may wrap."""
    kinds = {"#": "num", "~": "wide"}
    return tuple(Col(t.strip().rstrip("#~"), kinds.get(t.strip()[-1], "")) for t in titles.split(","))


REP_COLUMNS = _columns("no, set, time#, length#, pace#, rest#, rest is, sure#, why~")
STRIDE_COLUMNS = _columns("no, time#, length#, peak pace#, peak cadence#, sure#")
SPLIT_COLUMNS = _columns("no, length#, time#, pace#, heart rate#, cadence#, climb#, note")
LAP_COLUMNS = _columns("no, time#, length#, pace#, heart rate#, said to be")
STEP_COLUMNS = _columns("no, kind, asked for~, time#, was run, rep#, agreement#")


def _rep(r: Row, units: Units) -> tuple[str, ...]:
    length = f"{number(r['distance_m'])} m"
    rest = (clock(r["rest_s"]), words(r["rest_kind"]))
    what = (str(r["interval_no"]), number(r["set_no"]), clock(r["duration_s"]), length, units.pace(r["mean_speed_mps"]))
    return (*what, *rest, percent(r["confidence"]), clean(r["evidence"]))


def _stride(r: Row, units: Units) -> tuple[str, ...]:
    peak = (units.pace(r["peak_speed_mps"]), number(r["peak_cadence_spm"]))
    return (
        str(r["stride_no"]),
        clock(r["duration_s"]),
        f"{number(r['distance_m'])} m",
        *peak,
        percent(r["confidence"]),
    )


def _split(s: Row, units: Units) -> tuple[str, ...]:
    pace = units.pace(s["distance_m"] / s["timer_s"] if s["timer_s"] > 0 else None)
    body = (number(s["mean_heart_rate_bpm"]), number(s["mean_cadence_spm"]), units.height(s["ascent_m"]))
    note = "too fast for a human: glitch or vehicle" if is_true(s.get("is_doubtful")) else ""
    return (str(s["split_no"]), units.distance(s["distance_m"], 2), clock(s["timer_s"]), pace, *body, note)


def _lap(r: Row, units: Units) -> tuple[str, ...]:
    run = (clock(r["timer_s"]), units.distance(r["distance_m"], 2), units.pace(r["mean_speed_mps"]))
    return (str(r["lap_no"]), *run, number(r["mean_heart_rate_bpm"]), words(clean(r["intensity"])))


def _step(s: Row, _: Units) -> tuple[str, ...]:
    was_run = (
        MISSING if s["was_executed"] is None or s["was_executed"] is pd.NA else "yes" if s["was_executed"] else "no"
    )
    plan = (str(s["step_no"]), words(clean(s["kind"])), clean(s["target"]), clock(s["end_s"] - s["start_s"]))
    return (*plan, was_run, number(s["matched_interval_no"]), percent(s["agreement"]))


def tables(found: Mapping[str, list[Row]], context: ReportContext) -> list[HtmlTable]:
    """Reps, strides, splits, laps, programmed steps: those that have rows."""
    kind = "mile" if context.units.name == "imperial" else "km"
    splits = [s for s in found["splits"] if s["kind"] == "track_400"] or [
        s for s in found["splits"] if s["kind"] == kind
    ]
    made = (
        ("Detected reps", REP_COLUMNS, _rep, found["intervals"]),
        ("Strides", STRIDE_COLUMNS, _stride, found["strides"]),
        ("Splits", SPLIT_COLUMNS, _split, splits),
        ("Laps of the watch", LAP_COLUMNS, _lap, found["laps"]),
        ("Programmed steps", STEP_COLUMNS, _step, found["programmed_steps"]),
    )
    return [
        HtmlTable(name, columns, tuple(cells(r, context.units) for r in rows))
        for name, columns, cells, rows in made
        if rows
    ]


def notes(activity: Row, units: Units) -> list[Flag]:
    """What was altered or is shaky, in words."""
    out = []
    q = {k.removeprefix("quality_"): v for k, v in activity.items() if k.startswith("quality_")}
    if is_number(q["speed_lag_s"]) and q["speed_lag_s"] > 0:
        out.append(
            Flag(
                "note",
                f"The watch's speed trailed by {q['speed_lag_s']:.1f} s ({clean(q['speed_lag_source'])}); "
                "it was shifted back.",
            )
        )
    if is_number(q["n_spikes"]) and q["n_spikes"] > 0:
        out.append(Flag("note", f"{int(q['n_spikes'])} positions were rejected as GPS spikes."))
    if is_number(q.get("n_altitude_jumps")) and q["n_altitude_jumps"] > 0:
        n = counted(q["n_altitude_jumps"], "altitude")
        out.append(Flag("note", f"{n} jumped as no terrain does, and were left out or levelled."))
    share: float = q["heart_rate_share"] if is_number(q.get("heart_rate_share")) else 0.0
    if 0 < share < HEART_RATE_SHARE:
        told = percent(share) if share >= 0.01 else f"less than {percent(0.01)}"
        out.append(Flag("note", f"Heart rate is known for {told} of the time only: too little for zones and load."))
    if is_number(q["heart_rate_lock_s"]) and q["heart_rate_lock_s"] > 0:
        out.append(
            Flag(
                "warn",
                f"Heart rate followed cadence for {clock(q['heart_rate_lock_s'])} and is left out there.",
            )
        )
    if is_number(q.get("too_fast_m")) and q["too_fast_m"] > 0:
        out.append(
            Flag(
                "warn",
                f"{units.distance(q['too_fast_m'], 2)} were covered faster than any human runs: did the watch go on "
                "in a vehicle? They are in the distance above, but not in the weeks.",
            )
        )
    if is_number(q["gap_s"]) and q["gap_s"] > 30:
        out.append(Flag("note", f"{clock(q['gap_s'])} without samples though the timer ran."))
    if q["are_short_reps_reliable"] is not None and not bool(q["are_short_reps_reliable"]):
        out.append(
            Flag(
                "warn",
                f"Recording is coarse (a sample every {number(q['median_dt_s'], 1)} s): "
                "bouts below 30 s cannot be told.",
            )
        )
    if activity["strides_status"] == "cannot_tell":
        out.append(Flag("note", clean(activity["strides_reason"])))
    if is_number(q["distance_vs_positions_frac"]) and abs(q["distance_vs_positions_frac"]) > 0.03:
        out.append(
            Flag(
                "note",
                f"The watch's distance is {signed_percent(q['distance_vs_positions_frac'], 1)} "
                "against its own positions.",
            )
        )
    return out
