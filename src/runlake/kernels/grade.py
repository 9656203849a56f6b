"""Grade over distance, and the cost of running on it."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def grade_over_distance(distance_m, altitude_m, half_m):
    """Rise over run of the least-squares line through all samples within +-half_m of distance.

    Parameters
    ----------
    distance_m : float64[n]
        Never falls, no NaN. [m]
    altitude_m : float64[n]
        NaN is skipped. [m]
    half_m : float
        Half of the window. [m]

    Returns
    -------
    float64[n]
        NaN where the sample's own altitude is missing or the window spans less than a quarter. O(n): two pointers
        and running sums, taken anew every 4,096 samples so that rounding cannot pile up.
    """
    n = len(distance_m)
    out = np.full(n, np.nan)
    first = 0
    last = 0
    count = 0
    sum_d = sum_a = sum_dd = sum_da = 0.0
    zero_d = 0.0
    zero_a = 0.0
    for i in range(n):
        if i % 4096 == 0:
            last = first
            count = 0
            sum_d = sum_a = sum_dd = sum_da = 0.0
            zero_d = distance_m[i]
            zero_a = altitude_m[i] if not np.isnan(altitude_m[i]) else 0.0
        while last < n and distance_m[last] <= distance_m[i] + half_m:
            if not np.isnan(altitude_m[last]):
                d = distance_m[last] - zero_d
                a = altitude_m[last] - zero_a
                count += 1
                sum_d += d
                sum_a += a
                sum_dd += d * d
                sum_da += d * a
            last += 1
        while first < i and distance_m[first] < distance_m[i] - half_m:
            if not np.isnan(altitude_m[first]):
                d = distance_m[first] - zero_d
                a = altitude_m[first] - zero_a
                count -= 1
                sum_d -= d
                sum_a -= a
                sum_dd -= d * d
                sum_da -= d * a
            first += 1
        if np.isnan(altitude_m[i]) or count < 3 or distance_m[last - 1] - distance_m[first] < 0.5 * half_m:
            continue
        spread = sum_dd - sum_d * sum_d / count
        if spread > 1e-3:
            out[i] = (sum_da - sum_d * sum_a / count) / spread
    return out


@kernel
def level_speed(speed_mps, grade_frac, slowest_mps, limit):
    """Speed on the level that would cost a runner as much; the speed itself when slower than walking.

    Speed times C(i) / C(0) with C(i) = 155.4 i^5 - 30.4 i^4 - 43.3 i^3 + 46.3 i^2 + 19.5 i + 3.6 J/kg/m, i clipped
    to +-limit (the measured range is +-0.45).

    Parameters
    ----------
    speed_mps, grade_frac : float64[n]
        NaN in either stays NaN, that of grade only where speed is not below `slowest_mps`.
    slowest_mps, limit : float
        Where walking begins [m/s], steepest grade.

    References
    ----------
    A. E. Minetti et al., J. Appl. Physiol. 93 (2002) 1039, fig. 1 (equation of the cost of running).
    """
    n = len(grade_frac)
    out = np.empty(n)
    for j in range(n):
        speed = speed_mps[j]
        grade = grade_frac[j]
        # A NaN passes both comparisons untouched.
        i = limit if grade > limit else (-limit if grade < -limit else grade)
        factor = (((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6) / 3.6
        out[j] = speed if speed < slowest_mps else speed * factor
    return out
