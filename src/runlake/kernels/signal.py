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
    reach = max(abs(first_lag), abs(last_lag))
    # Zeros for NaN and beyond the ends: the inner loop over lags has no branch and runs in vector registers.
    a = np.zeros(n)
    b = np.zeros(n + 2 * reach)
    a_holes = np.empty(n, dtype=np.int64)
    b_holes = np.empty(n, dtype=np.int64)
    n_a_holes = 0
    n_b_holes = 0
    sums = np.zeros((4, n + 1))
    for t in range(n):
        if np.isnan(leader[t]):
            a_holes[n_a_holes] = t
            n_a_holes += 1
        else:
            a[t] = leader[t]
        if np.isnan(follower[t]):
            b_holes[n_b_holes] = t
            n_b_holes += 1
        else:
            b[reach + t] = follower[t]
        sums[0, t + 1] = sums[0, t] + a[t]
        sums[1, t + 1] = sums[1, t] + a[t] * a[t]
        sums[2, t + 1] = sums[2, t] + b[reach + t]
        sums[3, t + 1] = sums[3, t] + b[reach + t] * b[reach + t]
    sum_ab = np.zeros(n_lags)
    for t in range(n):
        at = reach + t + first_lag
        for k in range(n_lags):
            sum_ab[k] += a[t] * b[at + k]
    out = np.full(n_lags, np.nan)
    for k in range(n_lags):
        lag = first_lag + k
        low = max(0, -lag)
        high = min(n, n - lag)
        if high - low < 3:
            continue
        # Sums over whole stretches, less what has no partner.
        count = high - low
        sum_a = sums[0, high] - sums[0, low]
        sum_aa = sums[1, high] - sums[1, low]
        sum_b = sums[2, high + lag] - sums[2, low + lag]
        sum_bb = sums[3, high + lag] - sums[3, low + lag]
        for i in range(n_b_holes):
            t = b_holes[i] - lag
            if low <= t < high:
                count -= 1
                sum_a -= a[t]
                sum_aa -= a[t] * a[t]
        for i in range(n_a_holes):
            t = a_holes[i]
            if low <= t < high:
                # A pair without both was counted off above.
                count -= 0 if np.isnan(follower[t + lag]) else 1
                sum_b -= b[reach + t + lag]
                sum_bb -= b[reach + t + lag] * b[reach + t + lag]
        if count < 3:
            continue
        var_a = sum_aa - sum_a * sum_a / count
        var_b = sum_bb - sum_b * sum_b / count
        if var_a > 1e-12 and var_b > 1e-12:
            out[k] = (sum_ab[k] - sum_a * sum_b / count) / np.sqrt(var_a * var_b)
    return out
