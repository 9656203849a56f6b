"""Progress: the mile and its ladder, the anatomy of each hard mile, bests, thresholds, form, and when fatigue comes."""

from __future__ import annotations

from collections.abc import Iterator

from runlake.model.plugins import Page, Report
from runlake.reports._page import (
    ReportContext,
    render,
)
from runlake.reports._progress_mile import anatomy_chart, ladder_table, mile_chart
from runlake.reports._progress_tables import bests_table, same_table
from runlake.reports._progress_trends import efficiency_chart, fatigue_chart, form_chart, speeds_chart


def pages(context: ReportContext) -> Iterator[Page]:
    """progress.html."""
    if context.tables["activities"].empty:
        nothing = "Nothing to compare yet: the lake holds no activity."
        yield Page(
            "progress.html",
            render("progress.html.j2", context, here="progress.html", title="Progress", nothing=nothing),
        )
        return
    drawn = {
        "mile": mile_chart(context),
        "anatomy": anatomy_chart(context),
        "fatigue": fatigue_chart(context),
        "efficiency": efficiency_chart(context),
        "speeds": speeds_chart(context),
        "form": form_chart(context),
    }
    page = render(
        "progress.html.j2",
        context,
        here="progress.html",
        title="Progress",
        charts=drawn,
        nothing="",
        ladder=ladder_table(context),
        bests=bests_table(context),
        same=same_table(context),
    )
    yield Page("progress.html", page)


REPORT = Report(
    "progress",
    "Progress",
    ("activities", "best_efforts", "goals", "pacing", "fatigue", "thresholds", "progress", "interval_sets"),
    pages,
)
