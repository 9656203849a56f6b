"""Slow twins of kernels/grade.py: a fit for each sample, the polynomial by powers."""

from __future__ import annotations

import numpy as np


def grade_over_distance(distance_m, altitude_m, half_m):
    out = np.full(len(distance_m), np.nan)
    for i in range(len(distance_m)):
        near = np.flatnonzero((distance_m >= distance_m[i] - half_m) & (distance_m <= distance_m[i] + half_m))
        known = near[~np.isnan(altitude_m[near])]
        if np.isnan(altitude_m[i]) or len(known) < 3 or np.ptp(distance_m[near]) < 0.5 * half_m:
            continue
        d, a = distance_m[known] - distance_m[i], altitude_m[known] - altitude_m[i]
        if np.sum((d - d.mean()) ** 2) > 1e-3:
            out[i] = np.polyfit(d, a, 1)[0]
    return out


def level_speed(speed_mps, grade_frac, slowest_mps, limit):
    i = np.clip(grade_frac, -limit, limit)
    factor = np.polynomial.Polynomial([3.6, 19.5, 46.3, -43.3, -30.4, 155.4])(i) / 3.6
    return np.where(speed_mps < slowest_mps, speed_mps, speed_mps * factor)
