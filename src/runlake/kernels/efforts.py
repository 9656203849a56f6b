"""Fastest window over a distance, farthest window in a time, and steps that are too fast to be true."""

import numpy as np

from runlake.kernels._jit import kernel

BLOCK = 8
"""Samples that are passed over at once where none of them can end the best window."""
SLACK = 1e-6
"""Seconds and metres by which rounding may never matter."""


@kernel
def fastest_window(time_s, distance_m, doubt_until, target_m, doubt_limit):
    """Start and end of the shortest time in which `target_m` was covered, both ends between samples if need be.

    The optimum of a piecewise linear curve has one end at a sample, so each sample is tried as the end (start
    interpolated) and as the start (end interpolated): exact, O(n).

    Parameters
    ----------
    time_s : float64[n]
        Strictly rising. [s]
    distance_m : float64[n]
        Never falls, no NaN. [m]
    doubt_until : float64[n]
        Running sum of the doubt of the steps before each sample, never falls; a window counts all of a step that
        it only touches. [any]
    target_m : float
        Above 0. [m]
    doubt_limit : float
        Windows with more doubt than this are passed over. [unit of doubt]

    Returns
    -------
    start_s, end_s : float
        NaN, NaN when no window qualifies. Of equally short windows the one that starts first. [s]
    """
    n = len(time_s)
    best_s, best_start, best_end = np.inf, np.nan, np.nan
    lasts = np.empty((n + BLOCK - 2) // BLOCK, dtype=np.int64)
    i, moved = -1, BLOCK
    # First the last sample of every block as the end: most blocks are then seen to hold nothing shorter.
    for b in range(len(lasts)):
        j = min((b + 1) * BLOCK, n - 1)
        wanted = distance_m[j] - target_m
        before = i
        i = min(i + moved, j - 1)  # a guess that is off by a few
        while i >= 0 and distance_m[i] > wanted:
            i -= 1
        while i + 1 < j and distance_m[i + 1] <= wanted:
            i += 1
        lasts[b], moved = i, i - before
        if i >= 0 and doubt_until[j] - doubt_until[i] <= doubt_limit:
            share = (wanted - distance_m[i]) / (distance_m[i + 1] - distance_m[i])
            start = time_s[i] + share * (time_s[i + 1] - time_s[i])
            if time_s[j] - start < best_s:
                best_s, best_start, best_end = time_s[j] - start, start, time_s[j]
    for b in range(len(lasts)):
        i, last = lasts[b - 1] if b > 0 else -1, lasts[b]
        if last < 0 or time_s[b * BLOCK] - time_s[last + 1] > best_s + SLACK:
            continue
        for j in range(b * BLOCK + 1, min((b + 1) * BLOCK + 1, n)):
            wanted = distance_m[j] - target_m
            # j is the first sample far enough from each i that is passed here: a window from i on ends before j.
            while i + 1 < j and distance_m[i + 1] <= wanted:
                i += 1
                if time_s[j - 1] - time_s[i] <= best_s and doubt_until[j] - doubt_until[i] <= doubt_limit:
                    share = (distance_m[i] + target_m - distance_m[j - 1]) / (distance_m[j] - distance_m[j - 1])
                    end = time_s[j - 1] + min(share, 1.0) * (time_s[j] - time_s[j - 1])
                    took = end - time_s[i]
                    if took < best_s or (took == best_s and time_s[i] < best_start):
                        best_s, best_start, best_end = took, time_s[i], end
            # The window that ends at j starts after i; no division where even the whole steps are too slow.
            if i >= 0 and time_s[j] - time_s[i + 1] <= best_s and doubt_until[j] - doubt_until[i] <= doubt_limit:
                share = (wanted - distance_m[i]) / (distance_m[i + 1] - distance_m[i])
                start = time_s[i] + share * (time_s[i + 1] - time_s[i])
                took = time_s[j] - start
                if took < best_s or (took == best_s and start < best_start):
                    best_s, best_start, best_end = took, start, time_s[j]
    return best_start, best_end


@kernel
def farthest_window(time_s, distance_m, doubt_until, target_s, doubt_limit):
    """Start of the window of `target_s` in which most distance was covered, and that distance: exact, O(n).

    Parameters
    ----------
    time_s, distance_m, doubt_until, doubt_limit
        As in `fastest_window`.
    target_s : float
        Above 0. [s]

    Returns
    -------
    start_s, covered_m : float
        NaN, NaN when no window qualifies. Of equally long ways the one that starts first. [s], [m]
    """
    n = len(time_s)
    best_m, best_start = -1.0, np.nan
    lasts = np.empty((n + BLOCK - 2) // BLOCK, dtype=np.int64)
    i, moved = -1, BLOCK
    # As in `fastest_window`: most blocks are seen to hold nothing longer.
    for b in range(len(lasts)):
        j = min((b + 1) * BLOCK, n - 1)
        start = time_s[j] - target_s
        before = i
        i = min(i + moved, j - 1)
        while i >= 0 and time_s[i] > start:
            i -= 1
        while i + 1 < j and time_s[i + 1] <= start:
            i += 1
        lasts[b], moved = i, i - before
        if i >= 0 and doubt_until[j] - doubt_until[i] <= doubt_limit:
            share = (start - time_s[i]) / (time_s[i + 1] - time_s[i])
            covered = distance_m[j] - (distance_m[i] + share * (distance_m[i + 1] - distance_m[i]))
            if covered > best_m:
                best_m, best_start = covered, start
    for b in range(len(lasts)):
        i = lasts[b - 1] if b > 0 else -1
        stop = min((b + 1) * BLOCK + 1, n)
        if lasts[b] < 0 or distance_m[stop - 1] - distance_m[max(i, 0)] < best_m - SLACK:
            continue
        for j in range(b * BLOCK + 1, stop):
            start = time_s[j] - target_s
            while i + 1 < j and time_s[i + 1] <= start:
                i += 1
                if distance_m[j] - distance_m[i] >= best_m and doubt_until[j] - doubt_until[i] <= doubt_limit:
                    share = (time_s[i] + target_s - time_s[j - 1]) / (time_s[j] - time_s[j - 1])
                    at_end = distance_m[j - 1] + min(share, 1.0) * (distance_m[j] - distance_m[j - 1])
                    covered = at_end - distance_m[i]
                    if covered > best_m or (covered == best_m and time_s[i] < best_start):
                        best_m, best_start = covered, time_s[i]
            if i >= 0 and distance_m[j] - distance_m[i] >= best_m and doubt_until[j] - doubt_until[i] <= doubt_limit:
                share = (start - time_s[i]) / (time_s[i + 1] - time_s[i])
                covered = distance_m[j] - (distance_m[i] + share * (distance_m[i + 1] - distance_m[i]))
                if covered > best_m or (covered == best_m and start < best_start):
                    best_m, best_start = covered, start
    if best_m < 0.0:
        return np.nan, np.nan
    return best_start, best_m


@kernel
def fastest_windows(time_s, distance_m, doubt_until, targets_m, doubt_limits):
    """`fastest_window` for several distances: start and end of each, float64[k, 2].

    Parameters
    ----------
    time_s, distance_m, doubt_until
        As in `fastest_window`.
    targets_m, doubt_limits : float64[k]
        One of each for every window. [m], [unit of doubt]
    """
    out = np.empty((len(targets_m), 2))
    for k in range(len(targets_m)):
        out[k, 0], out[k, 1] = fastest_window(time_s, distance_m, doubt_until, targets_m[k], doubt_limits[k])
    return out


@kernel
def farthest_windows(time_s, distance_m, doubt_until, targets_s, doubt_limits):
    """`farthest_window` for several times: start of each and the distance covered, float64[k, 2].

    Parameters
    ----------
    time_s, distance_m, doubt_until
        As in `fastest_window`.
    targets_s, doubt_limits : float64[k]
        One of each for every window. [s], [unit of doubt]
    """
    out = np.empty((len(targets_s), 2))
    for k in range(len(targets_s)):
        out[k, 0], out[k, 1] = farthest_window(time_s, distance_m, doubt_until, targets_s[k], doubt_limits[k])
    return out


@kernel
def too_fast_steps(time_s, distance_m, span_m, floor_s):
    """True for each step between samples that lies in a stretch of `span_m` or more covered in under `floor_s`.

    Stretches begin and end at samples, and are the shortest of at least `span_m` for each end.

    Parameters
    ----------
    time_s, distance_m : float64[n]
        As in `fastest_window`.
    span_m, floor_s : float
        The fastest that a human can be over this distance. [m], [s]

    Returns
    -------
    is_too_fast : bool[n-1]
        Step k is between samples k and k+1.

    The time of a stretch longer than `span_m` is scaled down to `span_m` before it is compared, so that coarse
    recording does not hide a jump.
    """
    n = len(time_s)
    marks = np.zeros(n, dtype=np.int64)
    i = 0
    for j in range(1, n):
        if distance_m[j] - distance_m[0] < span_m:
            continue
        while i + 1 < j and distance_m[j] - distance_m[i + 1] >= span_m:
            i += 1
        covered = distance_m[j] - distance_m[i]
        if (time_s[j] - time_s[i]) * span_m < floor_s * covered:
            marks[i] += 1
            marks[j] -= 1
    out = np.zeros(max(n - 1, 0), dtype=np.bool_)
    open_marks = 0
    for k in range(n - 1):
        open_marks += marks[k]
        out[k] = open_marks > 0
    return out


@kernel
def way_by_speed(speed_mps, time_s):
    """Way that speeds of whole seconds add up to, read off at any times by straight lines.

    Parameters
    ----------
    speed_mps : float64[m]
        Speed over each second; NaN: no way. [m/s]
    time_s : float64[n]
        Before 0 the way is 0, after the last second it stays what it is. [s]

    Returns
    -------
    float64[n]
        [m]
    """
    m = len(speed_mps)
    ran = np.zeros(m + 1)
    for i in range(m):
        ran[i + 1] = ran[i] + (0.0 if np.isnan(speed_mps[i]) else speed_mps[i])
    out = np.empty(len(time_s))
    for k in range(len(time_s)):
        if not time_s[k] < m:
            out[k] = ran[m]
        elif time_s[k] <= 0.0:
            out[k] = 0.0
        else:
            i = int(time_s[k])
            out[k] = (ran[i + 1] - ran[i]) * (time_s[k] - i) + ran[i]
    return out


@kernel
def step_doubts(time_s, timer_s, distance_m, gap_s, max_mps, slow_mps):
    """Which steps between samples bridge a signal gap, and which are faster than a sprinter over a whole second.

    Parameters
    ----------
    time_s, distance_m : float64[n]
        As in `fastest_window`; n >= 1.
    timer_s : float64[n]
        Never falls. [s]
    gap_s, max_mps, slow_mps : float
        The timer runs longer than `gap_s` in a gap; `max_mps` holds over a second at least.

    Returns
    -------
    is_gap, is_glitch : bool[n-1]
    has_fast : bool
        Whether any step is faster than `slow_mps`.
    """
    n = len(time_s) - 1
    is_gap, is_glitch = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    has_fast = False
    for k in range(n):
        step_s, step_m = time_s[k + 1] - time_s[k], distance_m[k + 1] - distance_m[k]
        is_gap[k] = timer_s[k + 1] - timer_s[k] > gap_s and step_m > 0.0
        is_glitch[k] = step_m > max_mps * max(step_s, 1.0)
        has_fast |= step_m > slow_mps * step_s
    return is_gap, is_glitch, has_fast
