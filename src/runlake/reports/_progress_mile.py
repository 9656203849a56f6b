"""The mile: its times, its ladder, and the anatomy of each hard one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from runlake.reports import _charts as charts
from runlake.reports._cells import floats, iso, to_activity
from runlake.reports._format import MISSING, clock, day, number, signed_percent, words
from runlake.reports._page import (
    Chart,
    Col,
    HtmlTable,
    ReportContext,
    chart,
    clean,
    empty_chart,
)

LABEL_FRAC = 0.07
"""Share of the axis that a line of text takes."""
LAP_NAMES = ("push", "pace", "position", "positivity")


def outdoor_miles(context: ReportContext) -> pd.DataFrame:
    """The fastest mile of each run, outdoors and of good quality, by date."""
    best = context.tables["best_efforts"]
    rows = best[(best["effort"] == "mile") & (best["quality"] == "ok")].sort_values("local_date")
    return rows[~rows["is_indoor"].fillna(False).astype(bool)]


def rungs_shown(goals: pd.DataFrame, most: int = 3) -> pd.DataFrame:
    """The rungs next to where the runner stands: the last ones met, and the ones to come."""
    miles = goals[goals["effort"] == "mile"].sort_values("target_s", ascending=False)
    is_met = miles["first_met_on"].notna()
    return pd.concat([miles[is_met].iloc[-most:], miles[~is_met].iloc[:most]])


def _rungs(near: pd.DataFrame, span_s: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line for each rung, and labels of those that can be read: rungs to come first, none over another."""
    shapes, labels = [], []
    taken: list[float] = []
    is_met = near["first_met_on"].notna()
    for g in [*near[~is_met].to_dict("records"), *near[is_met].iloc[::-1].to_dict("records")]:
        target_s = float(g["target_s"])
        met = "" if pd.isna(g["first_met_on"]) else ", met"
        shape, label = charts.level(target_s, f"{clock(target_s)}{met}")
        shapes.append(shape)
        if all(abs(target_s - other_s) >= LABEL_FRAC * span_s for other_s in taken):
            taken.append(target_s)
            labels.append(label)
    return shapes, labels


def mile_chart(context: ReportContext) -> Chart:
    """Every outdoor mile of good quality, the running best, and the rungs of the ladder."""
    rows = outdoor_miles(context)
    if rows.empty:
        return empty_chart("mile", "No run of a mile or more outdoors yet.")
    seconds = floats(rows, "elapsed_s")
    record = np.minimum.accumulate(seconds)
    x = iso(rows["local_date"])
    traces = [
        charts.line(
            x,
            seconds,
            "fastest mile of a run",
            charts.GREY,
            mode="markers",
            hovertemplate="%{text}",
            text=[f"{clock(s)}" for s in seconds],
            opacity=0.7,
        ),
        charts.line(
            x,
            record,
            "best so far",
            charts.HARD,
            line={"color": charts.HARD, "width": 2.5, "shape": "hv"},
            hovertemplate="%{text}",
            text=[clock(s) for s in record],
        ),
    ]
    near = rungs_shown(context.tables["goals"])
    # easy runs are slow miles: the axis shows the hard ones, and those within 40 % of the best
    spread = np.concatenate((seconds[seconds < 1.4 * record[-1]], near["target_s"].astype(float).to_numpy()))
    shapes, labels = _rungs(near, float(np.ptp(spread)))
    fig = charts.figure(
        traces,
        height=360,
        shapes=shapes,
        annotations=labels,
        yaxis=charts.clock_axis(spread, is_reversed=True),
    )
    table_rows = tuple(
        (
            day(r["local_date"]),
            to_activity(r, clock(r["elapsed_s"])),
            clock(b),
            "yes" if r["is_record"] is not pd.NA and r["is_record"] else "",
        )
        for r, b in list(zip(rows.to_dict("records"), record, strict=True))[::-1][:200]
    )
    table = HtmlTable(
        "Fastest mile of each run, newest first",
        (Col("day"), Col("mile", "num"), Col("best so far", "num"), Col("record")),
        table_rows,
    )
    return chart(
        "mile",
        fig,
        alt=f"Mile times from {clock(seconds[0])} to a best of {clock(record[-1])}; faster is higher",
        note="Elapsed time, outdoors, interpolated to the boundary; faster is higher. Dashed: the rungs.",
        table=table,
    )


