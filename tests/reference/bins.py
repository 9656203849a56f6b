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


def form_by_speed_and_grade(
    is_running, speed_mps, grade_frac, metres, cadence_spm, heart_rate_bpm, contact_s, oscillation_m, widths, band_spm
):
    members = defaultdict(list)
    for i in np.flatnonzero(is_running):
        grade = 0.0 if math.isnan(grade_frac[i]) else grade_frac[i]
        bin_of = math.floor(speed_mps[i] / widths[0] + 1e-9), math.floor(grade / widths[1] + 1e-9)
        members[bin_of].append(i)
    bins = sorted(members)
    has_cadence = ~np.isnan(cadence_spm)
    in_band = (cadence_spm >= band_spm[0]) & (cadence_spm <= band_spm[1])
    columns = (
        metres, speed_mps, cadence_spm, np.where(has_cadence, speed_mps, np.nan),
        np.where(has_cadence, in_band, np.nan), heart_rate_bpm, contact_s, oscillation_m,
    )  # fmt: skip
    total = [[np.nansum(column[members[b]]) for b in bins] for column in columns]
    known = [[np.isfinite(column[members[b]]).sum() for b in bins] for column in columns]
    return (
        np.array([b[0] for b in bins], dtype=np.int64),
        np.array([b[1] for b in bins], dtype=np.int64),
        np.array([len(members[b]) for b in bins], dtype=np.float64),
        np.array(total, dtype=np.float64).reshape(8, len(bins)),
        np.array(known, dtype=np.float64).reshape(8, len(bins)),
    )
