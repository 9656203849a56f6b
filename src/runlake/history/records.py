"""Which best efforts were records on their day: `best_efforts.is_record`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from runlake.history._critical_speed import usable_efforts
from runlake.history._group import text_codes
from runlake.model.findings import Table
from runlake.model.plugins import Athlete, Historian
from runlake.tables import best_efforts


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing to tune."""


def build(_athlete: Athlete, tables: Mapping[str, Table], _settings: Settings) -> tuple[Table, ...]:
    """Best efforts with `is_record`: faster than every earlier effort of that name, quality ok, outdoors."""
    efforts = tables["best_efforts"]
    is_record = np.zeros(efforts.n_rows, dtype=bool)
    usable = np.flatnonzero(usable_efforts(efforts))
    effort, _ = text_codes(efforts["effort"][usable])
    order = np.lexsort((efforts["start_time_utc"][usable], effort))
    usable, effort = usable[order], effort[order]
    starts = [0, *(np.flatnonzero(np.diff(effort)) + 1).tolist()] if len(effort) else []
    speed = efforts["speed_mps"][usable]
    for a, b in pairwise([*starts, len(effort)]):
        before = np.concatenate(([-np.inf], np.maximum.accumulate(speed[a:b])[:-1]))
        is_record[usable[a:b]] = speed[a:b] > before
    return (efforts.replace(is_record=is_record),)


HISTORIAN = Historian(
    name="records", specs=(best_efforts.SPEC,), needs=("best_efforts",), settings=Settings(), build=build
)
