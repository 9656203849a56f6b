"""Walk over the messages of a FIT file, and fill of its fields into columns: the two loops of the FIT decoder."""

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

U8, S8, U16, S16, U32, S32, U64, S64, F32, F64 = range(10)
"""What `fill` calls the ways to read a number."""


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
def _little_uint32(data, at):
    """Like `_read_uint32`, least byte first, for an unsigned offset: a single load."""
    return (
        np.int64(data[at]) | (np.int64(data[at + np.uint64(1)]) << 8)
        | (np.int64(data[at + np.uint64(2)]) << 16) | (np.int64(data[at + np.uint64(3)]) << 24)
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


@kernel
def group_by_definition(messages, starts, order, places):
    """The messages sorted by definition, file order kept within each.

    messages int64[m, 4] as `walk` leaves them; starts int64[d + 1], order int64[m], places int32[m, 2], all filled:
    the messages of definition d are numbers ``order[starts[d]:starts[d + 1]]``, and the same rows of `places` hold
    the offset of the payload and the row in the slot.
    """
    starts[:] = 0
    for m in range(len(messages)):
        starts[messages[m, 1] + 1] += 1
    for d in range(len(starts) - 1):
        starts[d + 1] += starts[d]
    at = starts.copy()
    for m in range(len(messages)):
        d = messages[m, 1]
        order[at[d]] = m
        places[at[d], 0] = messages[m, 0]
        places[at[d], 1] = messages[m, 2]
        at[d] += 1


@kernel
def _read_integer(data, p, kind, is_big):
    """The whole number of that kind at p (64-bit ones as their bits)."""
    if kind <= S8:
        value = np.int64(data[p])
        return value - 256 if kind == S8 and value > 0x7F else value
    if kind <= S16:
        low, high = np.int64(data[p]), np.int64(data[p + 1])
        value = (low << 8) | high if is_big else low | (high << 8)
        return value - 65536 if kind == S16 and value > 0x7FFF else value
    value = _read_uint32(data, p, is_big)
    if kind <= S32 or kind == F32:
        return value - 4294967296 if kind == S32 and value > 0x7FFFFFFF else value
    after = _read_uint32(data, p + 4, is_big)
    return (value << 32) | after if is_big else value | (after << 32)


@kernel
def _fill_any(data, places, at, kind, is_big, missing, scale, offset, out):
    """One column's share of `fill`, whatever the kind of number."""
    bits = np.zeros(1, dtype=np.int64)
    single, double = bits.view(np.float32), bits.view(np.float64)
    for k in range(len(places)):
        raw = _read_integer(data, places[k, 0] + at, kind, is_big)
        if kind >= F32:
            bits[0] = raw
            value = np.float64(single[0]) if kind == F32 else double[0]
        elif raw == missing:
            value = np.nan
        elif kind == U64:
            value = np.float64(np.uint64(raw))
        else:
            value = np.float64(raw)
        if scale != 0.0:
            value = value / scale
        if offset != 0.0:
            value = value - offset
        out[places[k, 1]] = value


@kernel
def _fill_byte(data, places, at, missing, out):
    """`_fill_any` for U8 without scale, the most frequent kind. Unsigned indices spare a check for negative ones."""
    for k in range(len(places)):
        raw = np.int64(data[np.uint64(places[k, 0]) + at])
        out[np.uint64(places[k, 1])] = np.float64(raw) if raw != missing else np.nan


@kernel
def _fill_word(data, places, at, missing, scale, offset, out):
    """`_fill_any` for U16, least byte first."""
    for k in range(len(places)):
        p = np.uint64(places[k, 0]) + at
        raw = np.int64(data[p]) | (np.int64(data[p + np.uint64(1)]) << 8)
        value = np.float64(raw) / scale - offset
        out[np.uint64(places[k, 1])] = value if raw != missing else np.nan


@kernel
def _fill_long(data, places, at, missing, scale, offset, out):
    """`_fill_any` for U32, least byte first."""
    for k in range(len(places)):
        raw = _little_uint32(data, np.uint64(places[k, 0]) + at)
        value = np.float64(raw) / scale - offset
        out[np.uint64(places[k, 1])] = value if raw != missing else np.nan


@kernel
def _fill_plain_long(data, places, at, limit, missing, out):
    """`_fill_any` for U32 and S32 without scale, least byte first; numbers above `limit` are negative ones."""
    for k in range(len(places)):
        raw = _little_uint32(data, np.uint64(places[k, 0]) + at)
        value = np.float64(raw) if raw <= limit else np.float64(raw - 4294967296)
        out[np.uint64(places[k, 1])] = value if raw != missing else np.nan


@kernel
def _fill_float(data, places, at, out):
    """`_fill_any` for F32 without scale, least byte first: what most developer fields are."""
    bits = np.zeros(1, dtype=np.uint32)
    single = bits.view(np.float32)
    for k in range(len(places)):
        bits[0] = np.uint32(_little_uint32(data, np.uint64(places[k, 0]) + at))
        out[np.uint64(places[k, 1])] = np.float64(single[0])


@kernel
def fill(data, places, starts, columns, scales, out):
    """Reads one field of many messages after the other into its column.

    Parameters
    ----------
    data : uint8[n]
    places, starts : as `group_by_definition` leaves them
    columns : int64[c, 6]
        For each field of each definition: definition, offset in the payload, kind of number, 1 for big-endian, the
        raw value that means missing, and where in `out` row 0 of its column stands.
    scales : float64[c, 2]
        Divisor (0: none) and what is then taken off: ``raw / scale - offset``, in this order, as the profile says.
    out : float64[...]
        Set where a message has a value; NaN for the missing one. The rest is left as it was.
    """
    for c in range(len(columns)):
        d, at, kind, missing = columns[c, 0], columns[c, 1], columns[c, 2], columns[c, 4]
        is_big = columns[c, 3] == 1
        scale, offset = scales[c, 0], scales[c, 1]
        mine = places[starts[d] : starts[d + 1]]
        into = out[columns[c, 5] :]
        start = np.uint64(at)
        is_plain = scale == 0.0 and offset == 0.0
        divisor = scale if scale != 0.0 else 1.0  # dividing by 1 and taking off 0 changes no bit of an integer
        if kind == U8 and is_plain:
            _fill_byte(data, mine, start, missing, into)
        elif kind == U16 and not is_big:
            _fill_word(data, mine, start, missing, divisor, offset, into)
        elif kind == U32 and not is_big and not is_plain:
            _fill_long(data, mine, start, missing, divisor, offset, into)
        elif kind == F32 and not is_big and is_plain:
            _fill_float(data, mine, start, into)
        elif kind in (U32, S32) and not is_big and is_plain:
            _fill_plain_long(data, mine, start, 0x7FFFFFFF if kind == S32 else 0xFFFFFFFF, missing, into)
        else:
            _fill_any(data, mine, at, kind, is_big, missing, scale, offset, into)
