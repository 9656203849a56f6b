"""Read a lake's tables for one athlete; every report goes through here, and none sees a file name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from runlake.errors import LakeError
from runlake.tables import BY_NAME


def resolve(lake: Path) -> Path:
    """The folder that holds the tables now, resolved once, so that a report is of one state.

    Raises LakeError when there is no lake.
    """
    if not (lake / "activities.parquet").is_file():
        raise LakeError(f"no lake at {lake}: build one first with `runlake build SOURCE --lake {lake}`", code="no_lake")
    return lake.resolve()


def athletes(lake: Path) -> list[str]:
    """The athletes of a resolved lake, sorted."""
    table = pq.read_table(lake / "activities.parquet", columns=["athlete_id"])
    return sorted(pc.unique(table["athlete_id"]).to_pylist())


@dataclass(slots=True)
class AthleteTables:
    """The tables of one athlete as DataFrames, each read once when first asked for."""

    lake: Path
    athlete_id: str
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """All rows of the athlete in a table; an empty frame with its columns when the lake lacks the table."""
        if name not in self._frames:
            self._frames[name] = self._read(name)
        return self._frames[name]

    def _read(self, name: str) -> pd.DataFrame:
        path = self.lake / f"{name}.parquet"
        if not path.is_file():
            return pd.DataFrame({c.name: pd.Series(dtype="object") for c in BY_NAME[name].columns})
        table = pq.read_table(path, filters=[("athlete_id", "=", self.athlete_id)])
        frame = table.to_pandas(date_as_object=True)
        for column in BY_NAME[name].columns:
            if column.name not in frame:  # a lake of an earlier version, which no build has met since
                kind: type = float if column.kind.startswith(("int", "float")) else object
                frame[column.name] = pd.Series(np.nan if kind is float else None, frame.index, kind)
            if column.kind == "bool":
                frame[column.name] = frame[column.name].astype("boolean")
        return frame

    def by_activity(self, name: str) -> Mapping[str, pd.DataFrame]:
        """The rows of a table grouped by activity_id."""
        frame = self[name]
        if frame.empty:
            return {}
        return {str(key): group for key, group in frame.groupby("activity_id", sort=False)}
