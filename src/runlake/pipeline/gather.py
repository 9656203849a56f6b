"""Findings of many activities to one Arrow table each: one conversion a column and batch, not a column and file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from runlake.lake.schema import column_array, number_array, repeated, text_array
from runlake.model.findings import Array, Findings
from runlake.model.table import TableSpec
from runlake.pipeline.packs import Samples, schema_of, write_pack
from runlake.pipeline.records import Known, Session
from runlake.tables import BY_NAME


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The findings of one activity, ready to be stamped; its samples are in the form of the pack already."""

    session: Session
    athlete_id: str
    findings: Mapping[str, Findings]
    samples: Samples


def found_in(session: Session, athlete_id: str, findings: Mapping[str, Findings]) -> Found:
    """All that was found in an activity: its samples are converted while they are warm, and take less room so."""
    tables = {name: rows for name, rows in findings.items() if name != "samples"}
    return Found(session, athlete_id, tables, samples_of(findings["samples"]))


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


def samples_of(found: Findings) -> Samples:
    """The samples of one activity as they lie in a pack."""
    varying: dict[str, pa.Array] = {}
    same: dict[str, str | None] = {}
    for column in found.spec.own_columns:
        values = found.values[column.name]
        if column.kind == "string" and is_one_word(values):
            same[column.name] = values[0]
            continue
        array = column_array(column, values)
        if array.null_count == len(array):
            same[column.name] = None
        else:
            varying[column.name] = array
    return Samples(found.n_rows, varying, same)


def is_one_word(values: Array) -> bool:
    """True for text that says the same in every row (of a broadcast array this is seen without looking)."""
    return len(values) > 0 and (values.strides == (0,) or bool((values == values[0]).all()))


def stamped(samples: pa.Table, athlete_id: str, session: Session) -> pa.Table:
    """Samples of one activity as they lie in a pack, with their stamps in front."""
    n = samples.num_rows
    days = number_array(np.full(n, session.local_date_days, dtype=np.int32), "date")
    arrays = [repeated(athlete_id, n), repeated(session.activity_id, n), days, *samples.columns]
    return pa.Table.from_arrays(arrays, schema=schema_of(BY_NAME["samples"]))


def _stamps(found: Sequence[Found], counts: Sequence[int]) -> list[pa.Array]:
    days = np.repeat(np.array([f.session.local_date_days for f in found], dtype=np.int32), counts)
    if len(found) == 1:
        one, n = found[0], counts[0]
        return [repeated(one.athlete_id, n), repeated(one.session.activity_id, n), number_array(days, "date")]
    indices = number_array(np.repeat(np.arange(len(found), dtype=np.int64), counts), "int64")
    athletes = text_array([f.athlete_id for f in found]).take(indices)
    activities = text_array([f.session.activity_id for f in found]).take(indices)
    return [athletes, activities, number_array(days, "date")]
