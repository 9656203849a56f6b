"""The FIT reader on files whose content is known, because they are written here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from runlake.errors import FormatError, NotAnActivityError
from runlake.formats import _fit_fast, fit
from runlake.formats._fit_frame import find_frames
from runlake.model.recording import Recording
from simulator.fit_writer import BASE_TYPES, FitWriter, activity_bytes, chain, crc16

START = 1_767_600_000.0
FIT_START = int(START) - 631065600


def _records(n: int = 60, start: float = START) -> dict[str, Any]:
    k = np.arange(float(n))
    return {
        "timestamp": start + k,
        "position_lat": 50.0 + 1e-5 * k,
        "position_long": 8.0 + 0 * k,
        "enhanced_altitude": 100.0 + 0.2 * k,
        "heart_rate": 120.0 + k % 40,
        "cadence": 85.0 + 0 * k,
        "fractional_cadence": 0.5 + 0 * k,
        "distance": 3.0 * k,
        "enhanced_speed": 3.0 + 0.001 * k,
        "power": 250.0 + k,
        "temperature": -5.0 + 0 * k,
        "stance_time": 240.0 + 0 * k,
        "vertical_oscillation": 80.0 + 0 * k,
        "stance_time_balance": 50.25 + 0 * k,
        "step_length": 1100.0 + 0 * k,
    }


def _session(n: int = 60, start: float = START, **changes: Any) -> dict[str, Any]:
    return {
        "start_time": start, "timestamp": start + n, "sport": "running", "sub_sport": "track",
        "total_elapsed_time": float(n), "total_timer_time": n - 1.5, "total_distance": 3.0 * n, "avg_cadence": 85,
        "avg_fractional_cadence": 0.5, "enhanced_avg_speed": 3.0, "max_heart_rate": 160, "total_calories": 77,
        "total_training_effect": 3.2, **changes,
    }  # fmt: skip


def _only(data: bytes) -> Recording:
    (recording,) = fit.read(data).recordings
    return recording


def test_channels_come_in_si_units() -> None:
    recording = _only(activity_bytes(_records(), sessions=[_session()]))
    values = {name: float(channel[10]) for name, channel in recording.channels.items()}
    expected = {
        "latitude_deg": 50.0001, "longitude_deg": 8.0, "altitude_m": 102.0, "heart_rate_bpm": 130.0,
        "cadence_cpm": 85.5, "distance_m": 30.0, "speed_mps": 3.01, "power_w": 260.0, "temperature_c": -5.0,
        "ground_contact_s": 0.24, "vertical_oscillation_m": 0.08, "ground_contact_balance_frac": 0.5025,
        "step_length_m": 1.1,
    }  # fmt: skip
    assert values == pytest.approx(expected, abs=1e-7)
    assert recording.time_utc_s.tolist() == (START + np.arange(60.0)).tolist()


def test_missing_values_are_nan_and_absent_fields_have_no_channel() -> None:
    records = _records()
    records["heart_rate"][5] = math.nan
    del records["power"]
    recording = _only(activity_bytes(records, sessions=[_session()]))
    assert np.flatnonzero(np.isnan(recording.channels["heart_rate_bpm"])).tolist() == [5]
    assert "power_w" not in recording.channels


def test_session_gives_sport_totals_and_local_time() -> None:
    zones = [{"timestamp": START, "reference_mesg": 18, "reference_index": 0, "time_in_hr_zone": [1.5, 2.0, 30.0],
              "hr_zone_high_boundary": [100, 120, 140]}]  # fmt: skip
    data = activity_bytes(_records(), sessions=[_session()], zones=zones, utc_offset_s=-9000.0)
    recording = _only(data)
    totals = recording.totals
    assert (recording.sport, recording.sub_sport, recording.utc_offset_s) == ("running", "track", -9000.0)
    assert (totals.timer_s, totals.distance_m, totals.mean_cadence_cpm) == (58.5, 180.0, 85.5)
    assert (totals.calories_kcal, totals.training_effect, totals.max_heart_rate_bpm) == (77.0, 3.2, 160.0)
    assert totals.heart_rate_zone_s == (1.5, 2.0, 30.0)
    assert totals.heart_rate_zone_high_bpm == (100.0, 120.0, 140.0)
    assert recording.device == "garmin fr255_music"


def test_laps_steps_events_and_name() -> None:
    laps = [
        {"start_time": START, "timestamp": START + 20, "total_elapsed_time": 20.4, "lap_trigger": "manual",
         "intensity": "warmup", "wkt_step_index": 0, "total_distance": 61.0, "avg_cadence": 80},
        {"start_time": START + 20, "timestamp": START + 60, "lap_trigger": "session_end", "intensity": "active"},
    ]  # fmt: skip
    steps = [
        {"message_index": 0, "duration_type": "time", "duration_value": 90_000, "target_type": "heart_rate",
         "custom_target_value_low": 240, "custom_target_value_high": 255, "intensity": "warmup",
         "wkt_step_name": "Easy"},
        {"message_index": 1, "duration_type": "distance", "duration_value": 40_000, "target_type": "speed",
         "custom_target_value_low": 4_000, "custom_target_value_high": 4_200, "intensity": "interval"},
        {"message_index": 2, "duration_type": "repeat_until_steps_cmplt", "duration_value": 1, "target_value": 8},
    ]  # fmt: skip
    events = [
        {"timestamp": START, "event": "timer", "event_type": "start"},
        {"timestamp": START + 30, "event": "timer", "event_type": "stop_all"},
        {"timestamp": START + 31, "event": "lap", "event_type": "stop"},
    ]
    recording = _only(
        activity_bytes(_records(), sessions=[_session()], laps=laps, steps=steps, events=events,
                       workout={"wkt_name": "8 x 400"})
    )  # fmt: skip
    first, second = recording.laps
    assert (first.end_time_utc_s - START, first.trigger, first.intensity, first.workout_step) == (
        pytest.approx(20.4), "manual", "warmup", 0.0)  # fmt: skip
    assert (first.distance_m, first.mean_cadence_cpm) == (61.0, 80.0)
    assert (second.end_time_utc_s, second.trigger, math.isnan(second.distance_m)) == (START + 60, "session_end", True)
    easy, fast, again = recording.steps
    assert (easy.name, easy.duration_kind, easy.duration_value, easy.target_low) == ("Easy", "time", 90.0, 140.0)
    assert (fast.duration_value, fast.target_kind, fast.target_low, fast.target_high) == (400.0, "speed", 4.0, 4.2)
    assert (again.duration_kind, again.duration_value, again.target_kind, again.target_low) == (
        "repeat_until_steps_cmplt", 8.0, "repeat_from_step", 1.0)  # fmt: skip
    assert [(e.time_utc_s - START, e.is_running) for e in recording.timer_events] == [(0.0, True), (30.0, False)]
    assert recording.name == "8 x 400"


def test_multisport_is_cut_at_the_sessions() -> None:
    sessions = [
        _session(20, START, sport="swimming", sub_sport="generic"),
        _session(10, START + 20, sport="transition", sub_sport="generic"),
        _session(30, START + 30),
    ]
    laps = [{"start_time": START + t, "timestamp": START + t + 10} for t in (0, 20, 30, 40)]
    recordings = fit.read(activity_bytes(_records(), sessions=sessions, laps=laps)).recordings
    assert [r.sport for r in recordings] == ["swimming", "transition", "running"]
    assert [r.n for r in recordings] == [20, 10, 30]
    assert [len(r.laps) for r in recordings] == [1, 1, 2]


def test_chained_files_give_their_own_recordings() -> None:
    one = activity_bytes(_records(30), sessions=[_session(30)])
    two = activity_bytes(_records(40, START + 9000), sessions=[_session(40, START + 9000, sport="cycling")])
    found = fit.read(chain(one, two))
    assert [(r.n, r.sport) for r in found.recordings] == [(30, "running"), (40, "cycling")]
    assert not found.is_damaged


def test_developer_fields_of_a_foot_pod() -> None:
    records = _records()
    del records["power"]
    pod = {"Power": ("Watts", records["distance"] + 200.0), "Speed": ("m/s", records["enhanced_speed"])}
    recording = _only(activity_bytes(records, sessions=[_session()], developer=pod))
    assert recording.channels["power_w"][10] == 230.0
    assert recording.has_footpod_speed


def test_a_developer_index_announced_again_means_what_it_meant_when_the_message_was_defined() -> None:
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])
    announce = [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 16), (8, "string", 8)]
    for k, (name, base) in enumerate((("wbal", 0x88), ("Power", 0x84))):
        writer.define(1, 207, [(3, "uint8")]).data(1, [0])
        writer.define(1, 206, announce).data(1, [0, 0, base, name, "Watts"])
        kind = "float32" if k == 0 else "uint16"
        writer.define(2, 20, [(253, "uint32"), (3, "uint8")], dev_fields=[(0, kind, 1, 0)])
        writer.data(2, [FIT_START + k, 150], dev_values=[321])
    power = _only(writer.to_bytes()).channels["power_w"]
    assert np.isnan(power[0])
    assert power[1] == 321.0


@pytest.mark.parametrize("big_endian", [False, True])
def test_compressed_timestamps_roll_over(big_endian: bool) -> None:
    writer = FitWriter().define(0, 0, [(0, "enum")], big_endian=big_endian).data(0, [4])
    writer.define(1, 20, [(253, "uint32"), (3, "uint8")], big_endian=big_endian).data(1, [FIT_START, 150])
    writer.define(2, 20, [(3, "uint8")], big_endian=big_endian)
    for step in range(5, 200, 13):
        writer.data(2, [150], time_offset=(FIT_START + step) & 0x1F)
    time = _only(writer.to_bytes()).time_utc_s
    assert (time - START).tolist() == [0, *range(5, 200, 13)]


def test_compressed_speed_and_distance_are_unpacked() -> None:
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])
    writer.define(1, 20, [(253, "uint32"), (8, "byte", 3)])
    for k in range(40):
        packed = 350 | (k * 16 * 20 % 4096) << 12  # 3.5 m/s, 20 m further each time
        writer.data(1, [FIT_START + k, list(packed.to_bytes(3, "little"))])
    channels = _only(writer.to_bytes()).channels
    assert channels["speed_mps"].tolist() == [3.5] * 40
    assert channels["distance_m"].tolist() == [20.0 * k for k in range(40)]


def test_protocol_that_nobody_knows_goes_to_fitdecode_with_the_same_result() -> None:
    data = activity_bytes(_records(), sessions=[_session()])
    known = fit.read(data)
    head = bytes([data[0], 0x30]) + data[2:12]

    newer = head + crc16(head).to_bytes(2, "little") + data[14:-2]
    newer += crc16(newer).to_bytes(2, "little")
    found = fit.read(newer)
    assert (known.decoder, found.decoder) == ("columnar", "fitdecode")
    assert not found.is_damaged
    for name, values in known.recordings[0].channels.items():
        assert np.array_equal(values, found.recordings[0].channels[name], equal_nan=True), name
    assert repr(found.recordings[0].totals) == repr(known.recordings[0].totals)  # NaN is not equal to itself


@pytest.mark.parametrize(
    ("kind", "code"), [(2, "fit_settings"), (5, "fit_workout"), (6, "fit_course"), (77, "fit_kind_77")]
)
def test_other_kinds_are_named(kind: int, code: str) -> None:
    writer = FitWriter().define(0, 0, [(1, "uint16"), (0, "enum"), (4, "uint32")]).data(0, [1, kind, FIT_START])
    writer.define(1, 20, [(253, "uint32")]).data(1, [FIT_START])
    with pytest.raises(NotAnActivityError) as caught:
        fit.read(writer.to_bytes())
    assert caught.value.code == code


def test_an_activity_without_records_is_refused_with_advice() -> None:
    with pytest.raises(FormatError, match="export it again") as caught:
        fit.read(activity_bytes(_records(0), sessions=[_session(0)]))
    assert caught.value.code == "no_records"


@pytest.mark.parametrize("head", [b"", b"\x0e", b"<gpx>.FIT", b"   <?xml .FIT", b"PK\x03\x04" + bytes(40)])
def test_other_formats_are_not_recognised(head: bytes) -> None:
    assert not fit.recognises(head)


def _activity() -> FitWriter:
    """A file that says it is an activity, for messages written byte by byte."""
    return FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])


def test_bytes_that_are_all_ones_are_missing_also_where_the_field_has_a_scale() -> None:
    """A speed of one byte is read as bytes; 0xFF is no 0.255 m/s, whatever other definitions say of the field."""
    writer = _activity()
    for base, size, payload in (("uint16", 1, b"\xff"), ("uint16", 1, b"\x0a"), ("uint16", 2, b"\xe8\x03")):
        definition = bytes((0x41, 0, 0, 20, 0, 1, 6, size, BASE_TYPES[base][0]))
        writer.raw(definition).raw(b"\x01" + payload)
    speed = fit.decode(writer.to_bytes()).get("record").number("speed")
    assert np.isnan(speed[0])
    assert speed[1:].tolist() == [0.01, 1.0]
    only = _activity().raw(bytes((0x41, 0, 0, 20, 0, 1, 6, 3, 0x84))).raw(b"\x01\xff\xff\xff")
    assert np.isnan(fit.decode(only.to_bytes()).get("record").number("speed")).all()


def test_a_time_of_odd_type_beside_a_compressed_header_is_no_crash() -> None:
    writer = _activity()
    writer.raw(bytes((0x41, 0, 0, 20, 0, 2, 253, 4, 0x0D, 3, 1, 2))).raw(b"\x01\x01\x02\x03\x04\x50")
    writer.raw(b"\xa5\x01\x02\x03\x04\x51")
    array = np.frombuffer(writer.to_bytes(), dtype=np.uint8)
    (frame,) = find_frames(array.tobytes(), array).frames
    spans = [_fit_fast.Span(frame.start_of_data, frame.stop)]
    columns, _ = _fit_fast.decode(array.tobytes(), array, spans, None)
    assert columns.get("record").number("heart_rate").tolist() == [0x50, 0x51]


def test_an_announcement_of_odd_types_is_no_crash() -> None:
    writer = _activity()
    announced = [(0, 1, 2), (1, 1, 2), (2, 2, 0x84), (3, 2, 0x84), (15, 2, 0x84)]
    body = bytes((0x42, 0, 0, 206, 0, len(announced))) + b"".join(bytes(field) for field in announced)
    writer.raw(body).raw(b"\x02\x00\x00" + b"\x84\x00" * 3)
    writer.raw(bytes((0x61, 0, 0, 20, 0, 1, 3, 1, 2, 1, 0, 2, 0))).raw(b"\x01\x50\x07\x08")
    assert fit.decode(writer.to_bytes()).get("record").number("heart_rate").tolist() == [0x50]
