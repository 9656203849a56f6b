"""Sorting by definition and filling of columns against their twins, for every type of number."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import fit_fill as slow
from runlake.kernels import fit_fill as fast
from simulator.fit_writer import BASE_TYPES, size_of

NUMBERS = [name for name in BASE_TYPES if name not in ("string", "byte")]
KIND = {"enum": 0, "uint8": 0, "uint8z": 0, "sint8": 1, "uint16": 2, "uint16z": 2, "sint16": 3, "uint32": 4,
        "uint32z": 4, "sint32": 5, "uint64": 6, "uint64z": 6, "sint64": 7, "float32": 8, "float64": 9}  # fmt: skip
WIDTH = (1, 1, 2, 2, 4, 4, 8, 8, 4, 8)
SCALES = [(0.0, 0.0), (5.0, 500.0), (1000.0, 0.0), (0.0, 3.0)]


@given(st.lists(st.integers(0, 4), max_size=30), st.data())
@settings(max_examples=40, deadline=None)
def test_group_by_definition_sorts_stably(definitions: list[int], pick: st.DataObject) -> None:
    n = len(definitions)
    messages = np.zeros((n, 4), dtype=np.int64)
    messages[:, 0], messages[:, 1], messages[:, 2] = np.arange(n) * 7, definitions, np.arange(n)
    messages[:, 3] = pick.draw(st.lists(st.sampled_from((-1, 0, 9)), min_size=n, max_size=n))
    for module in (fast, slow):
        starts, places = np.zeros(6, dtype=np.int64), np.zeros((n, 2), dtype=np.int32)
        assert module.group_by_definition(messages, starts, places) == sum(messages[:, 3] >= 0)
        assert starts[-1] == n
        assert messages[places[:, 1], 1].tolist() == sorted(definitions)
        assert all(np.all(np.diff(places[starts[d] : starts[d + 1], 1]) > 0) for d in range(5))
        assert places[:, 0].tolist() == messages[places[:, 1], 0].tolist()


@given(st.sampled_from(NUMBERS), st.booleans(), st.sampled_from(SCALES), st.data())
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
    columns = np.array([[0, 0, KIND[base], int(is_big), missing, 0, 1, 0]], dtype=np.int64)
    tables, rows = np.array([[2, 2]], dtype=np.int64), np.array([9, 9, n], dtype=np.int64)
    mine, theirs = _filled(n, data, places, starts, columns, np.array([scale]), tables, rows)
    assert np.array_equal(mine, theirs, equal_nan=True)
    assert np.isnan(mine[:n]).all()
    assert mine[-1] == -1.0
    assert letter in "fd" or np.isnan(mine[-2])


def _filled(n: int, *given_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What kernel and twin make of two columns of n, and a cell behind them that is none of theirs."""
    found = []
    modules: tuple[ModuleType, ...] = (fast, slow)
    for module in modules:
        out = np.full(2 * n + 1, -1.0)
        module.fill(*given_, out)
        found.append(out)
    return found[0], found[1]


@given(st.integers(0, 2**32 - 1), st.integers(0, 3 * fast.BLOCK), st.integers(1, 4), st.booleans())
@settings(max_examples=30, deadline=None)
def test_fill_of_many_messages_of_several_definitions(seed: int, n: int, n_definitions: int, in_runs: bool) -> None:
    """Definitions that take turns or come in runs, with the fields that a seed picks, one sometimes twice."""
    rng = np.random.default_rng(seed)
    owner = np.sort(rng.integers(0, n_definitions, n)) if in_runs else rng.integers(0, n_definitions, n)
    columns: list[list[int]] = []
    sizes = []
    for d in range(n_definitions):
        at, taken = 0, set()
        for column in rng.integers(0, 2, rng.integers(0, 4)).tolist():
            kind = int(rng.integers(0, 10))
            missing = int(rng.integers(0, 4))
            columns.append([d, at, kind, int(rng.integers(0, 2)), missing, 0, column, int(column in taken)])
            taken.add(column)
            at += WIDTH[kind]
        sizes.append(at)
    offsets = np.concatenate(([0], np.cumsum(1 + np.array(sizes)[owner]))).astype(np.int64)
    data = rng.integers(0, 4, int(offsets[-1]) + 1).astype(np.uint8)  # small numbers: missing ones are among them
    messages = np.full((n, 4), -1, dtype=np.int64)
    messages[:, 0], messages[:, 1], messages[:, 2] = offsets[:-1], owner, np.arange(n)
    starts, places = np.zeros(n_definitions + 1, dtype=np.int64), np.zeros((n, 2), dtype=np.int32)
    fast.group_by_definition(messages, starts, places)
    scales = np.array([SCALES[k] for k in rng.integers(0, len(SCALES), len(columns))]).reshape(-1, 2)
    table = np.array(columns, dtype=np.int64).reshape(-1, 8)
    mine, theirs = _filled(n, data, places, starts, table, scales, np.array([[0, 2]]), np.array([n]))
    assert np.array_equal(mine, theirs, equal_nan=True)
    assert mine[-1] == -1.0
