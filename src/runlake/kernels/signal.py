"""Smoothing, slopes and lag of evenly spaced signals with holes."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def local_slope(values, half):
    """Slope per sample of the least-squares line over ``2*half + 1`` samples, without phase.

    Where the window is whole this is the first derivative of the Savitzky-Golay filter of order 1 and 2. At ends
    and beside missing samples the window is what hangs together with the sample; with fewer than ``half + 1``
    samples the slope is NaN.

    Parameters
    ----------
    values : float64[n]
        Evenly spaced. A NaN ends the window on its side.
    half : int
        Samples on each side, at least 1.

    References
    ----------
    A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964) 1627, table of first derivatives.
    """
    n = len(values)
    out = np.full(n, np.nan)
    # How many samples hang together with each on its right; on the left it is counted on the way.
    to_the_right = np.zeros(n, dtype=np.int64)
    for i in range(n - 2, -1, -1):
        if not np.isnan(values[i + 1]):
            to_the_right[i] = min(to_the_right[i + 1] + 1, half)
    to_the_left = -1
    for i in range(n):
        if np.isnan(values[i]):
            to_the_left = -1
            continue
        to_the_left = min(to_the_left + 1, half)
        first = i - to_the_left
        last = i + to_the_right[i]
        count = last - first + 1
        if count < half + 1:
            continue
        # Differences from the centre keep full precision for values far from zero.
        middle = 0.5 * (first + last)
        total = 0.0
        for j in range(first, last + 1):
            total += (j - middle) * (values[j] - values[i])
        out[i] = total * 12.0 / (count * (count * count - 1.0))
    return out


@kernel
def local_quadratic(values, half):
    """Value of the least-squares parabola over ``2*half + 1`` samples: smooth, without phase, and bends are kept.

    The Savitzky-Golay filter of order 2 and 3. A sample whose window is not whole stays as it is.

    Parameters
    ----------
    values : float64[n]
        Evenly spaced; NaN stays NaN.
    half : int
        Samples on each side, at least 1.

    References
    ----------
    A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964) 1627, table of smoothing coefficients.
    """
    n = len(values)
    out = values.copy()
    count = 2 * half + 1
    second = count * (count * count - 1.0) / 12.0
    fourth = second * (3.0 * count * count - 7.0) / 20.0
    scale = count * fourth - second * second
    for i in range(half, n - half):
        total = 0.0
        curved = 0.0
        for j in range(-half, half + 1):
            # Differences from the centre keep full precision for values far from zero.
            change = values[i + j] - values[i]
            total += change
            curved += j * j * change
        if not np.isnan(total):
            out[i] = values[i] + (fourth * total - second * curved) / scale
    return out


@kernel
def moving_mean(values, half):
    """Centred mean over ``2*half + 1`` samples.

    NaN is skipped, and stays NaN where the sample itself is missing.
    """
    n = len(values)
    out = np.full(n, np.nan)
    for i in range(n):
        if np.isnan(values[i]):
            continue
        total = 0.0
        count = 0
        for j in range(max(0, i - half), min(n, i + half + 1)):
            if not np.isnan(values[j]):
                total += values[j]
                count += 1
        out[i] = total / count
    return out


@kernel
def moving_median(values, half):
    """Centred median over ``2*half + 1`` samples.

    NaN is skipped, and stays NaN where the sample itself is missing.
    """
    n = len(values)
    out = np.full(n, np.nan)
    window = np.empty(2 * half + 1)
    for i in range(n):
        if np.isnan(values[i]):
            continue
        count = 0
        for j in range(max(0, i - half), min(n, i + half + 1)):
            value = values[j]
            if np.isnan(value):
                continue
            # Insertion sort: windows are of 5 to 9 samples, where nothing is faster.
            at = count
            while at > 0 and window[at - 1] > value:
                window[at] = window[at - 1]
                at -= 1
            window[at] = value
            count += 1
        out[i] = 0.5 * (window[(count - 1) // 2] + window[count // 2])
    return out


@kernel
def smoothed_change(values, half, limit):
    """Change per sample of the centred mean over ``2*half + 1`` samples, clipped to +-limit.

    NaN where any of the ``2*half + 3`` samples around is missing or outside the array.
    """
    n = len(values)
    out = np.full(n, np.nan)
    width = 2 * half + 1
    for i in range(half + 1, n - half - 1):
        # The difference of two means one sample to either side: all but two samples on each side cancel.
        change = values[i + half + 1] + values[i + half] - values[i - half] - values[i - half - 1]
        whole = True
        for j in range(i - half - 1, i + half + 2):
            if np.isnan(values[j]):
                whole = False
        if whole:
            out[i] = min(max(change / (2.0 * width), -limit), limit)
    return out


@kernel
def _zero_filled(values, pad):
    """The values with zeros for NaN and `pad` zeros on both sides, and where they are missing."""
    n = len(values)
    filled = np.zeros(n + 2 * pad)
    holes = np.empty(n, dtype=np.int64)
    n_holes = 0
    for t in range(n):
        if np.isnan(values[t]):
            holes[n_holes] = t
            n_holes += 1
        else:
            filled[pad + t] = values[t]
    return filled, holes[:n_holes]


@kernel
def _partnered_sums(values, totals, squares, low, high, others_holes, shift, pad):
    """Sum and sum of squares of values[pad + low : pad + high] whose partner `shift` samples on is not missing."""
    total = totals[high] - totals[low]
    square = squares[high] - squares[low]
    for i in range(len(others_holes)):
        t = others_holes[i] - shift
        if low <= t < high:
            total -= values[pad + t]
            square -= values[pad + t] * values[pad + t]
    return total, square


@kernel
def _running_sums(values, pad):
    """Sums of the values and of their squares before each sample inside the padding."""
    n = len(values) - 2 * pad
    totals = np.zeros(n + 1)
    squares = np.zeros(n + 1)
    for t in range(n):
        totals[t + 1] = totals[t] + values[pad + t]
        squares[t + 1] = squares[t] + values[pad + t] * values[pad + t]
    return totals, squares


@kernel
def _n_pairs(low, high, a_holes, b_holes, follower, lag):
    """How many of the pairs from low to high have both of their values."""
    count = high - low
    for i in range(len(b_holes)):
        if low <= b_holes[i] - lag < high:
            count -= 1
    for i in range(len(a_holes)):
        t = a_holes[i]
        # A pair without both was counted off above.
        if low <= t < high and not np.isnan(follower[t + lag]):
            count -= 1
    return count


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
    a, a_holes = _zero_filled(leader, 0)
    b, b_holes = _zero_filled(follower, pad)
    # With zeros for NaN and beyond the ends the inner loop over lags has no branch and runs in vector registers.
    sum_ab = np.zeros(n_lags)
    for t in range(n):
        at = pad + t + first_lag
        for k in range(n_lags):
            sum_ab[k] += a[t] * b[at + k]
    a_totals, a_squares = _running_sums(a, 0)
    b_totals, b_squares = _running_sums(b, pad)
    out = np.full(n_lags, np.nan)
    for k in range(n_lags):
        lag = first_lag + k
        low = max(0, -lag)
        high = min(n, n - lag)
        count = _n_pairs(low, high, a_holes, b_holes, follower, lag) if high > low else 0
        if count < 3:
            continue
        sum_a, sum_aa = _partnered_sums(a, a_totals, a_squares, low, high, b_holes, lag, 0)
        sum_b, sum_bb = _partnered_sums(b, b_totals, b_squares, low + lag, high + lag, a_holes, -lag, pad)
        var_a = sum_aa - sum_a * sum_a / count
        var_b = sum_bb - sum_b * sum_b / count
        if var_a > 1e-12 and var_b > 1e-12:
            out[k] = (sum_ab[k] - sum_a * sum_b / count) / np.sqrt(var_a * var_b)
    return out
