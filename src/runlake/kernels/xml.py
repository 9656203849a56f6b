"""A scanner for XML of many small points (GPX, TCX): bytes to columns in one pass, resuming after damage.

It reads the same points as an XML parser does from a well-formed document, without building a tree, and goes on
after a break where a parser has to stop: the point in hand is dropped, and reading resumes at the next element that
can be placed. What needs a real parser (CDATA or an entity inside a number) is reported, not guessed.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from runlake.kernels._jit import kernel

POINT, VALUE, NODE, OTHER, CONTAINER, NUMBER, STAMP = 1, 2, 4, 8, 16, 32, 64
"""Bits of what a name means: a point, a value inside points, a node outside points, a look-alike whose content is
skipped, a node at whose start reading can resume, a node whose text is a number, a node with a time as attribute."""
OK, DOCTYPE, DEPTH, ATTRIBUTE, NAMESPACES, POINTS, NODES, SPOTS, UNUSUAL = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""How a scan ended: `info[STATUS]`."""
STATUS, N_POINTS, N_POINTS_IN, N_NODES, N_SPOTS, N_BREAKS, FIRST_BREAK, N_CONTROLS, N_AMPERSANDS = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
)
N_TIMES, N_UNZONED, OFFSET_LOW, OFFSET_HIGH, END_DEPTH, N_NAMESPACES, STOP, TAIL = 9, 10, 11, 12, 13, 14, 15, 16
N_PLACED, FILLED = 17, 18
N_INFO = 28
"""Places in `info`: counts, where the scan stopped, depth left open at the end, first byte after the root; points
with a position that can be real, and from FILLED on points with a value, column by column."""
NODE_SLOT, NODE_PARENT, NODE_TAG, NODE_TEXT, NODE_STOP, NODE_FIRST, NODE_LAST, NODE_LEAF = 0, 1, 2, 3, 4, 5, 6, 7
"""Columns of `nodes`: slot of the name, parent row, offsets of "<", of the content and of its end tag, points
first..stop, and 1 while no known element was inside."""
TABLE_SIZE, HASH_MASK = 256, 0xFFFFFFFF
NO_OFFSET = 100_000
MAX_DEPTH, MAX_ATTRIBUTE, MAX_NAMESPACES = 32, 65_536, 200
TIME_COLUMN = 0
RUN_AT, RUN_LENGTH, RUN_DEPTH, RUN_LOW, RUN_END_DEPTH, RUN_SLOT, RUN_BEFORE, RUN_NAME = 0, 1, 2, 3, 4, 5, 6, 7
RUN_POINT, RUN_CLOSED, RUN_OPENED, RUN_ROWS, RUN_LIMIT = 8, 9, 21, 6, 2_048
"""A run: the bytes from behind one value to the next value or point, as they stood before, and what they did. Columns:
offset, length, depth at the start, lowest and last depth, slot and place in `guess` of the name that it ends with, 0 or
the length of a point's name, depth of the point that it began in; then offset and length of the names that it closed
and of those that it left open."""
POW10 = np.array([float(10**k) for k in range(23)])
UNITS = np.array([10**k for k in range(9)], dtype=np.uint64)
SPLITTER = 134_217_729.0
DIGITS_A, DIGITS_B, DECIMALS = 18, 8, 22
"""Digits of a decimal that are read: the first 18 into one integer, 8 more as long as there are at most 22 decimals."""
MOST_DIGITS, MOST_WHOLE = 19, 3
"""As many digits as 64 bits hold; of numbers with at most three digits before the point, sixteen behind it."""


def _reciprocals() -> np.ndarray:
    """uint64[23, 2]: high and low half of 10**-k in 128 bits, the first of them set, rounded up (D. Lemire, "Number
    parsing at a gigabyte per second", Software: Practice and Experience 51, 2021, section 5)."""
    rows = []
    for k in range(23):
        bits = (5**k - 1).bit_length()
        value = 2 ** (bits + 127) // 5**k + (k > 0)
        rows.append((value >> 64, value & (2**64 - 1)))
    return np.array(rows, dtype=np.uint64)


RECIPROCALS = _reciprocals()
SEVENS, HIGH_BITS = np.uint64(0x7676767676767676), np.uint64(0x8080808080808080)
LOW_BITS, NEVER_HALF = np.uint64(0x1FF), 4
"""Bits of a product below the 53 and two more; no number with more decimals lies halfway between two doubles."""
MASKS = np.array([2 ** (8 * k) - 1 for k in range(9)], dtype=np.uint64)
EIGHT_BLANKS = np.uint64(0x2020202020202020)
HIGH_NIBBLES, SIXES, ZEROS = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606), np.uint64(0x3030303030303030)
LOW_NIBBLES, PAIRS, QUADS = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)
TIMES_10, TIMES_100, TIMES_10000 = np.uint64(2561), np.uint64(6553601), np.uint64(42949672960001)
COLONS_AT, COLONS, COLONS_TO_ZEROS = (
    np.uint64(0x0000FF0000FF0000),
    np.uint64(0x00003A00003A0000),
    np.uint64(0x00000A00000A0000),
)
S8, S16, S32 = np.uint64(8), np.uint64(16), np.uint64(32)
LAT_IS, LON_IS = np.uint64(0x3D74616C), np.uint64(0x3D6E6F6C)

IS_PLAIN_PYTHON = bool(config.DISABLE_JIT)

if IS_PLAIN_PYTHON:

    def _base(array):
        """What `_byte` and `_load8` read from."""
        return array

    def _byte(base, i):
        """The byte at i. Here and in the next two, what lies outside of the data is an error (`make test-nojit`)."""
        if not 0 <= i < len(base):
            raise IndexError(i)
        return int(base[i])

    def _load8(base, i):
        """The eight bytes from i as a little-endian number."""
        if not 0 <= i <= len(base) - 8:
            raise IndexError(i)
        return np.uint64(int.from_bytes(bytes(base[i : i + 8]), "little"))

    def _same32(base, a, b):
        """True when the 32 bytes at a and at b are the same."""
        if not 0 <= min(a, b) <= max(a, b) <= len(base) - 32:
            raise IndexError(max(a, b))
        return bytes(base[a : a + 32]) == bytes(base[b : b + 32])

    def _zeros_below(word):
        """Zero bits below the lowest bit set; 64 without any."""
        return (int(word) & -int(word)).bit_length() - 1 if word else 64

    def _zeros_above(word):
        """Zero bits above the highest bit set; 64 without any."""
        return 64 - int(word).bit_length()

    def _high_product(a, b):
        """The upper half of the 128 bits of a product."""
        return np.uint64(int(a) * int(b) >> 64)

    def _double(bits):
        """The float64 of these bits."""
        return np.uint64(bits).view(np.float64)

