"""Work intervals by Otsu's threshold on speed, strides by a rolling median, and groups of like reps.

The methods that an analyst reaches for first; how often they are right is measured on labelled files elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from baseline_activity import at_seconds, between, climbs, max_between, mean_between, overlap
from baseline_samples import Activity, rolling_mean

ROUND_M = np.array([100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 1609.344, 2000, 3000, 5000.0])
HELPERS = ["mean_s", "mean_m", "sd_s", "sd_m", "sd_mps", "first_mps", "last_mps", "meant_m", "meant_s"]
MIN_BOUT_S, MAX_STRIDE_S = 20.0, 35.0


def otsu(values: np.ndarray) -> tuple[float, float]:
    """The value that splits a histogram into the two classes furthest apart, and the ratio of their means."""
    count, edges = np.histogram(values, bins=64)
    middle = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(count)[:-1]
    above = len(values) - below
    total = np.cumsum(count * middle)
    low, high = total[:-1] / np.maximum(below, 1), (total[-1] - total[:-1]) / np.maximum(above, 1)
    best = int(np.argmax(below * above * (high - low) ** 2))
    return float(edges[best + 1]), float(high[best] / low[best])


def runs_of(mask: np.ndarray, close_s: int = 0) -> np.ndarray:
    """Begin and end of each stretch of True, int[n, 2]; gaps of up to `close_s` are closed."""
    padded = np.concatenate(([False], mask, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)
    if len(edges) == 0:
        return edges
    apart = edges[1:, 0] - edges[:-1, 1] > close_s
    first, last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
    return np.column_stack((edges[first, 0], edges[last, 1]))


def hysteresis(values: np.ndarray, high: np.ndarray | float, low: np.ndarray | float, close_s: int) -> np.ndarray:
    """Stretches above `low` that reach `high` somewhere, int[n, 2]."""
    spans = runs_of(np.nan_to_num(values) > low, close_s)
    reached = np.concatenate(([0], np.cumsum(np.nan_to_num(values) > high)))
    return spans[reached[spans[:, 1]] > reached[spans[:, 0]]] if len(spans) else spans


def find(activity: Activity) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `intervals` and of `strides`; neither outside running."""
    seconds = activity.seconds
    speed = rolling_mean(seconds["speed_mps"].to_numpy(), 5)
    moving = seconds["is_moving"].to_numpy() & np.isfinite(speed)
    if not activity.is_run or moving.sum() < 300:
        return pd.DataFrame(), pd.DataFrame()
    threshold, contrast = otsu(speed[moving])
    spans = hysteresis(speed, threshold, 0.95 * threshold, 5) if contrast >= 1.2 else np.empty((0, 2), dtype=int)
    spans = spans[spans[:, 1] - spans[:, 0] >= MIN_BOUT_S]
    if len(spans) and (spans[:, 1] - spans[:, 0]).sum() > 0.7 * moving.sum():
        spans = spans[:0]  # the fast class is the run itself, the slow one its stops
    usual = pd.Series(np.where(moving, speed, np.nan)).rolling(181, center=True, min_periods=30).median().to_numpy()
    short = hysteresis(speed, 1.25 * usual, 1.1 * usual, 2)
    length = short[:, 1] - short[:, 0]
    short = short[(length >= 8) & (length <= MAX_STRIDE_S)]
    if len(spans) and (spans[:, 1] - spans[:, 0]).max() <= MAX_STRIDE_S and len(spans) <= 12:
        spans = spans[:0]  # a handful of pick-ups is strides, not a session
    elif len(spans):
        clear = overlap(_frame(short), _frame(spans))[0] == 0
        short = short[clear] if len(short) else short
    return intervals(activity, spans, threshold), strides(activity, short)


def _frame(spans: np.ndarray) -> pd.DataFrame:
    """Spans as rows with a begin and an end."""
    return pd.DataFrame(spans, columns=["start_s", "end_s"], dtype=float)


def _common(activity: Activity, spans: np.ndarray) -> pd.DataFrame:
    """What intervals and strides have in common."""
    start, end = spans[:, 0].astype(float), spans[:, 1].astype(float)
    seconds = activity.seconds
    way = between(seconds["distance_m"].to_numpy(), start, end)
    peak = rolling_mean(seconds["speed_mps"].to_numpy(), 3)
    return pd.DataFrame(
        {"start_time_utc": at_seconds(activity, start), "end_time_utc": at_seconds(activity, end), "start_s": start,
         "end_s": end, "duration_s": end - start, "distance_m": way, "mean_speed_mps": way / (end - start),
         "peak_speed_mps": max_between(peak, start, end), "rest_s": np.append(start[1:] - end[:-1], np.nan)}
    )  # fmt: skip


