"""Twins of kernels/standstill.py: whole arrays, np.interp and np.unique."""

import numpy as np


def with_pause_edges(time_s, distance_m, start_s, end_s):
    distance_m = np.maximum.accumulate(distance_m)
    start, end = (np.clip(edge, time_s[0], time_s[-1]) for edge in (start_s, end_s))
    before = np.searchsorted(time_s, start, side="right") - 1
    after = np.minimum(np.searchsorted(time_s, end, side="left"), len(time_s) - 1)
    lead, trail = start - time_s[before], time_s[after] - end
    share = np.divide(lead, lead + trail, out=np.zeros(len(lead)), where=lead + trail > 0)
    at_edge = distance_m[before] + share * (distance_m[after] - distance_m[before])
    is_empty = after <= before + 1  # no sample inside the pause
    at_start = np.where(is_empty, at_edge, np.interp(start, time_s, distance_m))
    at_end = np.where(is_empty, at_edge, np.interp(end, time_s, distance_m))
    all_time = np.concatenate((time_s, start, end))
    all_distance = np.concatenate((distance_m, at_start, at_end))
    unique_time, first = np.unique(all_time, return_index=True)
    return unique_time, np.maximum.accumulate(all_distance[first])


def paused_until(time_s, start_s, end_s):
    paused = [np.clip(time_s - a, 0.0, b - a) for a, b in zip(start_s, end_s, strict=True)]
    return np.sum(paused, axis=0) if paused else np.zeros(len(time_s))
