"""The row of `activities`, as far as one file tells it."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import tzfpy

from baseline_activity import Track, climbs
from baseline_bouts import clock
from baseline_samples import Activity, rolling_mean

INDOOR = ("treadmill", "indoor_running", "indoor_cycling", "virtual_activity")


@lru_cache(maxsize=1024)
def zone_at(longitude_deg: float, latitude_deg: float) -> str:
    """IANA name of the zone."""
    return str(tzfpy.get_tz(longitude_deg, latitude_deg))


def local_time(activity: Activity) -> dict[str, Any]:
    """Start by the clock on the wall: from the first position, else from the file's own local time, else UTC."""
    known = activity.samples.dropna(subset=["latitude_deg", "longitude_deg"])
    zone, source, offset = None, "utc", timedelta(0)
    if len(known):
        first = known.iloc[0]
        zone, source = zone_at(round(first["longitude_deg"], 2), round(first["latitude_deg"], 2)), "position"
        offset = activity.start.astimezone(ZoneInfo(zone)).utcoffset() or offset
    told = activity.messages.get("activity", pd.DataFrame())
    if "local_timestamp" in told and source == "utc":
        offset, source = told["local_timestamp"].iloc[0] - told["timestamp"].iloc[0], "file"
    local = (activity.start + offset).tz_localize(None)
    return {"start_time_local": local, "utc_offset_s": int(offset.total_seconds()), "time_zone": zone,
            "time_zone_source": source, "local_date": local.date()}  # fmt: skip


def summary(
    activity: Activity,
    bouts: pd.DataFrame,
    sets: pd.DataFrame,
    strides: pd.DataFrame,
    on_track: Track | None,
) -> dict[str, Any]:
    """Totals, means, the session in words, what the watch wrote, quality."""
    seconds, session = activity.seconds, activity.session
    on, moving = seconds["is_timer_on"], seconds["is_moving"]
    timer = float(activity.timer_at(np.array([activity.elapsed_s]))[0])
    distance = activity.samples["distance_m"].iloc[-1]
    up, down = climbs(activity)
    is_driven = rolling_mean(seconds["metres"].to_numpy(), 30) > 9.8  # no human holds that for half a minute
    turning = seconds["is_running"] if activity.is_run else on & (seconds["cadence_spm"] > 0)
    five = {
        name: np.nanmax(rolling_mean(seconds[name].to_numpy(), 5), initial=-np.inf)
        for name in ("speed_mps", "heart_rate_bpm")
    }
    return {
        **local_time(activity),
        **_identity(activity),
        "is_track": on_track is not None,
        "track_distance_factor": on_track.factor if on_track else np.nan,
        "distance_m": distance,
        "distance_source": activity.quality["distance_source"],
        "elapsed_s": activity.elapsed_s,
        "timer_s": timer,
        "moving_s": float(moving.sum()) if moving.any() else np.nan,
        "ascent_m": up[-1],
        "descent_m": down[-1],
        "mean_speed_mps": distance / timer if timer > 0 else np.nan,
        "max_speed_mps": five["speed_mps"],
        "mean_heart_rate_bpm": seconds["heart_rate_bpm"][on].mean(),
        "max_heart_rate_bpm": five["heart_rate_bpm"] if np.isfinite(five["heart_rate_bpm"]) else np.nan,
        "mean_cadence_spm": seconds["cadence_spm"][turning].mean(),
        "mean_power_w": seconds["power_w"][on].mean(),
        "mean_temperature_c": activity.samples["temperature_c"].mean(),
        "mean_gap_speed_mps": seconds["gap_speed_mps"][moving].mean(),
        "device_distance_m": session.get("total_distance"),
        "device_timer_s": session.get("total_timer_time"),
        "device_ascent_m": session.get("total_ascent"),
        "device_mean_heart_rate_bpm": session.get("avg_heart_rate"),
        **_work(activity, bouts, sets, strides, timer),
        "efficiency_m_per_beat": _efficiency(activity, bouts, strides),
        "speed_from_step_length_frac": _speed_from_steps(seconds) if activity.is_run else np.nan,
        "quality_too_fast_m": float(seconds["metres"][is_driven].sum()),
        "quality_vehicle_s": float(is_driven.sum()),
        **{f"quality_{name}": value for name, value in activity.quality.items()},
    }