def intervals(activity: Activity, spans: np.ndarray, threshold: float) -> pd.DataFrame:
    """The rows of `intervals` but for sets, programmed steps and what other days tell."""
    if len(spans) == 0:
        return pd.DataFrame()
    table = _common(activity, spans)
    seconds = activity.seconds
    start, end = table["start_s"].to_numpy(), table["end_s"].to_numpy()
    rest_end = end + table["rest_s"].to_numpy()
    column = {name: seconds[name].to_numpy() for name in seconds}
    rest = mean_between(column["speed_mps"], end, rest_end)
    around = np.fmin(rest, mean_between(column["speed_mps"], np.maximum(start - 60.0, 0.0), start))
    up = between(climbs(activity)[0], start, end)
    grade = mean_between(column["grade_frac"], start, end)
    last = len(seconds) - 1
    heart = column["heart_rate_bpm"]
    fall = heart[np.minimum(end, last).astype(int)] - heart[np.minimum(end + 60.0, last).astype(int)]
    contrast = table["mean_speed_mps"] / around - 1.0
    kinds = _kinds(table, grade)
    return table.assign(
        kind=kinds,
        interval_no=np.arange(1, len(table) + 1),
        mean_gap_speed_mps=mean_between(column["gap_speed_mps"], start, end),
        rest_kind=_rest_kind(rest),
        rest_speed_mps=rest,
        contrast_frac=contrast,
        mean_cadence_spm=mean_between(column["cadence_spm"], start, end),
        mean_step_length_m=60.0 * table["mean_speed_mps"] / mean_between(column["cadence_spm"], start, end),
        mean_heart_rate_bpm=mean_between(heart, start, end),
        max_heart_rate_bpm=max_between(heart, start, end + 15.0),
        heart_rate_drop_60s_bpm=np.where(end + 60.0 <= last, fall, np.nan),
        grade_frac=grade,
        ascent_m=up,
        vertical_speed_mph=3600.0 * up / (end - start),
        confidence=np.clip(1.0 / (1.0 + np.exp(-8.0 * (contrast.fillna(0.3) - 0.2))), 0.05, 0.99),
        evidence=[f"faster than {threshold:.2f} m/s, which splits this run best"] * len(table),
        edge_source="samples",
    )


def _rest_kind(speed: np.ndarray) -> np.ndarray:
    """Stand, walk or jog by mean speed; None after the last rep."""
    return np.select([np.isnan(speed), speed < 0.5, speed < 1.9], [None, "stand", "walk"], "jog")


def _kinds(table: pd.DataFrame, grade: np.ndarray) -> np.ndarray:
    """Hill by grade, sprint and tempo by duration, fartlek by irregular durations, else interval."""
    duration = table["duration_s"]
    is_irregular = len(table) >= 4 and duration.std() / duration.mean() > 0.4
    rules = [grade > 0.04, duration <= 25.0, duration >= 480.0, np.full(len(table), is_irregular)]
    return np.select(rules, ["hill", "sprint", "tempo", "fartlek"], "interval")


def strides(activity: Activity, spans: np.ndarray) -> pd.DataFrame:
    """Pick-ups in which cadence rose as well."""
    if len(spans) == 0:
        return pd.DataFrame()
    table = _common(activity, spans)
    start, end = table["start_s"].to_numpy(), table["end_s"].to_numpy()
    cadence = activity.seconds["cadence_spm"].to_numpy()
    peak = max_between(rolling_mean(cadence, 3), start, end)
    rise = peak - mean_between(cadence, np.maximum(start - 60.0, 0.0), start)
    table = table.assign(
        peak_cadence_spm=peak,
        cadence_rise_spm=rise,
        confidence=np.clip(0.4 + rise / 40.0, 0.05, 0.95),
        evidence="a quarter faster than the minutes around it, with quicker steps",
    )
    table = table[~(table["cadence_rise_spm"] < 4.0)].reset_index(drop=True)
    table.insert(0, "stride_no", np.arange(1, len(table) + 1))
    table["rest_s"] = (table["start_s"].shift(-1) - table["end_s"]).to_numpy()
    return table


