"""Twins of kernels/bins.py: every second goes to a dictionary of lists, which are summed at the end."""

import math
from collections import defaultdict

import numpy as np


def seconds_by_value(values, keep, metres, width):
    members = defaultdict(list)
    for value, is_kept, way in zip(values, keep, metres, strict=True):
        if is_kept and math.isfinite(value):
            members[math.floor(value / width + 1e-9)].append(way)
    numbers = sorted(members)
    return (
        np.array(numbers, dtype=np.int64),
        np.array([len(members[q]) for q in numbers], dtype=np.float64),
        np.array([math.fsum(members[q]) for q in numbers], dtype=np.float64),
    )


def sums_by_speed_and_grade(seconds, speed_mps, grade_frac, columns, speed_width_mps, grade_width_frac):
    members = defaultdict(list)
    for i in seconds:
        grade = 0.0 if math.isnan(grade_frac[i]) else grade_frac[i]
        bin_of = math.floor(speed_mps[i] / speed_width_mps + 1e-9), math.floor(grade / grade_width_frac + 1e-9)
        members[bin_of].append(i)
    bins = sorted(members)
    total = [[np.nansum(column[members[b]]) for b in bins] for column in columns]
    known = [[np.isfinite(column[members[b]]).sum() for b in bins] for column in columns]
    shape = len(columns), len(bins)
    return (
        np.array([b[0] for b in bins], dtype=np.int64),
        np.array([b[1] for b in bins], dtype=np.int64),
        np.array([len(members[b]) for b in bins], dtype=np.float64),
        np.array(total, dtype=np.float64).reshape(shape),
        np.array(known, dtype=np.float64).reshape(shape),
    )
