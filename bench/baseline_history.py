"""What all activities together tell: thresholds of the day, zones, loads, records, purposes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

KEY = ("intervals", "hiit", "tempo", "hills", "fartlek", "race")
HR_REST_BPM = 60.0
FIT_EFFORTS = ("800m", "1k", "1200m", "mile", "3k", "5k", "10k")
TOLERANCE = {"bpm": 1.0, "m/s": 0.02, "m": 5.0, "ml/kg/min": 0.3}


def midnights(days: pd.Series) -> pd.Series:
    """Dates as times, in the unit that all of them share here."""
    return pd.to_datetime(days).astype("datetime64[us]")


def quantile_of_bins(bins: pd.DataFrame, q: float) -> pd.Series:
    """Of each activity the bin below which lies the share q of its time."""
    bins = bins.sort_values(["activity_id", "bin_low"])
    group = bins.groupby("activity_id", sort=False)["seconds"]
    reached = group.cumsum() >= q * group.transform("sum")
    return bins[reached].drop_duplicates("activity_id").set_index("activity_id")["bin_low"]


def runs_by_day(activities: pd.DataFrame, bins: pd.DataFrame, efforts: pd.DataFrame) -> pd.DataFrame:
    """One row for each run in order of time, indexed by its day: what thresholds are estimated from."""
    runs = activities[activities["sport"] == "running"].sort_values("start_time_utc").set_index("activity_id")
    rate, speed = (bins[bins["quantity"] == name] for name in ("heart_rate", "gap_speed"))
    is_steady = (runs["n_intervals"] == 0) & ~runs["is_indoor"]
    usable = efforts[(efforts["quality"] == "ok") & ~efforts["is_indoor"]]
    out = pd.DataFrame(
        {"day": midnights(runs["local_date"]), "highest_bpm": quantile_of_bins(rate, 0.995),
         "middle_bpm": quantile_of_bins(rate, 0.5), "middle_mps": quantile_of_bins(speed, 0.5),
         "is_steady": is_steady, "vdot": usable.groupby("activity_id")["vdot"].max(),
         "half_hour_bpm": usable[usable["effort"] == "30min"].set_index("activity_id")["mean_heart_rate_bpm"]},
    )  # fmt: skip
    times = usable.pivot(index="activity_id", columns="effort", values="elapsed_s").reindex(columns=FIT_EFFORTS)
    return out.join(times).reindex(runs.index).set_index("day")


def critical_speed(runs: pd.DataFrame) -> pd.DataFrame:
    """Critical speed and D' of each day by a straight line through distance and the best times of 90 days."""
    metres = np.array([800.0, 1000.0, 1200.0, 1609.344, 3000.0, 5000.0, 10_000.0])
    time_s = runs[list(FIT_EFFORTS)].rolling("90D").min().to_numpy()
    time_s = np.where((time_s >= 120.0) & (time_s <= 1800.0), time_s, np.nan)
    known = np.isfinite(time_s)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_t = np.where(known, time_s, 0.0).sum(axis=1) / n
        mean_d = (known * metres).sum(axis=1) / n
        dt, dd = np.where(known, time_s - mean_t[:, None], 0.0), np.where(known, metres - mean_d[:, None], 0.0)
        slope = (dt * dd).sum(axis=1) / (dt * dt).sum(axis=1)
        left = np.where(known, dd - slope[:, None] * dt, 0.0)
        error = np.sqrt((left**2).sum(axis=1) / np.maximum(n - 2, 1) / (dt * dt).sum(axis=1))
    good = n >= 3
    return pd.DataFrame(
        {"critical_speed": np.where(good, slope, np.nan), "d_prime": np.where(good, mean_d - slope * mean_t, np.nan),
         "error": error, "n": n}, index=runs.index,
    )  # fmt: skip


