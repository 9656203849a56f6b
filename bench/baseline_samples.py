"""Records cleaned, and put on whole seconds: speed, grade, grade-adjusted speed, cadence, and what was altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from baseline_decode import Messages, numbers

EARTH_M = 6_371_008.8
FASTEST_MPS = 12.0
LONGEST_STEP_S = 12.0
STUCK_S = 120.0
BAROMETER_NOISE_M = 0.3
GRADE_HALF_M = {"barometer": 25.0, "gps": 75.0, "none": 25.0}


@dataclass(frozen=True, eq=False)
class Activity:
    """One session: samples as recorded, the same on whole seconds, pauses, laps, and facts about it.

    `seconds` has a row for each whole second from the first sample to the last. `pauses` are (n, 2) elapsed seconds.
    """

    activity_id: str
    path: str
    start: pd.Timestamp
    session: dict[str, Any]
    messages: Messages
    samples: pd.DataFrame
    seconds: pd.DataFrame
    pauses: np.ndarray
    quality: dict[str, Any]

    @property
    def is_run(self) -> bool:
        """Whether it counts as running."""
        return self.session.get("sport") == "running"

    @property
    def elapsed_s(self) -> float:
        """First to last sample."""
        return float(self.samples["elapsed_s"].iloc[-1])

    def timer_at(self, elapsed_s: np.ndarray) -> np.ndarray:
        """Timer seconds at elapsed seconds."""
        return timer_at(self.pauses, np.asarray(elapsed_s, dtype=np.float64))


def timer_at(pauses: np.ndarray, elapsed_s: np.ndarray) -> np.ndarray:
    """Elapsed seconds less what was paused before."""
    if len(pauses) == 0:
        return elapsed_s
    lengths = pauses[:, 1] - pauses[:, 0]
    before = np.cumsum(lengths) - lengths
    paused = np.interp(elapsed_s, pauses.ravel(), np.column_stack((before, before + lengths)).ravel())
    return elapsed_s - paused


def find_pauses(messages: Messages, start: pd.Timestamp, end_s: float) -> np.ndarray:
    """Begin and end of each time that the timer was stopped and started again, elapsed seconds."""
    events = messages.get("event", pd.DataFrame())
    if "event_type" not in events:
        return np.empty((0, 2))
    timer = events[(events["event"] == "timer") & events["timestamp"].notna()].sort_values("timestamp", kind="stable")
    at = (timer["timestamp"] - start).dt.total_seconds().to_numpy()
    stops = timer["event_type"].isin(["stop", "stop_all", "stop_disable", "stop_disable_all"]).to_numpy()
    edge = np.flatnonzero(stops[:-1] & ~stops[1:]) if len(at) else np.empty(0, dtype=int)
    pauses = np.clip(np.column_stack((at[edge], at[edge + 1])), 0.0, end_s)
    return pauses[pauses[:, 1] > pauses[:, 0]]


def haversine(latitude_deg: np.ndarray, longitude_deg: np.ndarray) -> np.ndarray:
    """Metres from each position to the next."""
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(half))


def minetti(grade_frac: np.ndarray) -> np.ndarray:
    """Cost of running at a grade over that on the flat (Minetti 2002)."""
    i = np.clip(np.nan_to_num(grade_frac), -0.45, 0.45)
    return (155.4 * i**5 - 30.4 * i**4 - 43.3 * i**3 + 46.3 * i**2 + 19.5 * i + 3.6) / 3.6


def rolling_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Centred mean of what is known."""
    return pd.Series(values).rolling(window, center=True, min_periods=1).mean().to_numpy()