def likely_days(first: dt.date | None, last: dt.date | None) -> str:
    """When a rung may fall: a range, an open one, or nothing."""
    begin, end = ("" if pd.isna(v) else day(v) for v in (first, last))
    return f"{begin} to {end}" if begin and end else f"from {begin} on" if begin else f"by {end}" if end else ""


def ladder_table(context: ReportContext) -> HtmlTable:
    """Rungs from slow to fast: when each fell, by which run, or when it may."""
    rows = []
    for g in context.tables["goals"].sort_values(["effort", "target_s"], ascending=[True, False]).to_dict("records"):
        is_met = not pd.isna(g["first_met_on"])
        may = likely_days(g["projected_from"], g["projected_to"]) or clean(g["projection_reason"])
        rows.append(
            (
                f"{words(g['effort'])} in {clock(g['target_s'])}",
                to_activity(g, day(g["first_met_on"])) if is_met else MISSING,
                clock(g["gap_s"]) if not is_met else "done",
                "" if is_met else may or MISSING,
                clean(g["source"]),
            )
        )
    return HtmlTable(
        "The ladder",
        (Col("rung"), Col("fell on"), Col("to go", "num"), Col("likely", "wide"), Col("from")),
        tuple(rows),
    )


def anatomy_chart(context: ReportContext) -> Chart:
    """Quarters of each hard mile against its own even pace."""
    rows = context.tables["pacing"]
    rows = rows[rows["effort"] == "mile"].sort_values("local_date")
    hard = rows[rows["is_race_like"].fillna(False).astype(bool)] if not rows.empty else rows
    rows = (hard if not hard.empty else rows).iloc[-12:]
    if rows.empty:
        return empty_chart("anatomy", "No single hard mile yet.")
    quarters = np.column_stack([floats(rows, f"lap_{i}_s") for i in range(1, 5)])
    off = quarters - quarters.mean(axis=1, keepdims=True)
    x = [f"{day(d, with_year=False)}, {clock(t)}" for d, t in zip(rows["local_date"], rows["elapsed_s"], strict=True)]
    colours = (charts.ACCENT, charts.EASY, charts.GREY, charts.SECOND)
    traces = [
        charts.bars(x, off[:, i], f"lap {i + 1}: {LAP_NAMES[i]}", colours[i], hovertemplate="%{y:+.1f} s")
        for i in range(4)
    ]
    fig = charts.figure(
        traces,
        barmode="group",
        height=320,
        xaxis={"type": "category"},
        yaxis={"title": {"text": "seconds off even pace"}, "zeroline": True},
    )
    table_rows = tuple(
        (
            to_activity(r, day(r["local_date"])),
            clock(r["elapsed_s"]),
            *(clock(r[f"lap_{i}_s"]) for i in range(1, 5)),
            signed_percent(r["first_lap_overspeed_frac"], 1),
            f"{number(r['third_lap_sag_s'], 1)} s",
            signed_percent(r["last_400_kick_frac"], 1),
            words(r["split_verdict"]),
        )
        for r in rows.iloc[::-1].to_dict("records")
    )
    columns = (
        Col("day"),
        Col("mile", "num"),
        *(Col(f"lap {i}", "num") for i in range(1, 5)),
        Col("first lap", "num"),
        Col("third-lap sag", "num"),
        Col("last 400 m", "num"),
        Col("split"),
    )
    return chart(
        "anatomy",
        fig,
        alt=f"Four quarters of {len(rows)} hard miles against even pace",
        table=HtmlTable("Hard miles", columns, table_rows),
        note="Above zero: slower than even pace. In 32 world records the third lap was the slowest in 56 %.",
    )
