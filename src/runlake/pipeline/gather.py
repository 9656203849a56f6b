"""Findings of many activities to one Arrow table each: one conversion a column and batch, not a column and file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from runlake.lake.schema import column_array, number_array, repeated, text_array
from runlake.model.findings import Findings
from runlake.model.table import TableSpec
from runlake.pipeline.packs import Samples, schema_of, write_pack
from runlake.pipeline.records import Known, Session
from runlake.tables import BY_NAME


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The findings of one activity, ready to be stamped; its samples are in pages already, while they are warm."""

    session: Session
    athlete_id: str
    findings: Mapping[str, Findings]
    samples: Samples


def write_results(folder: Path, ingest_key: str, known: Sequence[Known], found: Sequence[Found]) -> str:
    """Leave the rows of a batch in a pack below `folder` and return its path."""
    unique = list({f.session.activity_id: f for f in found}.values())
    tables = tables_of(unique)
    samples = {f.session.activity_id: f.samples for f in unique}
    places = "\0".join(f"{k.place.athlete_id}/{k.place.source}/{k.place.path}/{len(k.outcomes)}" for k in known)
    places += "\0".join(f.session.activity_id for f in unique)
    name = hashlib.sha256(f"{ingest_key}\0{places}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    path = folder / f"{name}.pack"
    write_pack(path, ingest_key, known, tables, samples)
    return str(path)


def tables_of(found: Sequence[Found]) -> dict[str, pa.Table]:
    """The rows of these activities by table name, samples left out; tables without rows are left out too."""
    out: dict[str, pa.Table] = {}
    for name, spec in BY_NAME.items():
        having = [f for f in found if name in f.findings and f.findings[name].n_rows]
        if having:
            out[name] = table_of(spec, having)
    return out


def table_of(spec: TableSpec, found: Sequence[Found]) -> pa.Table:
    """The rows of one table over these activities, stamps in front, in the order given."""
    parts = [f.findings[spec.name].values for f in found]
    arrays = _stamps(found, [f.findings[spec.name].n_rows for f in found])
    for column in spec.own_columns:
        name = column.name
        values = parts[0][name] if len(parts) == 1 else np.concatenate([p[name] for p in parts])
        arrays.append(column_array(column, values))
    return pa.Table.from_arrays(arrays, schema=schema_of(spec))


def _stamps(found: Sequence[Found], counts: Sequence[int]) -> list[pa.Array]:
    days = np.repeat(np.array([f.session.local_date_days for f in found], dtype=np.int32), counts)
    if len(found) == 1:
        one, n = found[0], counts[0]
        return [repeated(one.athlete_id, n), repeated(one.session.activity_id, n), number_array(days, "date")]
    indices = number_array(np.repeat(np.arange(len(found), dtype=np.int64), counts), "int64")
    athletes = text_array([f.athlete_id for f in found]).take(indices)
    activities = text_array([f.session.activity_id for f in found]).take(indices)
    return [athletes, activities, number_array(days, "date")]
