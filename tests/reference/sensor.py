"""Twins of kernels/sensor.py: whole arrays, differences and np.interp."""

import numpy as np


def stands(time_s, distance_m, way_m, slow_mps, least_s):
    is_slow = np.maximum(np.diff(distance_m), np.diff(way_m)) < slow_mps * np.diff(time_s)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_slow.astype(np.int8), [0])))).reshape(-1, 2)
    return edges[time_s[edges[:, 1]] - time_s[edges[:, 0]] >= least_s]


def lags_by_change(time_s, distance_m, speed_mps, every, span, least_mps):
    way_m = np.cumsum(speed_mps) - 0.5 * speed_mps
    middle_s = np.arange(len(speed_mps), dtype=np.float64)[::every] + 0.5
    behind = way_m[::every] - np.interp(middle_s, time_s, distance_m)
    gain, lost = (x[span:] - x[: max(len(x) - span, 0)] for x in (speed_mps[::every], behind))
    tells = np.abs(gain) >= least_mps
    return lost[tells] / gain[tells], np.abs(gain[tells])


def moved_on(values, later_s):
    second = np.arange(len(values), dtype=np.float64)
    return np.interp(second - later_s, second, values)


def runs_away(metres, speed_mps, factor, slack_mps, limit_mps):
    return (metres > factor * speed_mps + slack_mps).any(), (metres > limit_mps).any()
