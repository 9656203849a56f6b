"""Weeks, progress and goals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from baseline_efforts import BY_DISTANCE
from baseline_history import KEY, midnights, on_day

EASY = ("easy", "easy_strides", "recovery", "long")
Tables = dict[str, pd.DataFrame]


def weeks(tables: Tables, athlete_id: str) -> pd.DataFrame:
    """One row per ISO week from the first activity to the last."""
    info = tables["activities"].sort_values("start_time_utc").copy()
    day = pd.to_datetime(info["local_date"])
    info["week"] = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    every = pd.date_range(info["week"].min(), info["week"].max(), freq="7D")
    out = pd.DataFrame(index=every)
    out["is_complete"] = out.index < every[-1]
    info["moving_s"] = info["moving_s"].fillna(info["timer_s"])
    runs = info[info["sport"] == "running"].assign(human_m=lambda r: r["distance_m"] - r["quality_too_fast_m"])
    summed = runs.groupby("week").agg(
        distance_m=("human_m", "sum"), moving_s=("moving_s", "sum"), n_runs=("human_m", "size"),
        longest_run_m=("human_m", "max"), ascent_m=("ascent_m", "sum"), spike_ratio=("spike_ratio", "max"),
        n_strides=("n_strides", "sum"),
    ).reindex(every)  # fmt: skip
    out = out.join(summed)
    filled = ["distance_m", "moving_s", "n_runs", "ascent_m", "n_strides"]
    out[filled] = out[filled].fillna(0.0)
    out["n_activities"] = info.groupby("week").size().reindex(every, fill_value=0)
    out["cross_training_s"] = (
        info[info["sport"] != "running"].groupby("week")["moving_s"].sum().reindex(every).fillna(0.0)
    )
    out["cross_training_share"] = out["cross_training_s"] / info.groupby("week")["moving_s"].sum().reindex(every)
    out["long_run_share"] = out["longest_run_m"] / out["distance_m"]
    out["variety"] = (
        info[info["purpose"] != "unclear"].groupby("week")["purpose"].nunique().reindex(every, fill_value=0)
    )
    week_of = info.set_index("activity_id")["week"]
    out = out.join([_work(tables, week_of, every), _keys(runs, every), _rest(info, every)])
    out = out.join([_mix(tables, week_of, out), _load(info, out)])
    return _judge(_ramps(out), runs).rename_axis("week_start_date").reset_index().assign(athlete_id=athlete_id)


def _work(tables: Tables, week_of: pd.Series, every: pd.DatetimeIndex) -> pd.DataFrame:
    """Seconds and metres of bouts by kind, strides included in fast time, and distance at goal pace."""
    bouts, strides = (tables[name][tables[name]["confidence"] >= 0.5] for name in ("intervals", "strides"))
    week = bouts["activity_id"].map(week_of)
    is_tempo = bouts["kind"] == "tempo"
    near = (bouts["mean_speed_mps"] / bouts["goal_mps"] - 1.0).abs() <= 0.02
    stride_s = strides["duration_s"].groupby(strides["activity_id"].map(week_of)).sum()
    sums = {
        "tempo_s": bouts["duration_s"].where(is_tempo, 0.0),
        "fast_s": bouts["duration_s"].where(~is_tempo, 0.0),
        "quality_s": bouts["duration_s"],
        "quality_m": bouts["distance_m"],
        "goal_pace_m": bouts["distance_m"].where(near, 0.0),
    }
    out = pd.DataFrame(sums).groupby(week).sum().reindex(every, fill_value=0.0)
    out["fast_s"] += stride_s.reindex(every).fillna(0.0)
    return out


def _keys(runs: pd.DataFrame, every: pd.DatetimeIndex) -> pd.DataFrame:
    """Key sessions and the shortest time between them."""
    key = runs[runs["purpose"].isin(KEY)]
    gap = ((key["start_time_utc"] - key["end_time_utc"].shift()).dt.total_seconds() / 3600.0).where(
        lambda h: h <= 672.0
    )
    known = runs[~runs["purpose"].isin(["unclear", "walk"])]
    return pd.DataFrame(
        {"n_key_sessions": key.groupby("week").size(), "min_gap_h": gap.groupby(key["week"]).min(),
         "easy_share_sessions": known["purpose"].isin(EASY).groupby(known["week"]).mean()}, index=every,
    ).fillna({"n_key_sessions": 0})  # fmt: skip


def _rest(info: pd.DataFrame, every: pd.DatetimeIndex) -> pd.DataFrame:
    """Days without a run, and the longest streak of them that lasted into the week."""
    day = pd.to_datetime(info["local_date"])
    days = pd.date_range(day.min(), day.max())
    ran = pd.Series(days.isin(day[info["sport"] == "running"]), index=days)
    streak = (~ran).astype(int).groupby(ran.cumsum()).cumsum()
    week = days - pd.to_timedelta(days.day_of_week, unit="D")
    return pd.DataFrame(
        {"rest_days": (~ran).groupby(week).sum(), "longest_gap_days": streak.groupby(week).max()}
    ).reindex(every)


def _mix(tables: Tables, week_of: pd.Series, out: pd.DataFrame) -> pd.DataFrame:
    """80/20 by time and distance, by heart rate where it covers the week, else by pace; polarization (Treff 2019)."""
    zones = tables["intensity"]
    sums = (
        zones.groupby(["method", zones["activity_id"].map(week_of), "zone"])[["seconds", "distance_m"]].sum().unstack()
    )
    by = {name: sums.loc[name].reindex(out.index) for name in sums.index.get_level_values(0).unique()}
    nothing = pd.DataFrame(np.nan, index=out.index, columns=sums.columns)
    rate, pace = by.get("heart_rate", nothing), by.get("pace", nothing)
    has_rate, has_pace = (part["seconds"].sum(axis=1) >= 0.8 * out["moving_s"] for part in (rate, pace))
    used = rate.where(has_rate, pace.where(has_pace))
    share = used["seconds"].div(used["seconds"].sum(axis=1), axis=0)
    z1, z2, z3 = share[1], share[2], share[3]
    total = used["seconds"].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(z3 > 0, np.log10(z1 / z2 * z3 * 100.0), 0.0)
    index = np.where(z1.isna() | (z3 > z1) | (z2 <= 0), np.nan, index)
    rules = [z1.isna(), z2 + z3 < 0.02, (z3 >= z1) & (z3 >= z2), z2 > z1, (z3 > z2) & (index > 2.0)]
    names = [None, "base", "high_intensity", "threshold", "polarized"]
    return pd.DataFrame(
        {
            "easy_share_time": z1,
            "easy_share_distance": used["distance_m"][1] / used["distance_m"].sum(axis=1),
            "hard_share_time": z3,
            "grey_share_time": (used["seconds"][2] - out["tempo_s"]).clip(lower=0.0) / total,
            "easy_share_method": np.select([has_rate, has_pace], ["heart_rate", "pace"], None),
            "easy_share_reason": np.where(z1.isna(), "zones known for less than 80 % of the running time", None),
            "easy_share_time_heart_rate": rate["seconds"][1] / rate["seconds"].sum(axis=1),
            "easy_share_time_pace": pace["seconds"][1] / pace["seconds"].sum(axis=1),
            "polarization_index": index,
            "polarization_reason": np.where(np.isnan(index), "not defined for these zones", None),
            "distribution_class": np.select(rules, names, "pyramidal"),
        },
        index=out.index,
    )


def _load(info: pd.DataFrame, out: pd.DataFrame) -> pd.DataFrame:
    """Load, monotony and strain (Foster 1998), fitness and fatigue (exponentially weighted, 42 and 7 days)."""
    method = "load_trimp" if info["load_trimp"].notna().mean() >= 0.8 else "load_pace"
    day = pd.to_datetime(info["local_date"])
    daily = info[method].groupby(day).sum().reindex(pd.date_range(day.min(), day.max()), fill_value=0.0)
    week = daily.index - pd.to_timedelta(daily.index.day_of_week, unit="D")
    group = daily.groupby(week)
    whole = (group.size() == 7) & out["is_complete"]
    monotony = (group.mean() / group.std()).clip(upper=10.0).where(whole)
    smooth = [daily.ewm(alpha=1.0 - np.exp(-1.0 / days), adjust=False).mean() for days in (42.0, 7.0)]
    known = np.arange(len(daily)) >= 42
    fitness, fatigue = (values.where(known).groupby(week).last() for values in smooth)
    return pd.DataFrame(
        {"load": group.sum(), "load_method": method.removeprefix("load_"), "monotony": monotony,
         "monotony_reason": np.where(monotony.isna(), "the week is not known in full", None),
         "strain": monotony * group.sum(), "fitness": fitness, "fatigue": fatigue}, index=out.index,
    )  # fmt: skip


def _ramps(out: pd.DataFrame) -> pd.DataFrame:
    """Change against the weeks before, and recovery weeks."""
    distance, complete = out["distance_m"], out["is_complete"]
    ramp = (distance / distance.shift() - 1.0).where(complete & (distance.shift() > 0))
    usual, usual_key = distance.rolling(3).mean().shift(), out["n_key_sessions"].rolling(3).mean().shift()
    fewer = (out["n_key_sessions"] < usual_key) | ((out["n_key_sessions"] == 0) & (usual_key == 0))
    recovery = ((distance <= 0.8 * usual) & fewer).where(complete & (usual > 0))
    number = pd.Series(np.arange(len(out)), index=out.index)
    fast = out["fast_s"]
    return out.assign(
        ramp_frac=ramp,
        ramp_4_weeks_frac=(distance / distance.rolling(4).mean().shift() - 1.0).where(complete),
        fast_ramp_frac=(fast / fast.rolling(4).mean().shift().replace(0.0, np.nan) - 1.0).where(complete),
        ramp_reason=np.where(ramp.isna(), "no week before, or not over", None),
        ramp_band=np.select([ramp > 0.15, ramp > 0.10, ramp.notna()], ["above 15 %", "10 to 15 %", "up to 10 %"], None),
        is_recovery_week=recovery,
        weeks_since_recovery=number - number.where(recovery == 1).ffill(),
    )


def _judge(out: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Verdict by how many checks fail, the failed ones in words, and the sessions it rests on."""
    checks = {
        "no key session, or more than two": ~out["n_key_sessions"].between(1, 2),
        "less than 75 % easy": out["easy_share_time"] < 0.75,
        "key sessions less than 36 h apart": out["min_gap_h"] < 36.0,
        "a jump of more than 15 %": out["ramp_frac"] > 0.15,
        "a quarter in the grey zone": out["grey_share_time"] > 0.25,
    }
    failed = np.column_stack([np.asarray(check, dtype=bool) for check in checks.values()])
    n_failed = failed.sum(axis=1)
    rules = [out["n_runs"] == 0, (out["n_runs"] < 2) | (out["moving_s"] < 3600.0), n_failed == 0, n_failed == 1]
    words = np.array(list(checks), dtype=object)
    key = runs[runs["purpose"].isin(KEY)]
    return out.assign(
        verdict=np.select(rules, ["rest", "too_little", "purposeful", "partly"], "unfocused"),
        verdict_reason=["; ".join(words[row]) or "as advised" for row in failed],
        verdict_evidence=key["activity_id"].groupby(key["week"]).agg(" ".join).reindex(out.index),
    )