def on_seconds(time_s: np.ndarray, values: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Interpolated at whole seconds; NaN inside a gap."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(second), np.nan)
    at = time_s[known]
    out = np.interp(second, at, values[known])
    after = np.searchsorted(at, second)
    left, right = at[np.maximum(after - 1, 0)], at[np.minimum(after, len(at) - 1)]
    far = ((right - left) > LONGEST_STEP_S) & (second > left) & (second < right)
    return np.where(far | (second > at[-1] + LONGEST_STEP_S) | (second < at[0] - LONGEST_STEP_S), np.nan, out)


def best_lag(values: np.ndarray, reference: np.ndarray, longest: int = 8) -> int:
    """By how many seconds the values trail the reference: where their correlation is highest; 0 when it is low."""
    both = np.isfinite(values) & np.isfinite(reference)
    if both.sum() < 300:
        return 0
    a, b = np.where(both, values, np.nanmean(values[both])), np.where(both, reference, np.nanmean(reference[both]))
    if a.std() == 0 or b.std() == 0:
        return 0
    scores = [np.corrcoef(a[lag:], b[: len(b) - lag])[0, 1] for lag in range(longest + 1)]
    return int(np.argmax(scores)) if max(scores) > 0.5 else 0


def prepare(activity_id: str, path: str, session: dict[str, Any], messages: Messages) -> Activity:
    """The cleaned activity of one session; raises ValueError when it has fewer than two records with a time."""
    records = messages.get("record", pd.DataFrame(columns=["timestamp"]))
    records = records[records["timestamp"].notna()]
    n_before = len(records)
    records = records.sort_values("timestamp", kind="stable").drop_duplicates("timestamp")
    if len(records) < 2:
        raise ValueError("fewer than two records")
    start = records["timestamp"].iloc[0]
    time_s = (records["timestamp"] - start).dt.total_seconds().to_numpy()
    pauses = find_pauses(messages, start, time_s[-1])
    quality: dict[str, Any] = {"n_dropped": n_before - len(records), "median_dt_s": float(np.median(np.diff(time_s)))}
    raw = _channels(records, time_s, session.get("sport") == "running", quality)
    seconds = _seconds(time_s, raw, pauses, quality)
    samples = _samples(time_s, raw, seconds, pauses, records["timestamp"].reset_index(drop=True))
    samples["speed_source"] = quality["speed_source"]
    _judge(quality, samples, seconds, pauses)
    return Activity(activity_id, path, start, session, messages, samples, seconds, pauses, quality)


def _channels(
    records: pd.DataFrame, time_s: np.ndarray, is_run: bool, quality: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Channels as recorded, in our units, with spikes of the position out."""
    latitude = numbers(records, "position_lat") * (180.0 / 2**31)
    longitude = numbers(records, "position_long") * (180.0 / 2**31)
    step = np.concatenate(([0.0], haversine(latitude, longitude)))
    pace = step / np.concatenate(([1.0], np.maximum(np.diff(time_s), 1.0)))
    spike = (pace > FASTEST_MPS) & (np.append(pace[1:], 0.0) > FASTEST_MPS)
    latitude, longitude = np.where(spike, np.nan, latitude), np.where(spike, np.nan, longitude)
    distance, source = numbers(records, "distance"), "device"
    along = np.cumsum(np.nan_to_num(step))
    if not np.nanmax(distance, initial=0.0) > 0:
        distance, source = (along, "positions") if along[-1] > 0 else (np.full(len(time_s), np.nan), "none")
    distance = pd.Series(distance).cummax().to_numpy()
    altitude = numbers(records, "enhanced_altitude", "altitude")
    jumps = np.abs(np.diff(altitude, prepend=altitude[0])) > 10.0
    leap = (pace > FASTEST_MPS) & ~spike & ~np.append(False, spike[:-1])
    noise = pd.Series(altitude).diff().diff().std()
    factor = 2.0 if is_run else 1.0
    quality.update(
        distance_source=source, n_spikes=int(spike.sum()), n_position_jumps=int(leap.sum()),
        n_altitude_jumps=int(jumps.sum()), cadence_factor=factor,
        clock_jump_s=0.0,
        altitude_kind="none" if np.isnan(noise) else "barometer" if noise < BAROMETER_NOISE_M else "gps",
        distance_vs_positions_frac=distance[-1] / along[-1] - 1.0 if along[-1] > 0 else np.nan,
    )  # fmt: skip
    return {
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "altitude_m": np.where(jumps, np.nan, altitude),
        "distance_m": distance,
        "device_speed_mps": numbers(records, "enhanced_speed", "speed"),
        "position_step_m": step,
        "heart_rate_bpm": numbers(records, "heart_rate"),
        "cadence_spm": (numbers(records, "cadence") + np.nan_to_num(numbers(records, "fractional_cadence"))) * factor,
        "power_w": numbers(records, "power"),
        "temperature_c": numbers(records, "temperature"),
        "ground_contact_s": numbers(records, "stance_time") / 1000.0,
        "vertical_oscillation_m": numbers(records, "vertical_oscillation") / 1000.0,
    }


def _seconds(
    time_s: np.ndarray, raw: dict[str, np.ndarray], pauses: np.ndarray, quality: dict[str, Any]
) -> pd.DataFrame:
    """One row for each whole second, lags of speed and cadence taken out."""
    second = np.arange(int(np.floor(time_s[-1])) + 1, dtype=np.float64)
    grid = {name: on_seconds(time_s, values, second) for name, values in raw.items() if name != "position_step_m"}
    grid["distance_m"] = np.interp(second, time_s, raw["distance_m"])
    along = np.interp(second, time_s, np.cumsum(np.nan_to_num(raw["position_step_m"])))
    by_distance = np.gradient(grid["distance_m"]) if len(second) > 1 else np.full(len(second), np.nan)
    by_position = rolling_mean(np.gradient(along), 5) if along[-1] > 0 else rolling_mean(by_distance, 5)
    speed, source, lag = grid.pop("device_speed_mps"), "device", 0
    if np.isfinite(speed).mean() < 0.5:
        is_known = np.isfinite(by_distance).any()
        speed, source = rolling_mean(by_distance, 5), quality["distance_source"] if is_known else "none"
    else:
        lag = best_lag(speed, by_position)
        speed = pd.Series(speed).shift(-lag).ffill(limit=lag or None).to_numpy()
    cadence_lag = best_lag(grid["cadence_spm"], speed)
    grid["cadence_spm"] = pd.Series(grid["cadence_spm"]).shift(-cadence_lag).ffill(limit=cadence_lag or None).to_numpy()
    altitude = rolling_mean(grid["altitude_m"], 9)
    grade = _grade(grid["distance_m"], altitude, GRADE_HALF_M[quality["altitude_kind"]])
    timer = timer_at(pauses, second)
    is_on = np.append(np.diff(timer) > 0.5, False)
    moving = _close_short(speed >= 0.5, 3) & is_on
    running = is_on & (speed >= 1.8) & ~((speed < 2.2) & (grid["cadence_spm"] < 140.0))
    metres = np.append(np.nan_to_num(np.diff(grid["distance_m"])), 0.0)
    quality.update(speed_source=source, speed_lag_s=float(lag), cadence_lag_s=float(cadence_lag),
                   speed_lag_source="estimated" if lag else "none")  # fmt: skip
    return pd.DataFrame(
        {**grid, "altitude_m": altitude, "speed_mps": speed, "grade_frac": grade, "metres": metres,
         "gap_speed_mps": speed * minetti(grade), "is_timer_on": is_on, "is_moving": moving, "is_running": running}
    )  # fmt: skip


def _close_short(mask: np.ndarray, longest: int) -> np.ndarray:
    """The mask with gaps of up to so many seconds filled."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8)))
    begin, end = edges[mask[edges]], edges[~mask[edges]]
    out = mask.copy()
    for a in begin:
        following = end[end > a]
        if len(following) and following[0] - a <= longest:
            out[a : following[0] + 1] = True
    return out


def _grade(distance_m: np.ndarray, altitude_m: np.ndarray, half_m: float) -> np.ndarray:
    """Rise over run across so many metres to either side; NaN without altitude or way."""
    moves = np.concatenate(([True], np.diff(distance_m) > 0)) & np.isfinite(altitude_m)
    if moves.sum() < 2:
        return np.full(len(distance_m), np.nan)
    along, height = distance_m[moves], altitude_m[moves]
    low = np.maximum(distance_m - half_m, along[0])
    high = np.minimum(distance_m + half_m, along[-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        grade = (np.interp(high, along, height) - np.interp(low, along, height)) / (high - low)
    return np.clip(np.where(high - low >= half_m, grade, np.nan), -0.5, 0.5)


def _samples(
    time_s: np.ndarray, raw: dict[str, np.ndarray], seconds: pd.DataFrame, pauses: np.ndarray, time_utc: pd.Series
) -> pd.DataFrame:
    """The published columns of each record: what was recorded, with what was made on whole seconds read back."""
    second = np.minimum(np.round(time_s).astype(int), len(seconds) - 1)
    made = {
        name: seconds[name].to_numpy()[second]
        for name in ("altitude_m", "speed_mps", "gap_speed_mps", "grade_frac", "cadence_spm")
    }
    kept = ("latitude_deg", "longitude_deg", "distance_m", "heart_rate_bpm", "power_w", "temperature_c")
    with np.errstate(invalid="ignore", divide="ignore"):
        step = np.where(made["cadence_spm"] > 0, 60.0 * made["speed_mps"] / made["cadence_spm"], np.nan)
    return pd.DataFrame(
        {"time_utc": time_utc, "elapsed_s": time_s, "timer_s": timer_at(pauses, time_s),
         **{name: raw[name] for name in kept}, **made, "step_length_m": step}
    )  # fmt: skip


def _judge(quality: dict[str, Any], samples: pd.DataFrame, seconds: pd.DataFrame, pauses: np.ndarray) -> None:
    """What `activities` says of the recording."""
    timer = np.diff(samples["timer_s"])
    on = seconds["is_timer_on"].to_numpy()
    speed = seconds["speed_mps"].where(seconds["speed_mps"] > 0.5)
    change = np.log(speed).diff().dropna()
    rate = seconds["heart_rate_bpm"]
    held_s = rate.groupby((rate.diff() != 0.0).cumsum()).transform("count")
    near = (seconds["heart_rate_bpm"] - seconds["cadence_spm"]).abs().rolling(60).max() < 3.0
    quality.update(
        pause_s=float((pauses[:, 1] - pauses[:, 0]).sum()),
        gap_s=float(timer[timer > LONGEST_STEP_S].sum()),
        speed_noise_frac=1.4826 * (change - change.median()).abs().median() / 2**0.5 if len(change) > 10 else np.nan,
        has_cadence=bool(seconds["cadence_spm"].notna().any()),
        heart_rate_stuck_s=float((held_s >= STUCK_S).sum()),
        heart_rate_lock_s=float(near.sum()),
        heart_rate_share=float(seconds["heart_rate_bpm"].notna()[on].mean()) if on.any() else np.nan,
        position_share=float(seconds["latitude_deg"].notna()[on].mean()) if on.any() else np.nan,
        are_short_reps_reliable=quality["median_dt_s"] <= 3.0,
    )
