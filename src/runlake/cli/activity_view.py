"""What there is to show of an activity: its rows of every table, from a lake or straight from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runlake.cli.plain_rows import rows_of
from runlake.errors import ConfigError
from runlake.tables import BY_NAME

Rows = Sequence[Mapping[str, Any]]
SHOWN = ("laps", "programmed_steps", "splits", "intervals", "interval_sets", "strides", "best_efforts", "fatigue")


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One activity's row and its rows of the other tables by name."""

    activity: Mapping[str, Any]
    tables: Mapping[str, Rows]


def from_lake(lake: Path, wanted: str) -> list[ActivityView]:
    """The activities of a lake that an id, a prefix of one, a local date or a path names."""
    import pyarrow.compute as pc

    from runlake.lake.read import open_lake

    opened = open_lake(lake)
    activities = rows_of(opened.table("activities"), BY_NAME["activities"])
    chosen = _chosen(activities, wanted)
    views = []
    for activity in chosen:
        tables = {}
        for name in SHOWN:
            table = opened.table(name)
            mine = table.filter(pc.equal(table.column("activity_id"), activity["activity_id"]))
            tables[name] = rows_of(mine, BY_NAME[name])
        views.append(ActivityView(activity, tables))
    return views


def _chosen(activities: Rows, wanted: str) -> Rows:
    by_id = [a for a in activities if wanted and a["activity_id"].startswith(wanted)]
    if len(by_id) == 1:
        return by_id
    by_day = [a for a in activities if str(a["local_date"]) == wanted]
    if by_day:
        return by_day
    by_path = [a for a in activities if wanted in (a["path"], a["member"], f"{a['path']}!{a['member']}")]
    if by_path:
        return by_path
    if len(by_id) > 1:
        raise ConfigError(f"{len(by_id)} activities begin with {wanted}; give more digits", code="ambiguous")
    near = sorted({str(a["local_date"]) for a in activities})
    if not near:
        raise ConfigError(
            "the lake holds no activities; `runlake status` says what became of each file", code="missing"
        )
    if not wanted:
        raise ConfigError(
            f"say which activity of the lake: an id, a path, or a date such as {near[-1]} (the last)", code="missing"
        )
    hint = f"its activities are from {near[0]} to {near[-1]}"
    raise ConfigError(f"the lake has no activity {wanted}; {hint}", code="missing")


def from_file(path: Path, config_path: Path | None) -> list[ActivityView]:
    """The activities in a file (or archive), read and judged without a lake."""
    import os

    from runlake.config import load
    from runlake.pipeline.athletes import with_history
    from runlake.pipeline.build import work_settings
    from runlake.pipeline.gather import tables_of
    from runlake.pipeline.ingest import ingest_job
    from runlake.pipeline.records import Job, Place, Stat

    config = load(config_path)
    status = path.stat()
    stat = Stat(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    job = Job(Place(config.default_athlete, "file", path.name), os.fsencode(path), stat)
    known, found, errors = ingest_job(job, work_settings(config))
    if errors:
        raise RuntimeError(errors[0])
    if not found:
        reasons = [o.reason for o in known.outcomes if o.reason]
        what = reasons[-1].partition(": ")[2] or reasons[-1] if reasons else "there is nothing in it"  # code: sentence
        raise ConfigError(what, code="refused", path=str(path))
    views = []
    for one in found:
        tables = tables_of([one])
        history = with_history(tables, [config.athlete(config.default_athlete)], {})
        rows = {name: rows_of(table, BY_NAME[name]) for name, table in {**tables, **history}.items()}
        views.append(ActivityView(rows["activities"][0], rows))
    return views
