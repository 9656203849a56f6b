"""Tables of one activity that need no finding: laps, programmed steps, splits, distributions, form, summary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from baseline_decode import numbers, texts
from baseline_samples import Activity, rolling_mean

MILE_M = 1609.344
AUTO_LENGTHS_M = np.array([1000.0, MILE_M, 5000.0, 5 * MILE_M])
WITHOUT_SPLITS = ("swimming", "training", "fitness_equipment", "rowing", "transition")


def mean_between(values: np.ndarray, start_s: np.ndarray, end_s: np.ndarray) -> np.ndarray:
    """Time-weighted means of a column of whole seconds over [start, end); NaN where nothing is known."""
    known = np.isfinite(values)
    total = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    count = np.concatenate(([0.0], np.cumsum(known)))
    at = np.arange(len(total))
    span = np.interp(end_s, at, count) - np.interp(start_s, at, count)
    whole = np.interp(end_s, at, total) - np.interp(start_s, at, total)
    return np.divide(whole, span, out=np.full(len(span), np.nan), where=span > 0)


def max_between(values: np.ndarray, start_s: np.ndarray, end_s: np.ndarray) -> np.ndarray:
    """Highest value over each [start, end); NaN where nothing is known."""
    parts = (values[max(int(a), 0) : int(np.ceil(b))] for a, b in zip(start_s, end_s, strict=True))
    return np.array([np.nanmax(part) if np.isfinite(part).any() else np.nan for part in parts])


def between(total: np.ndarray, start_s: np.ndarray, end_s: np.ndarray) -> np.ndarray:
    """Growth of a running total of whole seconds."""
    at = np.arange(len(total))
    return np.interp(end_s, at, total) - np.interp(start_s, at, total)


def climbs(activity: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Ascent and descent so far at each second: rises and falls of the smoothed altitude."""
    window = 61 if activity.quality["altitude_kind"] == "gps" else 15
    change = np.diff(rolling_mean(activity.seconds["altitude_m"].to_numpy(), window), prepend=np.nan)
    if not np.isfinite(change).any():
        return np.full(len(change), np.nan), np.full(len(change), np.nan)
    change = np.nan_to_num(change)
    return np.cumsum(np.maximum(change, 0.0)), np.cumsum(np.maximum(-change, 0.0))


def at_seconds(activity: Activity, start_s: np.ndarray) -> pd.Series:
    """Times of elapsed seconds."""
    return activity.start + pd.to_timedelta(pd.Series(start_s), unit="s")


def laps(activity: Activity) -> pd.DataFrame:
    """Laps of the watch with means from the samples."""
    lap = activity.messages.get("lap", pd.DataFrame())
    if lap.empty or "start_time" not in lap:
        return pd.DataFrame()
    lap = lap[lap["start_time"].notna()].sort_values("start_time", kind="stable").reset_index(drop=True)
    start = (lap["start_time"] - activity.start).dt.total_seconds().to_numpy()
    elapsed = numbers(lap, "total_elapsed_time")
    end = start + elapsed
    seconds = activity.seconds
    distance, timer = numbers(lap, "total_distance"), numbers(lap, "total_timer_time")
    own = between(seconds["distance_m"].to_numpy(), start, end)
    distance = np.where(np.isnan(distance), own, distance)
    timer = np.where(np.isnan(timer), activity.timer_at(end) - activity.timer_at(start), timer)
    trigger = texts(lap, "lap_trigger")
    is_round = np.nanmin(np.abs(distance[:, None] / AUTO_LENGTHS_M - 1.0), axis=1) <= 0.012
    heart_rate = seconds["heart_rate_bpm"].to_numpy()
    return pd.DataFrame(
        {
            "lap_no": np.arange(1, len(lap) + 1),
            "start_time_utc": lap["start_time"],
            "end_time_utc": at_seconds(activity, end),
            "start_s": start,
            "end_s": end,
            "trigger": trigger,
            "intensity": texts(lap, "intensity"),
            "workout_step": numbers(lap, "wkt_step_index"),
            "distance_m": distance,
            "elapsed_s": elapsed,
            "timer_s": timer,
            "mean_speed_mps": np.divide(distance, timer, out=np.full(len(lap), np.nan), where=timer > 0),
            "mean_heart_rate_bpm": mean_between(heart_rate, start, end),
            "max_heart_rate_bpm": max_between(heart_rate, start, end),
            "mean_cadence_spm": mean_between(seconds["cadence_spm"].to_numpy(), start, end),
            "ascent_m": between(climbs(activity)[0], start, end),
            "is_auto": (np.array(trigger) == "distance") & is_round,
            "sample_distance_m": own,
            "edge_reason": np.where(
                (start < -60.0) | (start > activity.elapsed_s), "begins far from the samples", None
            ),
        }
    )


