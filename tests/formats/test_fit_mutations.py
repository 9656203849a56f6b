"""Damage of every kind to real files: how much comes back, how much of it is wrong, and that it is announced."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runlake.errors import RunlakeError
from runlake.formats import _fit_fast as fast
from runlake.formats import fit
from support.fit_damage import mutants

FILES = (
    "run-compressed-speed-distance-fr70.fit", "run-hr-only-relative-clock-fr70.fit", "run-healthfit-applewatch3.fit",
    "run-trail-suunto9.fit", "run-6k-fr645m.fit", "run-track-3x400-coros.fit", "fit-bad-crc.fit",
    "run-5k-smart9s-fr220.fit", "run-track400-9x400-fenix6x.fit", "tri-17min-fr920xt.fit",
)  # fmt: skip
"""Old and new Garmin, COROS, Suunto, Apple, compressed times, a clock that was never set, a strap, five sports."""
CHANNELS = (
    "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_mps", "heart_rate_bpm", "cadence_cpm",
    "power_w",
)  # fmt: skip
Row = bytes


@dataclass
class Tally:
    """Sums over the mutants of one kind of damage."""

    n: int = 0
    recall: float = 0.0
    of_possible: float = 0.0
    returned: float = 0.0
    wrong: float = 0.0
    silent: int = 0

    def line(self, kind: str) -> str:
        wrong = self.wrong / max(self.returned, 1e-9)
        shares = f"{self.recall / self.n:8.3f} {self.of_possible / self.n:8.3f} {wrong:8.4f}"
        return f"{kind:16} {self.n:5} {shares} {self.silent:4}"


def _rows(data: bytes) -> tuple[list[Row], bool]:
    """Each record as bytes of its time and eight channels, and whether damage was announced."""
    try:
        found = fit.read(data)
    except RunlakeError:
        return [], True
    rows = []
    for recording in found.recordings:
        missing = np.full(recording.n, np.nan)
        table = np.stack([recording.time_utc_s, *(recording.channels.get(c, missing) for c in CHANNELS)], axis=1)
        rows += [row.tobytes() for row in table]
    return rows, found.is_damaged


def _record_ends(data: bytes) -> Any:
    """Where each record of the undamaged file ends."""
    array = np.frombuffer(data, dtype=np.uint8)
    slots = fast.slots_for({"record": None})
    walked = fast.walk_spans(array, [fast.Span(data[0], len(data) - 2)], slots)
    records = walked.messages[walked.definitions[walked.messages[:, 1], 6] == 20]
    return records[:, 0] + walked.definitions[records[:, 1], 3]


def _judge(name: str, data: bytes, seed: int, tallies: dict[str, Tally], share: float) -> None:
    truth, _ = _rows(data)
    expected = Counter(truth)
    ends = _record_ends(data)
    rng = random.Random(seed)
    pick = random.Random(seed + 1)
    for kind, damaged, cut in mutants(data, rng):
        if pick.random() > share:
            continue
        found, is_announced = _rows(damaged)
        got = Counter(found)
        right = sum((got & expected).values())
        possible = int(np.sum(ends <= cut)) if cut >= 0 else len(truth)
        tally = tallies[kind]
        tally.n += 1
        tally.recall += right / len(truth)
        tally.of_possible += min(right / possible, 1.0) if possible else 1.0
        tally.returned += len(found) / len(truth)
        tally.wrong += sum(n for row, n in got.items() if row not in expected) / len(truth)
        tally.silent += damaged != data and not is_announced
        if kind == "truncation":
            assert right >= possible, (name, cut, right, possible)


def _total(tallies: dict[str, Tally]) -> Tally:
    total = Tally()
    for tally in tallies.values():
        for key, value in vars(tally).items():
            setattr(total, key, getattr(total, key) + value)
    return total


def _table(tallies: dict[str, Tally]) -> str:
    head = f"{'damage':16} {'n':>5} {'of all':>8} {'of left':>8} {'wrong':>8} silent"
    return "\n".join([head, *(t.line(kind) for kind, t in tallies.items()), _total(tallies).line("all")])


def _check(tallies: dict[str, Tally]) -> None:
    total = _total(tallies)
    assert total.silent == 0
    assert total.of_possible / total.n >= 0.90
    assert total.wrong / total.returned <= 0.016
    for kind in ("data size", "header size", "bytes before", "bytes after"):
        if tallies[kind].n:
            assert tallies[kind].recall / tallies[kind].n >= 0.99, kind
    without_cuts = _total({kind: t for kind, t in tallies.items() if kind != "truncation"})
    assert without_cuts.recall / without_cuts.n >= 0.90


@pytest.mark.slow
@pytest.mark.corpus
def test_two_thousand_mutants(corpus: Path, capsys: Any) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for k, name in enumerate(FILES):
        _judge(name, (corpus / name).read_bytes(), 1000 + k, tallies, 1.0)
    with capsys.disabled():
        sys.stdout.write(f"\n{_table(tallies)}\n")
    assert _total(tallies).n >= 2000
    _check(tallies)


@pytest.mark.corpus
def test_some_mutants(corpus: Path) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for k, name in enumerate(FILES[2:]):
        _judge(name, (corpus / name).read_bytes(), k, tallies, 0.05)
    assert _total(tallies).n >= 60
    assert _total(tallies).silent == 0
    assert _total(tallies).of_possible / _total(tallies).n >= 0.85
