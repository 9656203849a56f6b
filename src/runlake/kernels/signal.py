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
    for i in range(n):
        if np.isnan(values[i]):
            continue
        first = i
        while first > 0 and i - first < half and not np.isnan(values[first - 1]):
            first -= 1
        last = i
        while last < n - 1 and last - i < half and not np.isnan(values[last + 1]):
            last += 1
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
    # Padded and with zeros for NaN, so that the inner loop over lags has no branch and runs in vector registers.
    reach = max(abs(first_lag), abs(last_lag))
    padded = np.zeros(n + 2 * reach)
    there = np.zeros(n + 2 * reach)
    for t in range(n):
        if not np.isnan(follower[t]):
            padded[reach + t] = follower[t]
            there[reach + t] = 1.0
    count = np.zeros(n_lags)
    sum_a = np.zeros(n_lags)
    sum_b = np.zeros(n_lags)
    sum_aa = np.zeros(n_lags)
    sum_bb = np.zeros(n_lags)
    sum_ab = np.zeros(n_lags)
    for t in range(n):
        a = leader[t]
        if np.isnan(a):
            continue
        at = reach + t + first_lag
        for k in range(n_lags):
            b = padded[at + k]
            m = there[at + k]
            count[k] += m
            sum_a[k] += a * m
            sum_b[k] += b
            sum_aa[k] += a * a * m
            sum_bb[k] += b * b
            sum_ab[k] += a * b
    out = np.full(n_lags, np.nan)
    for k in range(n_lags):
        if count[k] < 3.0:
            continue
        var_a = sum_aa[k] - sum_a[k] * sum_a[k] / count[k]
        var_b = sum_bb[k] - sum_b[k] * sum_b[k] / count[k]
        if var_a > 1e-12 and var_b > 1e-12:
            out[k] = (sum_ab[k] - sum_a[k] * sum_b[k] / count[k]) / np.sqrt(var_a * var_b)
    return out
