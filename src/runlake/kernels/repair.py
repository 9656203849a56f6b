"""What mends recordings: reading at other times, jumps away and back, times that run backwards."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def interpolate_at(target_s, target_run, time_s, values, run_no, max_gap_s, hold_s):
    """Values of a signal with gaps at other times, by linear interpolation inside a run of the timer.

    Parameters
    ----------
    target_s : float64[k]
        Where to read, rising. [s]
    target_run : int64[k]
        Run of the timer that each target belongs to, not falling.
    time_s, values : float64[n]
        The signal, times rising. NaN is skipped. [s]
    run_no : int64[n]
        Run of the timer that each sample belongs to, not falling.
    max_gap_s : float
        Two neighbours further apart are not joined. [s]
    hold_s : float
        Before the first and after the last value of a run it is held for so long. [s]

    Returns
    -------
    float64[k]
        NaN where nothing is near enough.
    """
    k = len(target_s)
    n = len(time_s)
    out = np.full(k, np.nan)
    left = -1
    right = 0
    while right < n and np.isnan(values[right]):
        right += 1
    for i in range(k):
        at = target_s[i]
        run = target_run[i]
        # The left neighbour is the last value of an earlier run or of this run up to the target's time.
        while right < n and (run_no[right] < run or (run_no[right] == run and time_s[right] <= at)):
            left = right
            right += 1
            while right < n and np.isnan(values[right]):
                right += 1
        has_left = left >= 0 and run_no[left] == run
        has_right = right < n and run_no[right] == run
        if has_left and has_right:
            gap = time_s[right] - time_s[left]
            if time_s[left] == at:
                out[i] = values[left]
            elif gap <= max_gap_s:
                part = (at - time_s[left]) / gap
                out[i] = values[left] + part * (values[right] - values[left])
        elif has_left:
            if at - time_s[left] <= hold_s:
                out[i] = values[left]
        elif has_right and time_s[right] - at <= hold_s:
            out[i] = values[right]
    return out


@kernel
def excursions(time_s, x, y, max_rate, min_deviation, max_span_s):
    """True where a few samples jump away and come back, each way faster than possible.

    Samples are marked when the step to the first and the step from the last of them exceed `max_rate`, the
    step that stays without them does not, none of them lies within `min_deviation` of the straight line between
    the samples beside them, and they last no longer than `max_span_s`. NaN is skipped.

    Parameters
    ----------
    time_s : float64[n]
        Strictly rising. [s]
    x, y : float64[n]
        Place (or a signal and zeros).
    max_rate, min_deviation, max_span_s : float
        Fastest possible change [unit/s], smallest deviation [unit], longest excursion [s].

    Returns
    -------
    bool[n]
    """
    n = len(time_s)
    out = np.zeros(n, dtype=np.bool_)
    n_odd = 0
    # Most signals have no step that is too fast and nothing missing: vector registers see that at once.
    for i in range(n - 1):
        dx, dy, reach = x[i + 1] - x[i], y[i + 1] - y[i], max_rate * (time_s[i + 1] - time_s[i])
        n_odd += not dx * dx + dy * dy <= reach * reach
    if n_odd == 0:
        return out
    before = -1
    i = 0
    while i < n:
        if np.isnan(x[i]) or np.isnan(y[i]):
            i += 1
            continue
        end = -1
        if before >= 0 and _is_faster(x[i] - x[before], y[i] - y[before], max_rate * (time_s[i] - time_s[before])):
            last = i
            j = i + 1
            while j < n and time_s[j] - time_s[i] <= max_span_s:
                if not (np.isnan(x[j]) or np.isnan(y[j])):
                    is_back = _is_faster(x[j] - x[last], y[j] - y[last], max_rate * (time_s[j] - time_s[last]))
                    reach = max_rate * (time_s[j] - time_s[before])
                    if is_back and not _is_faster(x[j] - x[before], y[j] - y[before], reach):
                        end = j
                        break
                    last = j
                j += 1
            for k in range(i, end):
                part = (time_s[k] - time_s[before]) / (time_s[end] - time_s[before])
                off_x = x[k] - x[before] - part * (x[end] - x[before])
                off_y = y[k] - y[before] - part * (y[end] - y[before])
                if off_x * off_x + off_y * off_y < min_deviation * min_deviation:
                    end = -1
                    break
        if end > 0:
            for k in range(i, end):
                out[k] = not (np.isnan(x[k]) or np.isnan(y[k]))
            before = end
            i = end + 1
        else:
            before = i
            i += 1
    return out


@kernel
def _is_faster(step_x, step_y, reach):
    """True when the step is longer than the reach; squares, because a root costs more."""
    return step_x * step_x + step_y * step_y > reach * reach


@kernel
def longest_rising(values):
    """True for the samples of a longest subsequence that never falls (patience sorting, O(n log n)).

    Parameters
    ----------
    values : float64[n]
        No NaN.
    """
    n = len(values)
    keep = np.zeros(n, dtype=np.bool_)
    if n == 0:
        return keep
    tails = np.empty(n, dtype=np.int64)
    previous = np.empty(n, dtype=np.int64)
    size = 0
    for i in range(n):
        low = 0
        high = size
        while low < high:
            middle = (low + high) // 2
            if values[tails[middle]] <= values[i]:
                low = middle + 1
            else:
                high = middle
        previous[i] = tails[low - 1] if low > 0 else -1
        tails[low] = i
        size = max(size, low + 1)
    at = tails[size - 1]
    while at >= 0:
        keep[at] = True
        at = previous[at]
    return keep


@kernel
def unchanging(time_s, values, least_s, least_n):
    """True for stretches of one and the same value that last for `least_s` and have `least_n` samples or more.

    Parameters
    ----------
    time_s : float64[n]
        Rising. [s]
    values : float64[n]
        A NaN ends a stretch.
    least_s, least_n : float, int
        Shortest stretch. [s, samples]

    Returns
    -------
    bool[n]
    """
    n = len(values)
    out = np.zeros(n, dtype=np.bool_)
    # A stretch so long holds two neighbouring multiples of half its length.
    stride = max(least_n // 2, 1)
    k = 0
    while k < n:
        value = values[k]
        if stride > 1 and not (k + stride < n and values[k + stride] == value):
            k += stride
            continue
        first, end = k, k + 1
        while first > 0 and values[first - 1] == value:
            first -= 1
        while end < n and values[end] == value:
            end += 1
        if end - first >= least_n and time_s[end - 1] - time_s[first] >= least_s and not np.isnan(value):
            out[first:end] = True
        k += max((end - k) // stride, 1) * stride
    return out


@kernel
def are_within(values, low, high):
    """True when no value lies outside of low ... high; a NaN lies nowhere.

    Parameters
    ----------
    values : float64[n]
    low, high : float
        Both allowed.
    """
    n_outside = 0
    # Counting has no way out in the middle, and so runs in vector registers.
    for i in range(len(values)):
        n_outside += (values[i] < low) | (values[i] > high)
    return n_outside == 0
