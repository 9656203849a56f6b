"""Twins of kernels/motion.py: masks and slices of whole arrays, and integrals piece by piece."""

import numpy as np


def motion(speed_mps, cadence_spm, distance_m, is_timer_on, moving_mps, closed_s, running_mps, sure_mps, walking_spm):
    moving = speed_mps >= moving_mps
    has_moved = bool(moving.any())
    edges = np.flatnonzero(np.diff(moving)) + 1
    stops = edges if len(moving) and moving[0] else edges[1:]
    for stop, start in zip(stops[0::2], stops[1::2], strict=False):
        if start - stop <= closed_s:
            moving[stop:start] = True
    moving &= is_timer_on
    walking = (speed_mps < sure_mps) & (cadence_spm < walking_spm)
    running = is_timer_on & (speed_mps >= running_mps) & ~walking
    moving[-1:] = running[-1:] = False
    metres = np.append(np.nan_to_num(np.diff(distance_m)), 0.0)[: len(speed_mps)]
    return moving, running, metres, np.nan_to_num(speed_mps), has_moved


def running_totals(columns, is_running, is_timer_on):
    running = np.where(is_running, columns[1], np.nan)
    rows = np.array([*columns, running, np.where(is_timer_on, columns[4], 0.0)])
    first = np.zeros((7, 1))
    return (
        np.hstack((first, np.cumsum(np.nan_to_num(rows), axis=1))),
        np.hstack((first, np.cumsum(~np.isnan(rows), axis=1))).astype(np.int32),
    )


def means_between(total, known, rows, start_s, end_s):
    second = np.arange(total.shape[1], dtype=np.float64)
    out = np.full((len(rows), len(start_s)), np.nan)
    for q, r in enumerate(rows):
        for k, (start, end) in enumerate(zip(start_s, end_s, strict=True)):
            weight = np.diff(np.interp([start, end], second, known[r]))[0]
            if weight > 1e-9:
                out[q, k] = np.diff(np.interp([start, end], second, total[r]))[0] / weight
    return out


def growth_between(curve, start_s, end_s):
    second = np.arange(len(curve), dtype=np.float64)
    return np.interp(end_s, second, curve) - np.interp(start_s, second, curve)


def highest_between(values, start_s, end_s):
    out = []
    for start, end in zip(start_s, end_s, strict=True):
        seconds = [i for i in range(len(values)) if np.floor(start) <= i < np.ceil(end)]
        known = [values[i] for i in seconds if not np.isnan(values[i])]
        out.append(max(known, default=np.nan))
    return np.array(out)
