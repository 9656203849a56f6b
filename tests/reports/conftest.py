"""A season whose answer is known, as a lake, and its report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runlake.reports.write import write_report
from support.lakes import season, write_lake

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>{{7*7}}\u202e=1+1"
)


def text_of(html: str) -> str:
    """Words of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture(scope="session")
def season_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lake(tmp_path_factory.mktemp("season") / "lake", season(name=HOSTILE))


@pytest.fixture(scope="session")
def season_report(season_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(season_lake, tmp_path_factory.mktemp("report") / "report").parent
