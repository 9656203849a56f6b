"""TCX: activities, laps by FIT's names, pauses, sensors; courses and workouts are no activities."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from runlake.errors import FormatError, NotAnActivityError
from runlake.formats import recognise
from runlake.formats.tcx import READER, WORDS
from runlake.model.recording import Reading
from simulator.xml_writer import XmlLap, tcx_bytes

N = 40
TIME = 1_700_000_000.0 + np.arange(N)
CHANNELS = {
    "latitude_deg": 47.0 + np.arange(N) * 1e-5,
    "longitude_deg": -8.0 - np.arange(N) * 1e-5,
    "altitude_m": 300.0 + np.arange(N) * 0.25,
    "distance_m": np.arange(N) * 3.5,
    "heart_rate_bpm": 100.0 + np.arange(N),
    "speed_mps": np.full(N, 3.5),
    "cadence_cpm": np.full(N, 86.0),
    "power_w": np.full(N, 240.0),
}
LAPS = [
    XmlLap(0, 20, TIME[0], 20.0, 70.0, "Active", "Distance", 10, 110.0, 119.0, 3.75),
    XmlLap(20, 40, TIME[20], 20.0, 70.0, "Resting", "Manual", 12, 130.0, 139.0, 3.5),
]


def plain(laps: list[XmlLap] = LAPS, time_s: np.ndarray = TIME, **changes: str) -> bytes:  # type: ignore[type-arg]
    return tcx_bytes(time_s, CHANNELS, laps, device="Forerunner 265", **changes)


def read(data: bytes) -> Reading:
    assert recognise(data) is READER
    return READER.read(data)


def test_a_plain_file() -> None:
    reading = read(plain(notes="Track night"))
    (recording,) = reading.recordings
    np.testing.assert_array_equal(recording.time_utc_s, TIME)
    assert set(recording.channels) == set(CHANNELS)
    for name, values in CHANNELS.items():
        np.testing.assert_array_equal(recording.channels[name], values, err_msg=name)
    assert (recording.sport, recording.device, recording.name) == ("running", "Forerunner 265", "Track night")
    assert (reading.notes, reading.is_damaged, reading.decoder) == ((), False, "scanner")


def test_laps_by_fit_names() -> None:
    first, second = read(plain()).recordings[0].laps
    assert (first.start_time_utc_s, first.end_time_utc_s, first.timer_s, first.distance_m) == (
        TIME[0],
        TIME[20],
        20.0,
        70.0,
    )
    assert (first.trigger, first.intensity, second.trigger, second.intensity) == (
        "distance",
        "active",
        "manual",
        "rest",
    )
    assert (first.mean_heart_rate_bpm, first.max_heart_rate_bpm, first.max_speed_mps) == (110.0, 119.0, 3.75)


def test_totals_are_sums_of_laps() -> None:
    totals = read(plain()).recordings[0].totals
    assert (totals.distance_m, totals.timer_s, totals.calories_kcal) == (140.0, 40.0, 22.0)
    assert (totals.max_heart_rate_bpm, totals.max_speed_mps) == (139.0, 3.75)
    assert math.isnan(totals.mean_heart_rate_bpm)


def test_a_lap_without_distance_leaves_the_total_unknown() -> None:
    laps = [LAPS[0], XmlLap(20, 40, TIME[20], 20.0)]
    assert math.isnan(read(plain(laps)).recordings[0].totals.distance_m)


def test_a_track_break_in_a_lap_is_a_pause() -> None:
    time_s = TIME + np.where(np.arange(N) >= 10, 60.0, 0.0)
    laps = [XmlLap(0, 40, TIME[0], 40.0, 140.0, breaks=(10,))]
    (recording,) = read(plain(laps, time_s)).recordings
    events = [(event.time_utc_s - TIME[0], event.is_running) for event in recording.timer_events]
    assert events == [(9.0, False), (70.0, True)]


def test_a_hole_between_laps_is_a_pause_and_an_ordinary_lap_is_none() -> None:
    assert read(plain()).recordings[0].timer_events == ()
    time_s = TIME + np.where(np.arange(N) >= 20, 60.0, 0.0)
    laps = [LAPS[0], XmlLap(20, 40, time_s[20], 20.0, 70.0)]
    (recording,) = read(plain(laps, time_s)).recordings
    events = [(event.time_utc_s - TIME[0], event.is_running) for event in recording.timer_events]
    assert events == [(19.0, False), (80.0, True)]
    assert recording.laps[0].end_time_utc_s == TIME[0] + 20.0


def test_points_without_position_stay() -> None:
    indoor = {name: values for name, values in CHANNELS.items() if "deg" not in name}
    (recording,) = read(tcx_bytes(TIME, indoor, LAPS)).recordings
    assert recording.n == N
    assert "latitude_deg" not in recording.channels


def test_an_impossible_position_goes_the_point_stays() -> None:
    data = plain().replace(b"<LatitudeDegrees>47.0001<", b"<LatitudeDegrees>147.0001<")
    reading = read(data)
    (recording,) = reading.recordings
    assert recording.n == N
    assert (
        np.isnan(recording.channels["latitude_deg"]).sum() == np.isnan(recording.channels["longitude_deg"]).sum() == 1
    )
    assert "impossible position dropped:1" in reading.notes
    assert reading.is_damaged


def test_a_point_without_time_is_dropped_and_counted() -> None:
    data = plain().replace(b"<Time>2023-11-14T22:13:25.000Z</Time>", b"")
    reading = read(data)
    assert (reading.n_records_in, reading.n_records_kept) == (N, N - 1)
    assert "point without time dropped:1" in reading.notes


def _bodies(*files: bytes) -> list[bytes]:
    return [data[data.find(b"<Activity ") : data.find(b"</Activities>")] for data in files]


def test_each_leg_of_a_multi_sport_session_is_a_recording() -> None:
    first, second = _bodies(plain(), plain(sport="Biking"))
    data = (
        b"<TrainingCenterDatabase><Activities><MultiSportSession><FirstSport>" + first + b"</FirstSport><NextSport>"
        b"<Transition/>" + second + b"</NextSport></MultiSportSession></Activities></TrainingCenterDatabase>"
    )
    reading = read(data)
    assert [(r.sport, r.n, len(r.laps)) for r in reading.recordings] == [("running", N, 2), ("cycling", N, 2)]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (b"<Courses><Course><Lap/><Track><Trackpoint><Time>2026-01-02T03:04:05Z</Time></Trackpoint></Track></Course>"
         b"</Courses>", "tcx_course"),
        (b"<Workouts><Workout Sport='Running'><Name>5x800</Name></Workout></Workouts>", "tcx_workout"),
        (b"<Activities><Activity Sport='Running'><Lap StartTime='2026-01-02T03:04:05Z'/></Activity></Activities>",
         "tcx_no_points"),
    ],
)  # fmt: skip
def test_what_is_no_activity(inner: bytes, code: str) -> None:
    with pytest.raises(NotAnActivityError) as caught:
        read(b"<TrainingCenterDatabase>" + inner + b"</TrainingCenterDatabase>")
    assert caught.value.code == code


def test_no_readable_time_is_refused() -> None:
    data = (
        b"<TrainingCenterDatabase><Activity><Trackpoint><Time>?</Time></Trackpoint></Activity></TrainingCenterDatabase>"
    )
    with pytest.raises(FormatError) as caught:
        read(data)
    assert caught.value.code == "no_times"


def test_a_file_without_its_outermost_element_is_read() -> None:
    data = plain()
    start, stop = data.find(b"<Activities>"), data.find(b"</TrainingCenterDatabase>")
    reading = read(b'<?xml version="1.0"?>\n  ' + data[start:stop])
    assert reading.n_records_kept == N


@pytest.mark.corpus
def test_corpus_by_scanner_equals_expat(corpus: Path) -> None:
    from runlake.formats._xml_bytes import to_utf8
    from runlake.formats._xml_expat import read_expat
    from runlake.formats._xml_scan import read_scan

    n_points = 0
    for path in sorted(corpus.glob("*.tcx")):
        data = to_utf8(path.read_bytes()).data
        ours, theirs = read_scan(data, WORDS), read_expat(data, WORDS)
        assert ours is not None
        np.testing.assert_array_equal(ours.columns, theirs.columns, err_msg=path.name)
        np.testing.assert_equal(ours.nodes.rows(), theirs.nodes.rows())
        assert ours.oddities.n_unzoned_times == theirs.oddities.n_unzoned_times
        n_points += ours.n
    assert n_points > 20_000


@pytest.mark.parametrize("number", [b"999", b"<![CDATA[999]]>"])
def test_a_value_in_the_extensions_is_no_heart_rate(number: bytes) -> None:
    """By scanner and by parser: `Value` counts inside `HeartRateBpm` alone."""
    foreign = b"<Extensions><q:X><q:Value>" + number + b"</q:Value></q:X></Extensions>"
    (recording,) = read(plain().replace(b"<HeartRateBpm>", foreign + b"<HeartRateBpm>")).recordings
    assert recording.channels["heart_rate_bpm"].tolist() == CHANNELS["heart_rate_bpm"].tolist()
