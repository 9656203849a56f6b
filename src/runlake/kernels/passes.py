"""Places of a path that are passed again: whole seconds by square of the ground, and pairs of them."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def square_keys(east_m, north_m, is_used, every, size_m):
    """Seconds of the path, and for each a number that rises by square of the ground, inside it by time.

    Parameters
    ----------
    east_m, north_m : float64[m]
        Place on each second; NaN is left out, also on the second before or after. [m]
    is_used : bool[m]
        Seconds to look at.
    every : int
        Only seconds that are whole multiples of this, above 0. At least 1.
    size_m : float
        Side of the squares. [m]

    Returns
    -------
    second, key : int64[k]
        ``key // k`` numbers the square, ``key % k`` is the place in `second`.
    """
    m = len(east_m)
    second = np.empty(m // every + 1, dtype=np.int64)
    k = 0
    west, south, north = np.inf, np.inf, -np.inf
    for i in range(every, m - 1, every):
        x, y = east_m[i], north_m[i]
        if is_used[i] and not np.isnan(x + y + east_m[i - 1] + east_m[i + 1] + north_m[i - 1] + north_m[i + 1]):
            second[k] = i
            k += 1
            west, south, north = min(west, x), min(south, y), max(north, y)
    second = second[:k]
    key = np.empty(k, dtype=np.int64)
    n_rows = int((north - south) / size_m) + 1 if k else 1
    for j in range(k):
        column = int((east_m[second[j]] - west) / size_m)
        row = int((north_m[second[j]] - south) / size_m)
        key[j] = (column * n_rows + row) * k + j
    return second, key


@kernel
def passed_again(key, second, east_m, north_m, apart_s, visit_s, size_m):
    """The seconds of each square in order of time, and pairs of them at one place and far enough apart in time.

    A second is paired with the one before it in its square, where that is too near in time with the square's first.

    Parameters
    ----------
    key, second : int64[k]
        From `square_keys`, the keys sorted.
    east_m, north_m : float64[m]
        As there. [m]
    apart_s, visit_s : float
        Least time between the two of a pair; between seconds of one square that belong to two visits. [s]
    size_m : float
        Farthest that the two of a pair may lie apart. [m]

    Returns
    -------
    at_s, first : int64[k]
        The seconds, and the index of the first of their square.
    is_visit : bool[k]
        True where a visit to the square begins.
    step_east_m, step_north_m : float64[k]
        Way from the second before to the second after. [m]
    earlier_s, later_s : int64[p]
        The pairs.
    pair_sign : float64[p]
        1 when both go the same way, -1 when they go opposite ways, 0 when at right angles or standing.
    """
    k = len(key)
    at_s = np.empty(k, dtype=np.int64)
    first = np.empty(k, dtype=np.int64)
    is_visit = np.empty(k, dtype=np.bool_)
    step_east = np.empty(k)
    step_north = np.empty(k)
    earlier_s = np.empty(k, dtype=np.int64)
    later_s = np.empty(k, dtype=np.int64)
    pair_sign = np.empty(k)
    n_pairs = 0
    square, start = -1, 0
    for r in range(k):
        own_square = key[r] // k
        at = second[key[r] - own_square * k]
        before = r - 1
        if own_square != square:
            square, start, before = own_square, r, r
        at_s[r] = at
        first[r] = start
        step_east[r] = east_m[at + 1] - east_m[at - 1]
        step_north[r] = north_m[at + 1] - north_m[at - 1]
        is_visit[r] = before == r or at - at_s[before] >= visit_s
        if at - at_s[before] < apart_s:
            before = start
        if at - at_s[before] < apart_s:
            continue
        x, y = east_m[at] - east_m[at_s[before]], north_m[at] - north_m[at_s[before]]
        if x * x + y * y <= size_m * size_m:
            along = step_east[r] * step_east[before] + step_north[r] * step_north[before]
            earlier_s[n_pairs] = at_s[before]
            later_s[n_pairs] = at
            pair_sign[n_pairs] = 1.0 if along > 0.0 else (-1.0 if along < 0.0 else 0.0)
            n_pairs += 1
    return at_s, first, is_visit, step_east, step_north, earlier_s[:n_pairs], later_s[:n_pairs], pair_sign[:n_pairs]


@kernel
def pairs_apart(values, earlier_s, later_s, sign, lag_s):
    """By how much values differ over pairs of seconds, each read a while later: float64[k], NaN left out.

    Parameters
    ----------
    values : float64[m]
        Of whole seconds, NaN missing; beyond the end the last one stands. m >= 1.
    earlier_s, later_s : int64[p]
        The pairs, from 0 to m - 1.
    sign : float64[p]
        What the earlier value is multiplied with.
    lag_s : int
        Not negative.
    """
    last = len(values) - 1
    out = np.empty(len(earlier_s))
    k = 0
    for i in range(len(earlier_s)):
        apart = abs(values[min(later_s[i] + lag_s, last)] - sign[i] * values[min(earlier_s[i] + lag_s, last)])
        out[k] = apart
        k += not np.isnan(apart)
    return out[:k]
