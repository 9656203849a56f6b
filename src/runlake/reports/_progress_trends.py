"""What changes over months: fatigue, efficiency, thresholds, form."""

from __future__ import annotations

import numpy as np
import pandas as pd

from runlake.reports import _charts as charts
from runlake.reports._cells import floats, iso, to_activity
from runlake.reports._format import clock, day, number, percent
from runlake.reports._page import (
    Chart,
    Col,
    HtmlTable,
    ReportContext,
    chart,
    clean,
    empty_chart,
)


def measure(context: ReportContext, name: str) -> pd.DataFrame:
    """Rows of `progress` for one measure, by date."""
    rows = context.tables["progress"]
    return rows[rows["measure"] == name].sort_values("local_date")


def fatigue_chart(context: ReportContext) -> Chart:
    """Elapsed time at which effort for the same speed began to rise; open marks: not before the end of the run."""
    rows = context.tables["fatigue"].sort_values("local_date")
    ends = context.tables["activities"].set_index("activity_id")["elapsed_s"].astype(float)
    censored = (
        rows["is_censored"].fillna(False).astype(bool).to_numpy(dtype=bool) if not rows.empty else np.zeros(0, bool)
    )
    minutes = (
        np.where(censored, rows["activity_id"].map(ends).astype(float), floats(rows, "onset_s")) / 60
        if not rows.empty
        else np.zeros(0)
    )
    known = (
        np.isfinite(minutes) & (censored | rows["onset_s"].notna().to_numpy(dtype=bool)) if not rows.empty else censored
    )
    if not known.any():
        return empty_chart("fatigue", "No steady run of 40 minutes or more with heart rate yet.")
    x = np.array(iso(rows["local_date"]), dtype=object)
    traces = [
        charts.line(x[known & ~censored], minutes[known & ~censored], "onset", charts.HARD, mode="markers"),
        charts.line(
            x[known & censored],
            minutes[known & censored],
            "none before the end",
            charts.EASY,
            mode="markers",
            marker={"color": charts.EASY, "size": 9, "symbol": "triangle-up-open"},
        ),
    ]
    fig = charts.figure(traces, height=280, yaxis={"title": {"text": "minutes"}, "rangemode": "tozero"})
    records = [r for r, k in zip(rows.to_dict("records"), known, strict=True) if k][::-1]
    table_rows = tuple(
        (
            to_activity(r, day(r["local_date"])),
            "none before the end" if r["is_censored"] is not pd.NA and r["is_censored"] else clock(r["onset_s"]),
            context.units.distance(r["onset_m"]),
            percent(r["decoupling_frac"], 1),
            number(r["durability_frac"], 2),
        )
        for r in records
    )
    columns = (
        Col("day"),
        Col("onset", "num"),
        Col("after", "num"),
        Col("decoupling", "num"),
        Col("durability", "num"),
    )
    return chart(
        "fatigue",
        fig,
        alt=f"Fatigue onset of {int(known.sum())} steady runs",
        table=HtmlTable("Fatigue onset", columns, table_rows),
        note="When effort for the same speed starts to rise for good. Open triangle: not before the run ended.",
    )


def efficiency_chart(context: ReportContext) -> Chart:
    """Grade-adjusted metres per heart beat in steady running."""
    rows = context.tables["activities"].sort_values("local_date")
    rows = rows[(rows["sport"] == "running") & rows["efficiency_m_per_beat"].notna()]
    if len(rows) < 3:
        return empty_chart("efficiency", "Three steady runs with heart rate are needed.")
    values = floats(rows, "efficiency_m_per_beat")
    smooth = pd.Series(values).rolling(7, center=True, min_periods=3).median().to_numpy()
    x = iso(rows["local_date"])
    traces = [
        charts.line(x, values, "a run", charts.GREY, mode="markers", opacity=0.6),
        charts.line(x, smooth, "median of seven", charts.SECOND),
    ]
    fig = charts.figure(traces, height=280, yaxis={"title": {"text": "m per beat"}})
    table = HtmlTable(
        "Efficiency",
        (Col("day"), Col("m per beat", "num")),
        tuple(
            (to_activity(r, day(r["local_date"])), number(r["efficiency_m_per_beat"], 2))
            for r in rows.iloc[::-1].iloc[:200].to_dict("records")
        ),
    )
    return chart(
        "efficiency",
        fig,
        alt=f"Efficiency of {len(rows)} runs",
        table=table,
        note="Grade-adjusted metres per heart beat, steady running. Higher is better; heat lowers it.",
    )


