"""The tables that tell of the lake itself: files, runs, columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from runlake.lake.schema import array_of, arrow_schema, describe, to_arrow
from runlake.model.findings import Table
from runlake.pipeline.judge import Row
from runlake.tables import BY_NAME, SPECS

STATES = ("ok", "salvaged", "duplicate", "rejected", "ignored", "unstable", "blocked")


def files_table(rows: Sequence[Row]) -> pa.Table:
    """The table `files`: one row for each input, in the order given."""
    outcomes = [r.outcome for r in rows]
    starts = [min([s.start_time_utc_s for s in o.sessions], default=None) for o in outcomes]
    columns: dict[str, list[Any]] = {
        "athlete_id": [r.place.athlete_id for r in rows],
        "source": [r.place.source for r in rows],
        "path": [r.place.path for r in rows],
        "member": [o.member for o in outcomes],
        "status": [o.status for o in outcomes],
        "reason": [o.reason for o in outcomes],
        "sha256": [o.sha256 or None for o in outcomes],
        "size_bytes": [o.size_bytes for o in outcomes],
        "format": [o.format for o in outcomes],
        "decoder": [o.decoder for o in outcomes],
        "n_records_in": [o.n_records_in for o in outcomes],
        "n_records_kept": [o.n_records_kept for o in outcomes],
        "n_activities": [r.n_activities for r in rows],
        "start_time_utc": starts,
        "duplicate_of": [r.duplicate_of for r in rows],
    }
    spec = BY_NAME["files"]
    return pa.Table.from_arrays([array_of(c, columns[c.name]) for c in spec.columns], schema=arrow_schema(spec))


def columns_table() -> pa.Table:
    """The table `columns`: the data dictionary."""
    rows = [row for spec in SPECS for row in describe(spec)]
    return to_arrow(Table.from_rows(BY_NAME["columns"], rows))


def counts_of(rows: Sequence[Row]) -> dict[str, int]:
    """How many inputs are in each state; they add up to all inputs."""
    counted = Counter(r.outcome.status for r in rows)
    return {state: counted.get(state, 0) for state in STATES}


def runs_table(earlier: pa.Table | None, run: Mapping[str, Any]) -> pa.Table:
    """The table `runs` with one run more."""
    new = to_arrow(Table.from_rows(BY_NAME["runs"], [run]))
    return new if earlier is None else pa.concat_tables([earlier.cast(new.schema), new])
