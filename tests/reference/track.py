"""Twin of kernels/track.py: one lag after the other, whole arrays."""

import numpy as np


def nearest_return(east_m, north_m, low_lag, high_lag):
    out = np.full(len(east_m), np.inf)
    for lag in range(low_lag, min(high_lag, len(east_m))):
        squared = (east_m[lag:] - east_m[:-lag]) ** 2 + (north_m[lag:] - north_m[:-lag]) ** 2
        out[:-lag] = np.minimum(out[:-lag], squared)
    return out