def thresholds(runs: pd.DataFrame, athlete_id: str) -> pd.DataFrame:
    """Rows of `thresholds`: rolling estimates, valid from the day after the run that changed them."""
    hr_max = runs["highest_bpm"].rolling("730D").max()
    lthr = (0.98 * runs["half_hour_bpm"].rolling("180D").max()).clip(upper=0.95 * hr_max).fillna(0.9 * hr_max)
    fit = critical_speed(runs)
    steady = runs["middle_mps"].where(runs["is_steady"]).rolling("56D")
    # VO2max by heart rate: cost of the usual speed over the share of heart-rate reserve it took (Swain 1994).
    v = 60.0 * runs["middle_mps"]
    reserve = (runs["middle_bpm"] - HR_REST_BPM) / (hr_max - HR_REST_BPM)
    by_heart = ((-4.60 + 0.182258 * v + 0.000104 * v * v) / reserve).where(reserve > 0.5).rolling("56D")
    best = runs["vdot"].rolling("90D")
    half_hours = runs["half_hour_bpm"].expanding().count()
    line = "line through best efforts of 90 days"
    found = [
        ("hr_max", "bpm", hr_max, (-3.0, 5.0), "highest of two years", runs["highest_bpm"].expanding().count()),
        ("hr_rest", "bpm", hr_max * 0.0 + HR_REST_BPM, (-15.0, 10.0), "usual value", 0),
        ("hr_threshold", "bpm", lthr, (-8.0, 8.0), "half an hour, or 90 % of hr_max", half_hours),
        ("critical_speed", "m/s", fit["critical_speed"], (-2.0 * fit["error"], 2.0 * fit["error"]), line, fit["n"]),
        ("d_prime", "m", fit["d_prime"], (-0.5 * fit["d_prime"], 0.5 * fit["d_prime"]), line, fit["n"]),
        ("comfortable_speed", "m/s", *_middle(steady), "median of steady runs of 56 days", steady.count()),
        ("vo2max", "ml/kg/min", best.max(), (-2.5, 2.5), "best result of 90 days", best.count()),
        ("vo2max_heart_rate", "ml/kg/min", *_middle(by_heart), "heart rate at speed, 56 days", by_heart.count()),
    ]
    parts = []
    for kind, unit, value, (down, up), method, n in found:
        columns = {"value": value, "low": value + down, "high": value + up, "n_evidence": n}
        table = pd.DataFrame(columns).dropna(subset=["value"])
        table = table[~table.index.duplicated(keep="last")]
        table = table[~(table["value"].diff().abs() < TOLERANCE[unit])]
        parts.append(table.assign(kind=kind, unit=unit, method=method))
    table = pd.concat(parts).reset_index(names="day")
    table["valid_from"] = table.pop("day") + pd.Timedelta(days=1)
    return table.assign(athlete_id=athlete_id, source="estimated")


def _middle(rolling: Any) -> tuple[pd.Series, tuple[pd.Series, pd.Series]]:
    """Median, and how far below and above it lie 10 and 90 %."""
    middle = rolling.median()
    return middle, (rolling.quantile(0.1) - middle, rolling.quantile(0.9) - middle)


def on_day(table: pd.DataFrame, kind: str, days: pd.Series) -> pd.DataFrame:
    """Value and source of a threshold on each day; before the first one, the first one; index as given."""
    rows = table[table["kind"] == kind].sort_values("valid_from")[["valid_from", "value", "source"]]
    asked = pd.DataFrame({"valid_from": midnights(days)}).sort_values("valid_from")
    if rows.empty:
        return pd.DataFrame({"value": np.nan, "source": None}, index=days.index)
    kept = asked.index
    found = pd.merge_asof(asked, rows, on="valid_from").set_axis(kept)
    return found.fillna({"value": rows["value"].iloc[0], "source": rows["source"].iloc[0]}).reindex(days.index)


