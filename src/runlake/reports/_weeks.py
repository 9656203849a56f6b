"""Weeks as a chart and as a table."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from runlake.reports import _charts as charts
from runlake.reports._format import Units, day, hours_minutes, number, percent, signed_percent, words
from runlake.reports._page import (
    Chart,
    Col,
    HtmlTable,
    ReportContext,
    chart,
    empty_chart,
)


def weeks_chart(weeks: pd.DataFrame, context: ReportContext) -> Chart:
    """Weekly distance in the three zones, with key sessions as a number on top."""
    if weeks.empty:
        return empty_chart("weeks-chart", "No week holds a run yet.")
    intensity = context.tables["intensity"]
    shares = zone_distance_by_week(intensity, context.tables["activities"], weeks)
    unit = context.units.length_m
    x = [w.isoformat() for w in weeks["week_start_date"]]
    traces = [charts.bars(x, shares[z] / unit, charts.ZONE_NAMES[z], charts.ZONE_COLOURS[z]) for z in (1, 2, 3)]
    rest = (weeks["distance_m"].to_numpy(dtype=float) - shares[[1, 2, 3]].sum(axis=1).to_numpy()).clip(min=0)
    if (rest > 0.02 * weeks["distance_m"].to_numpy(dtype=float)).any():
        traces.append(charts.bars(x, rest / unit, "zone unknown", "#d9d2c5"))
    top = weeks["distance_m"].to_numpy(dtype=float) / unit
    labels = ["" if pd.isna(n) or n == 0 else "●" * int(n) for n in weeks["n_key_sessions"]]
    traces.append(
        charts.line(
            x,
            top,
            "key sessions",
            charts.HARD,
            mode="text",
            text=labels,
            textposition="top center",
            textfont={"color": charts.HARD, "size": 11},
            hoverinfo="skip",
            showlegend=False,  # a trace of text would show as "Aa"; the note says what the dots are
        )
    )
    fig = charts.figure(
        traces,
        barmode="stack",
        height=320,
        xaxis=charts.week_axis(list(weeks["week_start_date"])),
        yaxis={"title": {"text": context.units.length_name}, "rangemode": "tozero"},
    )
    return chart(
        "weeks-chart",
        fig,
        table=weeks_table(weeks, context),
        alt=f"Weekly running distance of {len(weeks)} weeks, stacked by intensity zone",
        note=f"Distance a week by intensity zone ({zone_words(weeks)}); a dot on top is a key session.",
    )


def zone_words(weeks: pd.DataFrame) -> str:
    """Which method the zones of these weeks come from."""
    methods = {m for m in weeks["easy_share_method"] if isinstance(m, str) and m}
    names = {"heart_rate": "heart rate", "pace": "grade-adjusted pace"}
    return " or ".join(sorted(names.get(m, m) for m in methods)) or "no thresholds known yet"


def zone_distance_by_week(intensity: pd.DataFrame, activities: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Metres in zones 1, 2 and 3 for each row of `weeks`, by the method that the week's shares use."""
    out = pd.DataFrame(0.0, index=weeks.index, columns=[1, 2, 3])
    if intensity.empty:
        return out
    runs = activities.loc[activities["sport"] == "running", ["activity_id"]]
    rows = intensity.merge(runs, on="activity_id")
    monday = [d - dt.timedelta(days=d.weekday()) for d in rows["local_date"]]
    sums = rows.assign(week=monday).groupby(["week", "method", "zone"])["distance_m"].sum()
    for index, week in weeks.iterrows():
        for zone in (1, 2, 3):
            out.loc[index, zone] = sums.get((week["week_start_date"], week["easy_share_method"], zone), 0.0)
    return out


def week_cells(week: Any, units: Units) -> tuple[str, ...]:
    """Distance, time, runs, easy share, key sessions and ramp of a row of `weeks`, in words."""
    return (
        units.distance(week["distance_m"]),
        hours_minutes(week["moving_s"]),
        number(week["n_runs"]),
        percent(week["easy_share_time"]),
        number(week["n_key_sessions"]),
        signed_percent(week["ramp_frac"]),
    )


def weeks_table(weeks: pd.DataFrame, context: ReportContext) -> HtmlTable:
    """The weeks as a table, newest first."""
    columns = (
        Col("week of"),
        Col("distance", "num"),
        Col("time", "num"),
        Col("runs", "num"),
        Col("easy (time)", "num"),
        Col("key sessions", "num"),
        Col("against week before", "num"),
        Col("verdict", "wide"),
    )
    rows = tuple(
        (day(w["week_start_date"]), *week_cells(w, context.units), words(w["verdict"]))
        for w in weeks.iloc[::-1].to_dict("records")
    )
    return HtmlTable("Weeks, newest first", columns, rows)
