"""docs/concepts.md names every concept once, and only columns, measures and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from runlake.tables import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "concepts.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str, str, str]]:
    """Number, concept, where, chart, tests."""
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_every_concept_has_its_row() -> None:
    assert [int(number) for number, *_ in rows()] == list(range(1, 85))


def test_named_columns_exist() -> None:
    for number, _, where, *_ in rows():
        named = re.findall(r"`(\w+)\.(\w+)`", where)
        assert named or "progress:" in where or "absent, because" in where or number == "81", number
        for table, column in named:
            assert column in {c.name for c in BY_NAME[table].columns}, (number, table, column)


def test_named_measures_are_made() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/runlake/history").glob("_progress_*.py"))
    code += (ROOT / "src/runlake/history/progress.py").read_text(encoding="utf-8")
    for number, _, where, *_ in rows():
        for part in where.split("progress:")[1:]:
            for measure in re.findall(r"`([\w:]+)`", part.split(";")[0]):
                stem = re.split(r"(?<=set:)|(?<=best_)|(?<=kick_)", measure)[0]
                assert f'"{stem}' in code, (number, measure)


def test_named_tests_exist_and_what_is_measured_has_one() -> None:
    for number, _, where, _, tests in rows():
        named = re.findall(r"`([\w/.]+)`", tests)
        assert named or "absent, because" in where or number == "81", number
        for path in named:
            assert (ROOT / "tests" / path).is_file(), (number, path)
