"""GPX: what stands in the file comes out, whatever its dress; what does not is told."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from runlake.errors import FormatError, NotAnActivityError
from runlake.formats import recognise
from runlake.formats.gpx import READER, WORDS
from runlake.model.recording import Reading
from simulator.xml_writer import gpx_bytes

N = 30
TIME = 1_700_000_000.0 + np.arange(N)
LATITUDE, LONGITUDE = 47.0 + np.arange(N) * 1e-5, 8.0 + np.arange(N) * 2e-5
ALTITUDE, HEART = 400.0 + np.arange(N) * 0.1, 120.0 + np.arange(N)


def plain(**changes: object) -> bytes:
    given = {"altitude_m": ALTITUDE, "heart_rate_bpm": HEART, "name": "Lunch Run", **changes}
    return gpx_bytes(TIME, LATITUDE, LONGITUDE, **given)  # type: ignore[arg-type]


def document(points: str, head: str = "") -> bytes:
    return f'<gpx version="1.1">{head}<trk><trkseg>{points}</trkseg></trk></gpx>'.encode()


def point(k: int, inner: str = "") -> str:
    return f'<trkpt lat="47.{k:03d}" lon="8.5"><time>2026-01-02T03:04:{k:02d}Z</time>{inner}</trkpt>'


def read(data: bytes) -> Reading:
    assert recognise(data) is READER
    return READER.read(data)


def check_plain(reading: Reading) -> None:
    (recording,) = reading.recordings
    np.testing.assert_array_equal(recording.time_utc_s, TIME)
    np.testing.assert_array_equal(recording.channels["latitude_deg"], LATITUDE)
    np.testing.assert_array_equal(recording.channels["longitude_deg"], LONGITUDE)
    np.testing.assert_array_equal(recording.channels["altitude_m"], ALTITUDE)
    np.testing.assert_array_equal(recording.channels["heart_rate_bpm"], HEART)


def test_a_plain_file() -> None:
    reading = read(plain())
    check_plain(reading)
    (recording,) = reading.recordings
    assert (recording.sport, recording.sub_sport, recording.name) == ("running", "", "Lunch Run")
    assert (reading.notes, reading.is_damaged, reading.decoder) == ((), False, "scanner")
    assert (reading.n_records_in, reading.n_records_kept) == (N, N)
    assert set(recording.channels) == {"latitude_deg", "longitude_deg", "altitude_m", "heart_rate_bpm"}


@pytest.mark.parametrize(
    "dress",
    [
        lambda d: b"\xef\xbb\xbf" + d,
        lambda d: b" " * 10 + d,
        lambda d: b"\r\n\t" + d,
        lambda d: d + b"\x00" * 512,
        lambda d: d.replace(b"\n", b"\r\n"),
        lambda d: d.replace(b"\n", b""),
        lambda d: d.decode().encode("utf-16"),
        lambda d: d.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"),
        lambda d: d.decode().encode("utf-16-be"),
        lambda d: d.replace(b"UTF-8", b"ISO-8859-1"),
        lambda d: d.replace(b'encoding="UTF-8"', b""),
        lambda d: d.replace(b"ns3:", b"gpxtpx:"),
        lambda d: d.replace(b"ns3:hr", b"hr"),
        lambda d: d.replace(b"trkpt", b"gpx:trkpt"),
        lambda d: d.replace(b"<trkpt", b"<!-- a < comment --><?pi x?><trkpt"),
        lambda d: d.replace(b'"', b"'"),
        lambda d: d.replace(b"lat=", b"lat  =\n").replace(b"lon=", b"lon= "),
        lambda d: d.replace(b"trkpt", b"TrkPt"),
        lambda d: d.replace(b"<ele>", b"<ele>\n  ").replace(b"</time>", b"\t</time>"),
    ],
    ids=range(19),
)
def test_the_same_run_in_another_dress(dress: object) -> None:
    reading = read(dress(plain()))  # type: ignore[operator]
    check_plain(reading)
    assert not reading.is_damaged


def test_latin_1_names() -> None:
    data = plain(name="Läufe").decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    reading = read(data)
    assert (reading.recordings[0].name, reading.is_damaged) == ("Läufe", False)
    undeclared = plain(name="Läufe").decode().encode("latin-1")
    reading = read(undeclared)
    assert (reading.recordings[0].name, reading.is_damaged) == ("Läufe", True)


def test_names_may_hold_entities_and_cdata() -> None:
    assert read(plain(name="A & <B>")).recordings[0].name == "A & <B>"
    data = plain().replace(b"<name>Lunch Run</name>", b"<name><![CDATA[A & <B>]]></name>")
    assert read(data).recordings[0].name == "A & <B>"


def test_times_with_offsets_are_utc_and_tell_local_time() -> None:
    (recording,) = read(plain(offset_s=-3.5 * 3600, time_decimals=0)).recordings
    np.testing.assert_array_equal(recording.time_utc_s, TIME)
    assert recording.utc_offset_s == -12_600.0
    assert math.isnan(read(plain()).recordings[0].utc_offset_s)


def test_times_without_zone_are_utc_with_a_note() -> None:
    reading = read(plain(offset_s=None))
    np.testing.assert_array_equal(reading.recordings[0].time_utc_s, TIME)
    assert reading.notes == (f"time without zone, taken as UTC:{N}",)
    assert not reading.is_damaged


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-01-02T03:04:05Z", 1_767_323_045.0),
        ("2026-01-02T03:04:05.25Z", 1_767_323_045.25),
        ("2026-01-02T03:04:05.123456789Z", 1_767_323_045.123456),
        ("2026-01-02T04:04:05+01:00", 1_767_323_045.0),
        ("2026-01-02T04:04:05+01", 1_767_323_045.0),
        ("2026-01-01T22:34:05-0430", 1_767_323_045.0),
        ("2026-1-2T3:4:5Z", 1_767_323_045.0),
        ("2026-01-02 03:04:05", 1_767_323_045.0),
        ("2026-01-02T03:03:60Z", 1_767_323_040.0),
        ("  2026-01-02T03:04:05Z\n", 1_767_323_045.0),
        ("2026-01-02T03:04:05,5Z", 1_767_323_045.5),
    ],
)
def test_times_in_every_form(text: str, seconds: float) -> None:
    data = document(f'<trkpt lat="1" lon="2"><time>{text}</time></trkpt>')
    assert read(data).recordings[0].time_utc_s.tolist() == [seconds]


def test_extensions_by_local_name_in_any_nest() -> None:
    inner = (
        "<extensions><power>250.5</power><a:TPX><a:hr>151.5</a:hr><a:cad>84</a:cad><a:atemp>-3.5</a:atemp>"
        "<b:deep><b:speed>3.25</b:speed></b:deep><a:time>1999-01-01T00:00:00Z</a:time></a:TPX></extensions>"
    )
    (recording,) = read(document(point(1, inner))).recordings
    values = {name: float(column[0]) for name, column in recording.channels.items()}
    assert values == {
        "latitude_deg": 47.001, "longitude_deg": 8.5, "power_w": 250.5, "heart_rate_bpm": 151.5, "cadence_cpm": 84.0,
        "temperature_c": -3.5, "speed_mps": 3.25,
    }  # fmt: skip
    assert recording.time_utc_s[0] == 1_767_323_041.0


def test_points_without_position_are_dropped_and_counted() -> None:
    odd = ['<trkpt lon="8.5">', '<trkpt lat="" lon="8">', '<trkpt lat="95" lon="8">', '<trkpt lat="nan" lon="8">']
    points = "".join(f"{tag}<time>2026-01-02T03:04:00Z</time></trkpt>" for tag in odd)
    reading = read(document(point(1) + points + point(2)))
    assert (reading.n_records_in, reading.n_records_kept) == (6, 2)
    assert "point without position dropped:4" in reading.notes
    assert reading.is_damaged


@pytest.mark.parametrize("text", ["nan", "inf", "-INF", "1e999", "abc", "12,5", "0x10", "--3"])
def test_values_that_are_no_numbers_are_missing_and_counted(text: str) -> None:
    reading = read(document(point(1, f"<ele>{text}</ele>") + point(2, "<ele>7</ele>")))
    np.testing.assert_array_equal(reading.recordings[0].channels["altitude_m"], [np.nan, 7.0])
    assert reading.notes == ("unreadable value:1",)


def test_exponents_are_numbers() -> None:
    (recording,) = read(document(point(1, "<ele>1.25e2</ele><speed>3E-1</speed>"))).recordings
    assert recording.channels["altitude_m"].tolist() == [125.0]
    assert recording.channels["speed_mps"].tolist() == [0.3]


def test_a_segment_break_is_a_pause() -> None:
    (recording,) = read(plain(breaks=[10, 20])).recordings
    events = [(event.time_utc_s - TIME[0], event.is_running) for event in recording.timer_events]
    assert events == [(9.0, False), (10.0, True), (19.0, False), (20.0, True)]


def test_each_track_is_a_recording() -> None:
    track = "<trk><name>{}</name><type>{}</type><trkseg>{}</trkseg></trk>"
    inner = track.format("a", "cycling", point(1) + point(2)) + track.format("b", "trail_running", point(30))
    reading = read(f"<gpx>{inner}</gpx>".encode())
    assert [(r.name, r.sport, r.sub_sport, r.n) for r in reading.recordings] == [
        ("a", "cycling", "", 2),
        ("b", "running", "trail", 1),
    ]


@pytest.mark.parametrize(
    ("name", "sport"),
    [("running", "running"), ("Run", "running"), ("9", "running"), ("TrailRun", "running"), ("Biking", "cycling"),
     ("walking", "walking"), ("HIKING", "hiking"), ("open_water_swimming", "swimming"), ("trip#track", "")],
)  # fmt: skip
def test_sports_are_fit_names(name: str, sport: str) -> None:
    assert read(plain(sport=name)).recordings[0].sport == sport


def test_runkeeper_writes_the_sport_into_the_name() -> None:
    assert read(plain(sport="", name="Running 8/31/19 12:35 pm")).recordings[0].sport == "running"


def test_the_type_of_a_link_is_no_sport_and_the_name_of_an_author_no_title() -> None:
    inner = "<author><name>Who</name></author><link href='x'><text>t</text><type>hiking</type></link><type>run</type>"
    data = document(point(1)).replace(b"<trk>", f"<trk><extensions><name>x</name></extensions>{inner}".encode())
    (recording,) = read(data).recordings
    assert (recording.sport, recording.name) == ("running", "")


def test_way_points_and_routes_count_for_nothing() -> None:
    way = '<wpt lat="1" lon="1"><time>2020-01-01T00:00:00Z</time></wpt>'
    route = '<rte><rtept lat="1" lon="1"><time>2020-01-01T00:00:00Z</time></rtept></rte>'
    assert read(document(point(1), head=way + route)).n_records_in == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document('<trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"><ele>3</ele></trkpt>'), "gpx_route"),
        (document(""), "gpx_no_points"),
        (b'<gpx><wpt lat="1" lon="2"><time>2026-01-02T03:04:05Z</time></wpt></gpx>', "gpx_waypoints"),
        (b"<gpx></gpx>", "gpx_waypoints"),
    ],
)
def test_what_is_no_activity(data: bytes, code: str) -> None:
    with pytest.raises(NotAnActivityError) as caught:
        read(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document('<trkpt lat="1" lon="2"><time>soon</time></trkpt>'), "no_times"),
        (document("<trkpt><time>2026-01-02T03:04:05Z</time></trkpt>"), "no_positions"),
        (b"<gpx><trk><trkseg><trkpt lat=", "damaged"),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(data)
    assert caught.value.code == code
    assert "export it again" in str(caught.value)


def test_a_number_in_cdata_or_with_an_entity_takes_the_parser() -> None:
    data = plain().replace(b"<ele>400</ele>", b"<ele><![CDATA[400]]></ele>")
    data = data.replace(b"<ele>400.1</ele>", b"<ele>400&#46;1</ele>")
    reading = read(data)
    check_plain(reading)
    assert reading.decoder == "expat"
    assert not reading.is_damaged


def test_an_entity_in_a_position_takes_the_parser() -> None:
    data = plain()
    at = data.index(b'lat="') + 5
    dot = data.index(b".", at)
    reading = read(data[:dot] + b"&#46;" + data[dot + 1 :])
    check_plain(reading)
    assert reading.decoder == "expat"


def test_a_point_inside_the_extensions_of_a_point_is_no_damage() -> None:
    data = plain().replace(b"<ele>400</ele>", b'<ele>400</ele><extensions><trkpt lat="9" lon="9"/></extensions>')
    reading = read(data)
    check_plain(reading)
    assert reading.decoder == "expat"
    assert not reading.is_damaged


@pytest.mark.parametrize("more", [b"", b"<ele><![CDATA[1]]></ele>"])
def test_a_number_ends_at_the_first_child(more: bytes) -> None:
    """By scanner and by parser, as gpxpy has it."""
    reading = read(plain().replace(b"<ele>400</ele>", b"<ele>400<x/>5</ele>" + more))
    check_plain(reading)


def test_the_first_readable_value_counts_however_it_is_written() -> None:
    reading = read(plain().replace(b"<ele>400</ele>", b"<ele>x</ele><ele>4e2</ele><ele>7</ele>"))
    (recording,) = reading.recordings
    assert recording.channels["altitude_m"].tolist() == read(plain()).recordings[0].channels["altitude_m"].tolist()


def test_unusual_and_damaged_at_once_takes_the_recovery() -> None:
    data = plain().replace(b"<ele>400</ele>", b"<ele><![CDATA[400]]></ele>")
    cut = data.find(b"</ele>", len(data) // 3)
    reading = read(data[:cut] + b"</elf>" + data[cut + 6 :])
    assert reading.decoder == "lxml"
    assert reading.is_damaged
    (recording,) = reading.recordings
    assert set(recording.time_utc_s) < set(TIME)
    assert recording.n >= N - 3


def test_gpxpy_is_asked_where_no_time_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The scanner is made blind to times, as by a defect of its own.
    data = plain()
    blind = {name: column for name, column in WORDS.values.items() if name != "time"}
    words = type(WORDS)(
        **{
            **{field: getattr(WORDS, field) for field in WORDS.__dataclass_fields__},
            "values": blind,
        }
    )
    monkeypatch.setattr("runlake.formats.gpx.WORDS", words)
    reading = READER.read(data)
    assert reading.decoder == "gpxpy"
    check_plain(reading)


@pytest.mark.corpus
def test_corpus_equals_gpxpy(corpus: Path) -> None:
    from runlake.formats._gpx_gpxpy import read_gpxpy
    from runlake.formats._xml_bytes import to_utf8
    from runlake.formats._xml_read import read_document

    n_points = n_values = 0
    for path in sorted(corpus.glob("*.gpx")):
        plain_data = to_utf8(path.read_bytes()).data
        theirs = read_gpxpy(plain_data, WORDS)
        if theirs is None:
            assert path.name in {"gpx-bad-xml.gpx", "gpx-empty.gpx"}  # not XML at all
            continue
        ours = read_document(plain_data, WORDS)
        np.testing.assert_array_equal(ours.columns, theirs.columns, err_msg=path.name)
        assert ours.decoder == "scanner"
        assert not ours.is_damaged
        n_points += ours.n
        n_values += int(np.isfinite(ours.columns).sum())
    assert n_points > 10_000
    assert n_values > 50_000


@pytest.mark.parametrize("lost", ["</wpt>", "</name></wpt>", "</rtept></rte>"])
def test_a_way_point_that_lost_its_end_swallows_no_track(lost: str) -> None:
    before = '<rte><rtept lat="1" lon="2"></rtept></rte><wpt lat="1" lon="2"><name>a</name></wpt>'
    points = "".join(f'<trkpt lat="1" lon="2"><time>2026-01-02T03:04:{k:02d}Z</time></trkpt>' for k in range(9))
    data = f"<gpx>{before.replace(lost, '')}<trk><name>Loop</name><trkseg>{points}</trkseg></trk></gpx>".encode()
    (recording,) = (reading := READER.read(data)).recordings
    assert (recording.n, recording.name, reading.is_damaged) == (9, "Loop", True)
