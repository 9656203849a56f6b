"""Pages out of charts, tables and texts; everything that comes from a file is escaped and cleaned here."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from runlake.reports._charts import Figure, to_json
from runlake.reports._format import Units
from runlake.reports._lake import AthleteTables

NAME_LENGTH = 200


def clean(text: object) -> str:
    """Text from outside, cut at 200 characters, control and direction characters shown as escapes.

    Direction marks could turn a name around and with it what stands beside it (tests/reports/test_page.py).
    """
    if text is None or text != text:
        return ""
    if str(text).isprintable() and len(str(text)) <= NAME_LENGTH:
        return str(text)
    shown = [
        c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else f"\\u{ord(c):04x}"
        for c in str(text)[:NAME_LENGTH]
    ]
    return "".join(shown) + ("…" if len(str(text)) > NAME_LENGTH else "")


class Link(NamedTuple):
    """A table cell that leads to another page."""

    text: str
    href: str


class Tag(NamedTuple):
    """A table cell shown as a small label."""

    text: str
    tag: str


class Col(NamedTuple):
    """A table column: its title, and ``num`` (right-aligned), ``wide`` (may wrap) or "" as its kind."""

    title: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table for people; cells are str, Link or Tag, formatted already."""

    caption: str
    columns: tuple[Col, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def body(self) -> Markup:
        """The rows as HTML, every text escaped; here, as a template takes five times as long over a million cells."""
        starts = [f'<td class="{escape(c.kind)}">' if c.kind else "<td>" for c in self.columns]
        parts: list[str] = []
        for row in self.rows:
            parts.append("<tr>")
            for start, value in zip(starts, row, strict=True):
                parts += (start, *_cell(value), "</td>")
            parts.append("</tr>")
        return Markup("".join(parts))  # every part is escaped above


@lru_cache(maxsize=1 << 16)
def _escaped(text: str) -> str:
    """Remembered, as most cells of thousands of pages are the same few paces and times."""
    return str(escape(text))


def _cell(value: Any) -> tuple[str, ...]:
    if isinstance(value, Link):
        return ('<a href="', _escaped(value.href), '">', _escaped(value.text), "</a>")
    if isinstance(value, Tag):
        return ('<span class="tag ', _escaped(value.tag), '">', _escaped(value.text), "</span>")
    return (_escaped(str(value)),)


class Stat(NamedTuple):
    """One figure in large type."""

    name: str
    value: str
    note: str = ""
    href: str = ""


class Flag(NamedTuple):
    """Something to look at: ``warn``, ``good`` or ``note``, with links to the rows behind it."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: figure as JSON, what a screen reader says, and the table that holds the same numbers."""

    id: str
    json: str
    alt: str
    note: str = ""
    table: HtmlTable | None = None
    height: int = 320

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to draw; the note says why."""
        return not self.json


def chart(chart_id: str, fig: Figure, *, alt: str, note: str = "", table: HtmlTable | None = None) -> Chart:
    """A chart of a figure."""
    return Chart(chart_id, to_json(fig), alt, note, table, int(fig["layout"]["height"]))


def empty_chart(chart_id: str, why: str) -> Chart:
    """In place of a chart that has no data: a sentence that says what is missing."""
    return Chart(chart_id, "", why, why)


class MenuItem(NamedTuple):
    """An entry of the menu."""

    title: str
    href: str


MENU = (
    MenuItem("Overview", "index.html"),
    MenuItem("Intensity distribution", "intensity.html"),
    MenuItem("Progress", "progress.html"),
    MenuItem("Activities", "activities.html"),
)


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a report gets: the athlete's tables, units, and where its pages stand in the folder."""

    tables: AthleteTables
    units: Units
    footer: str
    has_many: bool = False
    to_root: str = ""
    """Path from the athlete's pages up to the folder of the report."""

    @property
    def who(self) -> str:
        """The athlete as shown in the head of each page; nothing for the one athlete of a lake without names."""
        return clean(self.tables.athlete_id) if self.has_many or self.tables.athlete_id != "me" else ""


@cache
def environment() -> jinja2.Environment:
    """Templates with escaping on; a name that is missing is an error, not an empty text."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("runlake.reports"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(
    template: str,
    context: ReportContext,
    *,
    here: str,
    title: str,
    charts: Mapping[str, Chart] | None = None,
    up: str = "",
    **values: Any,
) -> str:
    """A whole page, its charts under their names in the template.

    `here` is its entry in the menu, `up` the way from it to the athlete's folder ("" or "../").
    """
    return (
        environment()
        .get_template(template)
        .render(
            title=title,
            who=context.who,
            menu=MENU,
            here=here,
            base=up,
            root=up + context.to_root,
            has_many=context.has_many,
            footer=context.footer,
            charts=[c for c in (charts or {}).values() if not c.is_empty],
            **(charts or {}),
            **values,
        )
    )
