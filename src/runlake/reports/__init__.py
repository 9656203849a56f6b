"""Lake tables to pages for people: HTML, terminal, mail. Each report is listed here."""

from __future__ import annotations

from runlake.model.plugins import Report
from runlake.reports import activity_pages, intensity, overview, progress

REPORTS: tuple[Report, ...] = (overview.REPORT, intensity.REPORT, progress.REPORT, activity_pages.REPORT)
