"""Write a report: one folder that opens by double click, whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from runlake import __version__
from runlake.errors import LakeError
from runlake.model.plugins import Page
from runlake.reports import REPORTS
from runlake.reports._format import UnitName, Units, day, number, percent, words
from runlake.reports._lake import AthleteTables, athletes, resolve
from runlake.reports._page import Col, HtmlTable, Link, ReportContext, clean, render

MARKER = ".runlake-report"


def _footer(lake: Path) -> str:
    stamp = dt.datetime.fromtimestamp((lake / "activities.parquet").stat().st_mtime, tz=dt.UTC)
    return (
        f"runlake {__version__}. Made from the lake of {day(stamp.date())}; nothing on these pages asks the network "
        "for anything."
    )


def folder_of(athlete_id: str) -> str:
    """A folder name for an athlete: from the id's hash, so that no name can leave the report's folder."""
    return f"athletes/{hashlib.sha256(athlete_id.encode()).hexdigest()[:12]}"


def _pages(lake: Path, units: Units) -> Iterator[Page]:
    ids = athletes(lake)
    footer = _footer(lake)
    if len(ids) <= 1:
        context = ReportContext(AthleteTables(lake, ids[0] if ids else "me"), units, footer)
        for report in REPORTS:
            yield from report.pages(context)
        return
    rows = []
    for athlete_id in ids:
        base = folder_of(athlete_id)
        context = ReportContext(AthleteTables(lake, athlete_id), units, footer, has_many=True, to_root="../../")
        for report in REPORTS:
            for page in report.pages(context):
                yield Page(f"{base}/{page.name}", page.text)
        rows.append(_athlete_row(context, base))
    table = HtmlTable(
        f"{len(ids)} athletes",
        (
            Col("athlete"),
            Col("week of"),
            Col("distance", "num"),
            Col("runs", "num"),
            Col("easy", "num"),
            Col("key sessions", "num"),
            Col("verdict", "wide"),
        ),
        tuple(rows),
    )
    context = ReportContext(AthleteTables(lake, ""), units, footer)
    text = render("athletes.html.j2", context, here="index.html", title="Athletes", table=table)
    yield Page("index.html", text)


def _athlete_row(context: ReportContext, base: str) -> tuple[object, ...]:
    weeks = context.tables["weeks"].sort_values("week_start_date")
    link = Link(clean(context.tables.athlete_id), f"{base}/index.html")
    if weeks.empty:
        return (link, "", "", "", "", "", "no runs yet")
    w = weeks.iloc[-1]
    return (
        link,
        day(w["week_start_date"]),
        context.units.distance(w["distance_m"]),
        number(w["n_runs"]),
        percent(w["easy_share_time"]),
        number(w["n_key_sessions"]),
        words(w["verdict"]),
    )


def _assets(folder: Path) -> None:
    (folder / "assets").mkdir()
    static = resources.files("runlake.reports") / "static"
    for name in ("style.css", "runlake.js"):
        (folder / "assets" / name).write_bytes((static / name).read_bytes())
    (folder / "assets" / "plotly.min.js").write_bytes(
        (resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    )


def write_report(lake: Path, out: Path, *, units: UnitName = "metric") -> Path:
    """Write the report of a lake into `out`, and give back its index.html.

    The pages are made beside `out` and put in its place by renaming; a report that is being written never shows.
    Raises LakeError when there is no lake, when `out` holds something that is no report, or when it cannot be written.
    """
    state = resolve(lake)
    inside = (state, lake.absolute(), Path(f"{lake.absolute()}.d"))
    if any(folder == out.absolute() or folder in out.absolute().parents for folder in inside):
        raise LakeError(
            f"{out} lies inside the lake, which drops what is not its own: name another folder", code="inside"
        )
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).exists())):
        raise LakeError(
            f"{out} holds something that is no report of runlake: name an empty or new folder",
            code="not_a_report",
        )
    staging = out.with_name(f".{out.name}.{os.getpid()}.new")
    old = out.with_name(f".{out.name}.{os.getpid()}.old")
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, mode=0o700)
        _assets(staging)
        (staging / MARKER).write_text(f"{__version__}\n", encoding="utf-8")
        made: set[Path] = set()
        for page in _pages(state, Units(units)):
            path = staging / page.name
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            path.write_text(page.text, encoding="utf-8")
        if out.exists():
            out.rename(old)
        staging.rename(out)
    except OSError as error:
        raise LakeError(f"cannot write the report to {out}: {error.strerror or error}", code="report_io") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return out / "index.html"