def programmed_steps(activity: Activity, lap: pd.DataFrame, bouts: pd.DataFrame) -> pd.DataFrame:
    """Laps that ran a step of the workout, and the detected bout that each overlaps most."""
    plan = activity.messages.get("workout_step", pd.DataFrame())
    if lap.empty or plan.empty:
        return pd.DataFrame()
    done = lap[lap["workout_step"].notna()].reset_index(drop=True)
    if done.empty:
        return pd.DataFrame()
    planned = pd.DataFrame(
        {
            "workout_step": numbers(plan, "message_index"),
            "kind": texts(plan, "intensity"),
            "planned_s": numbers(plan, "duration_time"),
            "planned_m": numbers(plan, "duration_distance"),
        }
    ).drop_duplicates("workout_step")
    steps = done[["workout_step", "start_time_utc", "end_time_utc", "start_s", "end_s"]].merge(
        planned, on="workout_step", how="left"
    )
    by_time = steps["planned_s"].map("{:.0f} s".format)
    by_distance = steps["planned_m"].map("{:.0f} m".format)
    steps["target"] = by_time.where(steps["planned_s"].notna(), by_distance.where(steps["planned_m"].notna(), "open"))
    steps.insert(0, "step_no", np.arange(1, len(steps) + 1))
    is_work = steps["kind"].isin(["active", "interval"]).to_numpy()
    share, best = overlap(steps, bouts)
    found = is_work & (share > 0)
    steps["was_executed"] = pd.Series(np.where(is_work, share >= 0.5, None))
    steps["matched_interval_no"] = np.where(found, best + 1.0, np.nan)
    steps["agreement"] = np.where(found, share, np.nan)
    return steps


