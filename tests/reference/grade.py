"""Slow twins of kernels/grade.py: a fit for each sample, the polynomial by powers, turning points by recursion."""

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


def cost_factor(grade_frac, limit):
    i = np.clip(grade_frac, -limit, limit)
    return np.polynomial.Polynomial([3.6, 19.5, 46.3, -43.3, -30.4, 155.4])(i) / 3.6


def ascent_descent(altitude_m, hysteresis_m):
    """By the tree of turns: split at the lowest and highest point, and drop what turns by less than the hysteresis."""
    known = altitude_m[~np.isnan(altitude_m)]
    if len(known) == 0:
        return 0.0, 0.0
    keep = [known[0]]
    for value in known[1:]:
        if value != keep[-1]:
            keep.append(value)
    while True:
        # Only turning points and the two ends.
        points = [v for k, v in enumerate(keep) if k in (0, len(keep) - 1) or (v - keep[k - 1]) * (keep[k + 1] - v) < 0]
        steps = np.abs(np.diff(points))
        if len(steps) == 0:
            return 0.0, 0.0
        smallest = int(np.argmin(steps))
        if steps[smallest] > hysteresis_m:
            break
        # A turn that is too small vanishes; at an end the end itself does, inside both of its points do.
        if smallest == 0:
            keep = points[1:]
        elif smallest == len(steps) - 1:
            keep = points[:-1]
        else:
            keep = points[:smallest] + points[smallest + 2 :]
        if len(keep) < 2:
            return 0.0, 0.0
    change = np.diff(points)
    return float(change[change > 0].sum()), float(-change[change < 0].sum())
