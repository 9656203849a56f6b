"""Lake tables to pages for people: HTML, terminal, mail. Each report is listed here."""

from __future__ import annotations

from pathlib import Path

from runlake.model.plugins import Report
from runlake.reports import activity_pages, intensity, overview, progress
from runlake.reports._format import UnitName

REPORTS: tuple[Report, ...] = (overview.REPORT, intensity.REPORT, progress.REPORT, activity_pages.REPORT)


def write_report(lake: Path, out: Path, units: UnitName = "metric") -> Path:
    """Write the HTML report into a folder; see `runlake.reports.write`."""
    from runlake.reports import write

    return write.write_report(lake, out, units=units)


def write_mail(lake: Path, file: Path, units: UnitName = "metric") -> Path:
    """Write the overview as one HTML file without scripts; see `runlake.reports.mail`."""
    from runlake.reports import mail

    return mail.write_mail(lake, file, units=units)


def terminal_overview(lake: Path, units: UnitName = "metric") -> None:
    """Print the overview on the terminal; see `runlake.reports.terminal`."""
    from rich.console import Console

    from runlake.reports import terminal

    terminal.print_overview(lake, Console(), units=units)
