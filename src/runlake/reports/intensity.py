"""Intensity distribution: is it 80/20? Three ways of counting, two of measuring, and what the weeks were made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from runlake.model.plugins import Page, Report
from runlake.reports import _charts as charts
from runlake.reports._calendar import calendar, calendar_words
from runlake.reports._format import clock, day, number, percent, words
from runlake.reports._intensity_charts import (
    WeekLines,
    key_chart,
    lines_chart,
    ramp_chart,
    sessions_chart,
    shares_chart,
)
from runlake.reports._page import (
    Chart,
    Col,
    HtmlTable,
    ReportContext,
    Stat,
    clean,
    render,
)

THRESHOLD_NAMES = {
    "hr_max": "heart-rate maximum",
    "hr_threshold": "heart rate at threshold",
    "hr_rest": "resting heart rate",
    "critical_speed": "critical speed",
    "comfortable_speed": "comfortable pace",
    "d_prime": "D′",
    "vo2max": "VO₂max, from bests",
    "vo2max_heart_rate": "VO₂max, from heart rate",
    "vo2max_device": "VO₂max, the watch's",
}
BOUNDS_COLUMNS = (
    Col("threshold"),
    Col("from"),
    Col("value", "num"),
    Col("range", "num"),
    Col("source"),
    Col("how", "wide"),
)


def bounds_tables(context: ReportContext) -> tuple[HtmlTable, HtmlTable]:
    """The thresholds that hold now, with the method behind each; and the older ones, newest first in each kind."""
    rows = context.tables["thresholds"].sort_values(["kind", "valid_from"], ascending=[True, False])
    is_now = ~rows["kind"].duplicated()
    return (
        HtmlTable("In force now", BOUNDS_COLUMNS, _bounds_rows(rows[is_now], context)),
        HtmlTable("Before", BOUNDS_COLUMNS, _bounds_rows(rows[~is_now], context)),
    )


def _bounds_rows(rows: pd.DataFrame, context: ReportContext) -> tuple[tuple[str, ...], ...]:
    out = []
    for t in rows.to_dict("records"):
        is_speed = str(t["unit"]) == "m/s"
        show = context.units.pace if is_speed else (lambda v, unit=t["unit"]: f"{number(v)} {clean(unit)}")
        span = "" if pd.isna(t["low"]) or pd.isna(t["high"]) else f"{show(t['low'])} to {show(t['high'])}"
        name = THRESHOLD_NAMES.get(t["kind"], words(t["kind"]))
        out.append((name, day(t["valid_from"]), show(t["value"]), span, clean(t["source"]), clean(t["method"])))
    return tuple(out)


def stats(weeks: pd.DataFrame) -> list[Stat]:
    """The last four full weeks as figures."""
    done = weeks[weeks["is_complete"].fillna(False).astype(bool)].iloc[-4:]
    if done.empty:
        return []
    weight = done["moving_s"].astype(float)

    def mean(column: str) -> float:
        values = done[column].to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(values) & (weight.to_numpy() > 0)
        return float(np.average(values[known], weights=weight[known])) if known.any() else float("nan")

    note = f"mean of the last {len(done)} full weeks"
    return [
        Stat("easy, by distance", percent(mean("easy_share_distance")), note),
        Stat("easy, by time", percent(mean("easy_share_time")), note),
        Stat("easy, by sessions", percent(mean("easy_share_sessions")), note),
        Stat("grey zone, by time", percent(mean("grey_share_time")), "outside tempo bouts"),
        Stat("key sessions a week", number(float(done["n_key_sessions"].astype(float).mean()), 1), note),
        Stat("running a week", clock(float(weight.mean())), note),
    ]


LINES = (
    WeekLines(
        "three",
        (
            ("easy_share_distance", "distance", charts.EASY),
            ("easy_share_time", "time", charts.ACCENT),
            ("easy_share_sessions", "sessions", charts.SECOND),
        ),
        note="Easy share, counted in three ways",
        why_empty="No week can be judged yet.",
        level=(80, "80 %"),
    ),
    WeekLines(
        "methods",
        (
            ("easy_share_time_heart_rate", "by heart rate", charts.HARD),
            ("easy_share_time_pace", "by grade-adjusted pace", charts.EASY),
        ),
        note="Easy share of time. Heart rate lags and misses short reps; pace misses wind and heat.",
        why_empty="Neither method has thresholds yet.",
        level=(80, "80 %"),
    ),
    WeekLines(
        "polarization",
        (("polarization_index", "polarization index", charts.THIRD),),
        note="log₁₀(z1/z2 · z3 · 100), Treff 2019; above 2.00 is polarized",
        why_empty="No week has time in all three zones.",
        is_percent=False,
        level=(2.0, "2.00"),
    ),
    WeekLines(
        "load",
        (("fitness", "fitness (42 days)", charts.EASY), ("fatigue", "fatigue (7 days)", charts.HARD)),
        note="Session load, smoothed; at the end of each week",
        why_empty="Six weeks of sessions with a load are needed, by heart rate or by a critical speed.",
        is_percent=False,
    ),
)
"""Charts of weekly values as lines; each has its place in the template under its id."""


def drawings(context: ReportContext, weeks: pd.DataFrame) -> dict[str, Chart]:
    """Every chart of the page by its name in the template."""
    time_note, distance_note = (f"Share of running {what} in each zone; dashed: 80 %" for what in ("time", "distance"))
    return {
        "by_time": shares_chart("by-time", context, weeks, "seconds", time_note),
        "by_distance": shares_chart("by-distance", context, weeks, "distance_m", distance_note),
        "by_sessions": sessions_chart(context, weeks),
        "key_sessions": key_chart(weeks),
        "ramp": ramp_chart(weeks),
        **{lines.id: lines_chart(lines, weeks) for lines in LINES},
    }


def pages(context: ReportContext) -> Iterator[Page]:
    """intensity.html."""
    weeks, activities = context.tables["weeks"].sort_values("week_start_date"), context.tables["activities"]
    here, title = "intensity.html", "Intensity distribution"
    if weeks.empty or activities.empty:
        nothing = "Nothing to count yet: the lake holds no week with a run."
        yield Page("intensity.html", render("intensity.html.j2", context, here=here, title=title, nothing=nothing))
        return
    squares = calendar(activities)
    now, older = bounds_tables(context)
    page = render(
        "intensity.html.j2",
        context,
        here=here,
        title=title,
        charts=drawings(context, weeks.iloc[-52:].reset_index(drop=True)),
        nothing="",
        stats=stats(weeks),
        calendar=squares,
        bounds=now,
        older=older,
        calendar_alt=calendar_words(squares),
    )
    yield Page("intensity.html", page)


REPORT = Report("intensity", "Intensity distribution", ("activities", "weeks", "intensity", "thresholds"), pages)