def intensity(activities: pd.DataFrame, bins: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Seconds and metres of each activity in three zones, by heart rate and by pace."""
    info = activities.set_index("activity_id")
    moving = info["moving_s"].fillna(info["timer_s"])
    parts = []
    for method, quantity, kind, shares in (("heart_rate", "heart_rate", "hr_threshold", (0.89, 1.0)),
                                           ("pace", "gap_speed", "critical_speed", (0.82, 0.99))):  # fmt: skip
        own = bins[bins["quantity"] == quantity]
        total = own.groupby("activity_id")["seconds"].sum().reindex(info.index).fillna(0.0)
        limit = on_day(limits, kind, info["local_date"])
        usable = (total >= 0.8 * moving) & limit["value"].notna()
        own = own[own["activity_id"].map(usable).astype(bool)]
        bound = own["activity_id"].map(limit["value"]).astype(float)
        zone = 1 + (own["bin_low"] >= shares[0] * bound).astype(int) + (own["bin_low"] >= shares[1] * bound).astype(int)
        every = pd.MultiIndex.from_product([info.index[usable], [1, 2, 3]], names=["activity_id", "zone"])
        table = own.groupby(["activity_id", zone.rename("zone")])[["seconds", "distance_m"]].sum()
        table = table.reindex(every, fill_value=0.0).reset_index()
        edge = table["activity_id"].map(limit["value"]).astype(float)
        is_zone = [table["zone"] == 1, table["zone"] == 2]
        table["low"] = np.select(is_zone, [0.0, shares[0] * edge], shares[1] * edge)
        table["high"] = np.select(is_zone, [shares[0] * edge, shares[1] * edge], np.nan)
        parts.append(table.assign(method=method, threshold_source=table["activity_id"].map(limit["source"])))
    return pd.concat(parts, ignore_index=True)


def loads(activities: pd.DataFrame, bins: pd.DataFrame, limits: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Activities with effort, easy share, both loads, spike ratio, bricks and near-maximal time."""
    info = activities.set_index("activity_id")
    days = info["local_date"]
    top, critical = (on_day(limits, kind, days)["value"] for kind in ("hr_max", "critical_speed"))
    rate, speed = (bins[bins["quantity"] == name] for name in ("heart_rate", "gap_speed"))
    x = ((rate["bin_low"] - HR_REST_BPM) / (rate["activity_id"].map(top) - HR_REST_BPM)).clip(lower=0.0)
    weight = (0.64 * np.exp(1.92 * x) + 0.86 * np.exp(1.67 * x)) / 2  # Banister 1991, both sexes
    trimp = (rate["seconds"] / 60.0 * x * weight).groupby(rate["activity_id"]).sum()
    cubes = (speed["bin_low"] ** 3 * speed["seconds"]).groupby(speed["activity_id"]).sum()
    total = speed.groupby("activity_id")["seconds"].sum()
    pace = 100.0 * total / 3600.0 * ((cubes / total) ** (1 / 3) / critical.reindex(total.index)) ** 2
    by_rate = zones[zones["method"] == "heart_rate"]
    easy = (
        by_rate[by_rate["zone"] == 1].set_index("activity_id")["seconds"]
        / by_rate.groupby("activity_id")["seconds"].sum()
    )
    out = info.assign(
        effort_frac=info["mean_gap_speed_mps"] / critical,
        load_trimp=trimp.reindex(info.index),
        load_pace=pace.reindex(info.index),
        easy_share_time=easy.reindex(info.index),
    )
    out["load_trimp_reason"] = np.where(out["load_trimp"].isna(), "no heart rate, or its maximum not known", None)
    out["load_pace_reason"] = np.where(out["load_pace"].isna(), "not a run, or critical speed not known", None)
    return _before(out.sort_values("start_time_utc")).reset_index()


def _before(info: pd.DataFrame) -> pd.DataFrame:
    """What depends on the activities before: spike ratio and bricks; in order of time."""
    day = pd.DatetimeIndex(pd.to_datetime(info["local_date"]))
    run = info["distance_m"].where(info["sport"] == "running").set_axis(day)
    longest = run.rolling("30D", closed="left").max().to_numpy()
    is_new = (day - day.min()).days < 30
    ratio = np.where(is_new, np.nan, run.to_numpy() / longest)
    gap = info["start_time_utc"] - info["end_time_utc"].shift()
    is_brick = (gap <= pd.Timedelta(hours=1)) & (info["sport"] != info["sport"].shift())
    previous = pd.Series(info.index, index=info.index).shift()
    return info.assign(
        spike_ratio=ratio,
        spike_ratio_reason=np.where(is_new, "less than 30 days of history", None),
        brick_previous_id=previous.where(is_brick, None),
    )


def records(activities: pd.DataFrame, efforts: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Efforts with `is_record`, and for each activity the longest time at 95 % of the best of 90 days."""
    efforts = efforts.sort_values("start_time_utc", kind="stable")
    counts = efforts["speed_mps"].where((efforts["quality"] == "ok") & ~efforts["is_indoor"])
    before = counts.groupby(efforts["effort"]).transform(lambda speed: speed.cummax().ffill().shift())
    efforts = efforts.assign(is_record=counts.notna() & ~(counts <= before))
    timed = efforts.assign(speed=counts)[~efforts["is_by_distance"]].set_index("start_time_utc")
    best = timed.groupby("effort")["speed"].rolling("90D").max().reset_index()
    timed = timed.reset_index().merge(best, on=["effort", "start_time_utc"], suffixes=("", "_best"))
    near = timed[timed["speed"] >= 0.95 * timed["speed_best"]].groupby("activity_id")["elapsed_s"].max()
    return efforts, activities["activity_id"].map(near)


def bouts_of_the_day(intervals: pd.DataFrame, activities: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Intervals against critical speed and maximum of the day."""
    day = intervals["activity_id"].map(activities.set_index("activity_id")["local_date"])
    share = intervals["mean_speed_mps"] / on_day(limits, "critical_speed", day)["value"]
    names = np.select([share.isna(), share >= 1.2, share >= 1.1, share >= 1.0, share >= 0.95, share >= 0.85],
                      [None, "speed", "anaerobic", "vo2max", "threshold", "tempo"], None)  # fmt: skip
    return intervals.assign(
        critical_speed_frac=share,
        hr_max_frac=intervals["max_heart_rate_bpm"] / on_day(limits, "hr_max", day)["value"],
        intensity_name=names,
    )


def purposes(activities: pd.DataFrame, intervals: pd.DataFrame, pacing: pd.DataFrame) -> pd.DataFrame:
    """Purpose of each activity by the first rule that holds, its runner-up, a confidence for the rule, a reason."""
    info = activities
    sure = intervals[intervals["confidence"] >= 0.5]
    kind = sure.groupby("activity_id")["kind"].agg(lambda kinds: kinds.mode().iloc[0]).reindex(info["activity_id"])
    kind, n = kind.to_numpy(), info["n_intervals"].to_numpy()
    raced = pacing.loc[pacing["is_race_like"].astype(bool), "activity_id"] if len(pacing) else []
    is_race = info["activity_id"].isin(raced).to_numpy()
    usual = info["distance_m"].rolling(20, min_periods=3).median().shift()
    is_run = (info["sport"] == "running").to_numpy()
    is_long = ((info["moving_s"] >= 3600.0) & (info["distance_m"] >= 1.4 * usual)) | (info["moving_s"] >= 5400.0)
    rules = [
        (~is_run & info["sport"].isin(["walking", "hiking"]), "walk", 0.95, "walking by its sport"),
        (~is_run, "cross_training", 0.95, "another sport"),
        (is_race, "race", 0.85, "one continuous hard effort of a standard distance"),
        ((kind == "hill") & (n >= 3), "hills", 0.85, "reps uphill"),
        ((kind == "sprint") & (n >= 4), "hiit", 0.8, "short fast reps"),
        ((kind == "fartlek") & (n >= 3), "fartlek", 0.8, "fast stretches of irregular length"),
        ((kind == "interval") & (n >= 2), "intervals", 0.9, "reps of like length"),
        ((kind == "tempo") & (n >= 1), "tempo", 0.8, "a long steady bout"),
        (is_long, "long", 0.8, "much longer than usual"),
        (info["n_strides"] >= 3, "easy_strides", 0.8, "easy with strides"),
        ((info["moving_s"] <= 2700.0) & (info["effort_frac"] < 0.7), "recovery", 0.7, "short and slow"),
        (info["easy_share_time"] >= 0.6, "easy", 0.8, "mostly in zone 1"),
    ]
    holds = np.column_stack([np.asarray(rule[0], dtype=bool) for rule in rules] + [np.ones(len(info), dtype=bool)])
    first = holds.argmax(axis=1)
    second = np.where(np.arange(holds.shape[1]) == first[:, None], False, holds).argmax(axis=1)
    names, sureness, words = (np.array([*(rule[k] for rule in rules), last], dtype=object)
                              for k, last in ((1, "unclear"), (2, 0.3), (3, "no rule holds")))  # fmt: skip
    return info.assign(
        purpose=names[first],
        purpose_confidence=sureness[first].astype(float),
        purpose_reason=words[first],
        purpose_runner_up=np.where(first < len(rules), names[second], None),
        is_race=is_race,
        race_reason=np.where(is_race, words[2], None),
    )
