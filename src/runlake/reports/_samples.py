"""Samples of one activity after another, read once from the lake, thinned for drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

F8 = npt.NDArray[np.float64]
COLUMNS = (
    "elapsed_s",
    "speed_mps",
    "heart_rate_bpm",
    "cadence_spm",
    "altitude_m",
    "grade_frac",
    "latitude_deg",
    "longitude_deg",
)
MOST_POINTS = 900
LONGEST_HOLE_S = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One activity thinned to at most about 900 points: means over equal stretches of elapsed time.

    `values` maps the names of COLUMNS to float64 arrays; NaN where a stretch has no sample (a pause, a gap) or no
    such sensor.
    """

    activity_id: str
    values: dict[str, F8]


def _thin(columns: Mapping[str, npt.NDArray[np.floating]]) -> dict[str, F8]:
    """Means over equal stretches of time, at least 5 s wide, so that pace is readable; all channels at once."""
    elapsed = columns["elapsed_s"]
    width = max(5.0, float(elapsed[-1]) / MOST_POINTS)
    n = int(elapsed[-1] / width) + 1
    place = np.minimum((elapsed / width).astype(np.int64), n - 1)
    starts = np.flatnonzero(np.diff(place, prepend=-1))  # samples lie in the order of time
    values = np.array([columns[name] for name in COLUMNS[1:]], dtype=np.float64)
    known = np.isfinite(values)
    counts = np.add.reduceat(known, starts, axis=1, dtype=np.int64)
    sums = np.add.reduceat(np.where(known, values, 0.0), starts, axis=1)
    means = np.full((len(values), n), np.nan)
    np.divide(sums, counts, out=sums, where=counts > 0)
    means[:, place[starts]] = np.where(counts > 0, sums, np.nan)
    middle = (np.arange(n, dtype=np.float64) + 0.5) * width
    return {"elapsed_s": middle, **{name: _bridged(row, width) for name, row in zip(COLUMNS[1:], means, strict=True)}}


def _bridged(values: F8, width: float) -> F8:
    """Holes of smart recording (up to LONGEST_HOLE_S without a sample) filled in a straight line; pauses stay open."""
    known = np.flatnonzero(np.isfinite(values))
    if known.size < 2 or known.size == known[-1] - known[0] + 1:
        return values
    place = np.arange(values.size)
    after = np.clip(np.searchsorted(known, place), 0, known.size - 1)
    before = np.clip(after - 1, 0, known.size - 1)
    is_short = (known[after] - known[before] - 1) * width <= LONGEST_HOLE_S
    inside = (place > known[0]) & (place < known[-1]) & np.isnan(values) & is_short
    return np.where(inside, np.interp(place, known, values[known]), values)


def traces(lake: Path, athlete_id: str) -> Iterator[Trace]:
    """Every activity of the athlete that has samples, file by file."""
    for path in sorted((lake / "samples").glob("*.parquet")):
        table = _of_athlete(path, athlete_id)
        if table.num_rows == 0:
            continue
        ids = pc.run_end_encode(table["activity_id"].combine_chunks())
        ends = ids.run_ends.to_numpy()
        arrays = {name: table[name].to_numpy() for name in COLUMNS}
        start = 0
        for activity_id, end in zip(ids.values.to_pylist(), ends, strict=True):
            yield Trace(str(activity_id), _thin({name: values[start:end] for name, values in arrays.items()}))
            start = int(end)


def _of_athlete(path: Path, athlete_id: str) -> pa.Table:
    """The athlete's samples of one file; filtered only where there are others too, which takes three times as long."""
    table = pq.read_table(path, columns=["athlete_id", "activity_id", *COLUMNS], read_dictionary=["athlete_id"])
    if pc.unique(table["athlete_id"]).to_pylist() == [athlete_id]:
        return table
    return table.filter(pc.equal(table["athlete_id"].cast("string"), athlete_id))
