"""By how much one evenly spaced signal trails another."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def _with_sums(values, pad):
    """The values with zeros for NaN and `pad` zeros on both sides; where they are missing; sums before each sample.

    The sums are of the values and of their squares, and how many there are.
    """
    n = len(values)
    filled = np.zeros(n + 2 * pad)
    inner = filled[pad:]
    holes = np.empty(n, dtype=np.int64)
    totals = np.zeros(n + 1)
    squares = np.zeros(n + 1)
    counts = np.zeros(n + 1, dtype=np.int64)
    n_holes = 0
    total = 0.0
    square = 0.0
    for t in range(n):
        value = values[t]
        if np.isnan(value):
            holes[n_holes] = t
            n_holes += 1
        else:
            inner[t] = value
            total += value
            square += value * value
        totals[t + 1] = total
        squares[t + 1] = square
        counts[t + 1] = t + 1 - n_holes
    return filled, holes[:n_holes], totals, squares, counts


@kernel
def _products(a, b, n_lags):
    """Sums over t of ``a[t] * b[t + k]`` for k from 0 to n_lags - 1."""
    n = len(a)
    out = np.zeros(n_lags)
    # The inner loop over lags has no branch and runs in vector registers; four samples at once save three of four
    # rounds through memory.
    for t in range(0, n - 3, 4):
        a0, a1, a2, a3 = a[t], a[t + 1], a[t + 2], a[t + 3]
        c = b[t : t + n_lags + 3]
        for k in range(n_lags):
            out[k] = out[k] + a0 * c[k] + a1 * c[k + 1] + a2 * c[k + 2] + a3 * c[k + 3]
    for t in range(n - n % 4, n):
        c = b[t : t + n_lags]
        for k in range(n_lags):
            out[k] += a[t] * c[k]
    return out


@kernel
def _partnered_sums(values, totals, squares, low, high, others_holes, shift):
    """Sum and sum of squares of values[low:high] whose partner `shift` samples on is not missing."""
    total = totals[high] - totals[low]
    square = squares[high] - squares[low]
    for i in range(len(others_holes)):
        t = others_holes[i] - shift
        if low <= t < high:
            total -= values[t]
            square -= values[t] * values[t]
    return total, square


@kernel
def _near_values(holes, counts, low_shift, high_shift):
    """Holes for which the other signal has a value low_shift to high_shift samples on: the others pair with none."""
    n = len(counts) - 1
    kept = np.empty(len(holes), dtype=np.int64)
    n_kept = 0
    for i in range(len(holes)):
        low, high = max(holes[i] + low_shift, 0), min(holes[i] + high_shift + 1, n)
        if high > low and counts[high] > counts[low]:
            kept[n_kept] = holes[i]
            n_kept += 1
    return kept[:n_kept]


@kernel
def lagged_correlation(leader, follower, first_lag, last_lag):
    """Correlation of ``leader[t]`` with ``follower[t + lag]`` for each whole lag from first_lag to last_lag.

    Parameters
    ----------
    leader, follower : float64[n]
        Evenly spaced. Pairs with a NaN are skipped.
    first_lag, last_lag : int
        Lags to try, both included. [samples]

    Returns
    -------
    float64[last_lag - first_lag + 1]
        Pearson's r; NaN with fewer than 3 pairs or without variance.
    """
    n = len(leader)
    n_lags = last_lag - first_lag + 1
    pad = max(abs(first_lag), abs(last_lag))
    padded_a, a_holes, a_totals, a_squares, a_counts = _with_sums(leader, pad)
    padded_b, b_holes, b_totals, b_squares, b_counts = _with_sums(follower, pad)
    a_holes = _near_values(a_holes, b_counts, first_lag, last_lag)
    b_holes = _near_values(b_holes, a_counts, -last_lag, -first_lag)
    a = padded_a[pad : pad + n]
    b = padded_b[pad : pad + n]
    # With zeros for NaN and beyond the ends no pair has to be left out.
    sum_ab = _products(a, padded_b[pad + first_lag :], n_lags)
    out = np.full(n_lags, np.nan)
    for k in range(n_lags):
        lag = first_lag + k
        low = max(0, -lag)
        high = min(n, n - lag)
        count = b_counts[high + lag] - b_counts[low + lag] if high > low else 0
        for i in range(len(a_holes)):
            t = a_holes[i]
            if low <= t < high and not np.isnan(follower[t + lag]):
                count -= 1
        if count < 3:
            continue
        sum_a, sum_aa = _partnered_sums(a, a_totals, a_squares, low, high, b_holes, lag)
        sum_b, sum_bb = _partnered_sums(b, b_totals, b_squares, low + lag, high + lag, a_holes, -lag)
        var_a = sum_aa - sum_a * sum_a / count
        var_b = sum_bb - sum_b * sum_b / count
        if var_a > 1e-12 and var_b > 1e-12:
            out[k] = (sum_ab[k] - sum_a * sum_b / count) / np.sqrt(var_a * var_b)
    return out


@kernel
def participation(values):
    """How many of the values carry the sum of squares: ``sum(x^2)^2 / sum(x^4)``; NaN are skipped, 0 without any.

    n for n values of one size, n / 3 for Gaussian ones, about the length of a ramp where one ramp stands out
    (participation ratio).
    """
    squares = 0.0
    fourths = 0.0
    for i in range(len(values)):
        if not np.isnan(values[i]):
            square = values[i] * values[i]
            squares += square
            fourths += square * square
    return squares * squares / fourths if fourths > 0.0 else 0.0
