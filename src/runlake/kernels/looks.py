"""What one look at a whole signal tells: counts, extremes, and whether anything is out of the ordinary."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def census(values):
    """How many values are known, the lowest and the highest of them (NaN when there is none): float64[n] to three."""
    n_missing = 0
    lowest, highest = np.inf, -np.inf
    for i in range(len(values)):
        value = values[i]
        # A NaN is no number's equal, and neither less nor more.
        n_missing += value != value
        lowest = value if value < lowest else lowest
        highest = value if value > highest else highest
    if n_missing == len(values):
        return 0, np.nan, np.nan
    return len(values) - n_missing, lowest, highest


@kernel
def has_cliff(values, step_s, jump, rate):
    """True when a value is missing, or differs from the one before by more than `jump` and `rate` a second.

    `values`: float64[n], NaN missing; `step_s`: float64[n - 1] seconds from each to the next.
    """
    n_odd = 0
    for i in range(len(values) - 1):
        n_odd += not abs(values[i + 1] - values[i]) <= jump + rate * step_s[i]
    return n_odd > 0


@kernel
def second_differences(values):
    """By how much the change from sample to sample changes, in order: float64[n] to float64[k], NaN left out."""
    n = len(values)
    out = np.empty(max(n - 2, 0))
    k = 0
    for i in range(n - 2):
        here = values[i + 2] - values[i + 1] - (values[i + 1] - values[i])
        out[k] = here
        k += not np.isnan(here)
    return out[:k]


@kernel
def n_missing_fixes(latitude_deg, longitude_deg):
    """How many positions lack a coordinate or are (0, 0): two float64[n] to int."""
    n = 0
    for i in range(len(latitude_deg)):
        both = latitude_deg[i] + longitude_deg[i]
        n += (both != both) | ((latitude_deg[i] == 0.0) & (longitude_deg[i] == 0.0))
    return n


@kernel
def rough_parts(values, width, limit):
    """How many values differ by more than `limit` from the mean of those `width` before and after, and of how many.

    `values`: float64[n], NaN missing (what depends on it is not counted); two ints come out.
    """
    n_rough, n_known = 0, 0
    for i in range(width, len(values) - width):
        off = abs(values[i] - 0.5 * (values[i - width] + values[i + width]))
        n_rough += off > limit
        n_known += off == off
    return n_rough, n_known


@kernel
def most_grown(values, width):
    """The most by which values grow over `width` places, -inf for fewer: float64[n] without NaN to float."""
    most = -np.inf
    for i in range(len(values) - width):
        most = max(most, values[i + width] - values[i])
    return most


@kernel
def known_apart(values, others):
    """By how much values exceed others where both are known, in order: float64[n] to float64[k]."""
    out = np.empty(len(values))
    k = 0
    for i in range(len(values)):
        apart = values[i] - others[i]
        out[k] = apart
        k += not np.isnan(apart)
    return out[:k]


@kernel
def drawn_towards(values, others, weight):
    """Values moved by a share of their way to the others, as they are where either is missing: float64[n]."""
    out = np.empty(len(values))
    for i in range(len(values)):
        apart = others[i] - values[i]
        out[i] = values[i] if np.isnan(apart) else values[i] + weight * apart
    return out


@kernel
def length_of_steps(values, rates, least_rate, least_value):
    """60 times value over rate where both are large enough, else NaN: length of a step from speed and cadence.

    `values`, `rates`: float64[n], NaN missing; a rate counts from `least_rate` on, a value above `least_value`.
    """
    out = np.empty(len(values))
    for i in range(len(values)):
        is_there = (rates[i] >= least_rate) & (values[i] > least_value)
        out[i] = 60.0 * values[i] / rates[i] if is_there else np.nan
    return out


@kernel
def near_stretches(values, others, share, within, width, least):
    """Where values lie near a share of others, and where windows begin in which most of them do.

    Parameters
    ----------
    values, others : float64[n]
        NaN is near nothing.
    share, within : float
        Near is at most `within` from `share` times the other.
    width : int
        Length of the windows, 1 to n.
    least : float
        So many of a window are most.

    Returns
    -------
    is_near : bool[n]
    first : int64[k]
        Where such windows begin, rising.
    """
    n = len(values)
    is_near = np.empty(n, dtype=np.bool_)
    n_near = 0
    for i in range(n):
        is_near[i] = abs(values[i] - share * others[i]) <= within
        n_near += is_near[i]
    if n_near < least:
        return is_near, np.empty(0, dtype=np.int64)
    first = np.empty(n, dtype=np.int64)
    k, count = 0, 0
    for i in range(n):
        count += is_near[i]
        if i >= width:
            count -= is_near[i - width]
        if i >= width - 1 and count >= least:
            first[k] = i - width + 1
            k += 1
    return is_near, first[:k]


@kernel
def n_both_known(values, others):
    """At how many places both are known: two float64[n] to int."""
    n = 0
    for i in range(len(values)):
        both = values[i] + others[i]
        n += both == both
    return n


@kernel
def off_where_high(values, middle, least):
    """How far values lie from a middle that is `least` or higher, 0 elsewhere: float64[n], and the farthest.

    NaN where the value is missing and the middle is not; a middle that is missing is not high.
    """
    out = np.empty(len(values))
    farthest = 0.0
    for i in range(len(values)):
        off = abs(values[i] - middle[i]) if middle[i] >= least else 0.0
        out[i] = off
        farthest = off if off > farthest else farthest
    return out, farthest
