"""Means around points of a curve and crossings of it; means, peaks and chosen seconds of one-second columns."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def mean_around(time_s, values, half_s):
    """Mean of a curve of straight lines over `half_s` before and after each of its points.

    Near an end the span shrinks on both sides alike, so that a slope is no bias.

    Parameters
    ----------
    time_s : float64[n]
        Strictly rising. [s]
    values : float64[n]
        No NaN. [any]
    half_s : float
        Above 0. [s]

    Returns
    -------
    float64[n]
        The ends come out as they are. O(n).
    """
    n = len(time_s)
    area = np.zeros(n)
    for i in range(1, n):
        area[i] = area[i - 1] + 0.5 * (values[i] + values[i - 1]) * (time_s[i] - time_s[i - 1])
    out = values.copy()
    low, high = 0, 0
    for k in range(1, n - 1):
        half = min(half_s, time_s[k] - time_s[0], time_s[n - 1] - time_s[k])
        first, last = time_s[k] - half, time_s[k] + half
        while low > 0 and time_s[low] > first:
            low -= 1
        while low + 2 < n and time_s[low + 1] <= first:
            low += 1
        while high > 0 and time_s[high] > last:
            high -= 1
        while high + 2 < n and time_s[high + 1] <= last:
            high += 1
        left, right = first - time_s[low], last - time_s[high]
        slope_left = (values[low + 1] - values[low]) / (time_s[low + 1] - time_s[low])
        slope_right = (values[high + 1] - values[high]) / (time_s[high + 1] - time_s[high])
        until_left = area[low] + left * (values[low] + 0.5 * left * slope_left)
        until_right = area[high] + right * (values[high] + 0.5 * right * slope_right)
        out[k] = (until_right - until_left) / (2.0 * half)
    return out


@kernel
def crossing_times(time_s, distance_m, wanted_m):
    """Time at which each distance was first reached, by straight lines between samples.

    Parameters
    ----------
    time_s : float64[n]
        Rises strictly, n >= 2. [s]
    distance_m : float64[n]
        Never falls, no NaN. [m]
    wanted_m : float64[k]
        Any order; rising is fastest. [m]

    Returns
    -------
    float64[k]
        NaN for what lies outside of the distances, or is NaN. O(n + k) where `wanted_m` rises. [s]
    """
    n = len(distance_m)
    out = np.full(len(wanted_m), np.nan)
    if n < 2:
        return out
    j, before_m = 0, -np.inf
    for k in range(len(wanted_m)):
        wanted = wanted_m[k]
        if not distance_m[0] <= wanted <= distance_m[n - 1]:
            continue
        low = j if wanted >= before_m else 0
        high, width = low, 1
        while high < n and distance_m[high] < wanted:
            low = high + 1
            high = min(high + width, n)
            width *= 2
        while low < high:
            middle = (low + high) // 2
            if distance_m[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        j, before_m = low, wanted
        i = min(max(j, 1), n - 1)
        rise = distance_m[i] - distance_m[i - 1]
        share = (wanted - distance_m[i - 1]) / rise if rise > 0.0 else 0.0
        out[k] = time_s[i - 1] + min(max(share, 0.0), 1.0) * (time_s[i] - time_s[i - 1])
    return out


@kernel
def mean_while(values, keep, width):
    """Centred mean over the seconds of a window that are kept and known, not below 0.

    Parameters
    ----------
    values : float64[m]
        Missing: NaN. [any]
    keep : bool[m]
    width : int
        Seconds from `width // 2` before to half of `width`, rounded up, after. At least 1.

    Returns
    -------
    float64[m]
        NaN where `keep` is False or the value is missing. O(m).
    """
    m = len(values)
    total = np.zeros(m + 1)
    count = np.zeros(m + 1)
    for i in range(m):
        good = keep[i] and np.isfinite(values[i])
        total[i + 1] = total[i] + (values[i] if good else 0.0)
        count[i + 1] = count[i] + (1.0 if good else 0.0)
    out = np.full(m, np.nan)
    for i in range(m):
        if count[i + 1] > count[i]:
            first, stop = max(i - width // 2, 0), min(i + (width + 1) // 2, m)
            out[i] = max((total[stop] - total[first]) / (count[stop] - count[first]), 0.0)
    return out


@kernel
def peak_mean(values, width):
    """Highest mean over `width` values in a row without a missing one.

    Parameters
    ----------
    values : float64[m]
        Missing: NaN. [any]
    width : int
        At least 1.

    Returns
    -------
    float
        NaN when there is no such stretch. O(m).
    """
    m = len(values)
    total = np.zeros(m + 1)
    best, last_missing = np.nan, -1
    for i in range(m):
        known = np.isfinite(values[i])
        total[i + 1] = total[i] + (values[i] if known else 0.0)
        if not known:
            last_missing = i
        if i - last_missing >= width:
            mean = (total[i + 1] - total[i + 1 - width]) / width
            if not mean <= best:
                best = mean
    return best


@kernel
def known_where(values, keep):
    """The values that are kept and known, in their order: float64[m], bool[m] to float64[k]."""
    out = np.empty(len(values))
    k = 0
    for i in range(len(values)):
        if keep[i] and np.isfinite(values[i]):
            out[k] = values[i]
            k += 1
    return out[:k]


@kernel
def level_blocks(is_running, grade_frac, speed_mps, cadence_spm, steepest_frac, width):
    """Means of speed and cadence over the blocks of `width` seconds that are run on the level throughout.

    Parameters
    ----------
    is_running : bool[m]
    grade_frac, speed_mps, cadence_spm : float64[m]
        Missing: NaN; unknown grade counts as level, unknown speed or cadence, and a cadence of 0, spoil the block.
    steepest_frac : float
        Grade from which on, up or down, it is not level.
    width : int
        At least 1.

    Returns
    -------
    speed_mps, cadence_spm : float64[k]
    """
    n = len(speed_mps) // width
    speed, cadence = np.empty(n), np.empty(n)
    k = 0
    for b in range(n):
        total_speed, total_cadence, count = 0.0, 0.0, 0
        for i in range(b * width, (b + 1) * width):
            is_level = is_running[i] and not abs(grade_frac[i]) >= steepest_frac
            if is_level and cadence_spm[i] > 0.0 and not np.isnan(speed_mps[i]):
                total_speed += speed_mps[i]
                total_cadence += cadence_spm[i]
                count += 1
        if count == width:
            speed[k], cadence[k] = total_speed / count, total_cadence / count
            k += 1
    return speed[:k], cadence[:k]


@kernel
def easy_seconds(is_running, grade_frac, one, other, steepest_frac, first_s, start_s, end_s, before_s, after_s):
    """Values of two columns in the seconds run on the level, from some second on and away from some stretches.

    Parameters
    ----------
    is_running : bool[m]
    grade_frac, one, other : float64[m]
        Missing: NaN; unknown grade counts as level, seconds without one of the columns are left out.
    steepest_frac, first_s : float, int
        Grade from which on, up or down, it is not level; the first second that counts.
    start_s, end_s : float64[k]
        Stretches to leave out, with so many whole seconds before and after them.
    before_s, after_s : int

    Returns
    -------
    one, other : float64[n]
    """
    m = len(one)
    keep = is_running.copy()
    for k in range(len(start_s)):
        for i in range(max(int(start_s[k]) - before_s, 0), min(int(end_s[k]) + after_s, m)):
            keep[i] = False
    left, right = np.empty(m), np.empty(m)
    n = 0
    for i in range(max(first_s, 0), m):
        if keep[i] and not abs(grade_frac[i]) >= steepest_frac and not np.isnan(one[i] + other[i]):
            left[n], right[n] = one[i], other[i]
            n += 1
    return left[:n], right[:n]


@kernel
def rising(values):
    """The highest value so far: float64[n] without NaN to float64[n]."""
    out = np.empty(len(values))
    highest = -np.inf
    for i in range(len(values)):
        highest = max(highest, values[i])
        out[i] = highest
    return out
