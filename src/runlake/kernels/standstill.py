"""Pauses of the timer on a curve of distance against time: points where they begin and end, and seconds paused."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def with_pause_edges(time_s, distance_m, start_s, end_s):
    """The curve with a point at each end of each pause: what was covered around a pause lies outside of it.

    Parameters
    ----------
    time_s, distance_m : float64[n]
        Time rises strictly, distance never falls; n >= 1. [s, m]
    start_s, end_s : float64[p]
        Pauses, in order and disjoint; outside of the curve they are cut to it. [s]

    Returns
    -------
    time_s, distance_m : float64[k]
        Points of the curve stay as they are; distance never falls. Without a sample inside, what was covered between
        the samples around a pause is shared by the time to them.
    """
    n, p = len(time_s), len(start_s)
    out_s, out_m = np.empty(n + 2 * p), np.empty(n + 2 * p)
    k, i, highest = 0, 0, -np.inf
    for q in range(2 * p + 1):
        if q < 2 * p:
            edge = start_s[q // 2] if q % 2 == 0 else end_s[q // 2]
            edge = min(max(edge, time_s[0]), time_s[n - 1])
        # Samples up to the edge come first; one at the edge stands for it.
        while i < n and (q == 2 * p or time_s[i] <= edge):
            highest = max(highest, distance_m[i])
            out_s[k], out_m[k] = time_s[i], highest
            k += 1
            i += 1
        if q == 2 * p or out_s[k - 1] == edge:
            continue
        if q % 2 == 1 and q + 1 < 2 * p and min(max(start_s[q // 2 + 1], time_s[0]), time_s[n - 1]) == edge:
            continue  # two pauses meet: the begin of the next one tells
        first = min(max(start_s[q // 2], time_s[0]), time_s[n - 1])
        last = min(max(end_s[q // 2], time_s[0]), time_s[n - 1])
        before = np.searchsorted(time_s, first, side="right") - 1
        after = min(np.searchsorted(time_s, last, side="left"), n - 1)
        if after <= before + 1:
            lead, trail = first - time_s[before], time_s[after] - last
            share = lead / (lead + trail) if lead + trail > 0.0 else 0.0
            here = distance_m[before] + share * (distance_m[after] - distance_m[before])
        else:  # between the samples i - 1 and i, as it lies at neither
            slope = (distance_m[i] - distance_m[i - 1]) / (time_s[i] - time_s[i - 1])
            here = slope * (edge - time_s[i - 1]) + distance_m[i - 1]
        highest = max(highest, here)
        out_s[k], out_m[k] = edge, highest
        k += 1
    return out_s[:k], out_m[:k]


@kernel
def paused_until(time_s, start_s, end_s):
    """Seconds paused before each time: float64[n] rising, and p pauses in order and disjoint, to float64[n]."""
    p = len(start_s)
    out = np.zeros(len(time_s))
    total, q = 0.0, 0  # of the pauses before q, which are over
    for i in range(len(time_s)):
        while q < p and time_s[i] >= end_s[q]:
            total += end_s[q] - start_s[q]
            q += 1
        out[i] = total
        if q < p and time_s[i] > start_s[q]:
            until = total + (end_s[q] - start_s[q])
            since = until - (end_s[q] - start_s[q])
            out[i] = (until - since) / (end_s[q] - start_s[q]) * (time_s[i] - start_s[q]) + since
    return out
