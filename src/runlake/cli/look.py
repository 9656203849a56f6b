"""`runlake report`, `show` and `status`: looking at what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from runlake.errors import LakeError

FOLDER = click.Path(path_type=Path)
UNITS = click.Choice(["metric", "imperial"])
UnitName = Literal["metric", "imperial"]


@click.command()
@click.option(
    "--lake",
    required=True,
    metavar="LAKE",
    help="The lake to report on: a folder, or an address such as s3://bucket/lake.",
)
@click.option("--out", type=FOLDER, help="Folder for index.html and what it needs beside it.")
@click.option("--terminal", is_flag=True, help="Print the overview.")
@click.option("--mail", type=FOLDER, metavar="FILE.html", help="Write one file without scripts, to be sent by mail.")
@click.option("--units", type=UNITS, default="metric", show_default=True, help="Kilometres or miles.")
def report(lake: str, out: Path | None, terminal: bool, mail: Path | None, units: UnitName) -> None:
    """Write the HTML report of a lake, readable offline."""
    if out is None and mail is None and not terminal:
        raise click.UsageError("say where the report goes: --out FOLDER, --mail FILE.html, or --terminal")
    from runlake.cli.places import local_lake

    folder = local_lake(lake)
    from runlake import reports

    if out is not None:
        reports.write_report(folder, out, units)
        click.echo(f"The report: {out / 'index.html'}", err=True)
    if mail is not None:
        reports.write_mail(folder, mail, units)
    if terminal:
        reports.terminal_overview(folder, units)


@click.command()
@click.argument("lake_or_file", metavar="LAKE|FILE")
@click.argument("activity", required=False, metavar="[ACTIVITY]")
@click.option("--config", "config_path", type=FOLDER, help="Settings as TOML, for a FILE.")
def show(lake_or_file: str, activity: str | None, config_path: Path | None) -> None:
    """Show one activity in the terminal.

    ACTIVITY is an activity_id, a unique prefix of one, a local date (2026-05-01), or a path in the ledger. Of a FILE,
    all activities are shown without a lake.
    """
    from runlake.cli.activity_text import print_activity
    from runlake.cli.activity_view import from_file, from_lake
    from runlake.cli.places import check_file, local_lake
    from runlake.lake.remote import is_remote

    path = Path(lake_or_file)
    if not is_remote(lake_or_file):
        check_file(path)
    if is_remote(lake_or_file) or path.is_dir():
        views = from_lake(local_lake(lake_or_file), activity or "")
    else:
        views = from_file(path, config_path)
    for view in views:
        print_activity(view)


@click.command()
@click.option(
    "--lake", required=True, metavar="LAKE", help="The lake: a folder, or an address such as s3://bucket/lake."
)
@click.option("--all", "show_all", is_flag=True, help="List ignored files and duplicates as well.")
def status(lake: str, show_all: bool) -> None:
    """Show the last run, counts by state, and everything refused or salvaged with its reason."""
    from collections import Counter

    from rich.table import Table
    from rich.text import Text

    from runlake.cli.places import local_lake
    from runlake.cli.screen import console as make_console
    from runlake.lake.read import open_lake

    opened = open_lake(local_lake(lake))
    from runlake.cli.plain_rows import rows_of
    from runlake.tables import BY_NAME

    files = rows_of(opened.table("files"), BY_NAME["files"])
    runs = rows_of(opened.table("runs"), BY_NAME["runs"])
    if not runs:
        raise LakeError("the lake holds no run; build it again", code="no_run", path=lake)
    console = make_console()
    last = runs[-1]
    console.print(Text(f"last published  {last['ended_at']:%Y-%m-%d %H:%M} UTC  run {last['run_id']}"))
    console.print(Text(f"runlake {last['version']}  schema {last['schema_version']}  source {last['source']}"))
    console.print(Text(f"activities {last['n_activities']}  samples {last['n_samples']}  files {len(files)}"))
    counts = Counter(row["status"] for row in files)
    console.print(Text("  ".join(f"{state} {n}" for state, n in counts.most_common())))
    hidden = () if show_all else ("ignored", "duplicate")
    rows = [r for r in files if r["status"] != "ok" and r["status"] not in hidden]
    if rows:
        table = Table("file", "status", "reason", box=None, pad_edge=False)
        for row in rows:
            name = row["path"] if row["member"] is None else f"{row['path']}!{row['member']}"
            reason = row["reason"] or ""
            if row["duplicate_of"]:
                reason = f"{reason}: {row['duplicate_of']}"
            table.add_row(Text(name, overflow="fold"), row["status"], Text(reason, overflow="fold"))
        console.print(table)
    if not show_all and any(counts[s] for s in hidden):
        console.print(
            Text(f"not listed: {', '.join(f'{counts[s]} {s}' for s in hidden if counts[s])} (--all lists them)")
        )
