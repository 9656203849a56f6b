"""What runlake is measured against: the tables of its lake by the ordinary way, fitdecode into pandas into Parquet.

``python bench/baseline_fitdecode_pandas.py FOLDER OUT [--files N]`` writes OUT/<table>.parquet, and prints CPU
seconds of decoding, of the tables of each activity, of the history, of writing, as JSON (also in OUT/seconds.json).

Written as an analyst would who knows pandas and NumPy: nothing of runlake is imported, nothing slowed down. The
published columns that it leaves out are in LEFT_OUT, each with its reason.

Simpler than runlake where methods differ (intervals by Otsu's threshold, purposes by the first rule that holds,
no repair of damaged files, no duplicates but those of the same bytes, nothing incremental or atomic). FOLDER must
hold at least one run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fitdecode
import pandas as pd

import baseline_activity
import baseline_bouts
import baseline_efforts
import baseline_history
import baseline_samples
import baseline_summary
import baseline_weeks
from baseline_decode import Messages, read_fit

ATHLETE = "me"
Tables = dict[str, pd.DataFrame]
Clock = dict[str, float]
FLOAT32 = (
    "altitude_m", "speed_mps", "gap_speed_mps", "grade_frac", "heart_rate_bpm", "cadence_spm", "step_length_m",
    "power_w", "temperature_c",
)  # fmt: skip
LEFT_OUT: dict[str, dict[str, str]] = {
    "activities": {
        "member": "there are no archives here",
        "description": "comes from an export's metadata, not from FIT files",
        "gear": "the same",
        "perceived_exertion": "the same",
        "device_vo2max": "in a message that fitdecode's profile has no name for",
    },
    "files": {"member": "there are no archives here", "reason": "every file that is read has none"},
    "runs": {"schema_version": "there is no schema of its own", "config_digest": "there is nothing to configure"},
    "columns": {
        "unit": "text written by hand, nothing to compute",
        "origin": "the same",
        "meaning": "the same",
        "is_nullable": "the same",
    },
    "progress": {"is_censored": "of one measure only", "note": "words beside the values"},
}
"""Published columns that are not computed, by table, with the reason.