def _identity(activity: Activity) -> dict[str, Any]:
    """What the file says of itself."""
    session = activity.session
    made = activity.messages.get("file_id", pd.DataFrame())
    maker = made.get("manufacturer", pd.Series([None])).iloc[0]
    product = made.get("garmin_product", made.get("product", pd.Series([None]))).iloc[0]
    workout = activity.messages.get("workout", pd.DataFrame())
    return {
        "source": activity.path.split("/")[0],
        "path": activity.path,
        "session_no": session.get("session_no", 1),
        "source_format": "fit",
        "name": workout["wkt_name"].iloc[0] if "wkt_name" in workout else None,
        "start_time_utc": activity.start,
        "end_time_utc": activity.samples["time_utc"].iloc[-1],
        "sport": session.get("sport") or "generic",
        "sub_sport": session.get("sub_sport"),
        "is_indoor": session.get("sub_sport") in INDOOR,
        "device": " ".join(str(part) for part in (maker, product) if part is not None),
    }


def _work(
    activity: Activity, bouts: pd.DataFrame, sets: pd.DataFrame, strides: pd.DataFrame, timer: float
) -> dict[str, Any]:
    """Warm-up, work, cool-down, strides, and the whole in coach's shorthand."""
    sure = bouts[bouts["confidence"] >= 0.5] if len(bouts) else bouts
    n_strides = int((strides["confidence"] >= 0.5).sum()) if len(strides) else 0
    is_coarse = not activity.quality["are_short_reps_reliable"]
    status = "found" if n_strides else "cannot_tell" if is_coarse else "none"
    out: dict[str, Any] = {
        "n_intervals": len(sure),
        "n_strides": n_strides,
        "strides_status": status if activity.is_run else None,
        "strides_reason": "samples too far apart for bouts of 20 s" if status == "cannot_tell" else None,
        "shorthand": clock(timer) if activity.is_run else None,
    }
    if len(sure):
        first, last = activity.timer_at(np.array([sure["start_s"].iloc[0], sure["end_s"].iloc[-1]]))
        words = [f"wu {clock(first)}", *sets["shorthand"], f"cd {clock(timer - last)}"]
        words = words[0 if first > 60.0 else 1 : len(words) if timer - last > 60.0 else -1]
        out |= {"warmup_s": first, "cooldown_s": timer - last, "work_s": sure["duration_s"].sum()}
        out["shorthand"] = " + ".join(words)
    elif n_strides:
        out["shorthand"] = f"{clock(timer)} with {n_strides} strides"
    return out


def _efficiency(activity: Activity, bouts: pd.DataFrame, strides: pd.DataFrame) -> float:
    """Metres a beat of level running after 10 min, outside of bouts."""
    seconds = activity.seconds
    keep = (seconds["is_running"] & (seconds["grade_frac"].fillna(0.0).abs() < 0.03)).to_numpy()
    keep = keep & (np.arange(len(keep)) >= 600)
    spans = pd.concat([bouts, strides])
    for a, b in spans[["start_s", "end_s"]].to_numpy() if len(spans) else ():
        keep[max(int(a) - 10, 0) : int(b) + 120] = False
    steady = seconds.loc[keep, ["gap_speed_mps", "heart_rate_bpm"]].dropna()
    return 60.0 * steady["gap_speed_mps"].mean() / steady["heart_rate_bpm"].mean() if len(steady) >= 300 else np.nan


def _speed_from_steps(seconds: pd.DataFrame) -> float:
    """Slope of log step length on log speed over 10 s means of level running."""
    level = seconds[
        seconds["is_running"] & (seconds["grade_frac"].fillna(0.0).abs() < 0.03) & (seconds["cadence_spm"] > 0)
    ]
    means = level[["speed_mps", "cadence_spm"]].groupby(level.index // 10).mean()
    if len(means) < 30 or means["speed_mps"].quantile(0.95) - means["speed_mps"].quantile(0.05) < 0.6:
        return float("nan")
    return float(np.polyfit(np.log(means["speed_mps"]), np.log(60.0 * means["speed_mps"] / means["cadence_spm"]), 1)[0])
