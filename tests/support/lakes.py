"""Small lakes written straight from rows, for tests of reports: the answer is built into the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from runlake.lake.schema import to_arrow
from runlake.model.findings import Table
from runlake.model.table import Column
from runlake.tables import BY_NAME, SPECS

Rows = Sequence[Mapping[str, Any]]
EPOCH = dt.date(1970, 1, 1)
MONDAY = dt.date(2026, 1, 5)


def days(date: dt.date) -> float:
    """A date as days since 1970."""
    return float((date - EPOCH).days)


def seconds(date: dt.date, hour: float = 7.0) -> float:
    """A moment of a day as Unix seconds."""
    return days(date) * 86400.0 + hour * 3600.0


def _filler(column: Column) -> Any:
    """A value for a column that must not be missing and that a test does not care about."""
    return {"string": "x", "bool": False, "date": days(MONDAY)}.get(column.kind, 0)


def write_lake(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """A lake folder with every table; what a row leaves out is missing, or a filler where it must not be."""
    folder.mkdir(parents=True, exist_ok=True)
    for spec in SPECS:
        rows = [
            {c.name: row.get(c.name, None if c.nullable else _filler(c)) for c in spec.columns}
            for row in tables.get(spec.name, ())
        ]
        for given in tables.get(spec.name, ()):
            unknown = set(given) - {c.name for c in spec.columns}
            assert not unknown, f"{spec.name} has no {unknown}"
        target = (
            folder / "samples" / "samples-2026.parquet" if spec.name == "samples" else folder / f"{spec.name}.parquet"
        )
        target.parent.mkdir(exist_ok=True)
        pq.write_table(to_arrow(Table.from_rows(BY_NAME[spec.name], rows)), target)
    return folder


def run(activity_id: str, date: dt.date, **values: Any) -> dict[str, Any]:
    """A row of `activities` for an easy 10 km run in an hour."""
    return {
        "athlete_id": "me",
        "activity_id": activity_id,
        "local_date": days(date),
        "path": f"{activity_id}.fit",
        "session_no": 1,
        "source_format": "fit",
        "start_time_utc": seconds(date),
        "end_time_utc": seconds(date) + 3600,
        "start_time_local": seconds(date) + 3600,
        "utc_offset_s": 3600,
        "sport": "running",
        "is_indoor": False,
        "is_track": False,
        "distance_m": 10_000.0,
        "distance_source": "device",
        "elapsed_s": 3600.0,
        "timer_s": 3600.0,
        "moving_s": 3600.0,
        "mean_speed_mps": 10_000 / 3600,
        "mean_heart_rate_bpm": 140.0,
        "max_heart_rate_bpm": 160.0,
        "mean_cadence_spm": 170.0,
        "purpose": "easy",
        "purpose_confidence": 0.9,
        "purpose_reason": "95 % of the time in zone 1",
        "efficiency_m_per_beat": 1.2,
        **values,
    }


def week(monday: dt.date, **values: Any) -> dict[str, Any]:
    """A row of `weeks`: 30 km in three runs, 85 % easy."""
    return {
        "athlete_id": "me",
        "week_start_date": days(monday),
        "distance_m": 30_000.0,
        "moving_s": 10_800.0,
        "n_runs": 3,
        "n_activities": 3,
        "easy_share_distance": 0.86,
        "easy_share_time": 0.85,
        "easy_share_sessions": 0.67,
        "easy_share_method": "pace",
        "n_key_sessions": 1,
        "rest_days": 4,
        "ramp_frac": 0.05,
        "is_recovery_week": False,
        "fitness": 40.0,
        "fatigue": 45.0,
        "verdict": "purposeful",
        "verdict_reason": "one key session, easy days between",
        "is_complete": True,
        **values,
    }


def samples_of(activity: Mapping[str, Any], n: int = 600, step_s: float = 6.0) -> list[dict[str, Any]]:
    """Samples of an activity: 3 m/s with one fast minute from 600 s on, heading north-east."""
    time_s = np.arange(n) * step_s
    speed = np.where((time_s >= 600) & (time_s < 660), 5.0, 3.0)
    distance = np.concatenate(([0.0], np.cumsum(speed[:-1] * step_s)))
    return [
        {
            "athlete_id": activity["athlete_id"],
            "activity_id": activity["activity_id"],
            "local_date": activity["local_date"],
            "time_utc": activity["start_time_utc"] + t,
            "elapsed_s": t,
            "timer_s": t,
            "latitude_deg": 47.0 + d * 6e-6,
            "longitude_deg": 8.0 + d * 6e-6,
            "altitude_m": 400.0,
            "distance_m": d,
            "speed_mps": v,
            "speed_source": "device",
            "heart_rate_bpm": 140.0,
            "cadence_spm": 170.0,
        }
        for t, v, d in zip(time_s, speed, distance, strict=True)
    ]


def season(n_weeks: int = 14, name: str | None = None, athlete_id: str = "me") -> dict[str, Rows]:
    """Three runs a week for some weeks: a mile that gets faster, a set that is run every other week."""
    tables: dict[str, list[dict[str, Any]]] = {spec.name: [] for spec in SPECS}
    slug = "".join(c for c in athlete_id if c.isalnum())
    for w in range(n_weeks):
        monday = MONDAY + dt.timedelta(weeks=w)
        ids = [f"{slug}{w:02d}{d}".ljust(16, "0") for d in range(3)]
        tables["weeks"].append(week(monday, athlete_id=athlete_id, verdict_evidence=" ".join(ids[1:2])))
        for d, activity_id in enumerate(ids):
            date = monday + dt.timedelta(days=2 * d)
            is_key = d == 1
            stamps = {"athlete_id": athlete_id, "activity_id": activity_id, "local_date": days(date)}
            shape = {"purpose": "intervals", "shorthand": "6x400 m (1:30 jog)"} if is_key else {}
            tables["activities"].append(run(activity_id, date, athlete_id=athlete_id, name=name, **shape))
            for zone, share in ((1, 0.85), (2, 0.05), (3, 0.10)):
                for method in ("pace", "heart_rate"):
                    tables["intensity"].append(
                        {
                            **stamps,
                            "method": method,
                            "zone": zone,
                            "seconds": 3600 * share,
                            "distance_m": 10_000 * share,
                        }
                    )
            mile = 520.0 - 3 * w + 15 * d
            tables["best_efforts"].append(
                {**stamps, "effort": "mile", "is_by_distance": True, "distance_m": 1609.344, "elapsed_s": mile,
                 "speed_mps": 1609.344 / mile, "start_time_utc": seconds(date), "quality": "ok", "is_record": d == 0}
            )  # fmt: skip
            tables["fatigue"].append(
                {**stamps, "onset_s": 2400.0 + 60 * w, "is_censored": d == 2, "decoupling_frac": 0.04}
            )
            if is_key:
                tables["interval_sets"].append(
                    {**stamps, "set_no": 1, "kind": "interval", "n_reps": 6, "shorthand": "6x400 m (1:30 jog)",
                     "structure_key": "6x400", "mean_speed_mps": 4.5 + 0.02 * w, "confidence": 0.95}
                )  # fmt: skip
                tables["intervals"].append(
                    {**stamps, "interval_no": 1, "set_no": 1, "kind": "interval", "start_s": 600.0, "end_s": 660.0,
                     "duration_s": 60.0, "distance_m": 300.0, "mean_speed_mps": 5.0, "confidence": 0.95,
                     "edge_source": "samples"}
                )  # fmt: skip
                tables["pacing"].append(
                    {**stamps, "effort": "mile", "distance_m": 1609.344, "elapsed_s": mile, "lap_1_s": mile / 4 - 6,
                     "lap_2_s": mile / 4, "lap_3_s": mile / 4 + 8, "lap_4_s": mile / 4 - 2, "split_verdict": "even",
                     "is_race_like": True}
                )  # fmt: skip
    last = tables["activities"][-2]
    tables["samples"] = samples_of(last)
    for target, met in ((540.0, MONDAY), (480.0, MONDAY + dt.timedelta(weeks=13)), (420.0, None)):
        tables["goals"].append(
            {"athlete_id": athlete_id, "effort": "mile", "target_s": target, "first_met_on": days(met) if met else None,
             "activity_id": tables["activities"][0]["activity_id"] if met else None, "best_s": 478.0,
             "gap_s": 478.0 - target,
             "source": "config"}
        )  # fmt: skip
    for kind, value in (("comfortable_speed", 2.8), ("critical_speed", 3.9)):
        tables["thresholds"].append(
            {"athlete_id": athlete_id, "kind": kind, "valid_from": days(MONDAY), "value": value, "unit": "m/s",
             "method": "bests", "source": "measured"}
        )  # fmt: skip
    return dict(tables)