def progress(tables: Tables, limits: pd.DataFrame, athlete_id: str) -> pd.DataFrame:
    """Bests as they fell, thresholds, efficiency and its trend, form at comfortable speed, fatigue, sets again."""
    info = tables["activities"]
    day = midnights(info.set_index("activity_id")["local_date"])
    efforts = tables["best_efforts"]
    best = efforts[efforts["is_record"]]
    parts = [
        pd.DataFrame({"measure": "best_" + best["effort"], "activity_id": best["activity_id"],
                      "value": best["elapsed_s"].where(best["is_by_distance"], best["distance_m"]),
                      "unit": np.where(best["is_by_distance"], "s", "m")}),
        pd.DataFrame({"measure": limits["kind"], "local_date": limits["valid_from"], "value": limits["value"],
                      "unit": limits["unit"], "low": limits["low"], "high": limits["high"]}),
        *_simple_measures(tables),
        _comfortable_form(tables, limits),
        _rolling_efficiency(info),
    ]  # fmt: skip
    out = pd.concat([part for part in parts if len(part)], ignore_index=True)
    out["local_date"] = out["local_date"].fillna(out["activity_id"].map(day))
    return out.dropna(subset=["value"]).sort_values(["measure", "local_date"]).assign(athlete_id=athlete_id)


