"""Charts of the intensity distribution, week by week."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from runlake.reports import _charts as charts
from runlake.reports._format import day, number, percent, signed_percent
from runlake.reports._links import KEY_PURPOSES
from runlake.reports._page import (
    Chart,
    Col,
    HtmlTable,
    ReportContext,
    chart,
    clean,
    empty_chart,
)

SESSION_CLASSES = (
    ("easy", frozenset({"easy", "easy_strides", "recovery", "long", "walk"}), 1),
    ("key session", KEY_PURPOSES, 3),
    ("unclear", frozenset({"unclear"}), 2),
)


def _dates(weeks: pd.DataFrame) -> list[str]:
    return [w.isoformat() for w in weeks["week_start_date"]]


def _zone_sums(context: ReportContext, weeks: pd.DataFrame, value: str) -> pd.DataFrame:
    """Sum of `value` in zones 1 to 3 for each week, by the method of the week's shares; runs only."""
    runs = context.tables["activities"]
    runs = runs.loc[runs["sport"] == "running", ["activity_id"]]
    rows = context.tables["intensity"].merge(runs, on="activity_id")
    monday = [d - dt.timedelta(days=d.weekday()) for d in rows["local_date"]]
    sums = rows.assign(week=monday).groupby(["week", "method", "zone"])[value].sum()
    keys = zip(weeks["week_start_date"], weeks["easy_share_method"], strict=True)
    return pd.DataFrame([[sums.get((w, method, z), 0.0) for z in (1, 2, 3)] for w, method in keys], columns=[1, 2, 3])


def shares_chart(chart_id: str, context: ReportContext, weeks: pd.DataFrame, value: str, note: str) -> Chart:
    """Weekly shares of the three zones in per cent with the 80 % line."""
    sums = _zone_sums(context, weeks, value)
    total = sums.sum(axis=1)
    if not (total > 0).any():
        return empty_chart(chart_id, "No zones yet: neither a heart-rate nor a pace threshold is known.")
    share = sums.div(total.where(total > 0), axis=0) * 100
    shape, _ = charts.level(80, "")
    traces = [
        charts.bars(_dates(weeks), share[z], charts.ZONE_NAMES[z], charts.ZONE_COLOURS[z], hovertemplate="%{y:.0f} %")
        for z in (1, 2, 3)
    ]
    fig = charts.figure(
        traces,
        barmode="stack",
        height=300,
        shapes=[shape],
        xaxis=charts.week_axis(list(weeks["week_start_date"])),
        yaxis={"range": [0, 100], "ticksuffix": " %"},
    )
    rows = tuple(
        (day(w), *(percent(s / 100) for s in row), clean(m).replace("_", " "))
        for w, row, m in zip(weeks["week_start_date"], share.to_numpy(), weeks["easy_share_method"], strict=True)
    )
    table = HtmlTable(
        note,
        (Col("week of"), Col("easy", "num"), Col("grey zone", "num"), Col("hard", "num"), Col("measured by")),
        rows[::-1],
    )
    return chart(chart_id, fig, alt=f"{note}: easy, grey and hard share for {len(weeks)} weeks", note=note, table=table)


def sessions_chart(context: ReportContext, weeks: pd.DataFrame) -> Chart:
    """Runs a week by what they were for."""
    runs = context.tables["activities"]
    runs = runs[runs["sport"] == "running"]
    monday = pd.Series([d - dt.timedelta(days=d.weekday()) for d in runs["local_date"]], index=runs.index, dtype=object)
    traces, columns = [], []
    for name, purposes, zone in SESSION_CLASSES:
        counts = monday[runs["purpose"].isin(purposes)].value_counts()
        values = [int(counts.get(w, 0)) for w in weeks["week_start_date"]]
        columns.append(values)
        traces.append(charts.bars(_dates(weeks), values, name, charts.ZONE_COLOURS[zone]))
    fig = charts.figure(
        traces, barmode="stack", height=300, xaxis=charts.week_axis(list(weeks["week_start_date"])), yaxis={"dtick": 1}
    )
    rows = tuple(
        (day(w), *map(str, r)) for w, r in zip(weeks["week_start_date"], zip(*columns, strict=True), strict=True)
    )
    table = HtmlTable("Runs by purpose", (Col("week of"), *(Col(c[0], "num") for c in SESSION_CLASSES)), rows[::-1])
    return chart(
        "sessions",
        fig,
        alt="Runs a week, easy against key sessions",
        table=table,
        note="Each run counts once, by its purpose.",
    )


class WeekLines(NamedTuple):
    """A chart of weekly values as lines; `series` holds (column, name, colour), `level` a dashed line and its label."""

    id: str
    series: tuple[tuple[str, str, str], ...]
    note: str
    why_empty: str
    is_percent: bool = True
    level: tuple[float, str] | None = None


