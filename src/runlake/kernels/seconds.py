"""Signals on whole seconds: from samples that lie on some of them, and read a while later."""

from __future__ import annotations

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def on_seconds(values, second, run_no, n_seconds, max_gap):
    """The signal on all seconds: holes inside a run of the timer are bridged by straight lines.

    Parameters
    ----------
    values : float64[n]
        NaN is skipped.
    second : int64[n]
        On which second each lies, rising strictly from 0.
    run_no : int64[n]
        Run of the timer that each belongs to, not falling.
    n_seconds : int
        Greater than the last of `second`.
    max_gap : float
        Two neighbours further apart are not joined. [s]

    Returns
    -------
    float64[n_seconds]
        NaN where nothing is near enough.
    """
    out = np.full(n_seconds, np.nan)
    last = -1
    before = 0
    for k in range(len(values)):
        here = values[k]
        if np.isnan(here):
            continue
        at = second[k]
        gap = at - before
        if last >= 0 and 1 < gap <= max_gap and run_no[last] == run_no[k]:
            start = values[last]
            for j in range(before + 1, at):
                out[j] = start + (j - before) / gap * (here - start)
        out[at] = here
        last = k
        before = at
    return out


@kernel
def read_later(values, run_no, later_s, max_gap_s, hold_s):
    """For each second what the signal on whole seconds says `later_s` after it.

    Parameters
    ----------
    values : float64[n]
        NaN is skipped.
    run_no : int64[n]
        Run of the timer that each second belongs to, not falling: only values of the second's own run are read.
    later_s : float
        Not negative. [s]
    max_gap_s : float
        Two neighbours further apart are not joined. [s]
    hold_s : float
        Before the first and after the last value of a run it is held for so long. [s]

    Returns
    -------
    float64[n]
        NaN where nothing is near enough.
    """
    n = len(values)
    out = np.full(n, np.nan)
    shift = int(np.floor(later_s))
    # First as if nothing were missing and no run ended, in vector registers.
    ahead = values[min(shift, n) :]
    for i in range(len(ahead) - 1):
        out[i] = ahead[i] + (i + later_s - (i + shift)) * (ahead[i + 1] - ahead[i])
    reach = int(max(max_gap_s, hold_s)) + 1
    left, right = -1, 0
    for i in range(n):
        if not np.isnan(out[i]) and run_no[i] == run_no[i + shift + 1]:
            continue
        out[i] = np.nan
        at = i + later_s
        run = run_no[i]
        if right < i + shift - reach:
            # Nothing before that is near enough.
            left, right = -1, i + shift - reach
        while right < n and (np.isnan(values[right]) or run_no[right] < run or (run_no[right] == run and right <= at)):
            if not np.isnan(values[right]):
                left = right
            right += 1
        has_right = right < n and run_no[right] == run
        if left >= 0 and run_no[left] == run:
            since = at - left
            if has_right and since > 0.0:
                if right - left <= max_gap_s:
                    out[i] = values[left] + since / (right - left) * (values[right] - values[left])
            elif since <= hold_s:
                out[i] = values[left]
        elif has_right and right - at <= hold_s:
            out[i] = values[right]
    return out


@kernel
def straight_between(values, second, n_seconds):
    """The signal on all seconds, straight on between its samples however far apart, the last one held.

    Parameters
    ----------
    values : float64[n]
        A NaN makes what lies beside it NaN.
    second : int64[n]
        On which second each lies, rising strictly from 0.
    n_seconds : int
        Greater than the last of `second`.

    Returns
    -------
    float64[n_seconds]
    """
    out = np.empty(n_seconds)
    before = 0
    for k in range(len(values)):
        at = second[k]
        if at > before + 1:
            slope = (values[k] - values[k - 1]) / (at - before)
            for j in range(before + 1, at):
                out[j] = slope * (j - before) + values[k - 1]
        out[at] = values[k]
        before = at
    for j in range(before + 1, n_seconds):
        out[j] = out[before]
    return out