else:
    # Passing an array to a helper counts a reference up and down, which costs more than the helper: an address does
    # not. Every index is compared with the end of the data first; nothing else would stop it.

    @intrinsic
    def _base(_context, array):
        """Address of the first byte of a contiguous array."""

        def codegen(context, builder, signature, args):
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            return builder.ptrtoint(data, context.get_data_type(types.uint64))

        return types.uint64(array), codegen

    @intrinsic
    def _byte(_context, base, i):  # noqa: ARG001 -- these are the names of the kernel's arguments
        """The byte at i."""

        def codegen(context, builder, _signature, args):
            pointer = context.get_data_type(types.uint8).as_pointer()
            byte = builder.load(builder.inttoptr(builder.add(args[0], args[1]), pointer))
            return builder.zext(byte, context.get_data_type(types.int64))

        return types.int64(types.uint64, types.int64), codegen

    @intrinsic
    def _load8(_context, base, i):  # noqa: ARG001
        """The eight bytes from i as a little-endian number, in one unaligned load."""

        def codegen(context, builder, _signature, args):
            pointer = context.get_data_type(types.uint64).as_pointer()
            return builder.load(builder.inttoptr(builder.add(args[0], args[1]), pointer), align=1)

        return types.uint64(types.uint64, types.int64), codegen

    @intrinsic
    def _same32(_context, base, a, b):  # noqa: ARG001
        """True when the 32 bytes at a and at b are the same: one vector comparison."""

        def codegen(_context, builder, _signature, args):
            pointer = ir.VectorType(ir.IntType(64), 4).as_pointer()
            base, a, b = args
            left = builder.load(builder.inttoptr(builder.add(base, a), pointer), align=1)
            right = builder.load(builder.inttoptr(builder.add(base, b), pointer), align=1)
            differs = builder.bitcast(builder.icmp_unsigned("!=", left, right), ir.IntType(4))
            return builder.icmp_unsigned("==", differs, ir.Constant(ir.IntType(4), 0))

        return types.boolean(types.uint64, types.int64, types.int64), codegen

    @intrinsic
    def _zeros_below(_context, word):  # noqa: ARG001
        """Zero bits below the lowest bit set; 64 without any."""

        def codegen(_context, builder, _signature, args):
            return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), codegen

    @intrinsic
    def _zeros_above(_context, word):  # noqa: ARG001
        """Zero bits above the highest bit set; 64 without any."""

        def codegen(_context, builder, _signature, args):
            return builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), codegen

    @intrinsic
    def _high_product(_context, a, b):  # noqa: ARG001
        """The upper half of the 128 bits of a product."""

        def codegen(_context, builder, _signature, args):
            wide = ir.IntType(128)
            product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
            return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

        return types.uint64(types.uint64, types.uint64), codegen

    @intrinsic
    def _double(_context, bits):  # noqa: ARG001
        """The float64 of these bits."""

        def codegen(_context, builder, _signature, args):
            return builder.bitcast(args[0], ir.DoubleType())

        return types.float64(types.uint64), codegen


@kernel
def _blanks(data, i, stop):
    """Offset of the next byte from i that is no blank."""
    while i < stop and (_byte(data, i) == 32 or _byte(data, i) == 10 or _byte(data, i) == 13 or _byte(data, i) == 9):
        i += 1
    return i


@kernel
def _are_digits(word):
    """True when all eight bytes are digits."""
    return (word & HIGH_NIBBLES) == ZEROS and ((word + SIXES) & HIGH_NIBBLES) == ZEROS


@kernel
def _eight_digits(word):
    """The number that eight digits spell (Lemire 2018)."""
    word = ((word & LOW_NIBBLES) * TIMES_10) >> S8
    word = ((word & PAIRS) * TIMES_100) >> S16
    word = ((word & QUADS) * TIMES_10000) >> S32
    return np.int64(word)


@kernel
def _product_error(x, y, product):
    """x * y - product, exactly (Dekker 1971)."""
    t = SPLITTER * x
    x1 = t - (t - x)
    x2 = x - x1
    t = SPLITTER * y
    y1 = t - (t - y)
    y2 = y - y1
    return ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2


@kernel
def _long_decimal(a, b, n_b, decimals):
    """(a * 10**n_b + b) / 10**decimals correctly rounded, and 0; NaN and 1 when too close to call.

    In double-double arithmetic (106 bits). The nearest double is certain unless the value lies within a relative
    2**-68 of the middle between two, which also covers digits left out beyond the 21st.
    """
    scale = POW10[n_b]
    x = float(a)
    p = x * scale
    low = _product_error(x, scale, p) + float(a - np.int64(x)) * scale
    y = float(b)
    s = p + y
    t = s - p
    low += (p - (s - t)) + (y - t)
    high = s + low
    low = low - (high - s)
    while decimals > 0:
        step = min(decimals, DECIMALS)
        d = POW10[step]
        q = high / d
        p = q * d
        rest = ((high - p) - _product_error(q, d, p)) + low
        q2 = rest / d
        high = q + q2
        low = q2 - (high - q)
        decimals -= step
    slack = high * 2.0**-68
    up, down = high + (low + slack), high + (low - slack)
    if up == down:
        return up, 0
    return np.nan, 1


@kernel
def _more_digits(data, i, stop, a, n_a):
    """Digits at i added to the number a of n_a digits, up to DIGITS_A: (a, n_a, offset behind them)."""
    while n_a <= DIGITS_A - 8 and i + 8 <= stop:
        word = _load8(data, i)
        if not _are_digits(word):
            break
        block = _eight_digits(word)
        if a > 0:
            n_a += 8
        else:  # leading zeros are no digits
            rest = block
            while rest > 0:
                rest //= 10
                n_a += 1
        a = a * 100_000_000 + block
        i += 8
    while n_a < DIGITS_A and i < stop:
        c = _byte(data, i) - 48
        if c < 0 or c > 9:
            break
        a = a * 10 + c
        n_a = n_a + 1 if a > 0 else 0
        i += 1
    return a, n_a, i


