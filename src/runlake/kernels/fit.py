"""Walk over the messages of a FIT file: where each stands, and by which definition."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

OK, CUT, UNDEFINED, FULL = 0, 1, 2, 3
"""Why a walk ended: at `stop`; inside a message; at a local type nobody defined; arrays too small."""
CLOCK_NEEDED = 4
"""Why `_walk` gave up: the running time is needed after all, which it had not kept."""

TIMESTAMP_FIELD = 253
UINT32 = 0x86
NO_TIME = 0xFFFFFFFF
DEVELOPER_DATA_ID, FIELD_DESCRIPTION = 207, 206
CLOCK = 16
"""Where in the state of a walk the running time stands, after the sixteen local types."""
ANNOUNCED = 3
"""In an outline: this and more are announcements by that definition; 0 to 2 are definitions."""
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
    """The four bytes at `at` (unsigned) as a number."""
    a, b = np.int64(data[at]), np.int64(data[at + np.uint64(1)])
    c, d = np.int64(data[at + np.uint64(2)]), np.int64(data[at + np.uint64(3)])
    return (a << 24) | (b << 16) | (c << 8) | d if is_big else a | (b << 8) | (c << 16) | (d << 24)


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
    """Copies what the walk needs of definition d to row k, where it stays in the cache: payload size, 1 + place of the
    time, slot, definition, 1 for messages that announce developer fields, and 1 for big-endian."""
    local[k, 0] = definitions[d, 3]
    local[k, 1] = definitions[d, 4] + 1
    local[k, 2] = definitions[d, 2]
    local[k, 3] = d
    local[k, 4] = definitions[d, 6] == FIELD_DESCRIPTION or definitions[d, 6] == DEVELOPER_DATA_ID
    local[k, 5] = definitions[d, 5]


@kernel
def _walk(data, start, stop, slot_of_global, state, counts, rows, definitions, messages, keeps_clock):
    """`walk`, which keeps the running time only when told to: it is needed for compressed headers alone.

    Without, it ends with CLOCK_NEEDED at the first of these, or when the last time of all is missing.
    """
    local = np.full((16, 8), -1, dtype=np.int64)
    for k in range(16):
        if state[k] >= 0:
            _set_local(local, k, definitions, state[k])
    clock = state[CLOCK]
    n_defs, n_all = counts[1], counts[2]
    n, room = np.uint64(counts[0]), np.uint64(len(messages))
    first_def, first_dev_def = n_defs, n_defs
    at, end, status = np.uint64(start), np.uint64(stop), OK  # unsigned: see `fill`
    last_time, last_is_big = np.uint64(0), False
    while at < end:
        header = np.uint64(data[at])
        if header & np.uint64(0xC0) == np.uint64(0x40):
            length = _definition_length(data, np.int64(at), stop)
            if length < 0:
                status = CUT
                break
            since = first_dev_def if header & np.uint64(0x20) else first_def
            d, n_defs = _note_definition(data, np.int64(at), length, slot_of_global, since, n_defs, definitions)
            if d >= len(definitions):
                status = FULL
                break
            _set_local(local, np.int64(header & np.uint64(0xF)), definitions, d)
            at += np.uint64(length)
            continue
        is_compressed = header >= np.uint64(0x80)
        if is_compressed and not keeps_clock and n <= room:
            return CLOCK_NEEDED, np.int64(n)
        k = (header >> np.uint64(5)) & np.uint64(0x3) if is_compressed else header & np.uint64(0xF)
        size = local[k, 0]
        if size < 0:
            status = UNDEFINED
            break
        payload = at + np.uint64(1)
        after = payload + np.uint64(size)
        if after > end:
            status = CUT
            break
        if local[k, 1] > 0:
            last_time, last_is_big = at + np.uint64(local[k, 1]), local[k, 5] == 1
        header_time = -1
        if keeps_clock:
            if local[k, 1] > 0:
                seen = _read_uint32(data, last_time, last_is_big)
                clock = seen if seen != NO_TIME else clock
            if is_compressed:
                clock += (np.int64(header & np.uint64(0x1F)) - clock) & 0x1F
                header_time = clock
        slot = local[k, 2]
        if slot >= 0:
            if n < room:
                messages[n, 0] = np.int64(payload)
                messages[n, 1] = local[k, 3]
                messages[n, 2] = rows[np.uint64(slot)]
                messages[n, 3] = header_time
            n += np.uint64(1)
            rows[np.uint64(slot)] += 1
        if local[k, 4] == 1:
            first_dev_def = n_defs
        n_all += 1
        at = after
    if not keeps_clock and last_time > np.uint64(0):
        clock = _read_uint32(data, last_time, last_is_big)
        if clock == NO_TIME and n <= room:
            return CLOCK_NEEDED, np.int64(n)
    for k in range(16):
        state[k] = local[k, 3]
    state[CLOCK] = clock
    counts[0], counts[1], counts[2] = np.int64(n), n_defs, n_all
    return (FULL if n > room else status), np.int64(at)


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
    first = counts[0]
    status, at = _walk(data, start, stop, slot_of_global, state, counts, rows, definitions, messages, False)
    if status == CLOCK_NEEDED:  # `at` is how many messages were noted; all of it is done again
        for m in range(first, at):
            rows[definitions[messages[m, 1], 2]] -= 1
        status, at = _walk(data, start, stop, slot_of_global, state, counts, rows, definitions, messages, True)
    return status, at


@kernel
def _put(data, start, stop, kind, out, n):
    """Kind, length and bytes of ``data[start:stop]`` into `out` from n on; the place behind, -1 without room."""
    length = stop - start
    if n < 0 or n + length + 8 > len(out) or stop > len(data):
        return -1
    for k in range(4):
        out[n + k] = (kind >> (8 * k)) & 0xFF
        out[n + 4 + k] = (length >> (8 * k)) & 0xFF
    for k in range(length):
        out[n + 8 + k] = data[start + k]
    return n + 8 + length


@kernel
def outline(data, definitions, messages, out):
    """All that the columns of a file depend on but for how many messages there are, as bytes.

    That is each definition of a wanted kind, and, where any names developer fields, what was announced before each.
    data uint8[n]; definitions, messages as `walk` leaves them; out uint8[k], filled. Returns how many bytes, -1 when
    they do not fit or when definitions or messages are not in file order.
    """
    n, m, before, seen = 0, 0, -1, -1
    has_developer = False
    for d in range(len(definitions)):
        has_developer |= definitions[d, 2] >= 0 and data[definitions[d, 0]] & 0x20 != 0
    for d in range(len(definitions)):
        at = definitions[d, 0]
        while has_developer and m < len(messages) and messages[m, 0] < at:
            payload, by = messages[m, 0], messages[m, 1]
            if definitions[by, 6] == FIELD_DESCRIPTION or definitions[by, 6] == DEVELOPER_DATA_ID:
                n = _put(data, payload, payload + definitions[by, 3], ANNOUNCED + by, out, n)
            if payload < seen:
                return -1
            seen = payload
            m += 1
        kind = 0 if definitions[d, 2] < 0 else 1 if data[at] & 0x20 == 0 else 2
        n = _put(data, at + 2, at + (definitions[d, 1] if kind > 0 else 2), kind, out, n)
        if n < 0 or at < before:
            return -1
        before = at
    return n
