"""Twin of kernels/track.py: one lag after the other, whole arrays."""

import numpy as np


def nearest_return(east_m, north_m, low_lag, high_lag):
    out = np.full(len(east_m), np.inf)
    for lag in range(low_lag, min(high_lag, len(east_m))):
        squared = (east_m[lag:] - east_m[:-lag]) ** 2 + (north_m[lag:] - north_m[:-lag]) ** 2
        out[:-lag] = np.minimum(out[:-lag], squared)
    return out


def points_along(time_s, distance_m, east_m, north_m, step_m):
    wanted = distance_m[0] + step_m * np.arange(np.ceil((distance_m[-1] - distance_m[0]) / step_m))
    # The first time that a distance was reached: of samples at one distance the first counts.
    first = np.concatenate(([True], np.diff(distance_m) > 0.0))
    at = np.empty(len(wanted))
    for k, way in enumerate(wanted):
        j = max(int(np.flatnonzero(distance_m >= way)[0]), 1)
        at[k] = np.interp(way, distance_m[j - 1 : j + 1], time_s[j - 1 : j + 1]) if first[j] else time_s[j - 1]
    second = np.arange(len(east_m), dtype=np.float64)
    return np.interp(at, second, east_m), np.interp(at, second, north_m)
