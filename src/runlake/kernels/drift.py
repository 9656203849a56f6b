"""A long run in blocks of seconds: their means, and how heart rate, pace and form change from the begin to the end."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def means_of_blocks(columns, keep, width, least):
    """Mean of every whole block of `width` values over those that are kept and known, for several columns.

    Parameters
    ----------
    columns : tuple of c float64[m]
        Missing: NaN is left out. [any]
    keep : bool[m]
    width, least : int
        Blocks with fewer than `least` values come out as NaN; at least 1.

    Returns
    -------
    float64[c, m // width]
    """
    n = len(keep) // width
    out = np.full((len(columns), n), np.nan)
    for c in range(len(columns)):
        _means(columns[c], keep, width, least, out[c])
    return out


@kernel
def _means(values, keep, width, least, out):
    for b in range(len(out)):
        total, count = 0.0, 0
        for i in range(b * width, (b + 1) * width):
            if keep[i] and not np.isnan(values[i]):
                total += values[i]
                count += 1
        if count >= least:
            out[b] = total / count


@kernel
def level_jumps(above, below, width):
    """Mean change, up or down, of the log of a ratio from one block of `width` values to the next.

    Parameters
    ----------
    above, below : float64[m]
        Positive. Missing: NaN is left out; a block of which less than half is known as well.
    width : int
        At least 1.

    Returns
    -------
    float
        NaN with fewer than three blocks.
    """
    total, last, n_levels = 0.0, 0.0, 0
    for b in range(len(above) // width):
        ratio, count = 0.0, 0
        for i in range(b * width, (b + 1) * width):
            q = above[i] / below[i]
            if np.isfinite(q):
                ratio += q
                count += 1
        if count >= width // 2 and count > 0:
            here = np.log(ratio / count)
            total += abs(here - last) if n_levels > 0 else 0.0
            last = here
            n_levels += 1
    return total / (n_levels - 1) if n_levels > 2 else np.nan


@kernel
def later_best(values, width):
    """Highest mean of `width` neighbours after two thirds over the highest before; NaN where there is none.

    Parameters
    ----------
    values : float64[m]
        Missing: NaN counts as 0.
    width : int
        At least 1.
    """
    m = len(values)
    if m < 3 * width:
        return np.nan
    sums = np.zeros(m + 1)
    for i in range(m):
        sums[i + 1] = sums[i] + (0.0 if np.isnan(values[i]) else values[i])
    cut = 2 * m // 3
    before, after = -np.inf, -np.inf
    for i in range(m - width + 1):
        mean = (sums[i + width] - sums[i]) / width
        if i + width <= cut:
            before = max(before, mean)
        if i >= cut:
            after = max(after, mean)
    return after / before if before > 0.0 and after > -np.inf else np.nan


@kernel
def form_change(speed_mps, cadence_spm, grade_frac, steepest_frac, width_mps, least):
    """How cadence and step length of the last third differ from those of the first, at like speed on the level.

    Parameters
    ----------
    speed_mps, cadence_spm, grade_frac : float64[m]
        Missing: NaN; unknown grade counts as level.
    steepest_frac, width_mps : float
        Grade from which on, up or down, it is not level; width of the bins of speed.
    least : int
        Bins with fewer in one of the thirds say nothing; at least 1.

    Returns
    -------
    cadence_spm, step_frac : float
        Change of cadence, and of step length over its first value; means over the bins by weight. NaN without any.
    weight : float
        Sum over the bins of how many there are in the third that has fewer.
    """
    m = len(speed_mps)
    third = m // 3
    fastest = 0.0
    for i in range(m):
        if speed_mps[i] > fastest:  # False for NaN
            fastest = speed_mps[i]
    n_bins = int(fastest / width_mps) + 1
    # Of the first and of the last third: how many, sum of cadence, sum of step lengths.
    sums = np.zeros((n_bins, 2, 3))
    for i in range(m):
        v, spm = speed_mps[i], cadence_spm[i]
        if not (v >= 0.0 and spm > 0.0) or abs(grade_frac[i]) >= steepest_frac or third <= i < m - third:
            continue
        side = 0 if i < third else 1
        s = sums[int(v / width_mps), side]
        s[0] += 1.0
        s[1] += spm
        s[2] += 60.0 * v / spm
    weight, cadence, step = 0.0, 0.0, 0.0
    for b in range(n_bins):
        first, last = sums[b, 0], sums[b, 1]
        few = min(first[0], last[0])
        if few >= least:
            weight += few
            cadence += few * (last[1] / last[0] - first[1] / first[0])
            step += few * ((last[2] / last[0]) / (first[2] / first[0]) - 1.0)
    if weight == 0.0:
        return np.nan, np.nan, 0.0
    return cadence / weight, step / weight, weight


@kernel
def moving_medians(one, other, third, width, step):
    """Medians of three columns over windows of `width` that begin every `step`, where the first two are known.

    Parameters
    ----------
    one, other, third : float64[m]
        Missing: NaN.
    width, step : int
        At least 1. A window of which less than half is known is left out.

    Returns
    -------
    number : int64[k]
        Of the windows that are left, from 0.
    medians : float64[3, k]
        NaN in the third where it is missing throughout.
    """
    n = max((len(one) - width) // step + 1, 0)
    number = np.empty(n, dtype=np.int64)
    medians = np.full((3, n), np.nan)
    work = np.empty((3, width))
    k = 0
    for q in range(n):
        count, n_third = 0, 0
        for i in range(q * step, q * step + width):
            if np.isnan(one[i]) or np.isnan(other[i]):
                continue
            work[0, count], work[1, count] = one[i], other[i]
            count += 1
            if not np.isnan(third[i]):
                work[2, n_third] = third[i]
                n_third += 1
        if count < width // 2 or count == 0:
            continue
        number[k] = q
        medians[0, k] = _middle(work[0], count)
        medians[1, k] = _middle(work[1], count)
        if n_third > 0:
            medians[2, k] = _middle(work[2], n_third)
        k += 1
    return number[:k], medians[:, :k]


@kernel
def _middle(values, n):
    """Median of the first n, at least one, which are sorted in place."""
    for i in range(1, n):
        value = values[i]
        at = i
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
    return 0.5 * (values[(n - 1) // 2] + values[n // 2])
