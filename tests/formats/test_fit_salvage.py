"""Damage whose right answer is known: what must come back, and the note that must be there."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runlake.errors import RunlakeError
from runlake.formats import fit
from runlake.model.recording import Reading
from simulator.fit_writer import FitWriter, activity_bytes, chain

START = 1_767_600_000.0
N = 120


def _activity(n: int = N, start: float = START) -> bytes:
    k = np.arange(float(n))
    records = {
        "timestamp": start + k,
        "position_lat": 50 + 2e-5 * k,
        "position_long": 8 + 0 * k,
        "heart_rate": 140 + k % 9,
        "distance": 3 * k,
        "enhanced_speed": 3 + 0 * k,
        "enhanced_altitude": 99 + 0 * k,
    }
    session = {"start_time": start, "timestamp": start + n, "sport": "running", "total_elapsed_time": float(n)}
    return activity_bytes(records, sessions=[session], laps=[{"start_time": start, "timestamp": start + n}])


WHOLE = _activity()
STARTS = [WHOLE.index(b"\x03" + (int(START) + k - 631065600).to_bytes(4, "little")) for k in range(N)]
LENGTH = STARTS[1] - STARTS[0]


def _read(data: bytes) -> Reading:
    found = fit.read(data)
    assert found.is_damaged
    return found


def _times(found: Reading) -> list[float]:
    return [t - START for r in found.recordings for t in r.time_utc_s.tolist()]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (WHOLE[:4] + bytes(4) + WHOLE[8:], "data_size:0"),
        (WHOLE[:4] + b"\xff\xff\xff\xff" + WHOLE[8:], "truncated"),
        (WHOLE[:4] + b"\x40\0\0\0" + WHOLE[8:], "crc"),
        (b"\x0c" + WHOLE[1:], ""),
        (b"\xff" + WHOLE[1:], "header_size:255"),
        (bytes(512) + WHOLE, "bytes_before:512"),
        (WHOLE + bytes(100), "bytes_after:100"),
        (WHOLE + b"<html>not found</html>", "bytes_after"),
        (WHOLE[:12] + b"\x01\x02" + WHOLE[14:], ""),
    ],
)
def test_header_damage_loses_nothing(data: bytes, note: str) -> None:
    found = _read(data)
    assert _times(found) == list(range(N))
    assert any(note in n for n in found.notes)
    assert found.recordings[0].sport == "running"


def test_a_header_checksum_of_zero_is_legal() -> None:
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])
    writer.define(1, 20, [(253, "uint32")]).data(1, [int(START) - 631065600])
    found = fit.read(writer.to_bytes(header_crc=0))
    assert (found.n_records_in, found.n_records_kept, found.is_damaged) == (1, 1, False)
    assert found.notes == ()


def test_every_complete_record_before_a_cut_survives() -> None:
    for cut in range(STARTS[0] + LENGTH, STARTS[-1], 7):
        found = _read(WHOLE[:cut])
        assert _times(found) == [k for k in range(N) if STARTS[k] + LENGTH <= cut]
        assert "truncated" in found.notes[0]


def test_a_zeroed_page_costs_its_own_records() -> None:
    at = len(WHOLE) // 2
    found = _read(WHOLE[:at] + bytes(100) + WHOLE[at + 100 :])
    lost = set(range(N)) - set(_times(found))
    assert 3 <= len(lost) <= 6
    assert max(lost) - min(lost) == len(lost) - 1
    assert any(n.startswith("resync") for n in found.notes)


@pytest.mark.parametrize("size", [1, 7, 40])
def test_splices_are_bridged(size: int) -> None:
    at = len(WHOLE) // 2
    for data in (WHOLE[:at] + WHOLE[at + size :], WHOLE[:at] + random.Random(size).randbytes(size) + WHOLE[at:]):
        times = _times(_read(data))
        assert len(set(range(N)) - set(times)) <= 4
        assert set(times) <= set(range(N))


def test_one_bit_in_the_definition_of_records_is_turned_back() -> None:
    at = WHOLE.index(b"\x43\0\0\x14\0") + 6
    for byte in range(at, at + 12):
        data = WHOLE[:byte] + bytes([WHOLE[byte] ^ 4]) + WHOLE[byte + 1 :]
        found = _read(data)
        whole = fit.read(WHOLE).recordings[0]
        for name, values in whole.channels.items():
            if len(found.recordings[0].channels.get(name, ())) == N:
                assert np.array_equal(found.recordings[0].channels[name], values), (byte, name)
        assert _times(found) == list(range(N))


def test_a_single_absurd_record_is_dropped() -> None:
    at = WHOLE.index((int(START) + 50 - 631065600).to_bytes(4, "little"))
    data = WHOLE[: at + 4] + bytes.fromhex("0102037f0102037f") + WHOLE[at + 12 :]
    found = _read(data)
    assert _times(found) == [t for t in range(N) if t != 50]
    assert "implausible:1" in found.notes


def test_undefined_local_messages_and_odd_developer_fields() -> None:
    first = int(START) - 631065600
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])
    writer.define(1, 20, [(253, "uint32"), (3, "uint8")], dev_fields=[(0, "byte", 3, 7), (1, "byte", 0, 7)])
    for k in range(20):
        writer.data(1, [first + k, 150], dev_values=[None, None])
        if k == 9:
            writer.raw(b"\x0e\x17\x2a")  # local type 14 was never defined
    found = _read(writer.to_bytes())
    assert _times(found) == list(range(20))
    assert found.recordings[0].channels["heart_rate_bpm"].tolist() == [150.0] * 20


def test_a_clock_in_1989_and_duplicate_times_are_passed_on_as_recorded() -> None:
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4]).define(1, 20, [(253, "uint32"), (3, "uint8")])
    for time in (5, 6, int(START) - 631065600, int(START) - 631065600, int(START) - 631065605):
        writer.data(1, [time, 150])
    found = fit.read(writer.to_bytes())
    assert found.recordings[0].time_utc_s.tolist() == [631065605.0, 631065606.0, START, START, START - 5]
    assert not found.is_damaged


def test_a_damaged_part_of_a_chain_costs_that_part() -> None:
    two = _activity(N, START + 9000)
    found = _read(chain(WHOLE[: STARTS[-9]], two))
    assert [r.n for r in found.recordings][-1] == N
    assert found.recordings[-1].sport == "running"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_records_or_a_known_error_and_says_so(pick: st.DataObject) -> None:
    data = bytearray(WHOLE)
    for _ in range(pick.draw(st.integers(1, 6))):
        at = pick.draw(st.integers(0, len(data)))
        new = pick.draw(st.binary(max_size=20))
        data[at : at + pick.draw(st.integers(0, 60))] = new
    try:
        found = fit.read(bytes(data))
    except RunlakeError:
        return
    assert found.is_damaged or bytes(data) == WHOLE
    assert found.notes or bytes(data) == WHOLE


def _hostile() -> dict[str, bytes]:
    def start() -> FitWriter:
        return FitWriter().define(0, 0, [(0, "enum")]).data(0, [4])

    wide: Any = start()
    for k in range(60):
        wide.define(1, 20, [(i, "byte", 255) for i in range(255)], dev_fields=[(k, "byte", 255, 0)] * 255)
    many = start().raw(b"".join(bytes([0x40 | i & 15, 0, 0, 20, 0, 1, i & 255, 1, 2]) for i in range(20_000)))
    return {
        "one-byte messages": start().define(1, 20, []).raw(b"\x01" * 300_000).to_bytes(),
        "wide definitions": wide.to_bytes(),
        "many definitions": many.to_bytes(),
        "zeros": WHOLE[:14] + bytes(300_000),
        "noise": WHOLE[:14] + random.Random(3).randbytes(200_000),
        "definitions all the way": WHOLE[:14] + b"\x40\0\0\x14\0\1" * 30_000,
        "headers all the way": WHOLE[:14] * 5_000,
        "good and bad in turn": WHOLE[:14] + (WHOLE[14:-2] + b"\x9d" * 33) * 40,
    }


@pytest.mark.parametrize("name", list(_hostile()))
def test_hostile_files_end(name: str) -> None:
    try:
        found = fit.read(_hostile()[name])
    except RunlakeError:
        return
    assert found.is_damaged