def _simple_measures(tables: Tables) -> list[pd.DataFrame]:
    """Columns of other tables as measures of one value per activity."""
    fatigue, sets, bouts = tables["fatigue"], tables["interval_sets"], tables["intervals"]
    columns = [
        ("efficiency", tables["activities"], "efficiency_m_per_beat", "m"), ("fatigue_onset", fatigue, "onset_s", "s"),
        ("decoupling", fatigue, "decoupling_frac", "1"), ("durability", fatigue, "durability_frac", "1"),
    ]  # fmt: skip
    parts = [
        pd.DataFrame({"measure": name, "activity_id": table["activity_id"], "value": table[column], "unit": unit})
        for name, table, column, unit in columns
        if column in table
    ]
    again = sets[sets.duplicated("structure_key", keep=False) & (sets["n_reps"] > 1)]
    parts.append(pd.DataFrame({"measure": "set:" + again["structure_key"], "activity_id": again["activity_id"],
                               "value": again["mean_speed_mps"], "unit": "m/s"}))  # fmt: skip
    drop = bouts.groupby("activity_id")["heart_rate_drop_60s_bpm"].median().reset_index(name="value")
    parts.append(drop.assign(measure="heart_rate_drop_60s", unit="bpm"))
    if "last_400_kick_frac" in tables["pacing"]:
        kick = tables["pacing"][["activity_id", "last_400_kick_frac"]].set_axis(["activity_id", "value"], axis=1)
        parts.append(kick.assign(measure="last_400_kick", unit="1"))
    mile = tables["best_efforts"][tables["best_efforts"]["vdot"].notna() & tables["best_efforts"]["is_by_distance"]]
    equal = mile["elapsed_s"] * (BY_DISTANCE["mile"] / mile["distance_m"]) ** 1.06  # Riegel 1981
    fastest = equal.groupby(mile["activity_id"]).min().reset_index(name="value")
    parts.append(fastest.assign(measure="mile_equivalent", unit="s"))
    return parts


