"""GPX and TCX that are cut, changed or made to harm: points survive, damage is told, attacks are refused."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from runlake.errors import FormatError, RunlakeError
from runlake.formats import gpx, recognise, tcx
from runlake.model.plugins import Reader
from runlake.model.recording import Reading
from simulator.xml_writer import XmlLap, gpx_bytes, tcx_bytes

N = 60


def gpx_file(newline: str = "\n") -> bytes:
    rng = np.random.default_rng(1)
    latitude, longitude = 47.0 + np.cumsum(rng.normal(0, 1e-5, N)), 8.0 + np.cumsum(rng.normal(0, 1e-5, N))
    return gpx_bytes(
        1.7e9 + np.arange(N), latitude, longitude, altitude_m=400 + rng.normal(0, 5, N).round(2),
        heart_rate_bpm=rng.integers(100, 180, N).astype(float), breaks=[30], newline=newline,
    )  # fmt: skip


def tcx_file(newline: str = "\n") -> bytes:
    rng = np.random.default_rng(2)
    channels = {
        "latitude_deg": 47.0 + np.cumsum(rng.normal(0, 1e-5, N)),
        "longitude_deg": 8.0 + np.cumsum(rng.normal(0, 1e-5, N)),
        "distance_m": np.cumsum(rng.uniform(2, 4, N)).round(2),
        "heart_rate_bpm": rng.integers(100, 180, N).astype(float),
    }
    laps = [XmlLap(k, k + 20, 1.7e9 + k, 20.0, 60.0) for k in range(0, N, 20)]
    return tcx_bytes(1.7e9 + np.arange(N), channels, laps, newline=newline)


FILES: list[tuple[Reader, bytes]] = [
    (gpx.READER, gpx_file()),
    (gpx.READER, gpx_file("")),
    (tcx.READER, tcx_file()),
    (tcx.READER, tcx_file("")),
]
POINT_END = {"gpx": b"</trkpt>", "tcx": b"</Trackpoint>"}


def points(reading: Reading) -> list[tuple[float, ...]]:
    """Each point as a tuple of time and all channels, NaN as -1."""
    out = []
    for recording in reading.recordings:
        names = ("latitude_deg", "longitude_deg", "altitude_m", "distance_m", "heart_rate_bpm", "speed_mps")
        nothing = np.full(recording.n, np.nan)
        columns = [recording.time_utc_s, *(recording.channels.get(name, nothing) for name in names)]
        out += [tuple(row) for row in np.nan_to_num(np.column_stack(columns), nan=-1.0).tolist()]
    return out


def read_or_none(reader: Reader, data: bytes) -> Reading | None:
    """What the reader makes of it; None for a refusal, which must be one of ours."""
    try:
        return reader.read(data)
    except RunlakeError as caught:
        refusal = caught
    assert refusal.code
    assert str(refusal)
    return None


@pytest.mark.parametrize(("reader", "data"), FILES, ids=range(4))
def test_a_cut_keeps_every_complete_point(reader: Reader, data: bytes) -> None:
    whole = points(reader.read(data))
    end = POINT_END[reader.name]
    for percent in range(1, 100):
        cut = data[: len(data) * percent // 100]
        n_complete = cut.count(end)
        reading = read_or_none(reader, cut)
        if n_complete == 0:
            assert reading is None
            continue
        assert reading is not None
        assert points(reading) == whole[:n_complete]
        assert reading.is_damaged
        assert any("truncated" in note for note in reading.notes)


def flip_bit(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    at = rng.randrange(len(out))
    out[at] ^= 1 << rng.randrange(8)
    return bytes(out)


def eight_bytes(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    at = rng.randrange(len(out) - 8)
    out[at : at + 8] = rng.randbytes(8)
    return bytes(out)


def page(data: bytes, rng: random.Random) -> bytes:
    size = min(512, len(data) // 8)
    at = rng.randrange(len(data) - size)
    return data[:at] + bytes([rng.choice((0, 255))]) * size + data[at + size :]


def deleted(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data)), rng.randrange(1, 400)
    return data[:at] + data[at + size :]


def doubled(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data)), rng.randrange(1, 400)
    return data[: at + size] + data[at:]


def inserted(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randrange(1, 300)) + data[at:]


def junk_around(data: bytes, rng: random.Random) -> bytes:
    return data + rng.randbytes(200)


def bare_ampersand(data: bytes, rng: random.Random) -> bytes:
    at = data.find(b">", rng.randrange(len(data) - 200)) + 1
    return data[:at] + b" & " + data[at:]


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip_bit, eight_bytes, page, deleted, doubled, inserted, junk_around, bare_ampersand,
)  # fmt: skip


def mutants(files: list[tuple[Reader, bytes]], n_each: int) -> Iterator[tuple[str, Reader, bytes, bytes]]:
    for k, (reader, data) in enumerate(files):
        for kind in KINDS:
            rng = random.Random(f"{k} {kind.__name__}")
            for _ in range(n_each):
                yield kind.__name__, reader, data, kind(data, rng)


def judge(files: list[tuple[Reader, bytes]], n_each: int) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """By kind of damage: points there, points back, wrong points, mutants, mutants with lost points but no sign."""
    table: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(5))  # type: ignore[type-arg]
    for kind, reader, data, mutant in mutants(files, n_each):
        whole = set(points(reader.read(data)))
        # The head may be hit: the reader is asked all the same, as recognising is not what is judged.
        reading = read_or_none(reader, mutant)
        back = set(points(reading)) if reading is not None else set()
        silent = reading is not None and not reading.is_damaged and not reading.notes and bool(whole - back)
        table[kind] += (len(whole), len(whole & back), len(back - whole), 1, silent)
    return table


def check(table: dict[str, np.ndarray]) -> None:  # type: ignore[type-arg]
    for kind, (n_there, n_back, n_wrong, n, n_silent) in table.items():
        rates = f"recall {n_back / n_there:.4f} wrong {n_wrong / n_there:.4%} silent {n_silent / n:.1%}"
        print(f"{kind:15} n={n:5.0f} {rates}")  # noqa: T201 -- the table of damage, seen with -s
    total = sum(table.values())
    recall, wrong = total[1] / total[0], total[2] / total[0]
    print(f"all             n={total[3]:5.0f} recall {recall:.4f} wrong {wrong:.4%}")  # noqa: T201
    assert recall >= 0.95
    assert wrong <= 0.01


def test_mutants_lose_little_and_raise_nothing_foreign() -> None:
    table = judge(FILES, n_each=15)
    check(table)
    n_there, _, _, n, _ = sum(table.values())
    assert n_there == N * n


@pytest.mark.corpus
@pytest.mark.slow
def test_mutants_of_the_corpus(corpus: Path) -> None:
    names = [
        "run-strava-export.gpx", "run-nike.gpx", "run-beach-runkeeper.gpx", "run-amazfit.gpx",
        "gpx-imported-unknown-sport.gpx", "run-hill-applewatch.tcx", "run-fr405cx.tcx", "run-sprints-8x20s-venusq.tcx",
        "tcx-malformed.tcx",
    ]  # fmt: skip
    files = []
    for name in names:
        data = (corpus / name).read_bytes()
        reader = recognise(data)
        assert reader is not None
        files.append((reader, data))
    check(judge(files, n_each=30))


DOCTYPES = {
    "harmless": '<!DOCTYPE gpx SYSTEM "gpx.dtd">',
    "external entity": '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "network": '<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    "billion laughs": "<!DOCTYPE gpx ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))
    + "]>",
    "quadratic": f'<!DOCTYPE gpx [<!ENTITY a "{"x" * 50_000}">]>',
}


@pytest.mark.parametrize("kind", DOCTYPES)
@pytest.mark.parametrize("where", ["plain", "utf-16", "after a comment", "unusual"])
def test_a_doctype_is_refused(kind: str, where: str) -> None:
    text = gpx_file().decode().replace("<gpx", DOCTYPES[kind] + "<gpx", 1).replace("<ele>", "<ele>&a9;", 1)
    if where == "after a comment":
        text = text.replace("<!DOCTYPE", "<!-- x --><!DOCTYPE", 1)
    if where == "unusual":
        text = text.replace("<ele>&a9;", "<ele><![CDATA[1]]>", 1)
    data = text.encode("utf-16" if where == "utf-16" else "utf-8")
    assert recognise(data) is gpx.READER
    with pytest.raises(FormatError) as caught:
        gpx.READER.read(data)
    assert caught.value.code == "xml_doctype"


def _in_gpx(inner: str, tag: str = "<gpx>") -> bytes:
    return f"{tag}{inner}<trk><trkseg>{POINT}</trkseg></trk></gpx>".encode()


POINT = '<trkpt lat="1" lon="2"><time>2026-01-02T03:04:05Z</time></trkpt>'
UNUSUAL = '<trkpt lat="1" lon="2"><ele><![CDATA[1]]></ele><time>2026-01-02T03:04:05Z</time></trkpt>'


@pytest.mark.parametrize("unusual", ["", f"<trk><trkseg>{UNUSUAL}</trkseg></trk>"], ids=["scanner", "expat"])
@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<extensions>" + "<a>" * 100_000 + "</a>" * 100_000 + "</extensions>", "xml_depth"),
        (f"<a b='{'x' * 12_000_000}'/>", "xml_attribute"),
        ("".join(f"<a xmlns:n{k}='u{k}'/>" for k in range(4_000)), "xml_namespaces"),
    ],
    ids=["depth", "attribute", "namespaces"],
)
def test_beyond_the_limits_is_refused_quickly(inner: str, code: str, unusual: str) -> None:
    data = _in_gpx(unusual + inner)
    start = time.process_time()
    with pytest.raises(FormatError) as caught:
        gpx.READER.read(data)
    assert caught.value.code == code
    assert time.process_time() - start < 20  # gpxpy takes minutes


def test_a_namespace_declared_at_every_point_is_no_attack() -> None:
    extension = '<extensions><TPX xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2"/></extensions>'
    data = _in_gpx("").replace(b"</time>", b"</time>" + extension.encode())
    data = data.replace(POINT.encode()[:20], POINT.encode()[:20])
    body = data[data.find(b"<trkpt") : data.find(b"</trkseg>")]
    reading = gpx.READER.read(data.replace(body, body * 500))
    assert reading.n_records_kept == 500


def test_a_large_text_is_cut_not_hoarded() -> None:
    data = _in_gpx(f"<metadata><name>{'x' * 20_000_000}</name></metadata>")
    tracemalloc.start()
    try:
        reading = gpx.READER.read(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reading.n_records_kept == 1
    assert peak < 8_000_000


def test_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runlake.formats._xml_document.MAX_POINTS", 1000)
    for point in (POINT, UNUSUAL):
        data = _in_gpx("").replace(POINT.encode(), (point * 1001).encode())
        with pytest.raises(FormatError) as caught:
            gpx.READER.read(data)
        assert caught.value.code == "xml_points"
    assert gpx.READER.read(_in_gpx("").replace(POINT.encode(), (POINT * 1000).encode())).n_records_kept == 1000


def test_thousands_of_laps_are_read_and_millions_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = f"<trkseg>{POINT}</trkseg>" * 5000
    data = _in_gpx("").replace(f"<trkseg>{POINT}</trkseg>".encode(), many.encode())
    assert gpx.READER.read(data).n_records_kept == 5000
    monkeypatch.setattr("runlake.formats._xml_document.MAX_NODES", 3000)
    with pytest.raises(FormatError) as caught:
        gpx.READER.read(data)
    assert caught.value.code == "xml_nodes"


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("Lunch", "Lunch & Dinner", "bare ampersand"),
        ("Lunch", "Lunch &unknown; Dinner", "bare ampersand"),
        ("Lunch", "Lunch\x01", "control character"),
        ("</gpx>", "</gpx>trailing text", "after the end"),
        ("</gpx>", "</gpx><gpx></gpx>", "resumed"),
    ],
)
def test_what_is_no_xml_is_read_and_told(before: str, after: str, note: str) -> None:
    text = gpx_bytes(np.array([1.7e9]), np.array([1.0]), np.array([2.0]), name="Lunch").decode().strip()
    reading = gpx.READER.read(text.replace(before, after).encode())
    assert reading.n_records_kept == 1
    assert reading.is_damaged
    assert any(note in text for text in reading.notes)


def test_undeclared_prefixes_are_read() -> None:
    data = _in_gpx("").replace(b"</time>", b"</time><extensions><gpxdata:hr>150</gpxdata:hr></extensions>")
    reading = gpx.READER.read(data)
    assert reading.recordings[0].channels["heart_rate_bpm"].tolist() == [150.0]


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"<gpx", b"<html><body/></html>", b"<kml/>", b"\xff\xfe", b"\x00" * 99, b"<?xml?>", b"<gpxx>", b"gpx"],
)
def test_what_is_neither_is_not_recognised(data: bytes) -> None:
    assert not gpx.READER.recognises(data)
    assert not tcx.READER.recognises(data)


def test_any_head_can_be_asked() -> None:
    rng = random.Random(5)
    for _ in range(2000):
        data = rng.randbytes(rng.randrange(40))
        for reader in (gpx.READER, tcx.READER):
            assert reader.recognises(data) is False
            assert read_or_none(reader, data) is None
