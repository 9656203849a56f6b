"""A report is one folder, whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reports.conftest import HOSTILE, text_of
from runlake.errors import LakeError
from runlake.reports.write import folder_of, write_report
from support.lakes import season, write_lake


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_twice_gives_the_same_bytes_and_no_litter(season_lake: Path, tmp_path: Path) -> None:
    first = _files(write_report(season_lake, tmp_path / "out" / "report").parent)
    second = _files(write_report(season_lake, tmp_path / "out" / "report").parent)
    assert first == second
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["report"]


def test_a_foreign_folder_is_left_alone(season_lake: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(LakeError, match="no report of runlake"):
        write_report(season_lake, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_report_inside_the_lake_is_refused(season_lake: Path) -> None:
    for folder in (season_lake, season_lake / "report", Path(f"{season_lake}.d") / "report"):
        with pytest.raises(LakeError, match=r"inside the lake|no report of runlake"):
            write_report(season_lake, folder)
    assert not (season_lake / "report").exists()


def test_no_lake_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="runlake build"):
        write_report(tmp_path / "nothing", tmp_path / "report")


def test_pages_ask_nobody_for_anything(season_report: Path) -> None:
    pages = list(season_report.rglob("*.html"))
    assert len(pages) > 42
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in html
        assert not re.search(r'(?:src|href)="(?:https?:)?//', html), page.name
        assert not re.search(r"\son[a-z]+=", re.sub(r">[^<]*<", "><", html)), page.name


def test_hostile_names_are_text(season_report: Path) -> None:
    html = (season_report / "activities.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=" in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "{{7*7}}" in html
    assert HOSTILE not in html


def test_links_between_pages_lead_somewhere(season_report: Path) -> None:
    pages = list(season_report.rglob("*.html"))
    assert len(pages) > 42
    for page in pages:
        for target in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_many_athletes_are_kept_apart(tmp_path: Path) -> None:
    one, other = season(3, athlete_id="ann"), season(5, athlete_id="../bob")
    both = {name: [*one[name], *other[name]] for name in one}
    root = write_report(write_lake(tmp_path / "lake", both), tmp_path / "report").parent
    front = text_of((root / "index.html").read_text(encoding="utf-8"))
    assert "ann" in front
    assert "../bob" in front
    for athlete, n in (("ann", 9), ("../bob", 15)):
        folder = root / folder_of(athlete)
        assert len(list((folder / "activities").glob("*.html"))) == n
        assert f"{n} activities" in text_of((folder / "index.html").read_text(encoding="utf-8"))
    alone = write_report(write_lake(tmp_path / "alone", one), tmp_path / "alone-report").parent
    for name in ("index.html", "intensity.html", "progress.html"):
        ours = text_of((root / folder_of("ann") / name).read_text(encoding="utf-8")).replace("All athletes", "")
        assert ours.split() == text_of((alone / name).read_text(encoding="utf-8")).split()


def test_imperial_units(season_lake: Path, tmp_path: Path) -> None:
    text = text_of(write_report(season_lake, tmp_path / "report", units="imperial").read_text(encoding="utf-8"))
    assert "18.6 mi in 3 runs" in text
    assert "/km" not in text


def test_a_lake_that_lacks_later_columns_gives_a_report(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", season(4))
    for name, columns in (("weeks", ["is_complete", "ramp_frac"]), ("activities", ["shorthand", "load_trimp"])):
        table = pq.read_table(lake / f"{name}.parquet")
        pq.write_table(table.drop_columns(columns), lake / f"{name}.parquet")
    text = text_of(write_report(lake, tmp_path / "report").read_text(encoding="utf-8"))
    assert "Week of 26 Jan 2026 (so far): run with purpose" in text
