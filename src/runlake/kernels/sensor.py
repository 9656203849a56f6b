"""A speed sensor beside distance: by how much it trails, where both stand, and where distance runs away from it."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def stands(time_s, distance_m, way_m, slow_mps, least_s):
    """First and last point of each stretch in which neither curve grows by `slow_mps`, and that lasts `least_s`.

    Parameters
    ----------
    time_s, distance_m, way_m : float64[n]
        Time rises strictly; two curves that never fall. [s, m]
    slow_mps, least_s : float
        [m/s, s]

    Returns
    -------
    int64[k, 2]
    """
    n = len(time_s)
    out = np.empty((n // 2 + 1, 2), dtype=np.int64)
    k, first = 0, -1
    for i in range(n):
        is_slow = False
        if i < n - 1:
            grown = max(distance_m[i + 1] - distance_m[i], way_m[i + 1] - way_m[i])
            is_slow = grown < slow_mps * (time_s[i + 1] - time_s[i])
        if is_slow and first < 0:
            first = i
        elif not is_slow and first >= 0:
            if time_s[i] - time_s[first] >= least_s:
                out[k, 0], out[k, 1] = first, i
                k += 1
            first = -1
    return out[:k]


@kernel
def lags_by_change(time_s, distance_m, speed_mps, every, span, least_mps):
    """By how many seconds distance trails the way that speed adds up to, at each clear change of speed, and its size.

    Parameters
    ----------
    time_s, distance_m : float64[n]
        Distance against time by straight lines, held beyond the ends: time rises strictly, n >= 2. [s, m]
    speed_mps : float64[m]
        Of each second; no NaN. [m/s]
    every, span : int
        Only every so many seconds are looked at; a change is over `span` of those.
    least_mps : float
        A smaller change tells nothing, above 0. [m/s]

    Returns
    -------
    lag_s, change_mps : float64[k]
        In order of time; sizes are positive.
    """
    m, n = len(speed_mps), len(time_s)
    count = (m + every - 1) // every
    ahead = np.empty(count)
    lag_s, change = np.empty(count), np.empty(count)
    total, j, k = 0.0, 0, 0
    for i in range(m):
        total += speed_mps[i]
        if i % every:
            continue
        at = i + 0.5
        while j < n - 1 and time_s[j + 1] <= at:
            j += 1
        if j == n - 1 or at <= time_s[0]:
            here = distance_m[j]
        else:
            slope = (distance_m[j + 1] - distance_m[j]) / (time_s[j + 1] - time_s[j])
            here = slope * (at - time_s[j]) + distance_m[j]
        q = i // every
        ahead[q] = here - (total - 0.5 * speed_mps[i])
        if q >= span:
            gain = speed_mps[i] - speed_mps[i - span * every]
            if abs(gain) >= least_mps:
                lag_s[k] = (ahead[q - span] - ahead[q]) / gain
                change[k] = abs(gain)
                k += 1
    return lag_s[:k], change[:k]


@kernel
def moved_on(values, later_s):
    """The signal `later_s` seconds later (earlier: negative), by straight lines; the ends are held: float64[m]."""
    m = len(values)
    out = np.empty(m)
    for i in range(m):
        at = i - later_s
        if at <= 0.0:
            out[i] = values[0]
        elif at >= m - 1:
            out[i] = values[m - 1]
        else:
            j = int(at)
            out[i] = (values[j + 1] - values[j]) * (at - j) + values[j]
    return out


@kernel
def runs_away(metres, speed_mps, factor, slack_mps, limit_mps):
    """Whether any second has more metres than `factor` times the speed and a slack; whether any has more than a limit.

    `metres`, `speed_mps`: float64[m] without NaN.
    """
    n_odd, n_fast = 0, 0
    for i in range(len(metres)):
        n_odd += metres[i] > factor * speed_mps[i] + slack_mps
        n_fast += metres[i] > limit_mps
    return n_odd > 0, n_fast > 0
