"""Seconds counted by value, and by speed and grade at once, with what goes with them summed."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def seconds_by_value(values, keep, metres, width):
    """How many of the seconds lie in each bin of a value, and how many metres were covered in them.

    Bin q holds the values from q to q + 1 times `width`; the lower edge belongs to it, give or take rounding.

    Parameters
    ----------
    values : float64[m]
        Missing: NaN; such seconds are left out. [any]
    keep : bool[m]
    metres : float64[m]
        No NaN. [m]
    width : float
        Above 0. [as values]

    Returns
    -------
    number : int64[k]
        The bins that are not empty, rising.
    seconds, covered_m : float64[k]
    """
    low, high, n = 0, -1, 0
    for i in range(len(values)):
        if keep[i] and np.isfinite(values[i]):
            q = np.int64(np.floor(values[i] / width + 1e-9))
            low = q if n == 0 else min(low, q)
            high = q if n == 0 else max(high, q)
            n += 1
    seconds, covered = np.zeros(high - low + 1), np.zeros(high - low + 1)
    for i in range(len(values)):
        if keep[i] and np.isfinite(values[i]):
            q = np.int64(np.floor(values[i] / width + 1e-9)) - low
            seconds[q] += 1.0
            covered[q] += metres[i]
    used = np.flatnonzero(seconds)
    return used + low, seconds[used], covered[used]


@kernel
def sums_by_speed_and_grade(seconds, speed_mps, grade_frac, columns, speed_width_mps, grade_width_frac):
    """Sums of columns over the seconds in each bin of speed and grade.

    Parameters
    ----------
    seconds : int64[k]
        Which entries of the other arrays count, each from 0 to m - 1.
    speed_mps : float64[m]
        Known and not negative where it counts. [m/s]
    grade_frac : float64[m]
        Missing: NaN counts as flat.
    columns : tuple of c float64[m]
        What is summed. Missing: NaN is left out.
    speed_width_mps, grade_width_frac : float
        Widths of the bins, above 0.

    Returns
    -------
    speed_no, grade_no : int64[b]
        The bins that are not empty, by speed, then by grade; in units of the widths.
    count : float64[b]
        Seconds in each of them.
    total, known : float64[c, b]
        Sum of each column, and over how many seconds it was known.
    """
    n = len(seconds)
    speed_no, grade_no = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for k in range(n):
        i = seconds[k]
        grade = 0.0 if np.isnan(grade_frac[i]) else grade_frac[i]
        speed_no[k] = np.int64(np.floor(speed_mps[i] / speed_width_mps + 1e-9))
        grade_no[k] = np.int64(np.floor(grade / grade_width_frac + 1e-9))
    if n == 0:
        nothing = np.zeros((len(columns), 0))
        return speed_no, grade_no, np.zeros(0), nothing, nothing
    first_grade, first_speed = grade_no.min(), speed_no.min()
    n_grades = grade_no.max() - first_grade + 1
    key = (speed_no - first_speed) * n_grades + (grade_no - first_grade)
    place = np.zeros(key.max() + 1, dtype=np.int64)
    for k in range(n):
        place[key[k]] = 1
    bins = np.flatnonzero(place)
    for b in range(len(bins)):
        place[bins[b]] = b
    count = np.zeros(len(bins))
    for k in range(n):
        key[k] = place[key[k]]
        count[key[k]] += 1.0
    total, known = np.zeros((len(columns), len(bins))), np.zeros((len(columns), len(bins)))
    for c in range(len(columns)):
        _add_up(seconds, key, columns[c], total[c], known[c])
    return bins // n_grades + first_speed, bins % n_grades + first_grade, count, total, known


@kernel
def _add_up(seconds, member, column, total, known):
    """Add every known value to the sum of the bin that its second is a member of."""
    for k in range(len(seconds)):
        value = column[seconds[k]]
        if np.isfinite(value):
            total[member[k]] += value
            known[member[k]] += 1.0
