"""Bests by distance, and the same workout then and now."""

from __future__ import annotations

from runlake.reports._cells import to_activity
from runlake.reports._format import MISSING, clock, day, effort_words, number, signed_percent
from runlake.reports._page import (
    Col,
    HtmlTable,
    ReportContext,
    clean,
)

EFFORTS = ("400m", "800m", "1k", "mile", "3k", "5k", "10k", "half", "marathon")


def bests_table(context: ReportContext) -> HtmlTable:
    """The best of each distance of all time and of the last 90 days."""
    best = context.tables["best_efforts"]
    rows = best[(best["quality"] == "ok") & ~best["is_indoor"].fillna(False).astype(bool)]
    out = []
    last = rows["local_date"].max() if not rows.empty else None
    for effort in EFFORTS:
        part = rows[rows["effort"] == effort]
        if part.empty:
            continue
        top = part.loc[part["elapsed_s"].astype(float).idxmin()]
        recent = part[[(last - d).days <= 90 for d in part["local_date"]]]
        late = recent.loc[recent["elapsed_s"].astype(float).idxmin()] if not recent.empty else None
        out.append(
            (
                effort_words(effort),
                to_activity(top, clock(top["elapsed_s"])),
                context.units.pace(top["speed_mps"]),
                day(top["local_date"]),
                MISSING if late is None else to_activity(late, clock(late["elapsed_s"])),
                number(top["vdot"], 1),
            )
        )
    columns = (
        Col("distance"),
        Col("best", "num"),
        Col("pace", "num"),
        Col("on"),
        Col("last 90 days", "num"),
        Col("VDOT", "num"),
    )
    return HtmlTable("Outdoors, elapsed time, quality ok", columns, tuple(out))


def same_table(context: ReportContext) -> HtmlTable:
    """Sets that were run more than once: the first and the latest time."""
    sets = context.tables["interval_sets"]
    sets = sets[sets["confidence"].astype(float) >= 0.5].sort_values("local_date") if not sets.empty else sets
    out = []
    for _, part in sets.groupby("structure_key") if not sets.empty else []:
        if part["local_date"].nunique() < 2 or (part["n_reps"].max() < 2 and part["kind"].iloc[-1] != "tempo"):
            continue
        first, last = part.iloc[0], part.iloc[-1]
        change = last["mean_speed_mps"] / first["mean_speed_mps"] - 1
        out.append(
            (
                clean(last["shorthand"]),
                str(part["local_date"].nunique()),
                to_activity(first, day(first["local_date"])),
                context.units.pace(first["mean_speed_mps"]),
                to_activity(last, day(last["local_date"])),
                context.units.pace(last["mean_speed_mps"]),
                signed_percent(change, 1),
            )
        )
    columns = (
        Col("set", "wide"),
        Col("times", "num"),
        Col("first"),
        Col("pace", "num"),
        Col("latest"),
        Col("pace", "num"),
        Col("speed", "num"),
    )
    return HtmlTable("The same structure, detected from the samples", columns, tuple(out))
