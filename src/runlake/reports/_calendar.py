"""A square for each day of a year, coloured by what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from runlake.reports._format import day, words
from runlake.reports._links import KEY_PURPOSES
from runlake.reports._page import (
    clean,
)


class Day(NamedTuple):
    """A square of the calendar."""

    kind: str
    title: str


def calendar(activities: pd.DataFrame) -> list[Day]:
    """Squares of the last 52 weeks, Monday first, up to the last activity's week."""
    last = activities["local_date"].max()
    start = last - dt.timedelta(days=last.weekday() + 51 * 7)
    rank = {"k": 5, "l": 4, "e": 3, "u": 2, "x": 1}
    best: dict[dt.date, tuple[int, str, list[str]]] = {}
    for a in activities[activities["local_date"] >= start].to_dict("records"):
        kind = _day_kind(a)
        what = words(a["purpose"]) if a["sport"] == "running" else words(clean(a["sport"]))
        old = best.get(a["local_date"], (0, "n", []))
        best[a["local_date"]] = (
            max(old[0], rank[kind]),
            kind if rank[kind] > old[0] else old[1],
            [*old[2], what],
        )
    days = (start + dt.timedelta(days=i) for i in range((last - start).days + 1))
    return [
        Day(best[d][1], f"{day(d)}: {', '.join(best[d][2])}") if d in best else Day("n", f"{day(d)}: rest")
        for d in days
    ]


def calendar_words(squares: list[Day]) -> str:
    """What a screen reader says in place of the calendar."""
    active, key = sum(d.kind != "n" for d in squares), sum(d.kind == "k" for d in squares)
    return f"{active} of {len(squares)} days with an activity, {key} with a key session"


def _day_kind(activity: Mapping[str, Any]) -> str:
    if activity["sport"] != "running":
        return "x"
    purpose = activity["purpose"]
    if purpose in KEY_PURPOSES:
        return "k"
    return {"long": "l", "unclear": "u"}.get(str(purpose), "e" if isinstance(purpose, str) else "u")
