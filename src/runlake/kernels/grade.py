"""Grade over distance, the cost of running on it, and climb with hysteresis."""

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
def cost_factor(grade_frac, limit):
    """Energy cost of running on a grade over the cost on the level; NaN stays NaN.

    C(i) / C(0) with C(i) = 155.4 i^5 - 30.4 i^4 - 43.3 i^3 + 46.3 i^2 + 19.5 i + 3.6 J/kg/m, i clipped to
    +-limit (the measured range is +-0.45).

    References
    ----------
    A. E. Minetti et al., J. Appl. Physiol. 93 (2002) 1039, fig. 1 (equation of the cost of running).
    """
    n = len(grade_frac)
    out = np.empty(n)
    for j in range(n):
        i = min(max(grade_frac[j], -limit), limit) if not np.isnan(grade_frac[j]) else np.nan
        out[j] = (((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6) / 3.6
    return out


@kernel
def ascent_descent(altitude_m, hysteresis_m):
    """Metres climbed and metres descended, where a turn counts only when it exceeds the hysteresis.

    Parameters
    ----------
    altitude_m : float64[n]
        NaN is skipped. [m]
    hysteresis_m : float
        Smaller ups and downs are noise. [m]

    Returns
    -------
    ascent_m, descent_m : float
        0 without a climb or a descent. [m]
    """
    ascent = 0.0
    descent = 0.0
    low = np.nan
    high = np.nan
    direction = 0
    for i in range(len(altitude_m)):
        a = altitude_m[i]
        if np.isnan(a):
            continue
        if direction == 0:
            low = a if np.isnan(low) else min(low, a)
            high = a if np.isnan(high) else max(high, a)
            if a - low > hysteresis_m:
                direction = 1
                high = a
            elif high - a > hysteresis_m:
                direction = -1
                low = a
        elif direction > 0:
            if a > high:
                high = a
            elif high - a > hysteresis_m:
                ascent += high - low
                direction = -1
                low = a
        elif a < low:
            low = a
        elif a - low > hysteresis_m:
            descent += high - low
            direction = 1
            high = a
    if direction > 0:
        ascent += high - low
    elif direction < 0:
        descent += high - low
    return ascent, descent
