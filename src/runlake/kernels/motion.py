"""One pass over whole seconds: who moved, who ran, how far, and running totals for means over any stretch."""

import numpy as np

from runlake.kernels._jit import kernel


@kernel
def motion(speed_mps, cadence_spm, distance_m, is_timer_on, moving_mps, closed_s, running_mps, sure_mps, walking_spm):
    """Which seconds were moved and which were run, how far each went, and its speed.

    Parameters
    ----------
    speed_mps, cadence_spm, distance_m : float64[m]
        Missing: NaN. [m/s, steps/min, m]
    is_timer_on : bool[m]
    moving_mps, closed_s : float, int
        Slower is standing; a stop between two moves that lasts no longer is none. [m/s, s]
    running_mps, sure_mps, walking_spm : float
        Slower than the first nobody runs; below the second a cadence below the third is that of a walk.

    Returns
    -------
    is_moving, is_running : bool[m]
        False with the timer off, and in the last second, in which no time passes.
    metres, speed : float64[m]
        Growth of the distance in each second, and speed; 0 where unknown.
    has_moved : bool
        Whether any second was moved in, with the timer on or off.
    """
    m = len(speed_mps)
    is_moving, is_running = np.zeros(m, dtype=np.bool_), np.zeros(m, dtype=np.bool_)
    metres, speed = np.zeros(m), np.zeros(m)
    for i in range(m):
        v = speed_mps[i]
        speed[i] = 0.0 if np.isnan(v) else v
        # Comparisons with NaN are false: no speed is no movement, no cadence is no walking.
        is_running[i] = is_timer_on[i] & (v >= running_mps) & (not ((v < sure_mps) & (cadence_spm[i] < walking_spm)))
    for i in range(m - 1):
        grown = distance_m[i + 1] - distance_m[i]
        metres[i] = 0.0 if np.isnan(grown) else grown
    last = -1
    for i in range(m):
        if speed_mps[i] >= moving_mps:
            first = i
            if 0 <= last < i - 1 and i - last - 1 <= closed_s:
                first = last + 1
            for j in range(first, i + 1):
                is_moving[j] = is_timer_on[j]
            last = i
    if m > 0:
        is_moving[m - 1] = False
        is_running[m - 1] = False
    return is_moving, is_running, metres, speed, last >= 0


@kernel
def running_totals(columns, is_running, is_timer_on):
    """Sums and counts so far of columns of whole seconds, for `means_between`.

    Parameters
    ----------
    columns : tuple of 5 float64[m]
        Missing: NaN is left out. The second is summed over the seconds run as well, and the last over all seconds
        with 0 for those with the timer off.
    is_running, is_timer_on : bool[m]

    Returns
    -------
    total, known : float64[7, m + 1], int32[7, m + 1]
        Rows: the five columns, the second while running, the last with 0 while the timer was off.
    """
    a, b, c, d, e = columns
    m = len(is_running)
    total, known = np.empty((7, m + 1)), np.empty((7, m + 1), dtype=np.int32)  # half the memory to write
    total[:, 0] = 0.0
    known[:, 0] = 0
    ta = tb = tc = td = te = tf = tg = 0.0
    na = nb = nc = nd = ne = nf = ng = 0
    for i in range(m):
        va, vb, vc, vd, ve = a[i], b[i], c[i], d[i], e[i]
        vf = vb if is_running[i] else np.nan
        vg = ve if is_timer_on[i] else 0.0
        ta += 0.0 if np.isnan(va) else va
        tb += 0.0 if np.isnan(vb) else vb
        tc += 0.0 if np.isnan(vc) else vc
        td += 0.0 if np.isnan(vd) else vd
        te += 0.0 if np.isnan(ve) else ve
        tf += 0.0 if np.isnan(vf) else vf
        tg += 0.0 if np.isnan(vg) else vg
        na += not np.isnan(va)
        nb += not np.isnan(vb)
        nc += not np.isnan(vc)
        nd += not np.isnan(vd)
        ne += not np.isnan(ve)
        nf += not np.isnan(vf)
        ng += not np.isnan(vg)
        j = i + 1
        total[0, j], total[1, j], total[2, j], total[3, j] = ta, tb, tc, td
        total[4, j], total[5, j], total[6, j] = te, tf, tg
        known[0, j], known[1, j], known[2, j], known[3, j] = na, nb, nc, nd
        known[4, j], known[5, j], known[6, j] = ne, nf, ng
    return total, known


@kernel
def means_between(total, known, rows, start_s, end_s):
    """Time-weighted mean of columns over each [start, end), from their running totals.

    Parameters
    ----------
    total, known : float64[c, m + 1], int32[c, m + 1]
        As from `running_totals`; m >= 1.
    rows : int64[r]
        Which of the columns, each from 0 to c - 1.
    start_s, end_s : float64[k]
        Any order; what lies outside 0 to m is left out. [s]

    Returns
    -------
    float64[r, k]
        NaN where nothing is known. O(r k).
    """
    m = total.shape[1] - 1
    out = np.full((len(rows), len(start_s)), np.nan)
    for k in range(len(start_s)):
        a = min(max(start_s[k], 0.0), float(m))
        b = min(max(end_s[k], 0.0), float(m))
        if np.isnan(a) or np.isnan(b):
            continue
        i, j = min(int(a), m - 1), min(int(b), m - 1)
        for q in range(len(rows)):
            r = rows[q]
            until_a = total[r, i] + (a - i) * (total[r, i + 1] - total[r, i])
            until_b = total[r, j] + (b - j) * (total[r, j + 1] - total[r, j])
            known_a = known[r, i] + (a - i) * (known[r, i + 1] - known[r, i])
            known_b = known[r, j] + (b - j) * (known[r, j + 1] - known[r, j])
            if known_b - known_a > 1e-9:
                out[q, k] = (until_b - until_a) / (known_b - known_a)
    return out


@kernel
def growth_between(curve, start_s, end_s):
    """Growth of a running total, one value for each whole second, between two times.

    Parameters
    ----------
    curve : float64[m]
        Straight lines between the seconds; the ends are held. m >= 1.
    start_s, end_s : float64[k]
        [s]

    Returns
    -------
    float64[k]
        NaN where a time is.
    """
    m = len(curve)
    out = np.empty(len(start_s))
    for k in range(len(start_s)):
        at = np.zeros(2)
        for side in range(2):
            s = start_s[k] if side == 0 else end_s[k]
            if np.isnan(s):
                at[side] = np.nan
            elif s >= m - 1:
                at[side] = curve[m - 1]
            elif s <= 0.0:
                at[side] = curve[0]
            else:
                i = int(s)
                at[side] = (curve[i + 1] - curve[i]) * (s - i) + curve[i]
        out[k] = at[1] - at[0]
    return out


@kernel
def highest_between(values, start_s, end_s):
    """Highest value of whole seconds that touch each [start, end).

    Parameters
    ----------
    values : float64[m]
        Missing: NaN is left out.
    start_s, end_s : float64[k]
        [s]

    Returns
    -------
    float64[k]
        NaN where there is none.
    """
    m = len(values)
    out = np.full(len(start_s), np.nan)
    for k in range(len(start_s)):
        if np.isnan(start_s[k]) or np.isnan(end_s[k]):
            continue
        first = int(min(max(np.floor(start_s[k]), 0.0), float(m)))
        stop = int(min(max(np.ceil(end_s[k]), 0.0), float(m)))
        highest = -np.inf
        for i in range(first, stop):
            if values[i] > highest:  # False for NaN
                highest = values[i]
        if highest > -np.inf:
            out[k] = highest
    return out