def _comfortable_form(tables: Tables, limits: pd.DataFrame) -> pd.DataFrame:
    """Cadence, step length and heart rate of each run in the flat bins at comfortable speed."""
    form = tables["form"]
    day = form["activity_id"].map(tables["activities"].set_index("activity_id")["local_date"])
    comfortable = on_day(limits, "comfortable_speed", day)["value"]
    near = form[((form["mean_speed_mps"] - comfortable).abs() <= 0.25) & (form["grade_bin_frac"].abs() <= 0.02)]
    names = {"cadence_spm": ("cadence_at_comfortable", "1/min"), "step_length_m": ("step_length_at_comfortable", "m"),
             "heart_rate_bpm": ("heart_rate_at_comfortable", "bpm")}  # fmt: skip
    parts = []
    for column, (measure, unit) in names.items():
        weighted = (near[column] * near["seconds"]).groupby(near["activity_id"]).sum(min_count=1)
        value = (weighted / near.groupby("activity_id")["seconds"].sum()).reset_index(name="value")
        parts.append(value.assign(measure=measure, unit=unit))
    return pd.concat(parts)


def _rolling_efficiency(info: pd.DataFrame) -> pd.DataFrame:
    """Median and quartiles of efficiency over 28 days."""
    values = info.set_index(pd.to_datetime(info["local_date"]))["efficiency_m_per_beat"].dropna().sort_index()
    rolling = values.rolling("28D", min_periods=3)
    return pd.DataFrame(
        {"measure": "efficiency_28d", "local_date": values.index, "value": rolling.median().to_numpy(), "unit": "m",
         "low": rolling.quantile(0.25).to_numpy(), "high": rolling.quantile(0.75).to_numpy()}
    )  # fmt: skip


def goals(efforts: pd.DataFrame, athlete_id: str, effort: str = "mile", step_s: float = 15.0) -> pd.DataFrame:
    """Rungs of a quarter of a minute from the first time to the next one, when each fell, when the next may fall."""
    tried = efforts[(efforts["effort"] == effort) & (efforts["quality"] == "ok")].sort_values("start_time_utc")
    if tried.empty:
        return pd.DataFrame()
    best = tried["elapsed_s"].cummin().to_numpy()
    rungs = np.arange(np.ceil(best[0] / step_s) - 1, np.ceil(best[-1] / step_s) - 2, -1) * step_s
    met = best[:, None] <= rungs
    first = np.where(met.any(axis=0), met.argmax(axis=0), -1)
    days = (tried["start_time_utc"] - tried["start_time_utc"].iloc[-1]).dt.total_seconds().to_numpy() / 86400.0
    recent = days >= -112.0
    slope = np.polyfit(days[recent], tried["elapsed_s"].to_numpy()[recent], 1)[0] if recent.sum() >= 4 else np.nan
    ahead = np.where((first < 0) & (slope < 0), (best[-1] - rungs) / -slope, np.nan)
    last = pd.Timestamp(tried["start_time_utc"].iloc[-1]).normalize()
    when = [
        last + pd.to_timedelta(np.where(share * ahead <= 365.0, share * ahead, np.nan), unit="D")
        for share in (0.7, 1.5)
    ]
    held = first >= 0
    return pd.DataFrame(
        {"athlete_id": athlete_id, "effort": effort, "target_s": rungs,
         "first_met_on": pd.Series(tried["local_date"].to_numpy()[first]).where(held),
         "activity_id": pd.Series(tried["activity_id"].to_numpy()[first]).where(held), "best_s": best[-1],
         "gap_s": best[-1] - rungs, "projected_from": when[0], "projected_to": when[1],
         "projection_reason": np.where(held, "met", np.where(np.isnan(ahead), "no trend towards it", None)),
         "source": "proposed"}
    )  # fmt: skip