@kernel
def _any_decimal(data, i, stop):
    """Number in data[i:stop] after blanks: (value, offset behind it, 0), or (NaN, ..., 1) to be read elsewhere.

    data: uint8[n]. Plain decimals only, correctly rounded: below 2**53 by one exact division (Clinger 1990), longer
    ones by `_long_decimal`. Exponents, no digits, and what is too close to call give 1.
    """
    while i < stop and (_byte(data, i) == 32 or _byte(data, i) == 10 or _byte(data, i) == 13 or _byte(data, i) == 9):
        i += 1
    negative = False
    if i < stop and (_byte(data, i) == 45 or _byte(data, i) == 43):
        negative = _byte(data, i) == 45
        i += 1
    first = i
    a, n_a = 0, 0
    while i < stop and n_a < 15:
        c = _byte(data, i) - 48
        if c < 0 or c > 9:
            break
        a = a * 10 + c
        n_a = n_a + 1 if a > 0 else 0
        i += 1
    n_digits, decimals, b, n_b, is_cut = i - first, 0, 0, 0, False
    if i < stop and _byte(data, i) == 46:
        i += 1
        first = i
        a, n_a, i = _more_digits(data, i, stop, a, n_a)
        decimals = i - first
        while i < stop and _byte(data, i) >= 48 and _byte(data, i) <= 57:
            if n_b < DIGITS_B and decimals < DECIMALS:
                b = b * 10 + (_byte(data, i) - 48)
                n_b += 1
                decimals += 1
            else:
                is_cut = True
            i += 1
        n_digits += i - first
    is_long = i < stop and _byte(data, i) >= 48 and _byte(data, i) <= 57
    if n_digits == 0 or is_long or decimals > DECIMALS or (is_cut and n_b < 4):
        return np.nan, i, 1
    value, code = 0.0, 0
    if n_b == 0 and a < 9_007_199_254_740_992 and decimals <= DECIMALS:
        value = a / POW10[decimals]
    else:
        value, code = _long_decimal(a, b, n_b, decimals)
    return (-value if negative else value), i, code


@kernel
def _scaled(whole, decimals):
    """whole / 10**decimals correctly rounded, for any whole number but 0 of 64 bits and at most 22 decimals.

    The algorithm of Eisel and Lemire (as above), which never fails for 64 bits (N. Mushtak, D. Lemire, "Fast number
    parsing without fallback", Software: Practice and Experience 53, 2023).
    """
    shift = _zeros_above(whole)
    normal = whole << np.uint64(shift)
    high, low = _high_product(normal, RECIPROCALS[decimals, 0]), normal * RECIPROCALS[decimals, 0]
    if high & LOW_BITS == LOW_BITS:
        more = _high_product(normal, RECIPROCALS[decimals, 1])
        low = low + more
        if more > low:
            high += np.uint64(1)
    upper = high >> np.uint64(63)
    mantissa = high >> (upper + np.uint64(9))
    may_be_half = low <= np.uint64(1) and decimals <= NEVER_HALF and mantissa & np.uint64(3) == np.uint64(1)
    if may_be_half and mantissa << (upper + np.uint64(9)) == high:
        mantissa &= ~np.uint64(1)  # to even
    mantissa = (mantissa + (mantissa & np.uint64(1))) >> np.uint64(1)
    exponent = ((-217_706 * decimals) >> 16) + 63 + np.int64(upper) - shift + 1_023
    if mantissa >= np.uint64(1 << 53):
        mantissa = np.uint64(1 << 52)
        exponent += 1
    return _double((mantissa & np.uint64((1 << 52) - 1)) | (np.uint64(exponent) << np.uint64(52)))


@kernel
def _n_digits(word):
    """How many of the eight bytes are digits before the first that is none."""
    word = word ^ ZEROS
    return _zeros_below(((word + SEVENS) | word) & HIGH_BITS) >> 3


@kernel
def _first_digits(word, n):
    """The number that the first n > 0 bytes spell, all digits."""
    return np.uint64(_eight_digits(word << np.uint64(64 - 8 * n)))


@kernel
def _decimal(data, i, stop):
    """As `_any_decimal`: the plain numbers of at most 19 digits, or 19 that leave no doubt, without a look at each."""
    if i + 48 > stop:
        return _any_decimal(data, i, stop)
    start = i
    c = _byte(data, i)
    negative = c == 45
    if negative:
        i += 1
    word = _load8(data, i)
    n = _n_digits(word)
    if n == 0 or n == 8:
        return _any_decimal(data, start, stop)
    whole = _first_digits(word, n)
    i += n
    decimals, is_cut = 0, False
    if _byte(data, i) == 46:
        i += 1
        word = _load8(data, i)
        decimals = _n_digits(word)
        if decimals > 0:
            whole = whole * UNITS[decimals] + _first_digits(word, decimals)
        i += decimals
        if decimals == 8:
            word = _load8(data, i)
            more = _n_digits(word)
            if more > 0:
                whole = whole * UNITS[more] + _first_digits(word, more)
            decimals += more
            i += more
            if n > MOST_WHOLE and n + decimals > MOST_DIGITS:
                return _any_decimal(data, start, stop)
            if more == 8:
                last = i
                while i + 8 <= stop and _n_digits(_load8(data, i)) == 8:
                    i += 8
                if i + 8 > stop:
                    return _any_decimal(data, start, stop)
                i += _n_digits(_load8(data, i))
                is_cut = i > last
    if is_cut:
        value = _scaled(whole, decimals) if whole > np.uint64(0) else -1.0
        if value != _scaled(whole + np.uint64(1), decimals):
            return _any_decimal(data, start, stop)
    elif whole < np.uint64(9_007_199_254_740_992):
        value = float(np.int64(whole)) / POW10[decimals]
    else:
        value = _scaled(whole, decimals)
    return (-value if negative else value), i, 0


@kernel
def _two(data, i):
    """Two digits as a number; -1 if they are none."""
    a, b = _byte(data, i) - 48, _byte(data, i + 1) - 48
    if a < 0 or a > 9 or b < 0 or b > 9:
        return -1
    return a * 10 + b


