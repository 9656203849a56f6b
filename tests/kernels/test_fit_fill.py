"""Sorting by definition and filling of columns against their twins, for every type of number."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import fit_fill as slow
from runlake.kernels import fit_fill as fast
from simulator.fit_writer import BASE_TYPES, size_of

NUMBERS = [name for name in BASE_TYPES if name not in ("string", "byte")]
KIND = {"enum": 0, "uint8": 0, "uint8z": 0, "sint8": 1, "uint16": 2, "uint16z": 2, "sint16": 3, "uint32": 4,
        "uint32z": 4, "sint32": 5, "uint64": 6, "uint64z": 6, "sint64": 7, "float32": 8, "float64": 9}  # fmt: skip


@given(st.lists(st.integers(0, 4), max_size=30))
@settings(max_examples=40, deadline=None)
def test_group_by_definition_sorts_stably(definitions: list[int]) -> None:
    n = len(definitions)
    messages = np.zeros((n, 4), dtype=np.int64)
    messages[:, 0], messages[:, 1], messages[:, 2] = np.arange(n) * 7, definitions, np.arange(n)
    for module in (fast, slow):
        starts, order = np.zeros(6, dtype=np.int64), np.zeros(n, dtype=np.int64)
        places = np.zeros((n, 2), dtype=np.int32)
        module.group_by_definition(messages, starts, order, places)
        assert starts[-1] == n
        assert messages[order, 1].tolist() == sorted(definitions)
        assert all(np.all(np.diff(order[starts[d] : starts[d + 1]]) > 0) for d in range(5))
        assert places[:, 0].tolist() == messages[order, 0].tolist()
        assert places[:, 1].tolist() == messages[order, 2].tolist()


@given(st.sampled_from(NUMBERS), st.booleans(), st.sampled_from([(0.0, 0.0), (5.0, 500.0), (1000.0, 0.0)]), st.data())
@settings(max_examples=120, deadline=None)
def test_fill_reads_what_struct_reads(base: str, is_big: bool, scale: tuple[float, float], pick: st.DataObject) -> None:
    size = size_of(base)
    invalid = BASE_TYPES[base][2]
    payloads = pick.draw(st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=6))
    letter = BASE_TYPES[base][1]
    if letter not in "fd":
        payloads.append(int(invalid).to_bytes(size, "big" if is_big else "little", signed=letter.islower()))
    data = np.frombuffer(b"\x07" + b"".join(payloads), dtype=np.uint8)
    n = len(payloads)
    places = np.array([[1 + k * size, k] for k in range(n)], dtype=np.int32)
    starts = np.array([0, n], dtype=np.int64)
    missing = 0 if letter in "fd" else int(invalid) - (2**64 if letter == "Q" and invalid >= 2**63 else 0)
    columns = np.array([[0, 0, KIND[base], int(is_big), missing, 2]], dtype=np.int64)
    scales = np.array([scale], dtype=np.float64)
    mine, theirs = np.full(n + 3, -1.0), np.full(n + 3, -1.0)
    fast.fill(data, places, starts, columns, scales, mine)
    slow.fill(data, places, starts, columns, scales, theirs)
    assert np.array_equal(mine, theirs, equal_nan=True)
    assert mine[[0, 1, -1]].tolist() == [-1.0, -1.0, -1.0]
    assert letter in "fd" or np.isnan(mine[-2])