def lines_chart(lines: WeekLines, weeks: pd.DataFrame) -> Chart:
    """Weekly values of some columns as lines."""
    known = [(c, n, colour) for c, n, colour in lines.series if weeks[c].notna().any()]
    if not known:
        return empty_chart(lines.id, lines.why_empty)
    factor = 100.0 if lines.is_percent else 1.0
    traces = [
        charts.line(
            _dates(weeks),
            weeks[c].to_numpy(dtype=float, na_value=np.nan) * factor,
            n,
            colour,
            mode="lines+markers",
        )
        for c, n, colour in known
    ]
    extra: dict[str, Any] = {}
    if lines.level is not None:
        shape, label = charts.level(*lines.level)
        extra = {"shapes": [shape], "annotations": [label]}
    fig = charts.figure(
        traces,
        height=280,
        xaxis=charts.week_axis(list(weeks["week_start_date"])),
        yaxis={"ticksuffix": " %"} if lines.is_percent else {},
        **extra,
    )
    shown = percent if lines.is_percent else (lambda v: number(v, 2))
    rows = tuple(
        (day(w["week_start_date"]), *(shown(w[c]) for c, _, _ in known)) for w in weeks.iloc[::-1].to_dict("records")
    )
    table = HtmlTable(lines.note, (Col("week of"), *(Col(n, "num") for _, n, _ in known)), rows)
    return chart(lines.id, fig, alt=f"{lines.note} ({len(weeks)} weeks)", note=lines.note, table=table)


def key_chart(weeks: pd.DataFrame) -> Chart:
    """Key sessions a week, with the one to two that the articles advise."""
    x = _dates(weeks)
    fig = charts.figure(
        [charts.bars(x, weeks["n_key_sessions"].astype(float), "key sessions", charts.HARD)],
        height=280,
        xaxis=charts.week_axis(list(weeks["week_start_date"])),
        yaxis={"dtick": 1, "rangemode": "tozero"},
        shapes=[
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 1,
                "y1": 2,
                "line": {"width": 0},
                "fillcolor": charts.SECOND,
                "opacity": 0.12,
                "layer": "below",
            }
        ],
    )
    rows = tuple(
        (
            day(w["week_start_date"]),
            number(w["n_key_sessions"]),
            number(w["min_gap_h"]),
            number(w["rest_days"]),
        )
        for w in weeks.iloc[::-1].to_dict("records")
    )
    table = HtmlTable(
        "Key sessions and rest",
        (Col("week of"), Col("key sessions", "num"), Col("shortest gap, h", "num"), Col("rest days", "num")),
        rows,
    )
    return chart(
        "key",
        fig,
        alt="Key sessions a week",
        table=table,
        note="The band marks the one to two key sessions that the articles advise.",
    )


def ramp_chart(weeks: pd.DataFrame) -> Chart:
    """Weekly ramp (a convention) and the largest single-session spike (a study), each labelled by its source."""
    if not (weeks["ramp_frac"].notna().any() or weeks["spike_ratio"].notna().any()):
        return empty_chart("ramp", "Two weeks with runs are needed.")
    x = _dates(weeks)
    spike = weeks["spike_ratio"].to_numpy(dtype=float, na_value=np.nan) - 1
    ramp = weeks["ramp_frac"].to_numpy(dtype=float, na_value=np.nan)
    traces = [
        charts.bars(x, np.clip(ramp, -1, 1.5) * 100, "week on week (convention: 10 %)", charts.EASY),
        charts.line(
            x,
            np.clip(spike, -1, 1.5) * 100,
            "largest run against longest of 30 days (study)",
            charts.ACCENT,
            mode="markers",
        ),
    ]
    shape, label = charts.level(10, "10 %")
    fig = charts.figure(
        traces,
        height=280,
        xaxis=charts.week_axis(list(weeks["week_start_date"])),
        yaxis={"ticksuffix": " %"},
        shapes=[shape],
        annotations=[label],
    )
    rows = tuple(
        (
            day(w["week_start_date"]),
            signed_percent(w["ramp_frac"]),
            signed_percent(w["ramp_4_weeks_frac"]),
            signed_percent(None if pd.isna(w["spike_ratio"]) else w["spike_ratio"] - 1),
            "yes" if w["is_recovery_week"] is not pd.NA and w["is_recovery_week"] else "",
        )
        for w in weeks.iloc[::-1].to_dict("records")
    )
    table = HtmlTable(
        "Ramp",
        (
            Col("week of"),
            Col("on the week before", "num"),
            Col("on four weeks", "num"),
            Col("largest spike", "num"),
            Col("recovery week"),
        ),
        rows,
    )
    note = (
        "Bars: the weekly rule of the articles. Dots: one run against the longest of the 30 days before; in a study "
        "of 5,205 runners (2025) it was this, and not the weekly ramp, that went with injury."
    )
    return chart("ramp", fig, alt="Weekly ramp and single-session spikes", table=table, note=note)
