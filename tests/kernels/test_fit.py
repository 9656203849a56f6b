"""The walk against its twin, on files of random definitions and on random bytes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import fit as slow
from runlake.kernels import fit as fast
from simulator.fit_writer import BASE_TYPES, FitWriter, size_of

NUMBERS = [name for name in BASE_TYPES if name not in ("string", "byte")]


def _arrays(n: int) -> dict[str, np.ndarray]:
    slot_of_global = np.full(65536, -1, dtype=np.int32)
    slot_of_global[[18, 20, 206, 207]] = [1, 0, 2, 3]
    state = np.full(17, -1, dtype=np.int64)
    state[16] = 0
    return {
        "slot_of_global": slot_of_global,
        "state": state,
        "counts": np.zeros(3, dtype=np.int64),
        "rows": np.zeros(4, dtype=np.int64),
        "definitions": np.zeros((n, 7), dtype=np.int64),
        "messages": np.zeros((n, 4), dtype=np.int64),
    }


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """Messages of a FIT file without header: definitions of both byte orders, redefinitions, compressed times."""
    writer = FitWriter()
    shapes = {}
    for _ in range(draw(st.integers(1, 12))):
        local = draw(st.integers(0, 3))
        if local not in shapes or draw(st.integers(0, 3)) == 0:
            fields = [(253, "uint32")] if draw(st.booleans()) else []
            fields += [(k, draw(st.sampled_from(NUMBERS))) for k in range(draw(st.integers(0, 3)))]
            dev = [(0, "uint8", 2, 0)] if draw(st.integers(0, 3)) == 0 else []
            number = draw(st.sampled_from([20, 18, 206, 21]))
            writer.define(local, number, fields, dev_fields=dev, big_endian=draw(st.booleans()))
            shapes[local] = sum(size_of(f[1]) for f in fields) + (2 if dev else 0)
        header = draw(st.sampled_from([bytes((local,)), bytes((0x80 | local << 5 | draw(st.integers(0, 31)),))]))
        writer.raw(header + draw(st.binary(min_size=shapes[local], max_size=shapes[local])))
    return writer.to_bytes()[14:-2]


def _assert_same_walk(data: bytes, stop: int) -> None:
    array = np.frombuffer(data, dtype=np.uint8)
    mine, theirs = _arrays(len(data) + 1), _arrays(len(data) + 1)
    assert fast.walk(array, 0, stop, *mine.values()) == slow.walk(array, 0, stop, *theirs.values())
    for name, values in mine.items():
        assert np.array_equal(values, theirs[name]), name


@given(_files(), st.data())
@settings(max_examples=60, deadline=None)
def test_walk_notes_what_the_twin_notes(data: bytes, pick: st.DataObject) -> None:
    _assert_same_walk(data, pick.draw(st.integers(0, len(data))))


@given(st.binary(max_size=60))
@settings(max_examples=80, deadline=None)
def test_walk_of_random_bytes_stays_inside(data: bytes) -> None:
    _assert_same_walk(data, len(data))


def test_walk_says_when_arrays_are_too_small() -> None:
    data = FitWriter().define(0, 20, [(3, "uint8")]).data(0, [1]).data(0, [2]).data(0, [3]).to_bytes()[14:-2]
    array = np.frombuffer(data, dtype=np.uint8)
    arrays = _arrays(2)
    status, _ = fast.walk(array, 0, len(data), *arrays.values())
    assert status == fast.FULL
    assert arrays["counts"].tolist() == [3, 1, 3]
    arrays = _arrays(2)
    arrays["definitions"] = np.zeros((0, 7), dtype=np.int64)
    assert fast.walk(array, 0, len(data), *arrays.values())[0] == fast.FULL


@given(_files())
@settings(max_examples=60, deadline=None)
def test_outline_holds_what_the_twin_holds(data: bytes) -> None:
    array = np.frombuffer(data, dtype=np.uint8)
    arrays = _arrays(len(data) + 1)
    fast.walk(array, 0, len(data), *arrays.values())
    definitions = arrays["definitions"][: arrays["counts"][1]]
    messages = arrays["messages"][: arrays["counts"][0]]
    found = []
    for module in (fast, slow):
        out = np.zeros(3000, dtype=np.uint8)
        found.append((module.outline(array, definitions, messages, out), out.tobytes()))
    assert found[0] == found[1]
    n = found[0][0]
    assert n >= 8
    assert fast.outline(array, definitions, messages, np.zeros(n - 1, dtype=np.uint8)) == -1
    assert fast.outline(array, definitions[::-1].copy(), messages, np.zeros(3000, dtype=np.uint8)) == (
        -1 if len(definitions) > 1 else n
    )


def test_outline_tells_announcements_apart() -> None:
    """The same definitions mean other columns when something else was announced before them."""

    def outline(base: str, *, is_late: bool = False) -> bytes:
        writer = FitWriter().define(1, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8")])
        if not is_late:
            writer.data(1, [0, 0, BASE_TYPES[base][0]])
        writer.define(0, 20, [(3, "uint8")], dev_fields=[(0, "uint8", 1, 0)]).raw(bytes((0, 1, 2)))
        if is_late:
            writer.data(1, [0, 0, BASE_TYPES[base][0]])
        data = writer.to_bytes()[14:-2]
        array, arrays = np.frombuffer(data, dtype=np.uint8), _arrays(20)
        fast.walk(array, 0, len(data), *arrays.values())
        counts, out = arrays["counts"], np.zeros(300, dtype=np.uint8)
        n = fast.outline(array, arrays["definitions"][: counts[1]], arrays["messages"][: counts[0]], out)
        return out[:n].tobytes()

    assert outline("uint8") == outline("uint8")
    assert outline("uint8") != outline("sint8")
    assert outline("uint8", is_late=True) == outline("sint8", is_late=True)
