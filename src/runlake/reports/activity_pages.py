"""Activity pages: pace, heart rate, cadence and altitude over time with what was found drawn on them; and the list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from runlake.errors import LakeError
from runlake.model.plugins import Page, Report
from runlake.reports._activity_chart import route, trace_chart
from runlake.reports._activity_facts import is_number, notes, stats, tables
from runlake.reports._format import day, percent, words
from runlake.reports._links import activities_table
from runlake.reports._page import (
    ReportContext,
    clean,
    render,
)
from runlake.reports._samples import Trace, traces

CONFIDENCE_SHOWN = 0.5
Row = Mapping[str, Any]
Rows = Mapping[str, list[Row]]


def rows_by_activity(context: ReportContext, name: str) -> Rows:
    """The rows of a table as plain mappings, grouped by activity; in one pass, for thousands of pages."""
    out: dict[str, list[Row]] = defaultdict(list)
    frame = context.tables[name]
    names = list(frame.columns)
    for activity_id, values in zip(
        frame["activity_id"], zip(*(frame[n].tolist() for n in names), strict=True), strict=True
    ):
        out[activity_id].append(dict(zip(names, values, strict=True)))
    return out


def _file_name(activity_id: str) -> str:
    """The id as a file name; LakeError for one that could lead out of the folder (a lake that is not ours)."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", activity_id):
        raise LakeError(f"the lake holds an activity_id that is none: {clean(activity_id)}", code="bad_id")
    return activity_id


def _is_true(value: object) -> bool:
    return value is not None and value is not pd.NA and bool(value)


def page(activity: Row, trace: Trace | None, found: Mapping[str, list[Row]], context: ReportContext) -> Page:
    """One activity's page."""
    drawn, legend = trace_chart(activity, trace, found, context)
    purpose = activity["purpose"] if isinstance(activity["purpose"], str) else ""
    what = words(purpose) if purpose and activity["sport"] == "running" else words(clean(activity["sport"]))
    runner_up = activity["purpose_runner_up"]
    doubts = f"Sure to {percent(activity['purpose_confidence'])}" if is_number(activity["purpose_confidence"]) else ""
    if isinstance(runner_up, str) and runner_up and doubts:
        doubts += f"; next likely: {words(runner_up)}"
    where = "indoors" if _is_true(activity["is_indoor"]) else "on a track" if _is_true(activity["is_track"]) else ""
    text = render(
        "activity.html.j2",
        context,
        here="",
        title=clean(activity["name"]) or f"{what[:1].upper()}{what[1:]}",
        up="../",
        charts={"trace": drawn},
        subtitle=" · ".join(
            x
            for x in (
                f"{day(activity['local_date'])}, {activity['start_time_local']:%H:%M}",
                what,
                where,
                clean(activity["device"]),
            )
            if x
        ),
        shorthand=clean(activity["shorthand"]),
        stats=stats(activity, context),
        why=clean(activity["purpose_reason"]),
        purpose=what,
        doubts=doubts,
        legend=legend,
        tables=tables(found, context),
        route=route(trace, found["intervals"]),
        notes=notes(activity, context.units),
    )
    return Page(f"activities/{_file_name(activity['activity_id'])}.html", text)


def pages(context: ReportContext) -> Iterator[Page]:
    """activities.html, then one page for each activity."""
    frame = context.tables["activities"]
    listing = activities_table(frame, context, f"{len(frame)} activities, newest first")
    yield Page(
        "activities.html",
        render("activities.html.j2", context, here="activities.html", title="Activities", table=listing),
    )
    every = {
        name: rows_by_activity(context, name) for name in ("intervals", "strides", "splits", "laps", "programmed_steps")
    }
    waiting = {row["activity_id"]: row for row in frame.to_dict("records")}

    def found(activity_id: str) -> dict[str, list[Row]]:
        rows = {name: groups.get(activity_id, []) for name, groups in every.items()}
        for name in ("intervals", "strides"):
            rows[name] = [r for r in rows[name] if r["confidence"] >= CONFIDENCE_SHOWN]
        return rows

    for trace in traces(context.tables.lake, context.tables.athlete_id):
        activity = waiting.pop(trace.activity_id, None)
        if activity is not None:
            yield page(activity, trace, found(trace.activity_id), context)
    for activity_id, activity in waiting.items():
        yield page(activity, None, found(activity_id), context)


REPORT = Report(
    "activity_pages",
    "Activities",
    ("activities", "samples", "intervals", "strides", "splits", "laps", "programmed_steps"),
    pages,
)
