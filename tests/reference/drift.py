"""Twins of kernels/drift.py: blocks and windows as slices, medians and means by NumPy."""

import numpy as np

from reference.ranges import block_means


def means_of_blocks(columns, keep, width, least):
    return np.array([block_means(column, keep, width, least) for column in columns])


def level_jumps(above, below, width):
    n = len(above) // width
    ratio = (above / below)[: n * width].reshape(n, width)
    known = np.isfinite(ratio)
    levels = [
        np.log(row[here].mean())
        for row, here in zip(ratio, known, strict=True)
        if here.any() and here.sum() >= width // 2
    ]
    return float(np.mean(np.abs(np.diff(levels)))) if len(levels) > 2 else np.nan


def later_best(values, width):
    filled, cut = np.nan_to_num(values), 2 * len(values) // 3
    if len(values) < 3 * width:
        return np.nan
    before = max(filled[i : i + width].mean() for i in range(cut - width + 1))
    after = [filled[i : i + width].mean() for i in range(cut, len(values) - width + 1)]
    return max(after) / before if before > 0 and after else np.nan


def form_change(speed_mps, cadence_spm, grade_frac, steepest_frac, width_mps, least):
    good = np.isfinite(speed_mps) & ~(np.abs(grade_frac) >= steepest_frac) & (cadence_spm > 0)
    at = np.flatnonzero(good)
    m, third = len(speed_mps), len(speed_mps) // 3
    key = (speed_mps[at] / width_mps).astype(np.int64)
    weight_sum = cadence_sum = step_sum = 0.0
    for k in np.unique(key):
        members = at[key == k]
        first, last = members[members < third], members[members >= m - third]
        weight = min(len(first), len(last))
        if weight >= least:
            weight_sum += weight
            cadence_sum += weight * (cadence_spm[last].mean() - cadence_spm[first].mean())
            step_first, step_last = ((60 * speed_mps[side] / cadence_spm[side]).mean() for side in (first, last))
            step_sum += weight * (step_last / step_first - 1.0)
    if not weight_sum:
        return np.nan, np.nan, 0.0
    return cadence_sum / weight_sum, step_sum / weight_sum, weight_sum


def moving_medians(one, other, third, width, step):
    number, medians = [], []
    for q, first in enumerate(range(0, len(one) - width + 1, step)):
        window = slice(first, first + width)
        known = np.isfinite(one[window]) & np.isfinite(other[window])
        if known.any() and known.sum() >= width // 2:
            grade = third[window][known & np.isfinite(third[window])]
            number.append(q)
            level = np.median(grade) if len(grade) else np.nan
            medians.append([np.median(one[window][known]), np.median(other[window][known]), level])
    return np.array(number, dtype=np.int64), np.array(medians, dtype=np.float64).reshape(-1, 3).T
