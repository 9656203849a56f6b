"""Reading a published state: LAKE is resolved once, so that all tables belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from runlake.errors import LakeError
from runlake.lake.schema import empty_table
from runlake.lake.store import read_manifest
from runlake.tables import BY_NAME, SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Lake:
    """One published state of a lake: its folder (links resolved) and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A small table, or the given columns of it."""
        return read_table(self.folder, name, columns)

    def samples_of(self, activity_id: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The samples of one activity, in order of time."""
        wanted = None if columns is None else list(columns)
        parts = [
            pq.read_table(path, columns=wanted, filters=[("activity_id", "=", activity_id)], partitioning=None)
            for path in sample_files(self.folder)
            if activity_id in self.manifest.get("partitions", {}).get(path.stem.removeprefix("samples-"), activity_id)
        ]
        found = [p for p in parts if p.num_rows]
        return pa.concat_tables(found) if found else empty_table(BY_NAME["samples"])


def open_lake(lake: Path) -> Lake:
    """The state of LAKE at this moment; raises LakeError when there is none, or one of a newer runlake."""
    folder = lake.resolve()
    manifest = read_manifest(folder)
    if int(manifest.get("schema_version", 0)) > SCHEMA_VERSION:
        raise LakeError("this lake was written by a newer runlake; update runlake", code="newer", path=str(lake))
    return Lake(folder, manifest)


def sample_files(folder: Path) -> list[Path]:
    """The sample files of a state, in order of time."""
    return sorted((folder / "samples").glob("samples-*.parquet"))


def read_table(folder: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of the state in `folder`; raises LakeError when it is missing or damaged."""
    path = folder / f"{name}.parquet"
    try:
        with pq.ParquetFile(path) as parquet:
            table = parquet.read(columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise LakeError(
            f"cannot read table {name}: {error}; build the lake again with --full-refresh",
            code="unreadable",
            path=str(path),
        ) from error
    return table
