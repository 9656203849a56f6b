"""How each activity stands to those before it: spike against 30 days, near-maximal time, bricks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import human_metres
from runlake.history._critical_speed import effort_grid
from runlake.history._group import (
    F8,
    Array,
    has_text,
    index_of,
    put_text,
    ratio,
    rolling_max_before,
    rows_of,
    text_column,
)
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import activities


@dataclass(frozen=True, slots=True)
class Settings:
    """Windows and bounds."""

    spike_days: float = 30.0
    """Frandsen 2025 compares with the longest run of the 30 days before."""
    near_max_days: float = 90.0
    near_max_frac: float = 0.95
    brick_gap_s: float = 3600.0


def build(_athlete: Athlete, tables: Mapping[str, Table], settings: Settings) -> tuple[Table, ...]:
    """Activities with spike ratio, near-maximal time and the previous part of a brick filled in."""
    sessions = tables["activities"]
    order = np.argsort(sessions["start_time_utc"], kind="stable")
    order = order[np.argsort(sessions["local_date"][order], kind="stable")]
    ordered = sessions.where(order)
    spike, reason = _spikes(ordered, settings)
    columns = {
        "spike_ratio": spike,
        "spike_ratio_reason": reason,
        "near_max_s": _near_max(ordered, tables["best_efforts"], settings),
        "brick_previous_id": _bricks(ordered, settings),
    }
    back = np.argsort(order)
    return (sessions.replace(**{name: values[back] for name, values in columns.items()}),)


def _spikes(ordered: Table, settings: Settings) -> tuple[F8, Array]:
    """Distance over the longest run of the days before, float64[n], and why there is none."""
    n = ordered.n_rows
    out, reason = np.full(n, np.nan), text_column(n)
    is_run = has_text(ordered["sport"], "running")
    runs = np.flatnonzero(is_run)
    day = ordered["local_date"][runs]
    metres = human_metres(ordered)[runs]
    longest = rolling_max_before(day, metres, settings.spike_days)
    out[runs] = ratio(metres, longest)
    put_text(reason, ~is_run, "not a run")
    put_text(reason, np.isnan(ordered["distance_m"]), "no distance")
    if len(runs):
        early = is_run & (ordered["local_date"] < day[0] + settings.spike_days)
        put_text(reason, early, f"less than {settings.spike_days:.0f} days of history")
        out[early] = np.nan
    put_text(reason, np.isnan(out), f"no run in the {settings.spike_days:.0f} days before")
    return out, reason


def _near_max(ordered: Table, best_efforts: Table, settings: Settings) -> F8:
    """Longest duration that was run at 95 % or more of the best speed of the 90 days before, float64[n].

    NaN where nothing came near, or where there is nothing to compare with.
    """
    row = rows_of(best_efforts["activity_id"], index_of(ordered["activity_id"]))
    by_time = np.where(best_efforts["is_by_distance"].astype(bool), -1, row)
    grid = effort_grid(best_efforts, by_time, ordered.n_rows)
    out = np.full(ordered.n_rows, np.nan)
    for j in range(len(grid.names)):
        speed = np.where(grid.speed_mps[:, j] > 0, grid.speed_mps[:, j], np.nan)
        before = rolling_max_before(ordered["local_date"], speed, settings.near_max_days)
        near = speed >= settings.near_max_frac * before
        out = np.where(near, np.fmax(out, grid.elapsed_s[:, j]), out)
    return out


def _bricks(ordered: Table, settings: Settings) -> Array:
    """For runs: the activity of another sport that ended at most an hour before, else None."""
    out = text_column(ordered.n_rows)
    if ordered.n_rows < 2:
        return out
    gap = ordered["start_time_utc"][1:] - ordered["end_time_utc"][:-1]
    is_run = has_text(ordered["sport"], "running")
    known = ~has_text(ordered["sport"], "generic", "transition")
    brick = is_run[1:] & ~is_run[:-1] & known[:-1] & (gap >= -60.0) & (gap <= settings.brick_gap_s)
    out[1:][brick] = ordered["activity_id"][:-1][brick]
    return out


HISTORIAN = Historian(
    name="context",
    specs=(activities.SPEC,),
    needs=("activities", "best_efforts"),
    settings=Settings(),
    build=build,
)
