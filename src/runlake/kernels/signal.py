"""Smoothing and slopes of evenly spaced signals with holes."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel

# Whole windows of a length that prepare uses have their sum written out: then many windows are computed at once in
# vector registers, which loops over windows of any length never are. Terms are added in the order of time everywhere,
# so that both ways give the same bits.


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
    if half == 4:
        _slopes_of_nine(values, out)
    for i in range(n):
        here = values[i]
        if np.isnan(here) or not np.isnan(out[i]):
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
            total += (j - middle) * (values[j] - here)
        out[i] = total * 12.0 / (count * (count * count - 1.0))
    return out


@kernel
def _slopes_of_nine(v, out):
    """Slopes over whole windows of nine; NaN where one of the nine is missing."""
    for k in range(len(v) - 8):
        x = v[k + 4]
        before = -4.0 * (v[k] - x) - 3.0 * (v[k + 1] - x) - 2.0 * (v[k + 2] - x) - (v[k + 3] - x)
        total = before + (v[k + 5] - x) + 2.0 * (v[k + 6] - x) + 3.0 * (v[k + 7] - x) + 4.0 * (v[k + 8] - x)
        out[k + 4] = total * 12.0 / 720.0


@kernel
def local_quadratic(values):
    """Value of the least-squares parabola over nine samples: smooth, without phase, and bends are kept.

    The Savitzky-Golay filter of order 2 and 3. A sample whose window is not whole stays as it is.

    Parameters
    ----------
    values : float64[n]
        Evenly spaced; NaN stays NaN.

    References
    ----------
    A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964) 1627, table of smoothing coefficients.
    """
    out = values.copy()
    v = values
    for k in range(len(v) - 8):
        # Differences from the centre keep full precision for values far from zero.
        x = v[k + 4]
        a, b, c, d = v[k] - x, v[k + 1] - x, v[k + 2] - x, v[k + 3] - x
        e, f, g, h = v[k + 5] - x, v[k + 6] - x, v[k + 7] - x, v[k + 8] - x
        total = a + b + c + d + e + f + g + h
        curved = 16.0 * a + 9.0 * b + 4.0 * c + d + e + 4.0 * f + 9.0 * g + 16.0 * h
        # Sums of squares and of fourth powers of -4 ... 4 are 60 and 708.
        smooth = x + (708.0 * total - 60.0 * curved) / (9.0 * 708.0 - 60.0 * 60.0)
        out[k + 4] = x if np.isnan(total) else smooth
    return out


@kernel
def moving_mean(values, half):
    """Centred mean over ``2*half + 1`` samples.

    NaN is skipped, and stays NaN where the sample itself is missing.
    """
    n = len(values)
    out = np.full(n, np.nan)
    width = 2 * half + 1
    n_whole = n - 2 * half
    if n_whole > 0:
        inner = out[half:]
        inner[:n_whole] = 0.0
        for k in range(0, width - 2, 3):
            ahead = values[k:]
            for i in range(n_whole):
                inner[i] = inner[i] + ahead[i] + ahead[i + 1] + ahead[i + 2]
        for k in range(width - width % 3, width):
            ahead = values[k:]
            for i in range(n_whole):
                inner[i] += ahead[i]
        for i in range(n_whole):
            inner[i] /= width
    for i in range(n):
        if np.isnan(values[i]) or not np.isnan(out[i]):
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
    if half == 2:
        _medians_of_five(values, out)
    elif half == 3:
        _medians_of_seven(values, out)
    window = np.empty(2 * half + 1)
    for i in range(n):
        if np.isnan(values[i]) or not np.isnan(out[i]):
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
def _low(a, b):
    return a if a < b else b


@kernel
def _high(a, b):
    return b if a < b else a


@kernel
def _medians_of_five(v, out):
    """Medians of whole windows of five; NaN where one of the five is missing."""
    for k in range(len(v) - 4):
        a, b, c, d, e = v[k], v[k + 1], v[k + 2], v[k + 3], v[k + 4]
        # Neither the least nor the greatest of four is the middle of five.
        low, high = _high(_low(a, b), _low(c, d)), _low(_high(a, b), _high(c, d))
        middle = _high(_low(e, low), _low(_high(e, low), high))
        out[k + 2] = np.nan if np.isnan(a + b + c + d + e) else middle


@kernel
def _medians_of_seven(v, out):
    """Medians of whole windows of seven; NaN where one of the seven is missing.

    References
    ----------
    N. Devillard, "Fast median search: an ANSI C implementation" (1998): network of 13 exchanges.
    """
    for k in range(len(v) - 6):
        a, b, c, d, e, f, g = v[k], v[k + 1], v[k + 2], v[k + 3], v[k + 4], v[k + 5], v[k + 6]
        total = a + b + c + d + e + f + g
        a, f = _low(a, f), _high(a, f)
        a, d = _low(a, d), _high(a, d)
        b, g = _low(b, g), _high(b, g)
        c, e = _low(c, e), _high(c, e)
        b = _high(a, b)
        d, f = _low(d, f), _high(d, f)
        c, g = _low(c, g), _high(c, g)
        d = _high(c, d)
        d = _low(d, g)
        e = _low(e, f)
        b, e = _low(b, e), _high(b, e)
        d = _high(b, d)
        out[k + 3] = np.nan if np.isnan(total) else _low(d, e)


@kernel
def smoothed_change(values, half, limit):
    """Change per sample of the centred mean over ``2*half + 1`` samples, clipped to +-limit.

    NaN where any of the ``2*half + 3`` samples around is missing or outside the array.
    """
    n = len(values)
    out = np.full(n, np.nan)
    n_whole = n - 2 * half - 2
    if n_whole <= 0:
        return out
    width = 2.0 * (2 * half + 1)
    inner = out[half + 1 :]
    # The difference of two means one sample to either side: all but two samples on each side cancel.
    after = values[2 * half + 1 :]
    for i in range(n_whole):
        change = after[i + 1] + after[i] - values[i + 1] - values[i]
        inner[i] = min(max(change / width, -limit), limit)
    done = 0
    for i in range(n):
        if np.isnan(values[i]):
            for j in range(max(done, i - half - 1), min(n, i + half + 2)):
                out[j] = np.nan
            done = i + half + 2
    return out
