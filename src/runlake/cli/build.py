"""`runlake build`: the nightly run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from runlake.pipeline.request import Summary

EX_STRICT, EX_BUG = 65, 70
CAP = 20
FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--lake",
    required=True,
    metavar="LAKE",
    help="Where the tables go: a folder, or an address such as s3://bucket/lake.",
)
@click.option(
    "--athlete", "athlete_id", default="", metavar="ID", help="Whose the files are (default: settings, else me)."
)
@click.option("--athlete-from-folder", is_flag=True, help="The first folder below SOURCE says whose a file is.")
@click.option("--config", "config_path", type=FOLDER, help="Settings as TOML (see `runlake config`).")
@click.option("--jobs", type=click.IntRange(0), default=None, help="Worker processes (default: all cores; 0: none).")
@click.option("--engine", "engine_name", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", default="", metavar="ADDRESS", help="Of the Dask cluster, such as tcp://host:8786.")
@click.option("--report", "report_folder", type=FOLDER, help="Write the HTML report as well.")
@click.option("--full-refresh", is_flag=True, help="Read every file again.")
@click.option("--strict", is_flag=True, help="Exit with 65 when any file was refused or salvaged.")
@click.option("--allow-shrink", is_flag=True, help="Publish even if most of the source has gone.")
@click.option("--keep-gone", is_flag=True, help="Keep the rows of files that are no longer there.")
@click.option(
    "--wait", "wait_s", type=click.IntRange(0), default=0, metavar="SECONDS", help="Wait for another run to end."
)
@click.option("--quiet", is_flag=True, help="Print nothing when all went well.")
@click.option("--log-json", is_flag=True, help="Log lines as JSON.")
@click.option(
    "--healthcheck-url", default="", metavar="URL", help="Told of begin, end and failure; cannot fail the run."
)
def build(**options: Any) -> int:
    """Take in what is new or changed in SOURCE (folder, .zip or file), publish a new state of the lake."""
    from runlake.cli import log_lines, signals
    from runlake.cli.healthcheck import Healthcheck

    _check(options)
    log_lines.configure(is_json=options["log_json"], is_quiet=options["quiet"])
    signals.install()
    health = Healthcheck(options["healthcheck_url"])
    health.ping("start")
    try:
        exit_code = _build(options)
    except BaseException:
        health.ping("fail")
        raise
    health.ping("" if exit_code == 0 else "fail")
    return exit_code


def _check(options: dict[str, Any]) -> None:
    """Raises UsageError for names that are empty (a variable of the shell that is not set) and options that clash."""
    if not options["lake"] or not all(options["sources"]):
        what = "SOURCE" if options["lake"] else "--lake"
        raise click.UsageError(f"{what} is empty: is a variable of the shell not set?")
    if options["athlete_id"] and options["athlete_from_folder"]:
        raise click.UsageError("--athlete and --athlete-from-folder both say whose the files are: choose one")
    if options["scheduler"] and options["engine_name"] != "dask":
        raise click.UsageError("--scheduler is of --engine dask, which is not chosen")


def _build(options: dict[str, Any]) -> int:
    import os

    # Arrow's own allocators keep what threads have freed: a seventh more CPU and 100 MB more at 10,000 files.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # read when pyarrow is imported

    from runlake.engine import early

    is_local = options["engine_name"] == "local" and options["jobs"] != 0
    if is_local and early.looks_new([Path(s) for s in options["sources"]], Path(options["lake"])):
        early.start_server()  # ready when the scan is

    from runlake import config as settings
    from runlake.cli.places import check_sources
    from runlake.cli.progress import progress_for
    from runlake.engine import make_engine
    from runlake.errors import noted
    from runlake.lake import remote
    from runlake.pipeline.build import build as run_build
    from runlake.pipeline.request import Request

    here = [Path(s) for s in options["sources"] if not remote.is_remote(s)]
    check_sources(here)
    config = settings.load(options["config_path"])
    settings.check_athlete_id(options["athlete_id"] or config.default_athlete, "--athlete")
    is_remote = remote.is_remote(options["lake"])
    lake = remote.pull_lake(options["lake"]) if is_remote else Path(options["lake"])
    request = Request(
        sources=tuple(remote.pull_source(s) if remote.is_remote(s) else Path(s) for s in options["sources"]),
        lake=lake,
        config=config,
        athlete_id=options["athlete_id"],
        athlete_from_folder=options["athlete_from_folder"],
        full_refresh=options["full_refresh"],
        allow_shrink=options["allow_shrink"],
        keep_gone=options["keep_gone"],
        wait_s=options["wait_s"],
    )
    jobs = len(os.sched_getaffinity(0)) if options["jobs"] is None else options["jobs"]
    engine = make_engine(options["engine_name"], jobs, options["scheduler"], config.workers.worker_memory_mb)
    progress = progress_for(is_quiet=options["quiet"] or options["log_json"])
    try:
        summary = run_build(request, engine, progress)
    finally:
        progress.finish()
        engine.close()
    if is_remote:
        remote.push_lake(options["lake"], lake)
    if options["report_folder"] is not None:
        from runlake.reports import write_report

        with noted("the lake is up to date, the report is not"):
            write_report(lake, options["report_folder"])
    _tell(summary, options["report_folder"])
    return _exit_code(summary, is_strict=options["strict"])


def _tell(summary: Summary, report_folder: Path | None) -> None:
    import logging
    from collections import Counter

    log = logging.getLogger("runlake.build")
    for text, n in Counter(summary.errors).items():
        log.error("a bug in runlake cost %d file%s; please report it:\n%s", n, "s" if n > 1 else "", text)
    counts = " ".join(f"{state}={n}" for state, n in summary.counts.items() if n)
    state = "published" if summary.is_published else "nothing new"
    log.info(
        "%s: %s; activities=%d samples=%d new_files=%d in %.1f s",
        state, counts or "no files", summary.n_activities, summary.n_samples, summary.n_new, summary.seconds,
    )  # fmt: skip
    if not summary.n_activities:
        log.info("no activity was found; runlake reads .fit, .gpx and .tcx files, also packed (.gz, .zip)")
    elif report_folder is not None:
        log.info("the report: %s", report_folder / "index.html")
    if summary.trouble:
        log.warning("refused in this run: %d (`runlake status` lists all)", len(summary.trouble))
        for line in summary.trouble[:CAP]:
            log.warning("  %s", line)
        if len(summary.trouble) > CAP:
            log.warning("  ... and %d more", len(summary.trouble) - CAP)


def _exit_code(summary: Summary, *, is_strict: bool) -> int:
    if summary.errors:
        return EX_BUG
    bad = sum(summary.counts.get(state, 0) for state in ("rejected", "salvaged", "blocked", "unstable"))
    return EX_STRICT if is_strict and bad else 0
