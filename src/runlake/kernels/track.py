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
