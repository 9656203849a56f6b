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


@kernel
def largest_family(first, last, gain_m, east_m, north_m, spread, within_m):
    """Which climbs make up the most disjoint ones that gain the same from the same place: bool[c].

    Parameters
    ----------
    first, last : int64[c]
        Where each begins and ends.
    gain_m, east_m, north_m : float64[c]
        What it gains, and where it begins (NaN: not known, which is the same place for those alone). [m]
    spread, within_m : float
        By how much of its gain another may differ; how far from its begin another may begin. [m]

    Of families as large the one of the earliest member; of those that overlap in one the first to end. O(c^2).
    """
    c = len(first)
    order = np.argsort(last, kind="mergesort")
    best, family = np.zeros(c, dtype=np.bool_), np.zeros(c, dtype=np.bool_)
    most = 0
    for i in range(c):
        family[:] = False
        size, end = 0, -1
        for j in order:
            if first[j] < end or not abs(gain_m[j] - gain_m[i]) <= spread * gain_m[i]:
                continue
            is_known = np.isfinite(east_m[i])
            if is_known and not np.hypot(east_m[j] - east_m[i], north_m[j] - north_m[i]) <= within_m:
                continue
            family[j] = True
            size += 1
            end = last[j]
        if size > most:
            best[:] = family
            most = size
    return best
