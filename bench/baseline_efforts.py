"""Best efforts, how a race was paced, and fatigue in a steady run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from baseline_activity import MILE_M, Track, at_seconds, mean_between
from baseline_samples import LONGEST_STEP_S, Activity

BY_DISTANCE = {
    "100m": 100.0, "200m": 200.0, "400m": 400.0, "800m": 800.0, "1k": 1000.0, "1200m": 1200.0, "mile": MILE_M,
    "3k": 3000.0, "5k": 5000.0, "10k": 10_000.0, "half": 21_097.5, "marathon": 42_195.0, "50k": 50_000.0,
    "100k": 100_000.0,
}  # fmt: skip
BY_TIME = {
    "5s": 5.0, "10s": 10.0, "30s": 30.0, "1min": 60.0, "2min": 120.0, "5min": 300.0, "10min": 600.0, "20min": 1200.0,
    "30min": 1800.0, "60min": 3600.0,
}  # fmt: skip
RACES = ("mile", "3k", "5k", "10k", "half", "marathon")
RECORD_M = np.array([60.0, 100, 200, 400, 800, 1000, MILE_M, 3000, 5000, 10_000, 21_097.5, 42_195, 1e5])
RECORD_S = np.array([5.0, 9.58, 19.19, 43.03, 100.91, 131.96, 223.13, 437.55, 755.36, 1571, 3402, 7235, 21_935])


def vdot(distance_m: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Daniels and Gilbert 1979; NaN outside 3.5 to 240 min."""
    minutes = time_s / 60.0
    v = distance_m / minutes
    share = 0.8 + 0.1894393 * np.exp(-0.012778 * minutes) + 0.2989558 * np.exp(-0.1932605 * minutes)
    value = (-4.60 + 0.182258 * v + 0.000104 * v * v) / share
    return np.where((time_s >= 210.0) & (time_s <= 14_400.0) & (value >= 10.0) & (value <= 100.0), value, np.nan)


