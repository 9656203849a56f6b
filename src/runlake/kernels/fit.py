"""Walk over the messages of a FIT file: where each stands, and by which definition."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

OK, CUT, UNDEFINED, FULL = 0, 1, 2, 3
"""Why a walk ended: at `stop`; inside a message; at a local type nobody defined; arrays too small."""

TIMESTAMP_FIELD = 253
UINT32 = 0x86
DEVELOPER_DATA_ID, FIELD_DESCRIPTION = 207, 206
CLOCK = 16
"""Where in the state of a walk the running time stands, after the sixteen local types."""
REDEFINITIONS = 32
"""How far back `walk` looks for an equal definition: watches take turns among a few."""


@kernel
def _definition_length(data, at, stop):
    """Bytes of the definition message at `at`, -1 when it crosses `stop`."""
    if at + 6 > stop:
        return -1
    length = 6 + 3 * np.int64(data[at + 5])
    if data[at] & 0x20:
        if at + length + 1 > stop:
            return -1
        length += 1 + 3 * np.int64(data[at + length])
    return length if at + length <= stop else -1


@kernel
def _sizes(data, at):
    """Payload size, and where in it the timestamp stands (-1: nowhere), of the definition at `at`."""
    size = 0
    time_at = -1
    n_fields = np.int64(data[at + 5])
    for k in range(n_fields):
        p = at + 6 + 3 * k
        if data[p] == TIMESTAMP_FIELD and data[p + 1] == 4 and data[p + 2] == UINT32:
            time_at = size
        size += np.int64(data[p + 1])
    if data[at] & 0x20:
        p = at + 6 + 3 * n_fields
        for k in range(np.int64(data[p])):
            size += np.int64(data[p + 2 + 3 * k])
    return size, time_at


@kernel
def _read_uint32(data, at, is_big):
    if is_big:
        return (
            (np.int64(data[at]) << 24) | (np.int64(data[at + 1]) << 16)
            | (np.int64(data[at + 2]) << 8) | np.int64(data[at + 3])
        )  # fmt: skip
    return (
        np.int64(data[at]) | (np.int64(data[at + 1]) << 8)
        | (np.int64(data[at + 2]) << 16) | (np.int64(data[at + 3]) << 24)
    )  # fmt: skip


@kernel
def _same_definition(data, a, b, length):
    for k in range(length):  # noqa: SIM110  (numba knows no all() of a generator)
        if data[a + k] != data[b + k]:
            return False
    return True


@kernel
def _known_definition(data, at, length, definitions, first, n):
    """Index of an equal definition among the last few since `first`, -1 when there is none."""
    for d in range(n - 1, max(first, n - REDEFINITIONS) - 1, -1):
        if definitions[d, 1] == length and _same_definition(data, definitions[d, 0], at, length):
            return d
    return -1


@kernel
def _note_definition(data, at, length, slot_of_global, first, n, definitions):
    """The row of `definitions` for the definition at `at`: an equal one's, else a new one; and how many there are."""
    d = _known_definition(data, at, length, definitions, first, min(n, len(definitions)))
    if d >= 0:
        return d, n
    if n < len(definitions):
        is_big = data[at + 2] != 0
        low, high = np.int64(data[at + 3]), np.int64(data[at + 4])
        number = (low << 8) | high if is_big else low | (high << 8)
        size, time_at = _sizes(data, at)
        definitions[n, 0] = at
        definitions[n, 1] = length
        definitions[n, 2] = slot_of_global[number]
        definitions[n, 3] = size
        definitions[n, 4] = time_at
        definitions[n, 5] = is_big
        definitions[n, 6] = number
    return n, n + 1


@kernel
def _set_local(local, k, definitions, d):
    """Copies what the walk needs of definition d to row k, where it stays in the cache: payload size, place of the
    time, slot, definition, and 1 for messages that announce developer fields."""
    local[k, 0] = definitions[d, 3]
    local[k, 1] = definitions[d, 4]
    local[k, 2] = definitions[d, 2]
    local[k, 3] = d
    local[k, 4] = definitions[d, 6] == FIELD_DESCRIPTION or definitions[d, 6] == DEVELOPER_DATA_ID


@kernel
def walk(data, start, stop, slot_of_global, state, counts, rows, definitions, messages):
    """Goes through the messages in ``data[start:stop]`` and notes where those of wanted kinds stand.

    Parameters
    ----------
    data : uint8[n], 0 <= start <= stop <= n
    slot_of_global : int16[65536]
        For each global message number its slot, -1 when it is not wanted.
    state : int64[17]
        In and out: the definition in force for each local type (-1: none), and the running time.
    counts : int64[3]
        In and out: messages, definitions, and messages of any kind so far (a chain goes on where a file ended).
    rows : int64[slots]
        In and out: messages of each slot so far.
    definitions : int64[d, 7]
        Out: offset, length, slot, payload size, offset of the timestamp in it (-1), 1 for big-endian, number. A
        definition sent again unchanged is not noted again, unless developer fields were announced in between.
    messages : int64[m, 4]
        Out: offset of the payload, definition, row within its slot, time from a compressed header (-1: none).

    Returns
    -------
    (status, offset) : why the walk ended, OK, CUT or UNDEFINED, and before which message. FULL when `definitions` or
        `messages` is too small: then `counts` says what is needed of messages, at least of definitions.
    """
    local = np.full((16, 8), -1, dtype=np.int64)
    for k in range(16):
        if state[k] >= 0:
            _set_local(local, k, definitions, state[k])
    clock = state[CLOCK]
    n, n_defs, n_all = counts[0], counts[1], counts[2]
    first_def, first_dev_def = n_defs, n_defs
    at, status = start, OK
    while at < stop:
        header = np.int64(data[at])
        if header & 0xC0 == 0x40:
            length = _definition_length(data, at, stop)
            if length < 0:
                status = CUT
                break
            since = first_dev_def if header & 0x20 else first_def
            d, n_defs = _note_definition(data, at, length, slot_of_global, since, n_defs, definitions)
            if d >= len(definitions):
                status = FULL
                break
            _set_local(local, header & 0xF, definitions, d)
            at += length
            continue
        k = (header >> 5) & 0x3 if header & 0x80 else header & 0xF
        size = local[k, 0]
        if size < 0:
            status = UNDEFINED
            break
        if at + 1 + size > stop:
            status = CUT
            break
        if local[k, 1] >= 0:
            seen = _read_uint32(data, at + 1 + local[k, 1], definitions[local[k, 3], 5] == 1)
            clock = seen if seen != 0xFFFFFFFF else clock
        if header & 0x80:
            clock += ((header & 0x1F) - clock) & 0x1F
        slot = local[k, 2]
        if slot >= 0:
            if n < len(messages):
                messages[n, 0] = at + 1
                messages[n, 1] = local[k, 3]
                messages[n, 2] = rows[slot]
                messages[n, 3] = clock if header & 0x80 else -1
            n += 1
            rows[slot] += 1
        if local[k, 4] == 1:
            first_dev_def = n_defs
        n_all += 1
        at += 1 + size
    for k in range(16):
        state[k] = local[k, 3]
    state[CLOCK] = clock
    counts[0], counts[1], counts[2] = n, n_defs, n_all
    return (FULL if n > len(messages) else status), at
