"""The checksum kernels against bit-by-bit twins, and against the property that makes a checksum."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import crc as slow
from runlake.kernels.crc import BLOCK, FOLDED_BLOCKS, TABLES, fit_crc, single_bit_errors


@given(st.binary(max_size=70), st.integers(0, 0xFFFF), st.data())
@settings(max_examples=60, deadline=None)
def test_fit_crc_equals_long_division(data: bytes, crc: int, pick: st.DataObject) -> None:
    array = np.frombuffer(data, dtype=np.uint8)
    start = pick.draw(st.integers(0, len(data)))
    stop = pick.draw(st.integers(start, len(data)))
    assert fit_crc(array, start, stop, crc, TABLES) == slow.fit_crc(array, start, stop, crc, TABLES)


@given(st.integers(0, 2**32 - 1), st.integers(0, 0xFFFF), st.integers(0, 20 * 8 * BLOCK), st.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_long_data_are_folded_to_the_same(seed: int, crc: int, more: int, start: int) -> None:
    n = start + FOLDED_BLOCKS * 8 * BLOCK + more
    array = np.random.default_rng(seed).integers(0, 256, n + 3).astype(np.uint8)
    array.flags.writeable = False
    assert fit_crc(array, start, n, crc, TABLES) == slow.fit_crc(array, start, n, crc, TABLES)


def test_every_bit_counts_where_data_are_folded() -> None:
    n = (FOLDED_BLOCKS + 1) * 8 * BLOCK + 5
    seen = set()
    for place in range(0, 8 * n, 997):
        array = np.zeros(n, dtype=np.uint8)
        array[place // 8] = 1 << (place % 8)
        seen.add(int(fit_crc(array, 0, n, 0, TABLES)))
    assert 0 not in seen
    assert len(seen) > 0.7 * (8 * n // 997)


def test_fit_crc_of_the_standard_check_string() -> None:
    array = np.frombuffer(b"123456789", dtype=np.uint8)
    assert fit_crc(array, 0, 9, 0, TABLES) == 0xBB3D  # CRC-16/ARC, catalogue of parametrised CRC algorithms


@given(st.binary(min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_a_message_followed_by_its_checksum_checks_to_zero(data: bytes) -> None:
    crc = int(fit_crc(np.frombuffer(data, dtype=np.uint8), 0, len(data), 0, TABLES))
    whole = np.frombuffer(data + crc.to_bytes(2, "little"), dtype=np.uint8)
    assert fit_crc(whole, 0, len(whole), 0, TABLES) == 0


@given(st.integers(1, 24), st.data())
@settings(max_examples=30, deadline=None)
def test_single_bit_errors_finds_the_flipped_bit(n: int, pick: st.DataObject) -> None:
    place = pick.draw(st.integers(0, 8 * n - 1))
    flipped = np.zeros(n, dtype=np.uint8)
    flipped[place // 8] = 1 << (place % 8)
    syndrome = int(fit_crc(flipped, 0, n, 0, TABLES))
    found, expected = np.zeros(8, dtype=np.int64), np.zeros(8, dtype=np.int64)
    count = single_bit_errors(n, syndrome, TABLES, found)
    assert place in found[:count]
    assert count == slow.single_bit_errors(n, syndrome, TABLES, expected)
    assert found.tolist() == expected.tolist()


def test_single_bit_errors_stops_when_the_array_is_full() -> None:
    found = np.zeros(0, dtype=np.int64)
    assert single_bit_errors(4, int(TABLES[0, 1]), TABLES, found) == 0
