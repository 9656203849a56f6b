"""The XML scanner against its twins, and what it must never do whatever the bytes."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reference import xml as reference
from runlake.formats import gpx, tcx
from runlake.formats._xml_scan import _table
from runlake.kernels import xml as kernels


def bytes_of(text: str | bytes) -> Any:
    return np.frombuffer(text.encode() if isinstance(text, str) else text, dtype=np.uint8)


@pytest.fixture(autouse=True)
def _quiet_overflow() -> Any:
    # Without the compiler, uint64 scalars that wrap round on purpose would warn.
    with np.errstate(over="ignore"):
        yield


decimals = st.one_of(
    st.floats(-1e6, 1e6).map(repr),
    st.floats(-180, 180).map(lambda x: str(Decimal(x))),
    st.decimals(-10000, 10000, places=12).map(lambda x: f"{x:f}"),
    st.from_regex(r"\A[ ]{0,3}[+-]?[0-9]{0,20}\.?[0-9]{0,35}\Z"),
)


@given(text=decimals)
@example("40.07673888467252254486083984375")
@example("9007199254740993")
@example("0.0000000450552955784711600")
@example("-8.0451150")
@example("+.5")
@example("-")
@example("0.1234567890123456789012")
@example("1.5e3")
@example("4503599627370496.5")
@example("2.2517998136852485")
@example("999.9999999999999999")
@settings(max_examples=400, deadline=None)
@pytest.mark.parametrize("behind", ["<", "<" + "9" * 60])
def test_decimals_are_read_as_python_reads_them(behind: str, text: str) -> None:
    """With and without room behind for reading eight bytes at a time."""
    array = bytes_of(text + behind)
    value, at, code = kernels.read_decimal(array, 0, len(array))
    expected, expected_at, expected_code = reference.read_decimal(array, 0, len(array))
    if code == 0:
        assert expected_code == 0
        assert (value, at) == (expected, expected_at)
        assert math.copysign(1, value) == math.copysign(1, expected)


@given(mantissa=st.integers(2**52, 2**53 - 1), shift=st.integers(44, 56), step=st.sampled_from((-1, 0, 1)))
@settings(max_examples=200, deadline=None)
def test_numbers_halfway_between_two_doubles_are_rounded_to_even(mantissa: int, shift: int, step: int) -> None:
    """What is hardest to round: halves, and the decimals next to them, in as many digits as there are."""
    exact = Decimal(2 * mantissa + 1) / Decimal(2) ** (shift + 1)
    text = f"{exact.normalize():f}"
    text = text[:-1] + str(int(text[-1]) + step) if "." in text and text[-1] != "9" and text[-1] != "0" else text
    array = bytes_of(text + "<" + " " * 60)
    value, at, code = kernels.read_decimal(array, 0, len(array))
    if code == 0:
        assert (value, at) == (float(text), len(text))


@given(value=st.floats(-20000, 20000).filter(lambda x: x == 0 or abs(x) > 1e-3))
@settings(max_examples=200, deadline=None)
def test_ordinary_numbers_never_need_help(value: float) -> None:
    array = bytes_of(f"{value!r}<")
    assert kernels.read_decimal(array, 0, len(array))[2] == 0


@given(
    when=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)),
    separator=st.sampled_from("T "),
    fraction=st.from_regex(r"\A(\.[0-9]{0,12})?\Z"),
    zone=st.sampled_from(["", "Z", "z", "+01:00", "-0330", "+09", "+14:00", "-11:30"]),
)
@settings(max_examples=300, deadline=None)
def test_times_are_read_as_datetime_reads_them(when: Any, separator: str, fraction: str, zone: str) -> None:
    text = f"{when.year:04d}-{when.month:02d}-{when.day:02d}{separator}{when.hour:02d}:{when.minute:02d}"
    array = bytes_of(f"{text}:{when.second:02d}{fraction}{zone}<")
    assert kernels.read_time(array, 0, len(array)) == reference.read_time(array, 0, len(array))


@pytest.mark.parametrize(
    "text",
    ["2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-01-01T24:01:00Z", "2026-01-01T10:61:00Z", "20260101", ""],
)
def test_times_that_do_not_exist_are_left_to_python(text: str) -> None:
    array = bytes_of(text + "<" * 20)
    assert kernels.read_time(array, 0, len(text))[3] == 1


def scan(function: Any, data: bytes, words: Any, room: int = 50) -> tuple[Any, Any, Any, Any]:
    table, _ = _table(words)
    values = np.full((10, room), np.nan)
    nodes, spots = np.zeros((200, 8), dtype=np.int64), np.zeros((100, 4), dtype=np.int64)
    info, numbers = np.zeros(kernels.N_INFO, dtype=np.int64), np.zeros(200)
    function(bytes_of(data), table, values, nodes, numbers, spots, info)
    return values, nodes, spots, info


numbers = st.sampled_from(["1", "-2.5", " 12.25 ", "179.123456789012345", "0.000001", ""])
times = st.sampled_from(["2026-01-02T03:04:05Z", " 2026-01-02T03:04:05.250+01:00", "2026-01-03 00:00:00"])
leaf = st.one_of(
    st.tuples(st.sampled_from(["ele", "ns3:hr", "cad", "x:atemp", "power", "unknown"]), numbers),
    st.tuples(st.just("time"), times),
).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>")
blank = st.sampled_from(["", "\n", "\n        ", " \t\r\n", "<!-- a < b -->", "<?pi ?>"])
point = st.builds(
    lambda gap, lat, inner, deep, end: (
        f'<trkpt {lat} lon="2.5">{gap}{gap.join(inner)}<extensions>{"".join(deep)}</extensions>{gap}</trkpt>'
        if end
        else f"<trkpt lon='1' {lat}/>"
    ),
    blank,
    st.sampled_from(['lat="1.25"', "lat='-3'", ""]),
    st.lists(leaf, max_size=4),
    st.lists(leaf, max_size=3),
    st.booleans(),
)
document = st.builds(
    lambda gap, segments, way: (
        f'<gpx xmlns:ns3="u" xmlns:x="v" a="b &lt; c"><metadata><name>N</name></metadata>{gap}'
        + (f"<wpt lat='1' lon='1'>{gap}<trkpt/><time>2026-01-01T00:00:00Z</time></wpt>" if way else "")
        + "".join(f"<trk>{gap}<type>run</type><trkseg>{gap.join(points)}</trkseg></trk>" for points in segments)
        + "</gpx>"
    ),
    blank,
    st.lists(st.lists(point, max_size=4), max_size=3),
    st.booleans(),
)


@given(text=document)
@settings(max_examples=150, deadline=None)
def test_a_well_formed_document_is_read_as_elementtree_reads_it(text: str) -> None:
    values, nodes, spots, info = scan(kernels.scan_xml, text.encode(), gpx.WORDS)
    wanted, wanted_nodes, _, wanted_info = scan(reference.scan_xml, text.encode(), gpx.WORDS)
    n = info[kernels.N_POINTS]
    assert info[kernels.STATUS] == kernels.OK
    assert info[kernels.N_BREAKS] == info[kernels.N_SPOTS] == info[kernels.END_DEPTH] == 0
    assert (n, info[kernels.N_POINTS_IN]) == (wanted_info[kernels.N_POINTS], wanted_info[kernels.N_POINTS_IN])
    np.testing.assert_array_equal(values[:, :n], wanted[:, :n])
    n_nodes = info[kernels.N_NODES]
    assert n_nodes == wanted_info[kernels.N_NODES]
    for column in (kernels.NODE_SLOT, kernels.NODE_PARENT, kernels.NODE_FIRST, kernels.NODE_LAST, kernels.NODE_LEAF):
        np.testing.assert_array_equal(nodes[:n_nodes, column], wanted_nodes[:n_nodes, column])
    del spots


shape = st.tuples(
    st.lists(st.sampled_from(["ele", "time", "ns3:hr", "cad", "unknown"]), max_size=3, unique=True),
    st.lists(st.sampled_from(["x:atemp", "power", "speed"]), max_size=3, unique=True),
    blank,
)


def repeating(shapes: list[Any], seconds: list[int]) -> str:
    """Track points, one for each of `seconds`, in turn of these shapes: alike but for their values."""
    points = []
    for k, second in enumerate(seconds):
        direct, deep, gap = shapes[k % len(shapes)]
        value = {"time": f"2026-01-02T03:04:{second:02d}Z"}
        inner = [f"<{name}>{value.get(name, f'{second}.{k}')}</{name}>" for name in direct]
        inner += ["<extensions>", *(f"<{name}>{k}</{name}>" for name in deep), "</extensions>"] if deep else []
        points.append(gap.join([f'<trkpt lat="{k}.5" lon="{second}">', *inner, "</trkpt>"]))
    return f"<gpx xmlns:ns3='u' xmlns:x='v'><trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"


@given(shapes=st.lists(shape, min_size=1, max_size=3), seconds=st.lists(st.integers(0, 59), max_size=20))
@settings(max_examples=100, deadline=None)
def test_points_that_repeat_each_other_are_read_as_elementtree_reads_them(shapes: Any, seconds: list[int]) -> None:
    data = repeating(shapes, seconds).encode()
    values, _, _, info = scan(kernels.scan_xml, data, gpx.WORDS)
    wanted, _, _, _ = scan(reference.scan_xml, data, gpx.WORDS)
    assert info[kernels.N_POINTS] == info[kernels.N_POINTS_IN] == len(seconds)
    assert info[kernels.N_BREAKS] == info[kernels.N_SPOTS] == info[kernels.END_DEPTH] == 0
    np.testing.assert_array_equal(values[:, : len(seconds)], wanted[:, : len(seconds)])


TOKENS = ('<trkpt lat="{}.5" lon="2">', "<ele>", "{}", "</ele>", "<time>", "2026-01-02T03:04:0{}Z", "</time>",
          "<extensions>", "<x:hr>", "14{}", "</x:hr>", "</extensions>", "</trkpt>")  # fmt: skip
ODD = st.sampled_from(
    ["", "</ele>", "</trkpt>", '<trkpt lat="9" lon="9">', "<trkpt", "\x00", "<!-- c -->", '<a b="&">', "<a/>", "<ele>",
     "</trkseg><trkseg>", "<![CDATA[5]]>", "&amp;", "& ", "1e3", "<wpt>", "</wpt>", "<hr>", "</hr>", "</x:hr", "<"]
)  # fmt: skip
COUNTS = [kernels.STATUS, kernels.N_POINTS, kernels.N_POINTS_IN, kernels.N_NODES, kernels.N_SPOTS, kernels.N_BREAKS,
          kernels.N_CONTROLS, kernels.N_AMPERSANDS, kernels.N_TIMES, kernels.END_DEPTH, kernels.N_PLACED]  # fmt: skip


@given(
    odd=st.dictionaries(st.integers(0, 8 * len(TOKENS) - 1), ODD, min_size=1, max_size=3),
    head=st.sampled_from(["<gpx><trk><trkseg>", "<trkseg>", ""]),
)
@settings(max_examples=300, deadline=None)
def test_damage_among_equal_points_is_found_as_among_points_that_differ(odd: dict[int, str], head: str) -> None:
    """Blanks say nothing: with other blanks in each point nothing repeats, and everything is taken apart."""
    found = []
    for gaps in ([" "] * 8, [" " * (k + 1) for k in range(8)]):
        tokens = [
            odd.get(k * len(TOKENS) + i, token.format(k)) + gaps[k] for k in range(8) for i, token in enumerate(TOKENS)
        ]
        values, _, _, info = scan(kernels.scan_xml, (head + "".join(tokens) + "</trkseg>").encode(), gpx.WORDS)
        assert info[kernels.STOP] > 0
        found.append((info[COUNTS].tolist(), values[:, : info[kernels.N_POINTS]]))
    assert found[0][0] == found[1][0]
    np.testing.assert_array_equal(found[0][1], found[1][1])


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [b"<", b">", b"</", b"/>", b"trkpt", b"<trkpt lat='1' lon='2'>", b"</trkpt>", b"<ele>", b"1.5", b"<!--",
                 b"-->", b"<![CDATA[", b"]]>", b"&", b"&#1;", b'"', b" ", b"<time>2026-01-01T00:00:00Z</time>", b"\x00",
                 b"<trk>", b"<trkseg>", b"</trkseg>", b"=", b"xmlns:a='b'", b"<wpt>", b"<?", b"?>", b"<!DOCTYPE"]
            ),
            max_size=60,
        ).map(b"".join),
    )
)  # fmt: skip
@settings(max_examples=400, deadline=None)
@example(data=b"<trkpt lat='1' lon='2'")
@example(data=b'<trkpt lat="1.000000000000" ')
@example(data=b"<trkpt><time>2026-01-01T00:00:00+0")
@example(data=b"<trkpt><ele>1")
@example(data=b"<trkpt></trkpt")
def test_any_bytes_end_in_bounds_and_with_counts_that_fit(data: bytes) -> None:
    _, _, spots, info = scan(kernels.scan_xml, data, gpx.WORDS, room=20)
    assert 0 <= info[kernels.N_POINTS] <= info[kernels.N_POINTS_IN]
    assert info[kernels.N_POINTS] <= 20
    assert 0 <= info[kernels.STOP] <= len(data)
    for column, point_index, first, stop in spots[: info[kernels.N_SPOTS]]:
        assert 0 <= column < 10
        assert 0 <= point_index < max(1, info[kernels.N_POINTS])
        assert 0 <= first <= stop <= len(data)
    first_point = b"<trkpt lat='1.5' lon='2.5'/>" + b" " * 50
    values, _, _, info = scan(kernels.scan_xml, first_point + data, gpx.WORDS, room=20)
    assert info[kernels.N_POINTS] >= 1
    assert {1.5, 2.5} <= set(values[:, 0].tolist())


def test_numbers_and_times_of_laps_are_read_as_elementtree_reads_them() -> None:
    laps = "".join(
        f"<Lap StartTime='2026-01-02T03:{k:02d}:05.5Z'><TotalTimeSeconds>{k}.25</TotalTimeSeconds>"
        f"<Calories> </Calories><MaximumSpeed>fast</MaximumSpeed>"
        f"<AverageHeartRateBpm><Value> 14{k} </Value></AverageHeartRateBpm>"
        f"<Track><Trackpoint><Time>2026-01-02T03:{k:02d}:06Z</Time></Trackpoint></Track></Lap>"
        for k in range(9)
    )
    found = []
    for function in (kernels.scan_xml, reference.scan_xml):
        table, names = _table(tcx.WORDS)
        values, numbers = np.full((10, 50), np.nan), np.zeros(200)
        nodes, spots = np.zeros((200, 8), dtype=np.int64), np.zeros((100, 4), dtype=np.int64)
        info = np.zeros(kernels.N_INFO, dtype=np.int64)
        data = f"<Activities><Activity Sport='Running'>{laps}</Activity></Activities>".encode()
        function(bytes_of(data), table, values, nodes, numbers, spots, info)
        n = info[kernels.N_NODES]
        found.append([(names[slot], number) for slot, number in zip(nodes[:n, 0], numbers[:n], strict=True)])
    np.testing.assert_equal(found[0], found[1])
    assert ("totaltimeseconds", 8.25) in found[0]
    assert ("value", 143.0) in found[0]
    assert ("lap", 1_767_323_045.5) in found[0]


def test_what_counts_in_one_point_may_lie_too_deep_in_another() -> None:
    """The same bytes at the same depth, once inside an element that was never closed: `ele` is then no child."""
    inner = "<extensions><hr>150</hr></extensions><ele>5</ele><cad>80</cad></e></trkpt>"
    shallow, deep = f'<e></e><trkpt lat="1" lon="1"><e>{inner}', f'<e><trkpt lat="1" lon="1">{inner}'
    for points in ([shallow.replace("</e></trkpt>", "</trkpt>"), deep], [deep, shallow], [shallow, deep]):
        text = "<gpx><trk><trkseg>" + "".join(points) + " " * 40
        found = []
        for gap in ("", " "):
            first, second = points
            text = "<gpx><trk><trkseg>" + first + second.replace("><", f">{gap}<") + " " * 40
            values, _, _, info = scan(kernels.scan_xml, text.encode(), gpx.WORDS)
            found.append(values[:, : info[kernels.N_POINTS]])
            assert info[kernels.STOP] > 0
        np.testing.assert_array_equal(found[0], found[1])


def test_a_control_character_before_many_blanks_is_counted() -> None:
    for n in (1, 8, 20):
        _, _, _, info = scan(kernels.scan_xml, b"<gpx>\x01" + b" " * n + b"</gpx>", gpx.WORDS)
        assert info[kernels.N_CONTROLS] == 1


TEXT = (
    b"<gpx><trk><trkseg>"
    + b"".join(b'<trkpt lat="%d.5" lon="2"><ele>%d</ele></trkpt>\n' % (k, k) for k in range(8))
    + b"</trkseg></trk></gpx>"
)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (b'lat="3.5"', b'lat=3.5"', [0, 1, 2, 4, 5, 6, 7]),
        (b"<ele>3</ele>", b"<ele>3</elf>", [0, 1, 2, 4, 5, 6, 7]),
        (b"<ele>3</ele></trkpt>", b"<ele>3", [0, 1, 2, 4, 5, 6, 7]),
        (b'<trkpt lat="3.5" lon="2">', b"", [0, 1, 2, 4, 5, 6, 7]),
        (b"<ele>3</ele>", b"<ele>3\x00</ele>", [0, 1, 2, 4, 5, 6, 7]),
        (b"<trk><trkseg>", b"<trk><tr\x00\x00", [0, 1, 2, 3, 4, 5, 6, 7]),
        (b"</trkseg></trk></gpx>", b"", [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_damage_costs_the_point_it_hits(before: bytes, after: bytes, kept: list[int]) -> None:
    assert before in TEXT
    values, _, _, info = scan(kernels.scan_xml, TEXT.replace(before, after), gpx.WORDS)
    n = info[kernels.N_POINTS]
    assert values[3, :n].tolist() == kept
    assert info[kernels.N_BREAKS] + info[kernels.N_CONTROLS] + info[kernels.END_DEPTH] > 0