def interval_sets(bouts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The bouts with their set and what was meant, and the sets: neighbours of like kind and duration."""
    if bouts.empty:
        return bouts, pd.DataFrame()
    log = np.log(bouts["duration_s"])
    is_new = (log.diff().abs() > 0.25) | (bouts["kind"] != bouts["kind"].shift()) | (bouts["rest_s"].shift() > 600.0)
    bouts = bouts.assign(set_no=is_new.cumsum().clip(lower=1))
    bouts["set_no"] -= bouts["set_no"].iloc[0] - 1
    group = bouts.groupby("set_no")
    bouts["rep_no"] = group.cumcount() + 1
    sets = group.agg(
        kind=("kind", "first"), n_reps=("kind", "size"), start_s=("start_s", "first"), end_s=("end_s", "last"),
        work_s=("duration_s", "sum"), work_m=("distance_m", "sum"), mean_speed_mps=("mean_speed_mps", "mean"),
        confidence=("confidence", "mean"), mean_s=("duration_s", "mean"), mean_m=("distance_m", "mean"),
        sd_s=("duration_s", "std"), sd_m=("distance_m", "std"), sd_mps=("mean_speed_mps", "std"),
        first_mps=("mean_speed_mps", "first"), last_mps=("mean_speed_mps", "last"),
    )  # fmt: skip
    inside = bouts["rest_s"].where(bouts["rep_no"] < group["kind"].transform("size"))
    sets["mean_rest_s"] = inside.groupby(bouts["set_no"]).mean()
    sets["rest_kind"] = bouts["rest_kind"].where(inside.notna()).groupby(bouts["set_no"]).agg(_most_frequent)
    sets["work_rest_ratio"] = sets["mean_s"] / sets["mean_rest_s"]
    sets["is_equal_rest"] = sets["work_rest_ratio"].between(0.8, 1.25)
    sets["speed_cv_frac"] = sets["sd_mps"] / sets["mean_speed_mps"]
    sets["progression_pct"] = (100.0 * (sets["last_mps"] / sets["first_mps"] - 1.0)).where(sets["n_reps"] > 1)
    sets["fade_pct"] = -100.0 * _slope(bouts, sets) * (sets["n_reps"] - 1) / sets["mean_speed_mps"]
    sets["meant_m"], sets["meant_s"] = _meant(sets)
    bouts["snapped_distance_m"] = bouts["set_no"].map(sets["meant_m"])
    bouts["snapped_duration_s"] = bouts["set_no"].map(sets["meant_s"])
    sets["shorthand"] = [_set_words(row) for row in sets.itertuples()]
    rest = (15.0 * (sets["mean_rest_s"] / 15.0).round()).map("{:.0f}s".format)
    size = sets["shorthand"].str.split(" (", regex=False).str[0]
    sets["structure_key"] = sets["kind"] + ":" + size + "/" + rest
    return bouts, sets.drop(columns=HELPERS).reset_index()


def _most_frequent(values: pd.Series) -> str | None:
    """The value that occurs most; None without any."""
    found = values.mode()
    return found.iloc[0] if len(found) else None


def _slope(bouts: pd.DataFrame, sets: pd.DataFrame) -> pd.Series:
    """Change of speed from rep to rep, by least squares; NaN for a single rep."""
    x = bouts["rep_no"] - bouts["set_no"].map((sets["n_reps"] + 1) / 2)
    product = (x * bouts["mean_speed_mps"]).groupby(bouts["set_no"]).sum()
    return (product / (x * x).groupby(bouts["set_no"]).sum()).where(sets["n_reps"] > 1)


def _meant(sets: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The round distance or duration that the reps of each set agree on; NaN for the other."""
    metres, seconds = sets["mean_m"].to_numpy(), sets["mean_s"].to_numpy()
    nearest = ROUND_M[np.abs(metres[:, None] / ROUND_M - 1.0).argmin(axis=1)]
    step = np.where(seconds < 100.0, 5.0, 30.0)
    whole = step * np.round(seconds / step)
    cv_m, cv_s = (sets["sd_m"] / sets["mean_m"]).to_numpy(), (sets["sd_s"] / sets["mean_s"]).to_numpy()
    by_distance = (np.abs(metres / nearest - 1.0) <= 0.04) & ~(cv_s < cv_m)
    by_time = ~by_distance & (np.abs(seconds - whole) <= np.maximum(3.0, 0.03 * seconds))
    return np.where(by_distance, nearest, np.nan), np.where(by_time, whole, np.nan)


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _set_words(row: Any) -> str:
    """One set in coach's shorthand."""
    duration_s = row.mean_s if np.isnan(row.meant_s) else row.meant_s
    size = clock(duration_s) if np.isnan(row.meant_m) else f"{row.meant_m:.0f} m"
    words = f"{row.n_reps}x{size}" if row.n_reps > 1 else size
    return words if np.isnan(row.mean_rest_s) else f"{words} ({clock(row.mean_rest_s)} {row.rest_kind})"
