"""How close a path comes back to itself one lap later."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def nearest_return(east_m, north_m, low_lag, high_lag):
    """Smallest squared distance from each point to the points `low_lag` to `high_lag` - 1 places further on.

    Parameters
    ----------
    east_m, north_m : float64[n]
        Points at equal steps of the way; no NaN. [m]
    low_lag, high_lag : int
        Half-open range of places, ``0 < low_lag < high_lag``.

    Returns
    -------
    float64[n]
        Infinite where the path ends before. [m2]
    """
    n = len(east_m)
    out = np.full(n, np.inf)
    for i in range(n):
        nearest = np.inf
        for j in range(i + low_lag, min(i + high_lag, n)):
            de = east_m[j] - east_m[i]
            dn = north_m[j] - north_m[i]
            squared = de * de + dn * dn
            if squared < nearest:
                nearest = squared
        out[i] = nearest
    return out


@kernel
def points_along(time_s, distance_m, east_m, north_m, step_m):
    """Places at equal steps of the way, by straight lines between samples and between whole seconds.

    Parameters
    ----------
    time_s, distance_m : float64[n]
        The way: time rises strictly, distance never falls; n >= 2, no NaN. [s, m]
    east_m, north_m : float64[m]
        Place on each whole second from 0 on; the ends are held. No NaN; m >= 1. [m]
    step_m : float
        Above 0. [m]

    Returns
    -------
    east_m, north_m : float64[k]
        At the begin of the way and every `step_m` from there, before its end.
    """
    n, m = len(time_s), len(east_m)
    k = max(int(np.ceil((distance_m[n - 1] - distance_m[0]) / step_m)), 0)
    east, north = np.empty(k), np.empty(k)
    j = 0
    for q in range(k):
        wanted = distance_m[0] + q * step_m
        while j < n - 1 and distance_m[j] < wanted:
            j += 1
        i = max(j, 1)
        rise = distance_m[i] - distance_m[i - 1]
        share = (wanted - distance_m[i - 1]) / rise if rise > 0.0 else 0.0
        at = time_s[i - 1] + min(max(share, 0.0), 1.0) * (time_s[i] - time_s[i - 1])
        at = min(max(at, 0.0), float(m - 1))
        s = min(int(at), m - 1)
        after = min(s + 1, m - 1)
        east[q] = (east_m[after] - east_m[s]) * (at - s) + east_m[s]
        north[q] = (north_m[after] - north_m[s]) * (at - s) + north_m[s]
    return east, north
