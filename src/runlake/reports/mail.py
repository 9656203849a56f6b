"""One HTML file for a mail: no script, no request, charts as pictures made by matplotlib."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from runlake.errors import LakeError
from runlake.reports import _charts as charts
from runlake.reports._format import UnitName, Units, clock, day
from runlake.reports._lake import AthleteTables, athletes, resolve
from runlake.reports._page import Flag, HtmlTable, ReportContext, Stat, environment
from runlake.reports._progress_mile import outdoor_miles
from runlake.reports._weeks import weeks_table, zone_distance_by_week
from runlake.reports.overview import WEEKS_SHOWN, WeekCard, flags, stats, week_card


class Picture(NamedTuple):
    """A chart as PNG in base64, with its words."""

    title: str
    alt: str
    png: str


class AthleteMail(NamedTuple):
    """What the mail says of one athlete."""

    who: str
    nothing: str
    week: WeekCard | None = None
    stats: tuple[Stat, ...] = ()
    flags: tuple[Flag, ...] = ()
    charts: tuple[Picture, ...] = ()
    weeks: HtmlTable | None = None


def _png(figure: Any) -> str:
    out = io.BytesIO()
    # fixed metadata: the same lake gives the same bytes
    figure.savefig(out, format="png", dpi=144, metadata={"Software": None})
    return base64.b64encode(out.getvalue()).decode("ascii")


def _axes() -> tuple[Any, Any]:
    """A figure of mail width, off screen; LakeError with what to install when matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise LakeError(
            "the mail version draws with matplotlib, which is not installed: pip install 'runlake[mail]'",
            code="no_matplotlib",
        ) from error
    figure = Figure(figsize=(6.4, 2.7), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    return figure, axes


def _weeks_picture(context: ReportContext) -> Picture:
    weeks = context.tables["weeks"].sort_values("week_start_date").iloc[-WEEKS_SHOWN:]
    zones = zone_distance_by_week(context.tables["intensity"], context.tables["activities"], weeks)
    total = weeks["distance_m"].to_numpy(dtype=float)
    figure, axes = _axes()
    names = [day(w, with_year=False) for w in weeks["week_start_date"]]
    floor = np.zeros(len(weeks))
    parts = [(charts.ZONE_NAMES[z], zones[z].to_numpy(dtype=float), charts.ZONE_COLOURS[z]) for z in (1, 2, 3)]
    rest = (total - sum(p[1] for p in parts)).clip(min=0)
    for name, metres, colour in [*parts, ("zone unknown", rest, "#d9d2c5")]:
        if metres.sum() > 0:
            height = metres / context.units.length_m
            axes.bar(
                names, height, bottom=floor, color=colour, label=name, hatch="//" if colour == charts.HARD else None
            )
            floor = floor + height
    axes.set_ylabel(context.units.length_name, fontsize=8)
    axes.tick_params(axis="x", rotation=45)
    if len(axes.patches):
        axes.legend(fontsize=7, ncols=4, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    return Picture("Distance by intensity zone", f"Weekly distance of {len(weeks)} weeks by zone", _png(figure))


def _mile_picture(context: ReportContext) -> Picture | None:
    rows = outdoor_miles(context)
    if rows.empty:
        return None
    seconds = rows["elapsed_s"].to_numpy(dtype=float)
    figure, axes = _axes()
    axes.plot(rows["local_date"], seconds, ".", color=charts.GREY, label="fastest mile of a run")
    best = np.minimum.accumulate(seconds)
    axes.step(rows["local_date"], best, where="post", color=charts.HARD, label="best so far")
    ticks, labels = charts.clock_ticks(float(seconds.min()), float(np.quantile(seconds, 0.9)), 6)
    axes.set_yticks(ticks, labels)
    axes.set_ylim(float(np.quantile(seconds, 0.95)) * 1.03, float(seconds.min()) * 0.97)
    axes.legend(fontsize=7, frameon=False)
    return Picture("The mile", f"Mile times, best {clock(float(best[-1]))}; faster is higher", _png(figure))


def _athlete(context: ReportContext) -> AthleteMail:
    weeks, activities = context.tables["weeks"].sort_values("week_start_date"), context.tables["activities"]
    if weeks.empty or activities.empty:
        return AthleteMail(context.who, "No activity yet: `runlake status` says what became of each file.")
    week = weeks.iloc[-1]
    pictures = [_weeks_picture(context), _mile_picture(context)]
    return AthleteMail(
        who=context.who,
        nothing="",
        week=week_card(week, activities, context),
        stats=tuple(stats(context, week)),
        flags=tuple(flags(context, weeks, activities)),
        charts=tuple(p for p in pictures if p is not None),
        weeks=weeks_table(weeks.iloc[-6:], context),
    )


def write_mail(lake: Path, file: Path, *, units: UnitName = "metric") -> Path:
    """Write the overview of every athlete as one HTML file without scripts; give back its path.

    Raises LakeError when there is no lake, matplotlib is missing, or the file cannot be written.
    """
    state = resolve(lake)
    contexts = [ReportContext(AthleteTables(state, a), Units(units), "") for a in athletes(state) or ["me"]]
    text = (
        environment()
        .get_template("mail.html.j2")
        .render(title="runlake", athletes=[_athlete(c) for c in contexts], footer="Made by runlake.")
    )
    staging = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        staging.write_text(text, encoding="utf-8")
        staging.replace(file)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise LakeError(f"cannot write {file}: {error.strerror or error}", code="mail_io") from error
    return file
