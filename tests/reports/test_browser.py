"""The pages in a real browser: drawn, silent, inert, and readable with a keyboard and a screen reader."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PAGES = ("index.html", "intensity.html", "progress.html", "activities.html", "activities/me13100000000000.html")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        reason = "no Chromium on this machine: install the package chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


class Tab:
    """A page, and what it logged and asked for."""

    def __init__(self, browser: Any, width: int, scheme: str = "light") -> None:
        self.page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def open(self, path: Path) -> Any:
        """Open a page and scroll through it until every chart is drawn."""
        self.page.goto(path.resolve().as_uri())
        for y in range(0, self.page.evaluate("document.documentElement.scrollHeight"), 700):
            self.page.evaluate(f"window.scrollTo(0, {y})")
            self.page.wait_for_timeout(30)
        self.page.wait_for_function(
            "[...document.querySelectorAll('.chart')].every(c => c.dataset.drawn)", timeout=20000
        )
        return self.page


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_silent_and_fit(browser: Any, season_report: Path, width: int) -> None:
    tab = Tab(browser, width)
    for name in PAGES:
        page = tab.open(season_report / name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
        for box in page.query_selector_all(".chart"):
            assert box.query_selector("svg.main-svg"), f"{name}: a chart is not drawn"
    assert tab.said == []
    assert [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_the_calendar_shows_its_newest_weeks_and_is_printed_in_colour(browser: Any, season_report: Path) -> None:
    page = Tab(browser, 390).open(season_report / "intensity.html")
    right = "(() => { const b = document.querySelector('.calendar').parentElement; return b.scrollWidth - b.clientWidth"
    assert page.evaluate(f"{right} - b.scrollLeft; }})()") < 2
    assert page.evaluate(f"{right}; }})()") > 100
    page.emulate_media(media="print")
    style = "getComputedStyle(document.querySelector('.calendar i'))"
    assert page.evaluate(f"{style}.printColorAdjust || {style}.webkitPrintColorAdjust") == "exact"


def test_hostile_names_stay_text(browser: Any, season_report: Path) -> None:
    tab = Tab(browser, 1280)
    for name in PAGES:
        page = tab.open(season_report / name)
        assert page.title() != "owned"
        assert page.query_selector("img") is None
    assert "49" not in tab.open(season_report / "activities.html").inner_text("table")


def test_bars_are_drawn_in_both_schemes(browser: Any, season_report: Path) -> None:
    for scheme in ("light", "dark"):
        page = Tab(browser, 1280, scheme).open(season_report / "intensity.html")
        fills = page.evaluate(
            "[...document.querySelectorAll('#by-time .bars path')].map(p => getComputedStyle(p).fill)"
        )
        assert len(fills) >= 42
        assert len(set(fills)) >= 3


def test_the_list_can_be_searched(browser: Any, season_report: Path) -> None:
    page = Tab(browser, 1280).open(season_report / "activities.html")
    page.fill("#filter", "intervals 6x400")
    assert page.inner_text("#filter-count") == "14 of 42"
    assert page.evaluate("[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).length") == 14


def test_keyboard_reaches_the_content_first(browser: Any, season_report: Path) -> None:
    page = Tab(browser, 1280).open(season_report / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_barrier(browser: Any, season_report: Path, name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = Tab(browser, 1280, scheme).open(season_report / name)
    found = Axe().run(page).response["violations"]
    serious = [
        f"{v['id']}: {v['help']} ({len(v['nodes'])}) {v['nodes'][0]['target']}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []
