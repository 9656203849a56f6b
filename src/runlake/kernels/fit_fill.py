"""Fields of FIT messages into columns: messages sorted by definition, then one field after the other."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

U8, S8, U16, S16, U32, S32, U64, S64, F32, F64 = range(10)
"""What `fill` calls the ways to read a number."""


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
