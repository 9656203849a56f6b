"""What is known of the inputs: written, read back, and taken over line by line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runlake.errors import LakeError
from runlake.lake.store import STATE
from runlake.pipeline.records import Known, Outcome, Place, Session, Stat, known_to_row
from runlake.pipeline.state import read_state, write_state

SESSION = Session(
    "0123456789abcdef", 1, 1.7e9, 1.7e9 + 60, 19675, 3600.0, np.nan, "running", "Round, the\nlake,\n[x]", 60, (1, 2)
)


def known(path: str, status: str = "ok") -> Known:
    """An input with one activity."""
    outcome = Outcome(None, status, sha256="ab" * 32, sessions=(SESSION,))
    return Known(Place("ann", "in", path), Stat(10, 20, 30, 40), 50, (outcome,), 1, "key")


def folder(path: Path) -> Path:
    """A new folder."""
    path.mkdir()
    return path


def test_records_come_back_in_the_order_of_their_places(tmp_path: Path) -> None:
    given = [known("c.fit"), known("a\udcff.fit"), known("b,\n.fit")]
    write_state(tmp_path, given)
    found = read_state(tmp_path)
    assert [p.path for p in found] == ["a\udcff.fit", "b,\n.fit", "c.fit"]
    assert [repr(k) for k in found.values()] == [repr(k) for k in sorted(given, key=lambda k: k.place.path)]


def test_what_is_taken_over_is_what_would_be_written(tmp_path: Path) -> None:
    last, one, two = (folder(tmp_path / name) for name in ("last", "one", "two"))
    write_state(last, [known(f"{i}.fit") for i in range(5)])
    published = read_state(last)
    kept = list(published.values())
    now = [kept[4], replace(kept[1], scanned_ns=99), known("2a.fit"), kept[0], kept[3]]
    write_state(one, now, published, last)
    write_state(two, now)
    assert (one / STATE).read_bytes() == (two / STATE).read_bytes()
    assert read_state(one)[kept[1].place].scanned_ns == 99
    assert kept[2].place not in read_state(one)


def test_a_state_in_one_line_is_read_and_not_taken_over(tmp_path: Path) -> None:
    last, now = folder(tmp_path / "last"), folder(tmp_path / "now")
    text = json.dumps([known_to_row(known("a.fit")), known_to_row(known("b.fit"))], separators=(",", ":"))
    (last / STATE).write_text(text, encoding="utf-8")
    published = read_state(last)
    write_state(now, published.values(), published, last)
    assert [repr(k) for k in read_state(now).values()] == [repr(k) for k in published.values()]


def test_an_empty_state_and_a_damaged_one(tmp_path: Path) -> None:
    write_state(tmp_path, [])
    assert read_state(tmp_path) == {}
    assert read_state(None) == {}
    (tmp_path / STATE).write_text("[\n[1],\n", encoding="utf-8")
    with pytest.raises(LakeError):
        read_state(tmp_path)
