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
    bin_of = np.empty(len(values), dtype=np.int64)
    low, high, n = 0, -1, 0
    for i in range(len(values)):
        if keep[i] and np.isfinite(values[i]):
            q = np.int64(np.floor(values[i] / width + 1e-9))
            bin_of[i] = q
            low = q if n == 0 else min(low, q)
            high = q if n == 0 else max(high, q)
            n += 1
    seconds, covered = np.zeros(high - low + 1), np.zeros(high - low + 1)
    for i in range(len(values)):
        if keep[i] and np.isfinite(values[i]):
            seconds[bin_of[i] - low] += 1.0
            covered[bin_of[i] - low] += metres[i]
    used = np.flatnonzero(seconds)
    return used + low, seconds[used], covered[used]


@kernel
def form_by_speed_and_grade(
    is_running, speed_mps, grade_frac, metres, cadence_spm, heart_rate_bpm, contact_s, oscillation_m, widths, band_spm
):
    """Sums of what tells of running form, over the seconds run in each bin of speed and grade.

    Parameters
    ----------
    is_running : bool[m]
        Which seconds count.
    speed_mps : float64[m]
        Known and not negative where it counts. [m/s]
    grade_frac : float64[m]
        Missing: NaN counts as flat.
    metres, cadence_spm, heart_rate_bpm, contact_s, oscillation_m : float64[m]
        Missing: NaN is left out.
    widths : float64[2]
        Widths of the bins of speed and grade, above 0.
    band_spm : float64[2]
        Lowest and highest cadence that count as in the band.

    Returns
    -------
    speed_no, grade_no : int64[b]
        The bins that are not empty, by speed, then by grade; in units of the widths.
    count : float64[b]
        Seconds in each of them.
    total, known : float64[8, b]
        Sums and over how many seconds each was known: metres, speed, cadence, speed where cadence is known, seconds
        in the band, heart rate, ground contact, oscillation.
    """
    m = len(speed_mps)
    speed_of, grade_of, seconds = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    n = 0
    for i in range(m):
        if is_running[i]:
            grade = 0.0 if np.isnan(grade_frac[i]) else grade_frac[i]
            speed_of[n] = np.int64(np.floor(speed_mps[i] / widths[0] + 1e-9))
            grade_of[n] = np.int64(np.floor(grade / widths[1] + 1e-9))
            seconds[n] = i
            n += 1
    if n == 0:
        nothing = np.zeros((8, 0))
        return speed_of[:0], grade_of[:0], np.zeros(0), nothing, nothing
    first_speed, first_grade = speed_of[:n].min(), grade_of[:n].min()
    n_grades = grade_of[:n].max() - first_grade + 1
    place = np.zeros((speed_of[:n].max() - first_speed + 1) * n_grades, dtype=np.int64)
    for k in range(n):
        place[(speed_of[k] - first_speed) * n_grades + grade_of[k] - first_grade] = 1
    bins = np.flatnonzero(place)
    for b in range(len(bins)):
        place[bins[b]] = b
    count, sums, counts = np.zeros(len(bins)), np.zeros((len(bins), 8)), np.zeros((len(bins), 8))
    for k in range(n):
        i = seconds[k]
        b = place[(speed_of[k] - first_speed) * n_grades + grade_of[k] - first_grade]
        spm = cadence_spm[i]
        count[b] += 1.0
        sums[b, 1] += speed_mps[i]
        if not np.isnan(metres[i]):
            sums[b, 0] += metres[i]
            counts[b, 0] += 1.0
        if not np.isnan(spm):
            sums[b, 2] += spm
            counts[b, 2] += 1.0
            sums[b, 3] += speed_mps[i]
            sums[b, 4] += 1.0 if band_spm[0] <= spm <= band_spm[1] else 0.0
        if not np.isnan(heart_rate_bpm[i]):
            sums[b, 5] += heart_rate_bpm[i]
            counts[b, 5] += 1.0
        if not np.isnan(contact_s[i]):
            sums[b, 6] += contact_s[i]
            counts[b, 6] += 1.0
        if not np.isnan(oscillation_m[i]):
            sums[b, 7] += oscillation_m[i]
            counts[b, 7] += 1.0
    for b in range(len(bins)):
        counts[b, 1], counts[b, 3], counts[b, 4] = count[b], counts[b, 2], counts[b, 2]
    total, known = np.empty((8, len(bins))), np.empty((8, len(bins)))
    for b in range(len(bins)):
        for c in range(8):
            total[c, b], known[c, b] = sums[b, c], counts[b, c]
    return bins // n_grades + first_speed, bins % n_grades + first_grade, count, total, known