def is_human(distance_m: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Not faster than the world record."""
    with np.errstate(divide="ignore", invalid="ignore"):
        record = np.exp(np.interp(np.log(distance_m), np.log(RECORD_M), np.log(RECORD_S)))
    return time_s >= record / 1.02


def fastest(time_s: np.ndarray, way_m: np.ndarray, target_m: float) -> tuple[float, float] | None:
    """Begin and end of the fastest window over a distance, one end at a sample, the other interpolated."""
    if way_m[-1] - way_m[0] < target_m:
        return None
    ahead, behind = way_m + target_m <= way_m[-1], way_m - target_m >= way_m[0]
    start = np.concatenate((time_s[ahead], np.interp(way_m[behind] - target_m, way_m, time_s)))
    end = np.concatenate((np.interp(way_m[ahead] + target_m, way_m, time_s), time_s[behind]))
    taken = np.where(is_human(np.full(len(start), target_m), end - start), end - start, np.inf)
    best = int(np.argmin(taken))
    return (float(start[best]), float(end[best])) if np.isfinite(taken[best]) else None


def farthest(time_s: np.ndarray, way_m: np.ndarray, target_s: float) -> tuple[float, float, float] | None:
    """Begin, end and metres of the window of a time that goes farthest."""
    if time_s[-1] - time_s[0] < target_s:
        return None
    start = np.concatenate((time_s[time_s + target_s <= time_s[-1]], time_s[time_s - target_s >= time_s[0]] - target_s))
    covered = np.interp(start + target_s, time_s, way_m) - np.interp(start, time_s, way_m)
    covered = np.where(is_human(covered, np.full(len(start), target_s)), covered, -1.0)
    best = int(np.argmax(covered))
    return (float(start[best]), float(start[best] + target_s), float(covered[best])) if covered[best] > 0 else None


def best_efforts(activity: Activity, on_track: Track | None) -> pd.DataFrame:
    """The best window for every standard distance and time."""
    time_s = activity.samples["elapsed_s"].to_numpy()
    recorded = activity.samples["distance_m"].to_numpy()
    way = on_track.corrected(time_s, recorded) if on_track else recorded
    if not activity.is_run or not np.nanmax(way, initial=0.0) > 0:
        return pd.DataFrame()
    rows: list[tuple[str, bool, float, float, float]] = []
    for name, target in BY_DISTANCE.items():
        found = fastest(time_s, way, target)
        if found:
            rows.append((name, True, target, *found))
    for name, target in BY_TIME.items():
        window = farthest(time_s, way, target)
        if window:
            rows.append((name, False, window[2], window[0], window[1]))
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows, columns=["effort", "is_by_distance", "distance_m", "start_s", "end_s"])
    start, end = table["start_s"].to_numpy(), table.pop("end_s").to_numpy()
    table["elapsed_s"] = end - start
    table["speed_mps"] = table["distance_m"] / table["elapsed_s"]
    table["start_time_utc"] = at_seconds(activity, start)
    table["mean_heart_rate_bpm"] = mean_between(activity.seconds["heart_rate_bpm"].to_numpy(), start, end)
    table["mean_grade_frac"] = mean_between(activity.seconds["grade_frac"].to_numpy(), start, end)
    table["pause_s"] = table["elapsed_s"] - (activity.timer_at(end) - activity.timer_at(start))
    table["is_indoor"] = activity.session.get("sub_sport") in ("treadmill", "indoor_running")
    table["quality"] = _quality(activity, table, time_s, way, start, end)
    table["vdot"] = vdot(table["distance_m"].to_numpy(), table["elapsed_s"].to_numpy())
    table["recorded_distance_m"] = np.interp(end, time_s, recorded) - np.interp(start, time_s, recorded)
    return table


def _quality(
    activity: Activity, table: pd.DataFrame, time_s: np.ndarray, way: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """The worst thing that is true of each window."""
    step_s, step_m = np.diff(time_s), np.diff(way)
    glitch = np.concatenate(([0.0], np.cumsum(step_m > 12.0 * np.maximum(step_s, 1.0))))
    gap = np.concatenate(([0.0], np.cumsum((np.diff(activity.timer_at(time_s)) > LONGEST_STEP_S) & (step_m > 0))))
    steepest = -0.02 if activity.quality["altitude_kind"] == "barometer" else -0.04
    inside = [np.interp(end, time_s, count) > np.interp(start, time_s, count) for count in (glitch, gap)]
    rules = [inside[0], inside[1], table["pause_s"] > 3.0, table["mean_grade_frac"] < steepest]
    return np.select(rules, ["glitch_near", "gap", "paused", "downhill"], "ok")


def pacing(activity: Activity, bouts: pd.DataFrame, n_strides: int) -> pd.DataFrame:
    """Quarters and verdict of a run that is one standard distance; nothing for sessions of several bouts."""
    if not activity.is_run or len(bouts) > 1 or n_strides >= 2:
        return pd.DataFrame()
    time_s, way = (activity.samples[c].to_numpy() for c in ("elapsed_s", "distance_m"))
    spans = [(0.0, time_s[-1], way[-1])]
    if len(bouts):
        spans.insert(0, tuple(bouts.iloc[0][["start_s", "end_s", "distance_m"]]))
    for a, b, metres in spans:
        for effort in RACES:
            if -0.01 <= metres / BY_DISTANCE[effort] - 1.0 <= 0.03:
                row = _pacing_row(activity, effort, a, b, bouts)
                return pd.DataFrame([row])
    return pd.DataFrame()


def _pacing_row(activity: Activity, effort: str, start_s: float, end_s: float, bouts: pd.DataFrame) -> dict[str, Any]:
    """Quarters of an effort, and what follows from them."""
    time_s, way = (activity.samples[c].to_numpy() for c in ("elapsed_s", "distance_m"))
    low, high = np.interp([start_s, end_s], time_s, way)
    total_s, total_m = end_s - start_s, high - low
    lap = np.diff(np.interp(np.linspace(low, high, 5), way, time_s))
    hundreds = np.diff(np.interp(np.arange(low, low + 0.62 * total_m, 100.0), way, time_s))
    kick_s = end_s - float(np.interp(high - 400.0, way, time_s))
    index = (lap[2] + lap[3] - lap[0] - lap[1]) / total_s
    pieces = np.diff(np.interp(np.linspace(low, high, 21), way, time_s))[:-1]
    slow = [pieces[k:].min() >= 1.08 * pieces[:k].mean() for k in range(8, 19)]
    return {
        "effort": effort,
        "start_s": start_s,
        "distance_m": total_m,
        "elapsed_s": total_s,
        **{f"lap_{k + 1}_s": lap[k] for k in range(4)},
        "first_lap_overspeed_frac": (total_m / 4 / lap[0]) / (total_m / total_s) - 1.0,
        "controlled_cv_frac": (100.0 / hundreds).std() / (100.0 / hundreds).mean() if len(hundreds) > 1 else np.nan,
        "third_lap_sag_s": lap[2] - (lap[1] + lap[3]) / 2,
        "last_400_kick_frac": (400.0 / kick_s) / ((total_m - 400.0) / (total_s - kick_s)) - 1.0,
        "split_index": index,
        "split_verdict": "even" if abs(index) <= 0.01 else "negative" if index < 0 else "positive",
        "has_bonk": any(slow),
        "is_race_like": bool(len(bouts) == 1),
    }


def fatigue(activity: Activity, bouts: pd.DataFrame) -> pd.DataFrame:
    """Decoupling, durability and onset of drift over 10 s means of a steady run; else the reason why not."""
    if not activity.is_run:
        return pd.DataFrame()
    seconds = activity.seconds
    running = seconds[seconds["is_running"]]
    if len(running) < 2400:
        return pd.DataFrame([{"reason": f"{len(running) / 60:.0f} min of running, 40 min are needed"}])
    if len(bouts) >= 2:
        return pd.DataFrame([{"reason": "a session with work bouts"}])
    columns = ["gap_speed_mps", "speed_mps", "heart_rate_bpm", "cadence_spm", "grade_frac", "distance_m"]
    bins = running[columns].groupby(running.index // 10).mean()
    bins["at_s"] = bins.index * 10.0 + 5.0
    basis = max(("gap_speed_mps", "speed_mps"), key=lambda c: bins[c].corr(bins["heart_rate_bpm"]))
    row = {"speed_basis": "grade_adjusted" if basis.startswith("gap") else "speed", **_form_change(bins)}
    steady = bins[bins["at_s"] >= 600.0]
    five = steady["gap_speed_mps"].rolling(30).mean()
    late = five[steady["at_s"] > 2 / 3 * activity.elapsed_s].max()
    row["best_5min_late_frac"] = late / five[steady["at_s"] <= 2 / 3 * activity.elapsed_s].max()
    blocks = steady[basis].groupby(np.arange(len(steady)) // 30).mean()
    if steady["heart_rate_bpm"].notna().mean() < 0.8:
        return pd.DataFrame([row | {"reason": "no heart rate"}])
    row["has_bonk"] = bool(blocks.iloc[-2:].max() <= 0.92 * blocks.iloc[:-2].mean()) if len(blocks) > 4 else False
    if blocks.std() / blocks.mean() >= 0.10:
        return pd.DataFrame([row | {"reason": "pace varied too much"}])
    return pd.DataFrame([row | _drift(steady, basis)])


def _form_change(bins: pd.DataFrame) -> dict[str, float]:
    """Change of cadence and step length between the first and last third, over level seconds of like speed."""
    level = bins[bins["grade_frac"].abs() < 0.03]
    level = level[(level["speed_mps"] / level["speed_mps"].median() - 1.0).abs() < 0.07]
    third = pd.cut(level["at_s"], 3, labels=False) if len(level) >= 30 else pd.Series(0, index=level.index)
    means = level.groupby(third)[["speed_mps", "cadence_spm"]].mean()
    if 2 not in means.index or 0 not in means.index:
        return {"cadence_change_spm": np.nan, "step_length_change_frac": np.nan}
    step = means["speed_mps"] / means["cadence_spm"]
    return {
        "cadence_change_spm": means["cadence_spm"][2] - means["cadence_spm"][0],
        "step_length_change_frac": step[2] / step[0] - 1.0,
    }


def _drift(steady: pd.DataFrame, basis: str) -> dict[str, Any]:
    """Loss of speed per beat between halves and at the end, and when it began for good."""
    ratio = steady["heart_rate_bpm"] / steady[basis]
    speed_per_beat = steady[basis] / steady["heart_rate_bpm"]
    half = len(steady) // 2
    reference = ratio[steady["at_s"] < 1500.0].mean()
    smooth = ratio.rolling(30, min_periods=15).mean() / reference
    calm = np.flatnonzero(~(smooth >= 1.025).to_numpy())
    onset = int(calm[-1]) + 1 if len(calm) else 0
    is_censored = onset >= len(steady) - 12
    return {
        "onset_s": np.nan if is_censored else steady["at_s"].iloc[onset],
        "onset_m": np.nan if is_censored else steady["distance_m"].iloc[onset],
        "is_censored": is_censored,
        "decoupling_frac": 1.0 - speed_per_beat.iloc[half:].mean() / speed_per_beat.iloc[:half].mean(),
        "durability_frac": ratio.iloc[-max(int(0.15 * len(ratio)), 1) :].mean() / reference,
    }
