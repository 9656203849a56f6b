"""Fields of FIT messages into columns: messages sorted by definition, then field by field, in blocks."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

U8, S8, U16, S16, U32, S32, U64, S64, F32, F64 = range(10)
"""What `fill` calls the ways to read a number."""
BLOCK = 128
"""Messages of a block: their bytes stay in the first-level cache while one field after the other is read."""
ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)


@kernel
def group_by_definition(messages, starts, places):
    """The messages sorted by definition, file order kept within each; returns how many have a compressed time.

    messages int64[m, 4] as `walk` leaves them; starts int64[d + 1], places int32[m, 2], both filled: rows
    ``places[starts[d]:starts[d + 1]]`` hold the payload's offset and the row in the slot of definition d's messages.
    """
    starts[:] = 0
    n_timed = 0
    last, run = 0, 0  # messages of one kind come in runs, which registers count faster than memory
    for m in range(len(messages)):
        d = messages[m, 1]
        if d != last:
            starts[last + 1] += run
            last, run = d, 0
        run += 1
        n_timed += messages[m, 3] >= 0
    if run > 0:
        starts[last + 1] += run
    for d in range(len(starts) - 1):
        starts[d + 1] += starts[d]
    at = starts.copy()
    last, to = 0, np.uint64(0)
    for m in range(len(messages)):
        d = messages[m, 1]
        if d != last:
            at[last] = np.int64(to)
            last, to = d, np.uint64(at[d])
        places[to, 0] = messages[m, 0]
        places[to, 1] = messages[m, 2]
        to += ONE
    return n_timed


@kernel
def _clear(starts, columns, tables, rows, bases, out):
    """NaN into the columns that not every message fills."""
    first = np.zeros(len(tables) + 1, dtype=np.int64)
    for t in range(len(tables)):
        first[t + 1] = first[t] + tables[t, 1]
    n_filled = np.zeros(first[-1], dtype=np.int64)
    for c in range(len(columns)):
        if columns[c, 7] == 0:
            n_filled[first[columns[c, 5]] + columns[c, 6]] += starts[columns[c, 0] + 1] - starts[columns[c, 0]]
    for t in range(len(tables)):
        n = rows[tables[t, 0]]
        for column in range(tables[t, 1]):
            if n_filled[first[t] + column] < n:
                at = np.uint64(bases[t] + column * n)
                for k in range(n):
                    out[at + np.uint64(k)] = np.nan


@kernel
def fill(data, places, starts, columns, scales, tables, rows, out):
    """Reads the fields of messages into their columns.

    Parameters
    ----------
    data : uint8[n]
    places, starts : as `group_by_definition` leaves them
    columns : int64[c, 8]
        For each field of each definition, those of one definition next to each other: definition, offset in the
        payload, kind of number, 1 for big-endian, the raw value that means missing, table, column in the table, and 1
        when the definition has that column already (the later one counts).
    scales : float64[c, 2]
        Divisor (0: none) and what is then taken off: ``raw / scale - offset``, in this order, as the profile says.
    tables : int64[t, 2]
        Slot of each table, and how many columns it has.
    rows : int64[slots]
        Messages of each slot, as `walk` counts them.
    out : float64[...]
        Filled with the tables one after the other, each column after column: NaN where no message has a value.
    """
    # One long function, for each array that is passed to a helper costs a count of references, per block and column.
    # Unsigned indices spare a check for negative ones; bytes put together become a single load.
    bases = np.zeros(len(tables) + 1, dtype=np.int64)
    for t in range(len(tables)):
        bases[t + 1] = bases[t] + tables[t, 1] * rows[tables[t, 0]]
    _clear(starts, columns, tables, rows, bases, out)
    where, raw, half = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint32)
    values, doubles, singles = np.empty(BLOCK, np.float64), raw.view(np.float64), half.view(np.float32)
    c_first = 0
    while c_first < len(columns):
        d = columns[c_first, 0]
        c_stop = c_first + 1
        while c_stop < len(columns) and columns[c_stop, 0] == d:
            c_stop += 1
        begin, stop = starts[d], starts[d + 1]
        while begin < stop:
            n = min(stop - begin, BLOCK)
            first = np.uint64(begin)
            for k in range(n):
                where[k] = np.uint64(places[first + np.uint64(k), 0])
            row = np.int64(places[first, 1])
            is_run = np.int64(places[first + np.uint64(n - 1), 1]) - row == n - 1  # nobody else's rows between
            for c in range(c_first, c_stop):
                at, kind, is_big, missing = np.uint64(columns[c, 1]), columns[c, 2], columns[c, 3] == 1, columns[c, 4]
                base = np.uint64(bases[columns[c, 5]] + columns[c, 6] * rows[tables[columns[c, 5], 0]])
                if kind <= S8:
                    for k in range(n):
                        raw[k] = np.int64(data[where[k] + at])
                elif kind <= S16 and is_big:
                    for k in range(n):
                        p = where[k] + at
                        raw[k] = (np.int64(data[p]) << 8) | np.int64(data[p + ONE])
                elif kind <= S16:
                    for k in range(n):
                        p = where[k] + at
                        raw[k] = np.int64(data[p]) | (np.int64(data[p + ONE]) << 8)
                elif (kind <= S32 or kind == F32) and is_big:
                    for k in range(n):
                        p = where[k] + at
                        raw[k] = (
                            (np.int64(data[p]) << 24) | (np.int64(data[p + ONE]) << 16)
                            | (np.int64(data[p + TWO]) << 8) | np.int64(data[p + THREE])
                        )  # fmt: skip
                elif kind <= S32 or kind == F32:
                    for k in range(n):
                        p = where[k] + at
                        raw[k] = (
                            np.int64(data[p]) | (np.int64(data[p + ONE]) << 8)
                            | (np.int64(data[p + TWO]) << 16) | (np.int64(data[p + THREE]) << 24)
                        )  # fmt: skip
                else:
                    for k in range(n):
                        value = np.int64(0)
                        for byte in range(8):
                            shift = 56 - 8 * byte if is_big else 8 * byte
                            value |= np.int64(data[where[k] + at + np.uint64(byte)]) << shift
                        raw[k] = value
                if kind in (S8, S16, S32):
                    limit = 0x7F if kind == S8 else 0x7FFF if kind == S16 else 0x7FFFFFFF
                    for k in range(n):
                        raw[k] -= 2 * (limit + 1) if raw[k] > limit else 0
                if kind == F32:
                    for k in range(n):
                        half[k] = np.uint32(raw[k])
                    for k in range(n):
                        values[k] = np.float64(singles[k])
                elif kind == F64:
                    for k in range(n):
                        values[k] = doubles[k]
                elif kind == U64:
                    for k in range(n):
                        values[k] = np.float64(np.uint64(raw[k])) if raw[k] != missing else np.nan
                else:
                    for k in range(n):
                        values[k] = np.float64(raw[k]) if raw[k] != missing else np.nan
                if scales[c, 0] != 0.0:
                    scale = scales[c, 0]
                    for k in range(n):
                        values[k] /= scale
                if scales[c, 1] != 0.0:
                    offset = scales[c, 1]
                    for k in range(n):
                        values[k] -= offset
                if is_run:
                    to = base + np.uint64(row)
                    for k in range(n):
                        out[to + np.uint64(k)] = values[k]
                else:
                    for k in range(n):
                        out[base + np.uint64(places[first + np.uint64(k), 1])] = values[k]
            begin += n
        c_first = c_stop
