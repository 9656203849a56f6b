"""Twin of kernels/climbs.py: smallest swings are taken out of the profile until only large ones are left."""

from itertools import pairwise

import numpy as np


def _turning_points(values):
    points = []
    for value in values:
        if points and value == points[-1]:
            continue
        if len(points) >= 2 and (points[-1] - points[-2]) * (value - points[-1]) > 0:
            points[-1] = value
        else:
            points.append(value)
    return points


def _totals(values, threshold):
    points = _turning_points(values)
    while len(points) >= 2:
        swings = [abs(b - a) for a, b in pairwise(points)]
        smallest = min(swings)
        if smallest >= threshold:
            break
        k = swings.index(smallest)
        if k == 0:
            del points[0]
        elif k == len(swings) - 1:
            del points[-1]
        else:
            del points[k : k + 2]
        points = _turning_points(points)
    steps = [b - a for a, b in pairwise(points)]
    return sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0)


def climb_so_far(altitude_m, threshold_m):
    ascent_m, descent_m = np.zeros(len(altitude_m)), np.zeros(len(altitude_m))
    for i in range(len(altitude_m)):
        known = [float(a) for a in altitude_m[: i + 1] if not np.isnan(a)]
        ascent_m[i], descent_m[i] = _totals(known, threshold_m)
    return ascent_m, descent_m


def climb_along(grade_frac, speed_mps):
    return np.concatenate(([0.0], np.cumsum(np.maximum(np.nan_to_num(grade_frac), 0.0) * speed_mps)))


def largest_family(first, last, gain_m, east_m, north_m, spread, within_m):
    families = [np.zeros(len(first), dtype=bool)]
    for i in range(len(first)):
        same = np.abs(gain_m - gain_m[i]) <= spread * gain_m[i]
        if np.isfinite(east_m[i]):
            same &= np.hypot(east_m - east_m[i], north_m - north_m[i]) <= within_m
        chosen, end = np.zeros(len(first), dtype=bool), -1
        for j in np.argsort(last, kind="stable"):
            if same[j] and first[j] >= end:
                chosen[j], end = True, last[j]
        families.append(chosen)
    return max(families, key=np.count_nonzero)
