"""Activities as links, labels and tables, for every page that names one."""

from __future__ import annotations

import pandas as pd

from runlake.reports._format import MISSING, clock, day, number, words
from runlake.reports._page import (
    Col,
    HtmlTable,
    Link,
    ReportContext,
    Tag,
    clean,
)

KEY_PURPOSES = frozenset({"intervals", "hiit", "tempo", "hills", "fartlek", "progression", "race"})


def activity_link(row: pd.Series, *, up: str = "") -> Link:
    """A link to an activity's page, named by its day and purpose."""
    purpose = row.get("purpose")
    text = f"{day(row['local_date'], with_year=False)} {words(purpose) if isinstance(purpose, str) else row['sport']}"
    return Link(text, f"{up}activities/{row['activity_id']}.html")


def purpose_tag(purpose: object) -> object:
    """The purpose as a label, key sessions in the colour of hard."""
    if not isinstance(purpose, str) or not purpose:
        return MISSING
    kind = (
        "key" if purpose in KEY_PURPOSES else "easy" if purpose in {"easy", "easy_strides", "recovery", "long"} else ""
    )
    return Tag(words(purpose), kind)


def activities_table(frame: pd.DataFrame, context: ReportContext, caption: str) -> HtmlTable:
    """Activities, newest first: day, what, how far, how long, pace, what was run in it."""
    rows = []
    for a in frame.sort_values("start_time_utc", ascending=False).to_dict("records"):
        is_run = a["sport"] == "running"
        what = clean(a["shorthand"]) or clean(a["name"]) or MISSING
        rows.append(
            (
                Link(f"{day(a['local_date'])}", f"activities/{a['activity_id']}.html"),
                purpose_tag(a["purpose"]) if is_run else Tag(words(clean(a["sport"])), ""),
                context.units.distance(a["distance_m"]),
                clock(a["timer_s"]),
                context.units.pace(a["mean_speed_mps"]) if is_run else MISSING,
                number(a["mean_heart_rate_bpm"]),
                what,
            )
        )
    columns = (
        Col("day"),
        Col("purpose"),
        Col("distance", "num"),
        Col("time", "num"),
        Col("pace", "num"),
        Col("heart rate", "num"),
        Col("what was run", "wide"),
    )
    return HtmlTable(caption, columns, tuple(rows))