@kernel
def _days(year, month, day):
    """Days since 1970-01-01 in the Gregorian calendar; -1,000,000 for a day that does not exist (after Hinnant)."""
    if month < 1 or month > 12 or day < 1 or year < 1:
        return -1_000_000
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    last = 30 if month in (4, 6, 9, 11) else 31
    if month == 2:
        last = 29 if leap else 28
    if day > last:
        return -1_000_000
    y = year - 1 if month <= 2 else year
    era = y // 400
    year_of_era = y - era * 400
    shifted = month + 9 if month <= 2 else month - 3
    day_of_year = (153 * shifted + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


@kernel
def _zone(data, i, stop):
    """UTC offset in minutes at i (NO_OFFSET when there is none) and the offset behind it; -1 there for a bad one."""
    if i >= stop:
        return NO_OFFSET, i
    c = _byte(data, i)
    if c == 90 or c == 122:
        return 0, i + 1
    if c != 43 and c != 45:
        return NO_OFFSET, i
    if i + 2 >= stop:
        return NO_OFFSET, -1
    hours, minutes = _two(data, i + 1), 0
    j = i + 3
    if j < stop and _byte(data, j) == 58:
        j += 1
    if j + 1 < stop and _byte(data, j) >= 48 and _byte(data, j) <= 57:
        minutes = _two(data, j)
        j += 2
    elif j != i + 3:
        return NO_OFFSET, -1
    if hours < 0 or minutes < 0:
        return NO_OFFSET, -1
    total = hours * 60 + minutes
    return (-total if c == 45 else total), j


@kernel
def _clock(data, i):
    """Seconds of the day that hh:mm:ss at i spells; -1 if it does not."""
    word = _load8(data, i)
    if word & COLONS_AT != COLONS:
        return -1
    word = word ^ COLONS_TO_ZEROS
    if not _are_digits(word):
        return -1
    digits = _eight_digits(word)  # hh0mm0ss
    hour, minute, second = digits // 1_000_000, digits // 1_000 % 1_000, digits % 1_000
    if hour > 23 or minute > 59 or second > 59:
        return -1
    return hour * 3_600 + minute * 60 + second


@kernel
def _date(data, i):
    """Days since 1970 that YYYY-MM-DD at i spells; -1,000,000 if it does not."""
    if _byte(data, i + 4) != 45 or _byte(data, i + 7) != 45:
        return -1_000_000
    century, year, month, day = _two(data, i), _two(data, i + 2), _two(data, i + 5), _two(data, i + 8)
    if min(century, year, month, day) < 0:
        return -1_000_000
    return _days(century * 100 + year, month, day)


@kernel
def _time(data, i, stop, last_at, last_day):
    """ISO 8601 time in data[i:stop] after blanks: (Unix seconds, offset in minutes, offset behind it, 0).

    data: uint8[n]. `last_at` is where the last date stood that was read, `last_day` its day (-1: none yet), for dates
    repeat; both are returned anew behind the rest. NaN and 1 when it is not the plain form
    YYYY-MM-DDThh:mm:ss[.f][zone]; without a zone the offset is NO_OFFSET and the time is taken as UTC. Digits of a
    second beyond the sixth are cut.
    """
    i = _blanks(data, i, stop)
    if i + 19 > stop or (_byte(data, i + 10) != 84 and _byte(data, i + 10) != 32):
        return np.nan, NO_OFFSET, i, 1, last_at, last_day
    is_known = last_at >= 0 and _load8(data, i) == _load8(data, last_at)
    if not is_known or _byte(data, i + 8) != _byte(data, last_at + 8) or _byte(data, i + 9) != _byte(data, last_at + 9):
        last_day = _date(data, i)
        last_at = i if last_day != -1_000_000 else -1
    clock = _clock(data, i + 11)
    if last_at < 0 or clock < 0:
        return np.nan, NO_OFFSET, i, 1, last_at, last_day
    whole = last_day * 86_400 + clock
    i += 19
    micros, unit = 0, 100_000
    if i < stop and _byte(data, i) == 46:
        i += 1
        while i < stop and _byte(data, i) >= 48 and _byte(data, i) <= 57:
            micros += (_byte(data, i) - 48) * unit
            unit //= 10
            i += 1
    offset, i = _zone(data, i, stop)
    if i < 0:
        return np.nan, NO_OFFSET, i, 1, last_at, last_day
    if offset != NO_OFFSET:
        whole -= offset * 60
    return (whole * 1_000_000 + micros) / 1_000_000.0, offset, i, 0, last_at, last_day


@kernel
def _name(data, i, stop):
    """Hash and length of the local name (lower case, prefix left out) at i, and the offset behind the name."""
    h, length = 0, 0
    while i < stop:
        c = _byte(data, i)
        if c == 58:
            h, length = 0, 0
        elif c <= 32 or c == 47 or c == 62 or c == 61 or c == 60:
            break
        else:
            if c >= 65 and c <= 90:
                c += 32
            h = (h * 31 + c) & HASH_MASK
            length += 1
        i += 1
    return h, length, i


@kernel
def _slot(table, h, length):
    """Row of the name in the table (hash, length, meaning, column, depth below the point or 0); -1 when unknown."""
    at = h % TABLE_SIZE
    while table[at, 1] != 0:
        if table[at, 0] == h and table[at, 1] == length:
            return at
        at = (at + 1) % TABLE_SIZE
    return -1


@kernel
def _reference_is_good(data, i, stop):
    """True where an ampersand at i begins one of the five entities of XML or a character reference."""
    j = i + 1
    while j < stop and j < i + 12 and _byte(data, j) != 59:
        c = _byte(data, j)
        if not ((c >= 48 and c <= 57) or (c >= 97 and c <= 122) or (c >= 65 and c <= 90) or c == 35):
            return False
        j += 1
    if j >= stop or _byte(data, j) != 59 or j == i + 1:
        return False
    if _byte(data, i + 1) == 35:
        return True
    length = j - i - 1
    c = _byte(data, i + 1)
    if length == 2:
        return (c == 108 or c == 103) and _byte(data, i + 2) == 116
    if length == 3:
        return c == 97 and _byte(data, i + 2) == 109 and _byte(data, i + 3) == 112
    return length == 4 and (c == 113 or c == 97)


@kernel
def _text(data, i, stop):
    """Offset of the next "<" from i, or of a byte before it that needs a closer look, or stop."""
    while i < stop:
        c = _byte(data, i)
        if c == 60 or c == 38:
            return i
        if c <= 32:
            if c < 32 and c != 10 and c != 9 and c != 13:
                return i
            while i + 8 < stop and _load8(data, i + 1) == EIGHT_BLANKS:
                i += 8
        i += 1
    return i


@kernel
def _odd_text(data, i, stop, info):
    """Offset of the next "<" from i, with control characters and bare "&" counted."""
    while i < stop and _byte(data, i) != 60:
        c = _byte(data, i)
        if c < 32 and c != 10 and c != 9 and c != 13:
            info[N_CONTROLS] += 1
        elif c == 38 and not _reference_is_good(data, i, stop):
            info[N_AMPERSANDS] += 1
        i += 1
    return i


@kernel
def _find(data, i, stop, a, b, c):
    """Offset behind the next three bytes a, b, c from i; -1 when they do not come."""
    while i + 2 < stop:
        if _byte(data, i) == a and _byte(data, i + 1) == b and _byte(data, i + 2) == c:
            return i + 3
        i += 1
    return -1


@kernel
def _note_namespace(data, start, stop, seen, info):
    """Counts a namespace declaration that was not met before."""
    h = 0
    for k in range(start, stop):
        h = (h * 31 + _byte(data, k)) & HASH_MASK
    n = info[N_NAMESPACES]
    for k in range(min(n, len(seen))):
        if seen[k] == h:
            return
    if n < len(seen):
        seen[n] = h
    info[N_NAMESPACES] = n + 1


@kernel
def _place(data, i, stop):
    """`lat="1.5"` or `lon="1.5"` at i: (row of `values`, 0 when it is not that plain; value; offset behind it)."""
    if i + 16 > stop:
        return 0, 0.0, i
    word = _load8(data, i) & MASKS[4]
    if word != LAT_IS and word != LON_IS:
        return 0, 0.0, i
    value, j, code = _decimal(data, i + 5, stop)
    if (
        code != 0
        or j >= stop
        or _byte(data, j) != _byte(data, i + 4)
        or (_byte(data, j) != 34 and _byte(data, j) != 39)
    ):
        return 0, 0.0, i
    return (1 if word == LAT_IS else 2), value, j + 1


@kernel
def _attributes(data, i, stop, meaning, n_points, numbers, seen, spots, info):
    """Reads attributes from i to the end of the tag: offset of ">" or "/", -1 when malformed, -2 when cut."""
    while True:
        i = _blanks(data, i, stop)
        if i >= stop:
            return -2
        if _byte(data, i) == 62:
            return i
        if _byte(data, i) == 47:
            if i + 1 >= stop:
                return -2
            return i if _byte(data, i + 1) == 62 else -1
        start = i
        _, _, i = _name(data, i, stop)
        name_stop = i
        i = _blanks(data, i, stop)
        if i >= stop:
            return -2
        if _byte(data, i) != 61 or name_stop == start:
            return -1
        i = _blanks(data, i + 1, stop)
        if i >= stop:
            return -2
        quote = _byte(data, i)
        if quote != 34 and quote != 39:
            return -1
        first = i + 1
        i = _quoted(data, first, stop, quote, info)
        if i < 0:
            return i
        if meaning & POINT:
            _odd_place(data, start, name_stop, first, i, n_points, spots, info)
        elif (
            name_stop - start >= 5
            and _byte(data, start) == 120
            and _byte(data, start + 1) == 109
            and _byte(data, start + 4) == 115
        ):
            _note_namespace(data, start, i, seen, info)
        elif meaning & STAMP and info[N_NODES] < len(numbers):
            value, _, j, code, _, _ = _time(data, first, i, -1, -1)
            if code == 0 and j == i:
                numbers[info[N_NODES]] = value  # of the node that this tag is going to open
        i += 1


@kernel
def _quoted(data, i, stop, quote, info):
    """Offset of the closing quote from i; -1 when a "<" comes before or it is too long, -2 when it does not come."""
    first = i
    while i < stop and _byte(data, i) != quote and _byte(data, i) != 60:
        if _byte(data, i) == 38 and not _reference_is_good(data, i, stop):
            info[N_AMPERSANDS] += 1
        if _byte(data, i) < 32 and _byte(data, i) != 10 and _byte(data, i) != 9 and _byte(data, i) != 13:
            info[N_CONTROLS] += 1
        i += 1
    if i - first > MAX_ATTRIBUTE:
        info[STATUS] = ATTRIBUTE
        return -1
    if i >= stop:
        return -2
    return -1 if _byte(data, i) == 60 else i


@kernel
def _odd_place(data, start, name_stop, first, stop, n_points, spots, info):
    """Notes a latitude or longitude that is not written the plain way."""
    if name_stop - start != 3 or _byte(data, start) != 108:
        return
    for k in range(first, stop):
        if _byte(data, k) == 38:
            info[STATUS] = UNUSUAL
    c, d = _byte(data, start + 1), _byte(data, start + 2)
    if c == 97 and d == 116:
        _note_spot(spots, 1, n_points, first, stop, info)
    elif c == 111 and d == 110:
        _note_spot(spots, 2, n_points, first, stop, info)


@kernel
def _note_spot(spots, column, n_points, first, stop, info):
    """Notes text that has to be read elsewhere: column, point, offsets."""
    k = info[N_SPOTS]
    if k >= len(spots):
        info[STATUS] = SPOTS
        return
    spots[k, 0] = column
    spots[k, 1] = n_points
    spots[k, 2] = first
    spots[k, 3] = stop
    info[N_SPOTS] = k + 1


@kernel
def _has_spot(spots, column, first, stop):
    """True when a value of the column is among the spots first..stop."""
    for k in range(first, stop):  # noqa: SIM110  (numba knows no any() of a generator)
        if spots[k, 0] == column:
            return True
    return False


@kernel
def _note_time(offset, info):
    """Counts a time that was read, and its UTC offset."""
    info[N_TIMES] += 1
    if offset == NO_OFFSET:
        info[N_UNZONED] += 1
    else:
        info[OFFSET_LOW] = min(info[OFFSET_LOW], offset)
        info[OFFSET_HIGH] = max(info[OFFSET_HIGH], offset)


@kernel
def _odd_value(data, i, stop, column, n_points, spots, info):
    """Notes text at i that is no plain value, if it is not blank; returns the offset of the "<" behind it."""
    n_ampersands = info[N_AMPERSANDS]
    start = i
    is_blank = True
    while i < stop and _byte(data, i) != 60:
        if _byte(data, i) == 38:
            info[STATUS] = UNUSUAL
        if _byte(data, i) > 32:
            is_blank = False
        elif _byte(data, i) < 32 and _byte(data, i) != 10 and _byte(data, i) != 9 and _byte(data, i) != 13:
            info[N_CONTROLS] += 1
        i += 1
    info[N_AMPERSANDS] = n_ampersands
    if i + 1 < stop and _byte(data, i + 1) == 33:
        info[STATUS] = UNUSUAL
    if not is_blank:
        _note_spot(spots, column, n_points, start, i, info)
    return i


@kernel
def _markup(data, i, stop, info):
    """Offset behind the comment, CDATA or instruction at "<" i; -1 when it is cut, -3 when it is none of these."""
    if _byte(data, i + 1) == 63:
        j = i + 2
        while j + 1 < stop:
            if _byte(data, j) == 63 and _byte(data, j + 1) == 62:
                return j + 2
            j += 1
        return -1
    if i + 3 < stop and _byte(data, i + 2) == 45 and _byte(data, i + 3) == 45:
        return _find(data, i + 4, stop, 45, 45, 62)
    if i + 8 < stop and _byte(data, i + 2) == 91 and _byte(data, i + 3) == 67 and _byte(data, i + 8) == 91:
        return _find(data, i + 9, stop, 93, 93, 62)
    if i + 8 < stop and _byte(data, i + 2) == 68 and _byte(data, i + 3) == 79 and _byte(data, i + 4) == 67:
        info[STATUS] = DOCTYPE
    return -3


@kernel
def _open_node(nodes, slot, parent, i, content, n_points, info):
    """Adds a row to `nodes`; -1 when they are full."""
    k = info[N_NODES]
    if k >= len(nodes):
        info[STATUS] = NODES
        return -1
    nodes[k, NODE_SLOT] = slot
    nodes[k, NODE_PARENT] = parent
    nodes[k, NODE_TAG] = i
    nodes[k, NODE_TEXT] = content
    nodes[k, NODE_STOP] = content
    nodes[k, NODE_FIRST] = n_points
    nodes[k, NODE_LAST] = n_points
    nodes[k, NODE_LEAF] = 1
    info[N_NODES] = k + 1
    return k


@kernel
def _same(data, a, b, length, stop):
    """True when the name of `length` bytes at a < b stands at b too, and ends there."""
    if b + length + 8 > stop:
        if b + length >= stop:
            return False
        for k in range(length):
            if _byte(data, a + k) != _byte(data, b + k):
                return False
    else:
        k = 0
        while k + 8 <= length:
            if _load8(data, a + k) != _load8(data, b + k):
                return False
            k += 8
        if (_load8(data, a + k) ^ _load8(data, b + k)) & MASKS[length - k] != 0:
            return False
    c = _byte(data, b + length)
    return c == 62 or c <= 32 or c == 47


@kernel
def _resume(data, i, stop, table, levels, stack, depth):
    """The next place from i where reading can go on after damage: (offset of its "<", depth to go on with).

    That is a point or container that begins, or the end of an element that is open. (stop, depth) when none comes.
    """
    while i + 1 < stop:
        if _byte(data, i) == 60:
            if _byte(data, i + 1) == 47:
                for d in range(depth, 0, -1):
                    if _same(data, stack[d, 0], i + 2, stack[d, 1], stop):
                        return i, d
            else:
                h, length, j = _name(data, i + 1, stop)
                slot = _slot(table, h, length) if length > 0 else -1
                if slot >= 0 and table[slot, 2] & (POINT | CONTAINER) and j < stop and _byte(data, j) != 60:
                    level = levels[slot]
                    return i, (min(depth, level - 1) if level > 0 else depth)
        i += 1
    return stop, depth


@kernel
def _close(nodes, node, i, n_points):
    """Ends a node at offset i."""
    if node >= 0:
        nodes[node, NODE_STOP] = i
        nodes[node, NODE_LAST] = n_points


@kernel
def _note_number(data, table, nodes, numbers, node):
    """The number that a closed node's text is, if that is plain, into `numbers`."""
    if table[nodes[node, NODE_SLOT], 2] & NUMBER and nodes[node, NODE_LEAF]:
        stop = nodes[node, NODE_STOP]
        value, i, code = _decimal(data, nodes[node, NODE_TEXT], stop)
        if code == 0 and _blanks(data, i, stop) == stop:
            numbers[node] = value


@kernel
def _new_element(data, i, stop, table, guess, before):
    """Looks up a name at i that was not expected and expects it next time: (slot, -1 unknown; offset behind it).

    The offset is stop when the name is cut, -1 when there is none.
    """
    h, length, j = _name(data, i, stop)
    if j >= stop:
        return -1, stop
    if length == 0 or _byte(data, j) == 60 or _byte(data, j) == 61:
        return -1, -1
    slot = _slot(table, h, length)
    guess[before, 0], guess[before, 1], guess[before, 2], guess[before, 3] = i, j - i, slot, h % TABLE_SIZE
    return slot, j


@kernel
def read_decimal(array, i, stop):
    """Number in array[i:stop], uint8[n]: as `_decimal`."""
    return _decimal(_base(array), i, stop)


@kernel
def read_time(array, i, stop):
    """ISO 8601 time in array[i:stop], uint8[n]: (Unix seconds, offset in minutes, offset behind it, 0), as `_time`."""
    value, offset, i, code, _, _ = _time(_base(array), i, stop, -1, -1)
    return value, offset, i, code


@kernel
def _repeats(data, a, b, length):
    """True when the bytes at a stand at b again; both are followed by eight bytes more."""
    k = 0
    while k + 32 <= length:
        if not _same32(data, a + k, b + k):
            return False
        k += 32
    while k + 8 <= length:
        if _load8(data, a + k) != _load8(data, b + k):
            return False
        k += 8
    return (_load8(data, a + k) ^ _load8(data, b + k)) & MASKS[length - k] == 0


@kernel
def _note_run(runs, r, i, stop, depth, point, low, stack, end_depth, slot, before, name):
    """Notes the run that began at i and ends at `stop`; what it closed stands there already."""
    runs[r, RUN_LENGTH] = 0
    if stop - i > RUN_LIMIT or end_depth - low > RUN_ROWS:
        return
    runs[r, RUN_AT], runs[r, RUN_LENGTH], runs[r, RUN_DEPTH], runs[r, RUN_LOW] = i, stop - i, depth, low
    runs[r, RUN_END_DEPTH], runs[r, RUN_SLOT], runs[r, RUN_BEFORE], runs[r, RUN_NAME] = end_depth, slot, before, name
    runs[r, RUN_POINT] = point
    for d in range(low + 1, end_depth + 1):
        runs[r, RUN_OPENED + 2 * (d - low - 1)] = stack[d, 0]
        runs[r, RUN_OPENED + 2 * (d - low - 1) + 1] = stack[d, 1]


@kernel
def _n_odd(info):
    """What must not change in a run that may be taken over unread."""
    return info[N_AMPERSANDS] + info[N_CONTROLS] + info[N_SPOTS] + info[N_BREAKS] + info[N_NODES]


@kernel
def scan_xml(array, table, values, nodes, numbers, spots, info):
    """Points and nodes of an XML document, in one pass.

    array: uint8[n], UTF-8. table: int64[256, 5], names by `_slot`. values: float64[k, cap], filled with the points'
    columns, NaN missing. nodes: int64[cap, 8], elements outside points. numbers: float64[cap], the nodes' number or
    time, NaN without. spots: int64[cap, 4], values that Python has to read: column, point, first and last offset.
    info: int64[N_INFO], zeroed here, see its places. Full arrays end the scan with a status.
    """
    # One long function, for each array that is passed to a helper costs as much as reading a number.
    data = _base(array)
    stop, n_columns, room = len(array), values.shape[0], values.shape[1]
    info[:] = 0
    numbers[:] = np.nan
    info[OFFSET_LOW], info[OFFSET_HIGH], info[TAIL] = NO_OFFSET, -NO_OFFSET, -1
    stack = np.zeros((MAX_DEPTH + 2, 4), np.int64)  # name offset and length, nearest node, own node or -1
    stack[0, 2] = stack[0, 3] = -1
    levels = np.zeros(TABLE_SIZE, np.int64)
    guess = np.zeros((TABLE_SIZE, 4), np.int64)  # name offset and length, slot, place in `guess` of the name
    seen = np.zeros(MAX_NAMESPACES + 1, np.int64)
    # Points repeat each other but for their values. What stood between two values is kept, by the first one's name:
    # where the same bytes come again at the same depth, they do the same again and need not be taken apart.
    runs = np.zeros((TABLE_SIZE, RUN_OPENED + 2 * RUN_ROWS), np.int64)
    run_at, run_from, run, run_depth, run_low, run_odd = (
        -1,
        -1,
        -1,
        0,
        0,
        0,
    )  # where a run may begin; the one that is being noted
    i, depth, point_depth, skip_depth, n_points, before = 0, 0, 0, 0, 0, 0
    spots_before, controls_before, last_at, last_day = 0, 0, -1, -1
    is_broken = False
    while info[STATUS] == OK:
        if is_broken:  # drop the point in hand and find where reading can go on
            if info[N_BREAKS] == 0:
                info[FIRST_BREAK] = i
            info[N_BREAKS] += 1
            if point_depth > 0:
                info[N_SPOTS] = spots_before
                depth = min(depth, point_depth - 1)
            point_depth = skip_depth = 0
            run_at = run = -1
            i, level = _resume(data, i, stop, table, levels, stack, depth)
            for d in range(depth, level, -1):
                _close(nodes, stack[d, 3], i, n_points)
            depth = level
            is_broken = False
        is_taken, is_value, slot, j = False, False, -1, i
        if run_at == i:
            length = runs[before, RUN_LENGTH]
            is_here = depth == runs[before, RUN_DEPTH] and point_depth == runs[before, RUN_POINT]
            if length > 0 and is_here and i + length + 16 <= stop:
                c = _byte(data, i + length)
                is_taken = runs[before, RUN_NAME] == 0 or (
                    info[N_CONTROLS] == controls_before and (c == 62 or c <= 32 or c == 47)
                )
                is_taken = is_taken and _repeats(data, runs[before, RUN_AT], i, length)
                for k in range(depth - runs[before, RUN_LOW]):
                    at, n = runs[before, RUN_CLOSED + 2 * k], runs[before, RUN_CLOSED + 2 * k + 1]
                    if stack[depth - k, 1] != n:
                        is_taken = False
                    elif stack[depth - k, 0] != at and is_taken:
                        is_taken = _repeats(data, at, stack[depth - k, 0], n)
            if is_taken:
                r, name = before, runs[before, RUN_NAME]
                depth, slot, before = runs[r, RUN_LOW], runs[r, RUN_SLOT], runs[r, RUN_BEFORE]
                is_value = name == 0
                j = i + length
                i = j if is_value else j - name - 1
                if not is_value:
                    n_points += 1
                    point_depth = 0
                for k in range(runs[r, RUN_END_DEPTH] - depth):
                    depth += 1
                    stack[depth, 0] = runs[r, RUN_OPENED + 2 * k]
                    stack[depth, 1] = runs[r, RUN_OPENED + 2 * k + 1]
                    stack[depth, 2], stack[depth, 3] = stack[depth - 1, 2], -1
                run = -1
            else:
                run, run_depth, run_point, run_low, run_odd = before, depth, point_depth, depth, _n_odd(info)
            run_at = -1
        if not is_taken:
            i = _text(data, i, stop)
            if i < stop and _byte(data, i) != 60:
                i = _odd_text(data, i, stop, info)
            if i + 1 >= stop:
                break
            c = _byte(data, i + 1)
            if c == 33 or c == 63:  # comment, CDATA, instruction
                run = -1
                j = _markup(data, i, stop, info)
                if j == -1:
                    break
                is_broken = j < 0
                i = i + 1 if is_broken else j
                continue
            if c == 47:  # end tag
                j = i + 2 + stack[depth, 1]
                if depth == 0 or not _same(data, stack[depth, 0], i + 2, stack[depth, 1], stop):
                    if depth > 0 and j >= stop:
                        break
                    is_broken = True
                    i += 1
                    continue
                if _byte(data, j) != 62:
                    j = _blanks(data, j, stop)
                    if j >= stop:
                        break
                if _byte(data, j) != 62 or (depth == point_depth and info[N_CONTROLS] > controls_before):
                    is_broken = True
                    i += 1
                    continue
                if run >= 0 and depth == run_low:
                    k = run_depth - depth
                    if k >= RUN_ROWS or point_depth == 0:
                        run = -1
                    else:
                        runs[run, RUN_LENGTH] = 0
                        runs[run, RUN_CLOSED + 2 * k], runs[run, RUN_CLOSED + 2 * k + 1] = (
                            stack[depth, 0],
                            stack[depth, 1],
                        )
                        run_low -= 1
                if depth == point_depth:
                    n_points += 1
                    point_depth = 0
                elif depth == skip_depth:
                    skip_depth = 0
                elif stack[depth, 3] >= 0:
                    _close(nodes, stack[depth, 3], i, n_points)
                    _note_number(data, table, nodes, numbers, stack[depth, 3])
                depth -= 1
                i = j + 1
                if depth == 0:
                    info[TAIL] = i
                continue
            # Start tag. Points repeat the same elements: the name that followed the one before is tried first.
            if guess[before, 1] > 0 and _same(data, guess[before, 0], i + 1, guess[before, 1], stop):
                slot, j = guess[before, 2], i + 1 + guess[before, 1]
                before = guess[before, 3]
            else:
                slot, j = _new_element(data, i + 1, stop, table, guess, before)
                before = guess[before, 3] if j >= 0 and j < stop else before
            if j >= stop:
                break
        meaning = table[slot, 2] if slot >= 0 else 0
        if not is_value:
            is_point = meaning & POINT != 0 and skip_depth == 0
            # A point in a point, or a track in a way point: the outer one has lost its end.
            is_unclosed = (is_point and point_depth > 0) or (skip_depth > 0 and meaning & CONTAINER != 0)
            if j < 0 or depth >= MAX_DEPTH or is_unclosed:
                if depth >= MAX_DEPTH and j >= 0:
                    info[STATUS] = DEPTH
                is_broken = True
                i = i if is_unclosed else i + 1
                continue
            name_stop = j
            if is_point:
                if n_points >= room:
                    info[STATUS] = POINTS
                    break
                if run >= 0 and run_low == depth and depth > 0 and run_odd == _n_odd(info):
                    _note_run(
                        runs, run, run_from, j, run_depth, run_point, depth, stack, depth, slot, before, j - i - 1
                    )
                info[N_POINTS_IN] += 1
                spots_before, controls_before = info[N_SPOTS], info[N_CONTROLS]
                for k in range(n_columns):
                    values[k, n_points] = np.nan
                point_depth = depth + 1
                column = 1
                while column > 0:
                    column, value, j = _place(data, _blanks(data, j, stop), stop)
                    if column > 0:
                        values[column, n_points] = value
                if j >= stop:
                    break
            if is_point or point_depth == 0:
                run = -1
            if _byte(data, j) != 62:
                wanted = POINT if is_point else meaning & STAMP if point_depth == 0 and skip_depth == 0 else 0
                j = _attributes(data, j, stop, wanted, n_points, numbers, seen, spots, info)
                if info[N_NAMESPACES] > MAX_NAMESPACES:
                    info[STATUS] = NAMESPACES
                if j == -2:
                    break
                if j == -1:
                    is_broken = True
                    i += 1
                    continue
            if depth == 0 and info[TAIL] >= 0:  # a second root
                info[FIRST_BREAK] = i if info[N_BREAKS] == 0 else info[FIRST_BREAK]
                info[N_BREAKS] += 1
            if stack[depth, 3] >= 0:
                nodes[stack[depth, 3], NODE_LEAF] = 0
            depth += 1
            stack[depth, 0], stack[depth, 1] = i + 1, name_stop - i - 1
            stack[depth, 2], stack[depth, 3] = stack[depth - 1, 2], -1
            is_empty = _byte(data, j) == 47
            content = j + 2 if is_empty else j + 1
            if meaning & (POINT | CONTAINER):
                levels[slot] = depth
            if point_depth == 0 and skip_depth == 0:
                if meaning & NODE:
                    stack[depth, 3] = _open_node(nodes, slot, stack[depth - 1, 2], i, content, n_points, info)
                    stack[depth, 2] = stack[depth, 3]
                elif meaning & OTHER and not is_empty:
                    skip_depth = depth
            i = content
            if is_empty:
                if depth == point_depth:
                    n_points += 1
                    point_depth = 0
                depth -= 1
                if depth == 0:
                    info[TAIL] = i
                continue
            if is_point:
                run_at = run_from = i
            if point_depth == 0 or not meaning & VALUE or depth <= point_depth:
                continue
            if table[slot, 4] > 0 and depth != point_depth + table[slot, 4]:
                continue
            if run >= 0 and run_low >= point_depth and run_odd == _n_odd(info):
                _note_run(runs, run, run_from, i, run_depth, run_point, run_low, stack, depth, slot, before, 0)
            run = -1
        column, offset = table[slot, 3], NO_OFFSET
        if column == TIME_COLUMN:
            value, offset, j, code, last_at, last_day = _time(data, i, stop, last_at, last_day)
        else:
            value, j, code = _decimal(data, i, stop)
        if code == 0 and j < stop and _byte(data, j) <= 32:
            j = _blanks(data, j, stop)
        if code == 1 or j + 1 >= stop or _byte(data, j) != 60 or _byte(data, j + 1) != 47:
            i = _odd_value(data, i, stop, column, n_points, spots, info)
            continue
        if info[N_SPOTS] > spots_before and _has_spot(spots, column, spots_before, info[N_SPOTS]):
            _note_spot(spots, column, n_points, i, j, info)  # the first readable one counts, whoever reads it
        elif np.isnan(values[column, n_points]):
            values[column, n_points] = value
            if column == TIME_COLUMN:
                _note_time(offset, info)
        i = j
        run_at = run_from = i
    if point_depth > 0:
        info[N_SPOTS] = spots_before
    for d in range(depth, 0, -1):
        _close(nodes, stack[d, 3], stop, n_points)
    info[N_POINTS], info[END_DEPTH], info[STOP] = n_points, depth, i
    for k in range(n_columns):
        n = 0
        for p in range(n_points):
            n += values[k, p] == values[k, p]
        info[FILLED + k] = n
    n = 0
    for p in range(n_points):
        n += abs(values[1, p]) <= 90.0 and abs(values[2, p]) <= 180.0
    info[N_PLACED] = n
