"""The mail is one file, without scripts, with pictures."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from runlake.reports.mail import write_mail
from support.lakes import write_lake


def test_mail(season_lake: Path, tmp_path: Path) -> None:
    html = write_mail(season_lake, tmp_path / "mail.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!data:image/png)', html)
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", html)
    assert len(pictures) == 2
    assert all(base64.b64decode(p).startswith(b"\x89PNG") for p in pictures)
    assert "30.0 km in 3 runs" in html
    assert [p.name for p in tmp_path.iterdir()] == ["mail.html"]


def test_mail_twice_is_the_same(season_lake: Path, tmp_path: Path) -> None:
    one = write_mail(season_lake, tmp_path / "a.html").read_bytes()
    assert one == write_mail(season_lake, tmp_path / "b.html").read_bytes()


def test_mail_of_an_empty_lake(tmp_path: Path) -> None:
    html = write_mail(write_lake(tmp_path / "lake", {}), tmp_path / "mail.html").read_text(encoding="utf-8")
    assert "No activity yet" in html