Rows that are left out: of `progress` the measures `comfortable_mile`, `step_length_excess`, `fatigue_onset_trend`,
`fartlek_surge`, `plateau` and `cadence_share_of_speed_change`, further ones of the same kind as those computed; of
`thresholds` `vo2max_device`, see above.
"""
STATES = ("ok", "salvaged", "duplicate", "rejected", "ignored", "unstable", "blocked")

TEXTS = ("activity_id", "kind", "structure_key")
EMPTY = {
    name: pd.DataFrame({column: pd.Series(dtype=object if column in TEXTS else float) for column in columns})
    for name, columns in {
        "intervals": (
            "activity_id", "kind", "confidence", "duration_s", "distance_m", "mean_speed_mps", "snapped_distance_m",
            "max_heart_rate_bpm", "heart_rate_drop_60s_bpm",
        ),
        "strides": ("activity_id", "confidence", "duration_s"),
        "interval_sets": ("activity_id", "structure_key", "n_reps", "mean_speed_mps"),
        "fatigue": ("activity_id",),
        "pacing": ("activity_id", "is_race_like"),
    }.items()
}  # fmt: skip
"""Tables that a season without such findings leaves empty, with the columns that the history asks for."""


def tables_of(activity: baseline_samples.Activity) -> Tables:
    """The rows of every table that one activity fills by itself."""
    laps = baseline_activity.laps(activity)
    on_track = baseline_activity.track(activity)
    bouts, strides = baseline_bouts.find(activity)
    bouts, sets = baseline_bouts.interval_sets(bouts)
    steps = baseline_activity.programmed_steps(activity, laps, bouts)
    if len(steps) and len(bouts):
        agreement, step = baseline_activity.overlap(bouts, steps)
        bouts["programmed_step"] = steps["step_no"].to_numpy(dtype=float)[step]
        bouts["agreement"] = agreement
        bouts.loc[agreement == 0, ["programmed_step", "agreement"]] = float("nan")
    row = baseline_summary.summary(activity, bouts, sets, strides, on_track)
    tables = {
        "activities": pd.DataFrame([row]),
        "samples": activity.samples.astype(dict.fromkeys(FLOAT32, "float32")),
        "laps": laps,
        "programmed_steps": steps,
        "splits": baseline_activity.splits(activity, on_track),
        "best_efforts": baseline_efforts.best_efforts(activity, on_track),
        "distributions": baseline_activity.distributions(activity),
        "form": baseline_activity.form(activity),
        "pacing": baseline_efforts.pacing(activity, bouts, len(strides)),
        "fatigue": baseline_efforts.fatigue(activity, bouts),
        "intervals": bouts,
        "interval_sets": sets,
        "strides": strides,
    }
    stamps = {"athlete_id": ATHLETE, "activity_id": activity.activity_id, "local_date": row["local_date"]}
    return {name: table.assign(**stamps) for name, table in tables.items() if len(table)}


def sessions(messages: Messages) -> list[tuple[dict[str, Any], Messages]]:
    """Each session of a file with the records and laps that lie in it."""
    found = messages.get("session", pd.DataFrame([{}])).to_dict("records")
    if len(found) == 1:
        return [(found[0], messages)]
    out = []
    for number, session in enumerate(found, start=1):
        own = dict(messages)
        end = session["start_time"] + pd.Timedelta(seconds=session["total_elapsed_time"])
        for name, column in (("record", "timestamp"), ("lap", "start_time")):
            if name in own:
                own[name] = own[name][own[name][column].between(session["start_time"], end)]
        out.append((session | {"session_no": number}, own))
    return out


def read_all(folder: Path, paths: list[Path], spent: Clock) -> Tables:
    """The tables of all files, and the ledger `files`; a file that cannot be read is a row with its reason."""
    parts: dict[str, list[pd.DataFrame]] = defaultdict(list)
    files: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for path in paths:
        name = str(path.relative_to(folder))
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        row = {"athlete_id": ATHLETE, "source": folder.name, "path": name, "status": "ok", "sha256": digest,
               "size_bytes": len(data), "format": "fit", "decoder": "fitdecode", "n_activities": 0,
               "duplicate_of": seen.get(digest)}  # fmt: skip
        files.append(row)
        if digest in seen:
            row["status"] = "duplicate"
            continue
        seen[digest] = name
        began = time.process_time()
        try:
            messages = read_fit(path)
            spent["decode_cpu_s"] += time.process_time() - began
            for number, (session, own) in enumerate(sessions(messages), start=1):
                key = hashlib.sha256(f"{digest}{number}".encode()).hexdigest()[:16]
                activity = baseline_samples.prepare(key, name, session, own)
                for table, rows in tables_of(activity).items():
                    parts[table].append(rows)
                row.update(n_activities=number, start_time_utc=row.get("start_time_utc", activity.start))
            row.update(n_records_in=len(messages["record"]), n_records_kept=len(activity.samples))
        except (fitdecode.FitError, ValueError, KeyError) as error:
            row.update(status="rejected", reason=str(error))
    tables = {name: pd.concat(rows, ignore_index=True) for name, rows in parts.items()}
    return tables | {"files": pd.DataFrame(files)}


def add_history(tables: Tables) -> Tables:
    """The tables with what only all activities together tell."""
    tables = EMPTY | tables
    activities, bins = tables["activities"], tables["distributions"]
    efforts, near = baseline_history.records(activities, tables["best_efforts"])
    activities = activities.assign(near_max_s=near)
    limits = baseline_history.thresholds(baseline_history.runs_by_day(activities, bins, efforts), ATHLETE)
    zones = baseline_history.intensity(activities, bins, limits)
    activities = baseline_history.loads(activities, bins, limits, zones)
    bouts = baseline_history.bouts_of_the_day(tables["intervals"], activities, limits)
    goals = baseline_weeks.goals(efforts, ATHLETE)
    goal_s = goals["target_s"].min() if len(goals) else float("nan")
    mile_m = baseline_activity.MILE_M
    bouts = bouts.assign(goal_mps=mile_m / goal_s, goal_delta_s=bouts["snapped_distance_m"] / bouts["mean_speed_mps"]
                         - bouts["snapped_distance_m"] * goal_s / mile_m)  # fmt: skip
    activities = baseline_history.purposes(activities, bouts, tables["pacing"])
    day = activities.set_index("activity_id")["local_date"]
    zones = zones.assign(athlete_id=ATHLETE, local_date=zones["activity_id"].map(day))
    out = tables | {"activities": activities, "best_efforts": efforts, "intervals": bouts, "intensity": zones,
                    "thresholds": limits, "goals": goals}  # fmt: skip
    out["weeks"] = baseline_weeks.weeks(out, ATHLETE)
    out["progress"] = baseline_weeks.progress(out, limits, ATHLETE)
    out["intervals"] = bouts.drop(columns="goal_mps")
    return out


def write(tables: Tables, out: Path, began_at: datetime) -> None:
    """Every table as Parquet, samples by year, and the tables about the tables and the run."""
    out.mkdir(parents=True, exist_ok=True)
    states = tables["files"]["status"].value_counts().reindex(STATES, fill_value=0)
    run = {"run_id": began_at.isoformat(), "started_at": began_at, "ended_at": datetime.now(UTC),
           "version": fitdecode.__version__, "athlete_id": ATHLETE, "source": tables["files"]["source"].iloc[0],
           "n_files": len(tables["files"]), "n_new": len(tables["files"]), "n_activities": len(tables["activities"]),
           "n_samples": len(tables["samples"]), **{f"n_{state}": n for state, n in states.items()}}  # fmt: skip
    rows = [(name, c, str(t), k) for name, table in tables.items() for k, (c, t) in enumerate(table.dtypes.items(), 1)]
    about = {
        "runs": pd.DataFrame([run]),
        "columns": pd.DataFrame(rows, columns=["table", "column", "type", "position"]),
    }
    samples = tables["samples"]
    for year, part in samples.groupby(samples["time_utc"].dt.year):
        part.sort_values(["athlete_id", "time_utc"]).to_parquet(out / f"samples-{year}.parquet", index=False)
    for name, table in (tables | about).items():
        if name != "samples":
            table.to_parquet(out / f"{name}.parquet", index=False)


def build(folder: Path, paths: list[Path], out: Path) -> Clock:
    """Decode, compute and write; CPU seconds of each part."""
    began_at, began = datetime.now(UTC), time.process_time()
    spent: Clock = defaultdict(float)
    tables = read_all(folder, paths, spent)
    read = time.process_time()
    tables = add_history(tables)
    computed = time.process_time()
    write(tables, out, began_at)
    done = time.process_time()
    return spent | {"activities_cpu_s": read - began - spent["decode_cpu_s"], "history_cpu_s": computed - read,
                    "write_cpu_s": done - computed, "cpu_s": done - began}  # fmt: skip


def main() -> None:
    """Build, and print one JSON line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--files", type=int, default=20)
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.fit"))[: options.files]
    spent = {name: round(seconds, 4) for name, seconds in build(options.folder, paths, options.out).items()}
    (options.out / "seconds.json").write_text(json.dumps(spent))
    print(json.dumps({"files": len(paths), **spent}))


if __name__ == "__main__":
    main()
