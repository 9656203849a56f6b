"""The overview on a terminal: the week's verdict, twelve weeks as bars, and what to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from runlake.reports._format import UnitName, Units, day, words
from runlake.reports._lake import AthleteTables, athletes, resolve
from runlake.reports._page import ReportContext, clean
from runlake.reports._weeks import week_cells, zone_distance_by_week
from runlake.reports.overview import WEEKS_SHOWN, flags, stats, week_card

BAR_WIDTH = 28
STYLES = {"purposeful": "green", "partly": "yellow", "unfocused": "red"}
ZONE_STYLES = {1: "blue", 2: "bright_black", 3: "red"}


def _bar(metres: dict[int, float], total_m: float, longest_m: float) -> Text:
    """A week's distance as a bar in the colours of its zones; what has no zone comes last, hollow."""
    bar = Text()
    if not longest_m > 0 or not total_m > 0:
        return bar
    for zone, style in ZONE_STYLES.items():
        bar.append("█" * round(BAR_WIDTH * metres[zone] / longest_m), style=style)
    bar.append("░" * max(0, round(BAR_WIDTH * total_m / longest_m) - len(bar)))
    return bar


def _weeks_table(weeks: pd.DataFrame, context: ReportContext) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("week of", "easy · grey · hard"):
        table.add_column(title)
    for title in ("distance", "time", "runs", "easy", "key", "ramp"):
        table.add_column(title, justify="right")
    zones = zone_distance_by_week(context.tables["intensity"], context.tables["activities"], weeks)
    longest = float(weeks["distance_m"].max())
    for index, w in weeks.iterrows():
        metres = {zone: float(zones.loc[index, zone]) for zone in (1, 2, 3)}
        table.add_row(
            day(w["week_start_date"], with_year=False),
            _bar(metres, float(w["distance_m"]), longest),
            *week_cells(w, context.units),
        )
    return table


def _stats_line(context: ReportContext, week: Any) -> Text:
    out = Text()
    for stat in stats(context, week):
        out.append(f"{stat.name} ", style="dim").append(stat.value, style="bold").append("   ")
    return out


def overview(context: ReportContext) -> RenderableType:
    """One athlete's overview, ready to print."""
    weeks, activities = context.tables["weeks"].sort_values("week_start_date"), context.tables["activities"]
    if weeks.empty or activities.empty:
        return Text("The lake holds no activity yet: `runlake status` says what became of each file.")
    week = weeks.iloc[-1]
    card = week_card(week, activities, context)
    parts: list[RenderableType] = [
        Panel(card.sentence, title=card.title, title_align="left", border_style=STYLES.get(card.kind, "dim")),
        _stats_line(context, week),
        Text(),
        _weeks_table(weeks.iloc[-WEEKS_SHOWN:], context),
    ]
    found = flags(context, weeks, activities)
    if found:
        parts.append(Text())
    for flag in found:
        style = {"warn": "red", "good": "green"}.get(flag.kind, "dim")
        where = ", ".join(link.text for link in flag.links)
        parts.append(Text("● ", style=style).append(f"{flag.text} {where}".rstrip(), style="default"))
    return Group(*parts)


def print_overview(lake: Path, console: Console, *, units: UnitName = "metric") -> None:
    """Print the overview of every athlete of the lake; raises LakeError when there is no lake."""
    state = resolve(lake)
    ids = athletes(state)
    for athlete_id in ids or ["me"]:
        if len(ids) > 1:
            console.rule(words(clean(athlete_id)))
        console.print(overview(ReportContext(AthleteTables(state, athlete_id), Units(units), "")))
