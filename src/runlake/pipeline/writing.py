"""Tables to the files of a state: encoded, or put together with row groups of the last state that still hold."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from runlake.errors import LakeError
from runlake.lake import disk, layout, splice, store
from runlake.lake.before import Before, files_before
from runlake.lake.encode import encode, encode_groups
from runlake.lake.schema import arrow_schema, empty_table, enforced
from runlake.model.table import TableSpec
from runlake.pipeline.chunks import Rows, columns_digest

Groups = Sequence[Sequence[splice.Piece]]


@dataclass(frozen=True, slots=True)
class Written:
    """One file of a state, as the manifest lists it; `chunks`: what its row groups hold, and what has no rows in it."""

    name: str
    n_rows: int
    n_bytes: int
    sha256: str
    chunks: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How files are laid down: for old readers, and with the pages of the states before or without."""

    compat: bool
    retain: bool = True


def write_table(staging: Path, name: str, table: pa.Table, spec: TableSpec, way: Way) -> Written:
    """A table in one piece."""
    file = splice.opened(encode(enforced(table, spec), spec, compat=way.compat))
    return _write(staging, name, file, file.groups, files_before(store.last_files(staging, name)), way)


def write_rows(
    staging: Path, name: str, rows: Rows, filled: pa.Table | None, listed: Mapping[str, Any], way: Way
) -> Written:
    """A table in its row groups. `filled` has the columns of history; `listed` is what the last manifest says of files.

    Raises LakeError when the published file is not what its manifest says.
    """
    earlier = files_before(store.last_files(staging, name))
    if rows.is_new:
        tables = [enforced(t, rows.spec) for t in _with_filled(rows, filled)]
        if tables:
            like = splice.opened(encode_groups(tables, arrow_schema(rows.spec), rows.spec, compat=way.compat))
        else:
            like = splice.opened(encode(enforced(empty_table(rows.spec), rows.spec), rows.spec, compat=way.compat))
        groups: Groups = like.groups
    else:
        like, groups = _spliced(rows, filled, earlier, listed.get(name, {}), way.compat)
    signatures = [g.signature for g in rows.groups]
    chunks = {"columns": columns_digest(rows.spec), "groups": signatures, "empty": list(rows.empty)}
    return _write(staging, name, like, groups, earlier, way, chunks)


def _write(
    staging: Path, name: str, like: splice.Encoded, groups: Groups, earlier: Sequence[Before], way: Way,
    chunks: Mapping[str, Any] | None = None,
) -> Written:  # fmt: skip
    """The file, linked where the last state holds the very same."""
    n_rows = sum(pieces[0].n_rows for pieces in groups)
    parts = layout.laid_out(like, groups, earlier, retain=way.retain)
    if parts is None:
        disk.link(earlier[0].path, staging / name)
        return Written(name, n_rows, earlier[0].size, earlier[0].sha256, chunks)
    disk.write(staging / name, *parts)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return Written(name, n_rows, sum(map(len, parts)), digest.hexdigest(), chunks)


def _with_filled(rows: Rows, filled: pa.Table | None) -> Iterator[pa.Table]:
    start = 0
    for table in rows.tables():
        stop = start + table.num_rows
        if filled is not None:
            for position, column in enumerate(rows.spec.columns):
                if column.origin == "history":
                    part = filled.column(column.name).slice(start, table.num_rows)
                    table = table.set_column(position, pa.field(column.name, part.type), part)
        start = stop
        yield table


def _spliced(
    rows: Rows, filled: pa.Table | None, earlier: Sequence[Before], listed: Mapping[str, Any], compat: bool
) -> tuple[splice.Encoded, Groups]:
    """The new row groups encoded, the others copied; columns of history are new in all of them."""
    spec, schema = rows.spec, arrow_schema(rows.spec)
    fresh_rows = [enforced(g.rows, spec) for g in rows.groups if g.rows is not None]
    fresh = splice.opened(encode_groups(fresh_rows, schema, spec, compat=compat))
    older = _published(rows, earlier, listed).groups if any(g.at >= 0 for g in rows.groups) else ()
    names = [] if filled is None else [n for n in filled.column_names if n != "athlete_id"]
    of_history = splice.opened(_encoded_columns(rows, filled, names, compat)) if filled is not None else fresh
    numbers = itertools.count()
    out = []
    for at, group in enumerate(rows.groups):
        if group.pieces is not None:
            pieces = group.pieces
        else:
            pieces = older[group.at] if group.rows is None else fresh.groups[next(numbers)]
        out.append(
            [
                of_history.groups[at][names.index(c.name)] if c.name in names else piece
                for c, piece in zip(spec.columns, pieces, strict=True)
            ]
        )
    return fresh, out


def _encoded_columns(rows: Rows, filled: pa.Table, names: Sequence[str], compat: bool) -> pa.Buffer:
    schema = pa.schema([arrow_schema(rows.spec).field(name) for name in names])
    whole = filled.select(names).cast(schema)
    starts = itertools.accumulate((g.n_rows for g in rows.groups), initial=0)
    parts = [whole.slice(start, g.n_rows) for start, g in zip(starts, rows.groups, strict=False)]
    return encode_groups(parts, schema, rows.spec, compat=compat)


def _published(rows: Rows, earlier: Sequence[Before], listed: Mapping[str, Any]) -> splice.Encoded:
    path = rows.published.path if rows.published is not None else None
    if path is None:
        raise LakeError("no published file to take row groups from", code="bug")
    # Of a file that is at hand already: pieces of the very same bytes need no comparing.
    file = next((f for f in earlier if f.path == path), None) or Before(path)
    if file.sha256 != listed.get("sha256"):
        text = f"table {rows.spec.name} is not as it was published; build the lake again with --full-refresh"
        raise LakeError(text, code="unreadable", path=str(path))
    return splice.opened(file.data)