def held_until(part: pd.DataFrame, context: ReportContext) -> pd.DataFrame:
    """A threshold's rows, and one more on the day of the last activity: it holds until then."""
    last = part.iloc[[-1]].assign(valid_from=context.tables["activities"]["local_date"].max())
    return part if last["valid_from"].iloc[0] <= part["valid_from"].iloc[-1] else pd.concat([part, last])


def speeds_chart(context: ReportContext) -> Chart:
    """Thresholds that are speeds, by the day they hold from, as pace."""
    rows = context.tables["thresholds"].sort_values("valid_from")
    traces, table_rows, every = [], [], []
    for kind, name, colour in (
        ("comfortable_speed", "comfortable pace", charts.EASY),
        ("critical_speed", "critical speed", charts.HARD),
    ):
        part = rows[rows["kind"] == kind]
        if part.empty:
            continue
        drawn = held_until(part, context)
        pace = np.array([context.units.pace_s(v) for v in drawn["value"]])
        every.append(pace)
        traces.append(
            charts.line(
                iso(drawn["valid_from"]),
                pace,
                name,
                colour,
                mode="lines+markers",
                text=[clock(p) for p in pace],
                hovertemplate="%{text}",
                line={"color": colour, "width": 2, "shape": "hv"},
            )
        )
        table_rows += [
            (name, day(r["valid_from"]), context.units.pace(r["value"]), clean(r["method"]))
            for r in part.iloc[::-1].to_dict("records")
        ]
    if not traces:
        return empty_chart("speeds", "Neither is known yet: a few weeks of runs, some of them hard, are needed.")
    fig = charts.figure(
        traces,
        height=280,
        yaxis=charts.clock_axis(np.concatenate(every), is_reversed=True, title=context.units.pace_name),
    )
    return chart(
        "speeds",
        fig,
        alt="Comfortable pace and critical speed over time; faster is higher",
        note="Each value holds from its day on; faster is higher.",
        table=HtmlTable(
            "Speeds", (Col("what"), Col("from"), Col("pace", "num"), Col("how", "wide")), tuple(table_rows)
        ),
    )


def form_chart(context: ReportContext) -> Chart:
    """Cadence at comfortable pace, and step length beside it."""
    cadence, step = measure(context, "cadence_at_comfortable"), measure(context, "step_length_at_comfortable")
    if cadence.empty and step.empty:
        return empty_chart("form", "No cadence at comfortable pace yet.")
    traces = []
    if not cadence.empty:
        traces.append(
            charts.line(
                iso(cadence["local_date"]),
                floats(cadence, "value"),
                "steps a minute",
                charts.EASY,
                mode="lines+markers",
            )
        )
    if not step.empty:
        traces.append(
            charts.line(
                iso(step["local_date"]),
                floats(step, "value") * 100,
                "step length, cm",
                charts.ACCENT,
                mode="lines+markers",
                yaxis="y2",
            )
        )
    fig = charts.figure(
        traces,
        height=280,
        yaxis={"title": {"text": "steps a minute"}},
        yaxis2={"overlaying": "y", "side": "right", "title": {"text": "cm"}, "showgrid": False, "tickformat": ".0f"},
        margin={"l": 56, "r": 56, "t": 12, "b": 40},
    )
    merged = cadence[["local_date", "value"]].merge(
        step[["local_date", "value"]], on="local_date", how="outer", suffixes=("_c", "_s")
    )
    table = HtmlTable(
        "Form at comfortable pace",
        (Col("from"), Col("steps a minute", "num"), Col("step length, cm", "num")),
        tuple(
            (
                day(r["local_date"]),
                number(r["value_c"]),
                number(r["value_s"] * 100 if pd.notna(r["value_s"]) else None),
            )
            for r in merged.iloc[::-1].to_dict("records")
        ),
    )
    return chart(
        "form",
        fig,
        alt="Cadence and step length at comfortable pace",
        table=table,
        note="At your own comfortable pace, so that faster runs do not pass for better form.",
    )
