"""Twins of kernels/looks.py: whole arrays and slices."""

import numpy as np


def census(values):
    known = values[~np.isnan(values)]
    return (len(known), known.min(), known.max()) if len(known) else (0, np.nan, np.nan)


def has_cliff(values, step_s, jump, rate):
    step = np.abs(np.diff(values))
    return bool(np.isnan(step).any() or (step > jump + rate * step_s).any())


def second_differences(values):
    rough = np.diff(values, n=2) if len(values) > 2 else np.empty(0)
    return rough[~np.isnan(rough)]


def n_missing_fixes(latitude_deg, longitude_deg):
    is_zero = (latitude_deg == 0.0) & (longitude_deg == 0.0)
    return np.count_nonzero(np.isnan(latitude_deg) | np.isnan(longitude_deg) | is_zero)


def rough_parts(values, width, limit):
    if len(values) <= 2 * width:
        return 0, 0
    off = np.abs(values[width:-width] - 0.5 * (values[: -2 * width] + values[2 * width :]))
    return np.count_nonzero(off > limit), np.count_nonzero(~np.isnan(off))


def most_grown(values, width):
    return (values[width:] - values[: max(len(values) - width, 0)]).max(initial=-np.inf)


def known_apart(values, others):
    apart = values - others
    return apart[~np.isnan(apart)]


def drawn_towards(values, others, weight):
    apart = others - values
    return np.where(np.isnan(apart), values, values + weight * apart)


def length_of_steps(values, rates, least_rate, least_value):
    is_there = (rates >= least_rate) & (values > least_value)
    return np.divide(60.0 * values, rates, out=np.full(len(values), np.nan), where=is_there)


def near_stretches(values, others, share, within, width, least):
    near = np.abs(values - share * others) <= within
    total = np.concatenate(([0], np.cumsum(near)))
    return near, np.flatnonzero(total[width:] - total[:-width] >= least)


def n_both_known(values, others):
    return np.count_nonzero(~np.isnan(values) & ~np.isnan(others))


def off_where_high(values, middle, least):
    off = np.where(middle >= least, np.abs(values - middle), 0.0)
    return off, np.nanmax(np.append(off, 0.0))