def overlap(steps: pd.DataFrame, bouts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Highest intersection over union of each row with a row of the other frame, and which one; 0 without any."""
    if len(steps) == 0 or len(bouts) == 0:
        return np.zeros(len(steps)), np.zeros(len(steps), dtype=int)
    a, b = steps[["start_s", "end_s"]].to_numpy()[:, None], bouts[["start_s", "end_s"]].to_numpy()[None]
    shared = np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0])
    union = np.maximum(a[..., 1], b[..., 1]) - np.minimum(a[..., 0], b[..., 0])
    score = np.maximum(shared, 0.0) / union
    return score.max(axis=1), score.argmax(axis=1)


@dataclass(frozen=True)
class Track:
    """Begin and end of the running on a 400 m track, and what the recorded distance is off by there."""

    start_s: float
    end_s: float
    factor: float

    def corrected(self, time_s: np.ndarray, way_m: np.ndarray) -> np.ndarray:
        """Distance with the part on the track scaled."""
        step = np.diff(way_m, prepend=way_m[0])
        inside = (time_s > self.start_s) & (time_s <= self.end_s)
        return way_m[0] + np.cumsum(np.where(inside, self.factor * step, step))


def track(activity: Activity) -> Track | None:
    """The longest stretch that keeps within a track's size of one point and turns around it; None elsewhere.

    A lap is 400 m whatever the watch made of it.
    """
    lat, lon = (activity.seconds[c].to_numpy() for c in ("latitude_deg", "longitude_deg"))
    if not activity.is_run or np.isfinite(lat).mean() < 0.8:
        return None
    north = (lat - np.nanmedian(lat)) * 111_195.0
    east = (lon - np.nanmedian(lon)) * 111_195.0 * np.cos(np.radians(np.nanmedian(lat)))
    row, column = np.round(north / 150.0), np.round(east / 150.0)
    _, at, visits = np.unique((row + 1j * column)[np.isfinite(row)], return_index=True, return_counts=True)
    busiest = np.flatnonzero(np.isfinite(row))[at[visits.argmax()]]
    north, east = north - 150.0 * row[busiest], east - 150.0 * column[busiest]
    for reach in (200.0, 120.0, 110.0):  # from the most visited place to the middle of the oval
        near = np.hypot(north, east) < reach
        if near.sum() < 300:
            return None
        north, east = (v - (np.quantile(v[near], 0.02) + np.quantile(v[near], 0.98)) / 2 for v in (north, east))
    gaps = np.flatnonzero(np.diff(np.flatnonzero(np.hypot(north, east) < 110.0), prepend=-99, append=1e9) > 10)
    inside = np.flatnonzero(np.hypot(north, east) < 110.0)
    longest = int(np.argmax(np.diff(gaps)))
    first, last = inside[gaps[longest]], inside[gaps[longest + 1] - 1]
    turned = np.unwrap(np.arctan2(north[first : last + 1], east[first : last + 1])) / (2.0 * np.pi)
    turned = np.maximum.accumulate((turned - turned[0]) * np.sign(turned[-1] - turned[0]))
    if turned[-1] < 3.0:
        return None
    way = activity.seconds["distance_m"].to_numpy()[first : last + 1]
    lap_m = float(np.median(np.diff(np.interp(np.arange(int(turned[-1]) + 1), turned, way))))
    return Track(float(first), float(last), 400.0 / lap_m) if 0.93 < 400.0 / lap_m < 1.07 else None


def splits(activity: Activity, on_track: Track | None) -> pd.DataFrame:
    """Kilometres, miles, and 400 m on a track."""
    time_s, way = activity.samples["elapsed_s"].to_numpy(), activity.samples["distance_m"].to_numpy()
    if activity.session.get("sport") in WITHOUT_SPLITS or not np.nanmax(way, initial=0.0) > 0:
        return pd.DataFrame()
    parts = [_cut("km", 1000.0, time_s, way), _cut("mile", MILE_M, time_s, way)]
    if on_track:
        inside = (time_s >= on_track.start_s) & (time_s <= on_track.end_s)
        lap_m = (way[inside] - way[inside][0]) * on_track.factor
        parts.append(_cut("track_400", 400.0, time_s[inside], lap_m).assign(distance_factor=on_track.factor))
    table = pd.concat(parts, ignore_index=True)
    start, end = table["start_s"].to_numpy(), table.pop("end_s").to_numpy()
    seconds = activity.seconds
    up, down = climbs(activity)
    cadence = seconds["cadence_spm"].where(seconds["is_running"] | (not activity.is_run))
    fast = between(np.cumsum(np.where(rolling_mean(seconds["metres"], 9) > 12.0, seconds["metres"], 0.0)), start, end)
    return table.assign(
        elapsed_s=end - start,
        timer_s=activity.timer_at(end) - activity.timer_at(start),
        mean_gap_speed_mps=mean_between(seconds["gap_speed_mps"].to_numpy(), start, end),
        mean_heart_rate_bpm=mean_between(seconds["heart_rate_bpm"].to_numpy(), start, end),
        mean_cadence_spm=mean_between(cadence.to_numpy(), start, end),
        ascent_m=between(up, start, end),
        descent_m=between(down, start, end),
        is_doubtful=fast > 0.01 * table["distance_m"],
    )


def _cut(kind: str, unit_m: float, time_s: np.ndarray, way_m: np.ndarray) -> pd.DataFrame:
    """Begin, end and length of each whole unit of the way and of what is left of it."""
    marks = np.append(np.arange(0.0, way_m[-1], unit_m), way_m[-1])
    if marks[-1] - marks[-2] < 1.0:
        marks = marks[:-1]
    first = np.concatenate(([True], np.diff(way_m) > 0))  # when each distance was reached first
    cuts = np.interp(marks, way_m[first], time_s[first])
    cuts[0] = time_s[0]
    if marks[-1] == way_m[-1]:
        cuts[-1] = time_s[-1]
    length = np.diff(marks)
    return pd.DataFrame(
        {"kind": kind, "split_no": np.arange(1, len(marks)), "start_s": cuts[:-1], "end_s": cuts[1:],
         "distance_m": length, "is_partial": length < unit_m - 1e-6, "distance_factor": 1.0}
    )  # fmt: skip


def distributions(activity: Activity) -> pd.DataFrame:
    """Moving seconds and metres by heart rate (1 bpm) and by grade-adjusted speed over 30 s (0.05 m/s)."""
    moving = activity.seconds[activity.seconds["is_moving"]]
    values = {"heart_rate": (moving["heart_rate_bpm"], 1.0)}
    if activity.session.get("sport") in ("running", "walking", "hiking"):
        values["gap_speed"] = (moving["gap_speed_mps"].rolling(30, center=True, min_periods=1).mean(), 0.05)
    parts = []
    for quantity, (value, width) in values.items():
        low = np.floor(value / width + 1e-9).rename("bin_low")
        counted = moving["metres"].groupby(low).agg(seconds="size", distance_m="sum").reset_index()
        counted["bin_low"] *= width
        parts.append(counted.assign(quantity=quantity))
    return pd.concat(parts, ignore_index=True)


def form(activity: Activity) -> pd.DataFrame:
    """Cadence, step length and the like by 0.25 m/s of speed and 2 % of grade, over running seconds."""
    running = activity.seconds[activity.seconds["is_running"]]
    if not activity.is_run or running.empty:
        return pd.DataFrame()
    cadence = running["cadence_spm"]
    keys = [
        (np.floor(running["speed_mps"] / 0.25 + 1e-9) * 0.25).rename("speed_bin_mps"),
        (np.floor(running["grade_frac"].fillna(0.0) / 0.02 + 1e-9) * 0.02).round(10).rename("grade_bin_frac"),
    ]
    held = running.assign(stepped=running["speed_mps"].where(cadence.notna()),
                          band=cadence.between(170.0, 180.0).where(cadence.notna()).astype(float))  # fmt: skip
    table = held.groupby(keys).agg(
        seconds=("speed_mps", "size"), distance_m=("metres", "sum"), mean_speed_mps=("speed_mps", "mean"),
        cadence_spm=("cadence_spm", "mean"), stepped=("stepped", "mean"), share_170_180=("band", "mean"),
        heart_rate_bpm=("heart_rate_bpm", "mean"), ground_contact_s=("ground_contact_s", "mean"),
        vertical_oscillation_m=("vertical_oscillation_m", "mean"),
    )  # fmt: skip
    table.insert(4, "step_length_m", 60.0 * table.pop("stepped") / table["cadence_spm"])
    return table.reset_index()
