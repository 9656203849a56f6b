"""Every FIT file of the corpus and the samples against fitdecode: all messages, all fields, to the last bit."""

from __future__ import annotations

import gzip
import io
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np
import pytest

from runlake.formats import _fit_fast as fast
from runlake.formats._fit_columns import FitColumns
from runlake.formats._fit_expand import expand
from runlake.formats._fit_frame import find_frames
from runlake.formats._fit_messages import open_stream
from runlake.formats._fit_slow import decode as decode_slowly

EXPLAINED = {
    "fitdecode stops": "a developer field of size 0 (ValueError), size that crosses the end: we read on",
    "hr components": "hr.event_timestamp needs a start value from another message; no message of the product",
}
"""The differences there may be, and why; anything else fails."""
SAMPLES_MOST = 6
SMALL_BYTES = 30_000


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.name.lower()
        if name.endswith((".fit", ".fit.gz")):
            data = path.read_bytes()
            yield path.name, gzip.decompress(data) if name.endswith(".gz") else data


def _columns(data: bytes) -> FitColumns | None:
    """All messages and fields by the columnar decoder; None for a file that did not arrive whole."""
    array = np.frombuffer(data, dtype=np.uint8)
    frames = find_frames(data, array)
    if frames.problems or not frames.frames:
        return None
    spans = [fast.Span(f.start_of_data, f.stop) for f in frames.frames]
    columns, walked = fast.decode(data, array, spans, None)
    return expand(columns) if all(status == 0 for status, _ in walked.ends) else None


def _compare(mine: FitColumns, theirs: FitColumns, file: str, count: Counter[str]) -> None:
    stopped = any("stopped" in note for note in theirs.notes)
    for name, expected in theirs.messages.items():
        found = mine.get(name)
        if stopped:
            count["fitdecode stops"] += 1
        else:
            assert found.n == expected.n, (file, name)
        for field, values in expected.numbers.items():
            if name == "hr" and field == "event_timestamp":
                count["hr components"] += values.size
                continue
            ours = found.numbers.get(field, np.full(found.n, np.nan))[: expected.n]
            _same(ours, values, (file, name, field))
            count["scalars"] += values.size
        for field, texts in expected.texts.items():
            assert found.text(field)[: expected.n] == texts, (file, name, field)
            count["strings"] += len(texts)
        for column in expected.developer:
            values = _developer(found, column)[: expected.n]
            _same(values, column.values, (file, name, column.name))
            count["developer scalars"] += column.values.size


def _same(ours: Any, theirs: Any, where: tuple[str, str, str]) -> None:
    ours, theirs = (a[:, None] if a.ndim == 1 else a for a in (ours, theirs))
    width = max(ours.shape[1], theirs.shape[1])
    padded = [np.pad(a, ((0, 0), (0, width - a.shape[1])), constant_values=np.nan) for a in (ours, theirs)]
    assert np.array_equal(*padded, equal_nan=True), where


def _developer(found: Any, column: Any) -> Any:
    key = (column.application, column.number, column.name)
    same = [d.values for d in found.developer if (d.application, d.number, d.name) == key]
    assert same or np.isnan(column.values).all(), key
    return same[0] if same else column.values


@pytest.mark.slow
@pytest.mark.corpus
def test_columns_equal_fitdecode_on_the_corpus(corpus: Path, record_property: Any, capsys: Any) -> None:
    count = _compare_all(_files(corpus))
    for reason, n in count.items():
        record_property(reason, n)
    with capsys.disabled():
        sys.stdout.write(f"\nFIT scalars compared with fitdecode: {dict(count)}\n")
    assert count["scalars"] > 6_000_000
    assert count["files"] > 120
    assert set(count) - {"scalars", "strings", "developer scalars", "files"} <= set(EXPLAINED)


@pytest.mark.corpus
def test_columns_equal_fitdecode_on_small_files_of_the_corpus(corpus: Path) -> None:
    count = _compare_all((file, data) for file, data in _files(corpus) if len(data) < SMALL_BYTES)
    assert count["scalars"] > 100_000
    assert set(count) - {"scalars", "strings", "developer scalars", "files"} <= set(EXPLAINED)


def _compare_all(files: Iterable[tuple[str, bytes]]) -> Counter[str]:
    count: Counter[str] = Counter()
    for file, data in files:
        mine = _columns(data)
        if mine is not None:
            _compare(mine, decode_slowly(data, None), file, count)
            count["files"] += 1
    return count


def test_columns_equal_fitdecode_on_the_samples(samples: Path) -> None:
    files = list(_files(samples))
    count = _compare_all(files[:: max(len(files) // SAMPLES_MOST, 1)])
    if not count["files"]:
        pytest.skip("no samples yet")
    assert set(count) <= {"scalars", "strings", "developer scalars", "files"}


def _by_fitdecode(data: bytes) -> list[tuple[str, list[tuple[str, Any]]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = fitdecode.FitReader(io.BytesIO(data), processor=None, check_crc=fitdecode.CrcCheck.DISABLED)
        frames = [f for f in reader if f.frame_type == fitdecode.FIT_FRAME_DATA]
    return [(f.name, [(x.name, _rendered(x)) for x in f.fields if not x.is_expanded]) for f in frames]


def _rendered(item: Any) -> Any:
    """The value; fitdecode gives enums inside arrays as numbers, we give their names."""
    value, field = item.value, item.field
    enum = field.type.enum if field else None
    return tuple(enum.get(v, v) for v in value) if isinstance(value, tuple) and enum else value


@pytest.mark.corpus
def test_single_messages_equal_fitdecode_by_name_and_rendered_value(corpus: Path) -> None:
    """What `runlake dump` prints: names, subfields, enums, arrays, strings of every message there is."""
    n = 0
    for file, data in _files(corpus):
        if len(data) > 60_000 or _columns(data) is None:
            continue
        theirs = _by_fitdecode(data)
        mine = list(open_stream(data).messages(None))
        assert [m.name for m in mine] == [name for name, _ in theirs], file
        for message, (name, fields) in zip(mine, theirs, strict=True):
            ours = [(v.name, v.value) for v in message.fields]
            if len(ours) == len(fields) + 1:  # a time from a compressed header is an expanded field to fitdecode
                assert ours.pop()[0] == "timestamp"
            assert repr(ours) == repr(fields), (file, name, message.offset)
            n += len(ours)
    assert n > 300_000
