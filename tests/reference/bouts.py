"""Twins of kernels/bouts.py: means of slices of plain rows instead of differences of running sums."""

import numpy as np


def _part(x, a, b):
    return x[max(a, 0) : max(b, 0)]


def _mean(x, a, b):
    part = _part(x, a, b)
    return float(part.mean()) if len(part) else np.nan


def _weighted(x, w, a, b, least):
    size = _part(w, a, b).sum()
    return float(_part(x, a, b).sum() / size) if len(_part(w, a, b)) and size >= least else np.nan


def _lesser(*values):
    known = [v for v in values if not np.isnan(v)]
    return min(known) if known else np.nan


def _off_scale(value, scale):
    return float(np.abs(np.log(value / np.asarray(scale))).min())


def cost_of_grade(grade, limit):
    g = np.clip(np.nan_to_num(grade), -limit, limit)
    return np.polyval([155.4, -30.4, -43.3, 46.3, 19.5, 3.6], g) / 3.6


def bout_sums(level, cadence, heart, grade, cost, heart_middle, run_level, still_level):
    run = (level > run_level) & (level > still_level)
    g = np.clip(np.nan_to_num(grade), -0.25, 0.25)
    known = ~np.isnan(heart)
    beats = np.log(np.clip(np.where(known, heart, heart_middle), 30, 250) / heart_middle) * known
    flat = level + cost
    rows = [level, cadence, run, level * run, level <= still_level, flat * run, beats, known, g, level**2]
    return np.hstack((np.zeros((10, 1)), np.cumsum(np.array(rows, dtype=float), axis=1)))


def bout_features(sums, runs, breaks, level, start, end, row, speed_sum, facts, usual_s, usual_m):
    y, z, run, run_y, still, adjusted, heart, has_heart, grade, square = np.diff(sums, axis=1)
    n = len(y)
    speed = np.diff(speed_sum)
    best, noise, middle, has_cadence, heart_middle = facts
    rows = []
    for a, b, i in zip(start, end, row, strict=True):
        size = b - a
        wide = min(max(size, 20), 90)
        here, here_z, half = _mean(y, a, b), _mean(z, a, b), (a + b) // 2
        left, right = _weighted(run_y, run, a - 120, a, 8), _weighted(run_y, run, b, b + 120, 8)
        contrast = [here - _mean(y, a - wide, a), here - _mean(y, b, b + wide)]
        run_contrast = [here - left, here - right]
        cadence = [here_z - _mean(z, a - wide, a), here_z - _mean(z, b, b + wide)]
        steps = [
            [_mean(x, a + 2, a + 12) - _mean(x, a - 12, a - 2), _mean(x, b - 12, b - 2) - _mean(x, b + 2, b + 12)]
            for x in (y, z)
        ]
        unknown = [np.nan] * 4
        like = sum(
            breaks[j + 1] - breaks[j]
            for j in range(len(level))
            if level[j] >= here - 0.03 and not (breaks[j] < b and breaks[j + 1] > a)
        )
        late = rise = fall = np.nan
        if has_heart[a:b].sum() > 0.5 * size:
            late = _weighted(heart, has_heart, max(a, b - max(20, size // 2)), b + 8, 8)
            rise = late - _weighted(heart, has_heart, a - 20, a + 3, 8)
            fall = _weighted(heart, has_heart, b - 10, b + 8, 8) - _weighted(heart, has_heart, b + 35, b + 80, 8)
        flat = _weighted(adjusted, run, a, b, 5)
        flat_around = [_weighted(adjusted, run, a - 120, a, 8), _weighted(adjusted, run, b, b + 120, 8)]
        against = max(flat_around) if not np.isnan(flat_around).any() else _lesser(*flat_around)
        parent = runs[i, 2]
        metres = max(speed[a:b].sum(), 1.0)
        rows.append([
            np.log(size), here, here_z if has_cadence else np.nan, *contrast, _lesser(*contrast), *run_contrast,
            _lesser(*run_contrast), *([*cadence, _lesser(*cadence), _lesser(*steps[1])] if has_cadence else unknown),
            *steps[0], here - best, here - level[i], level[i] - level[parent] if parent >= 0 else 1.0,
            float(sum(runs[:, 2] == i)), runs[i, 3], _mean(still, a - 60, a), _mean(still, b, b + 60), min(a, 600),
            min(n - b, 600), run[a:b].sum() / max(run.sum(), 1.0), noise, _mean(y, half, b) - _mean(y, a, half),
            np.sqrt(max(_mean(square, a, b) - here**2, 0.0)), here - middle, like / max(run.sum(), 1.0), late, rise,
            fall, _mean(grade, a, b) - _lesser(_mean(grade, a - wide, a), _mean(grade, b, b + wide)), flat - against,
            late + heart_middle, _off_scale(size, usual_s), _off_scale(metres, usual_m), np.log(metres / size),
        ])  # fmt: skip
    return np.array(rows, dtype=float).reshape(len(rows), 39)


def choice_features(start, end, level, score, taken):
    at = np.flatnonzero(taken)
    rows = []
    for a, b, here, p, is_taken in zip(start, end, level, score, taken, strict=True):
        row = [p, len(at), score[at].sum()] + [np.nan] * 5
        if len(at):
            both = np.maximum(0, np.minimum(b, end[at]) - np.maximum(a, start[at]))
            union = (end[at] - start[at]) + (b - a) - both
            first, last = start[at].min(), end[at].max()
            outside = (b - first) / 60 if a < first - 1 else (a - last) / 60 if b > last + 1 else 0.0
            row[3:] = [
                np.log(b - a) - np.median(np.log(end[at] - start[at])), here - np.median(level[at]), float(is_taken),
                (both / union).max(), outside,
            ]  # fmt: skip
        rows.append(row)
    return np.array(rows, dtype=float).reshape(len(rows), 8)


def highest_mean(values, first, stop, width):
    n, half = len(values), width // 2
    out = []
    for a, b in zip(first, stop, strict=True):
        whole = [values[i - half : i + half + 1].mean() for i in range(a, b) if half <= i < n - half]
        known = [x for x in whole if not np.isnan(x)]
        out.append(max(known) if known else np.nan)
    return np.array(out)
