"""Climb and descent so far, with a hysteresis that noise cannot pass."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def climb_so_far(altitude_m, threshold_m):
    """Metres climbed and descended up to each sample; a swing below `threshold_m` counts as neither.

    Parameters
    ----------
    altitude_m : float64[n]
        Missing: a NaN carries the state. [m]
    threshold_m : float
        Above 0. [m]

    Returns
    -------
    ascent_m, descent_m : float64[n]
        Never fall; 0 at the start. [m]
    """
    n = len(altitude_m)
    ascent_m, descent_m = np.zeros(n), np.zeros(n)
    up, down = 0.0, 0.0
    low, high = np.inf, -np.inf
    direction = 0
    for i in range(n):
        here = altitude_m[i]
        if not np.isnan(here):
            if direction > 0:
                if here > high:
                    up += here - high
                    high = here
                elif high - here >= threshold_m:
                    down += high - here
                    low = here
                    direction = -1
            elif direction < 0:
                if here < low:
                    down += low - here
                    low = here
                elif here - low >= threshold_m:
                    up += here - low
                    high = here
                    direction = 1
            else:
                low, high = min(low, here), max(high, here)
                if here - low >= threshold_m:
                    up += here - low
                    high = here
                    direction = 1
                elif high - here >= threshold_m:
                    down += high - here
                    low = here
                    direction = -1
        ascent_m[i] = up
        descent_m[i] = down
    return ascent_m, descent_m


@kernel
def climb_along(grade_frac, speed_mps):
    """Metres climbed before each second and after the last one, from grade and speed; what leads down adds nothing.

    Parameters
    ----------
    grade_frac : float64[m]
        Missing: NaN counts as level.
    speed_mps : float64[m]
        No NaN. [m/s]

    Returns
    -------
    float64[m + 1]
        [m]
    """
    m = len(grade_frac)
    out = np.zeros(m + 1)
    total = 0.0
    for i in range(m):
        if grade_frac[i] > 0.0:  # False for NaN
            total += grade_frac[i] * speed_mps[i]
        out[i + 1] = total
    return out
