"""Twins of kernels/levels.py: whole arrays and masks."""

import numpy as np


def known_speed(speed_mps, is_timer_on, cadence_spm, grade_frac, steps_spm, steps_mps, level_grade):
    known = np.isfinite(speed_mps)
    speed = np.where(is_timer_on & known, speed_mps, 0.0)
    steps = (cadence_spm >= steps_spm) & (speed >= steps_mps)
    level = speed[steps & ~(np.abs(grade_frac) > level_grade)]
    return speed, level, np.count_nonzero(steps), np.count_nonzero(is_timer_on & ~known)


def _before(x):
    return np.concatenate(([0.0], np.cumsum(x)))


def running_sums(speed, cadence_spm, run_mps, steps_spm, steps_mps):
    runs = (speed > run_mps) | ((cadence_spm >= steps_spm) & (speed >= steps_mps))
    return runs, speed[runs], _before(speed), _before(runs)


def within_over(values, low, high, by):
    return np.clip(values, low, high) / by


def held(values, low, high, keep):
    out = np.clip(values, low, high)
    return out, np.abs(np.diff(out[keep]))


def known_steps(cadence_spm, runs, least_spm):
    good = np.isfinite(cadence_spm) & ((cadence_spm > least_spm) | ~runs)
    return np.where(good, cadence_spm, 0.0), cadence_spm[runs & good], good | ~runs, np.count_nonzero(runs)


def slope_of_five(values):
    inner = (values[4:] - values[:-4]) / 4.0
    return np.concatenate((inner[[0, 0]], inner, inner[[-1, -1]]))


def averaged(one, other, low, high):
    return 0.5 * (one + np.clip(other, low, high))


def sums_before(one, other, weight):
    return _before(one + weight * other)


def uphill(grade_frac, speed, steepest, least_grade, least_mps):
    grade = np.clip(np.nan_to_num(grade_frac), -steepest, steepest)
    return grade, float((grade * speed)[(grade >= least_grade) & (speed > least_mps)].sum())
