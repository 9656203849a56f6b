"""A FIT file as one pandas frame per kind of message, decoded by fitdecode."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np
import pandas as pd

MESSAGES = frozenset(
    ("file_id", "device_info", "sport", "session", "lap", "event", "activity", "workout", "workout_step", "record")
)
Messages = dict[str, pd.DataFrame]


def read_fit(path: Path) -> Messages:
    """The messages that the tables are made of, one row each and one column per field; raises fitdecode.FitError."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with fitdecode.FitReader(str(path)) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in MESSAGES:
                rows[frame.name].append({field.name: field.value for field in frame.fields})
    return {name: pd.DataFrame(found) for name, found in rows.items()}


def numbers(frame: pd.DataFrame, *names: str) -> np.ndarray:
    """The first of these columns that is known, row by row, float64; NaN where none is."""
    out = np.full(len(frame), np.nan)
    for name in names:
        if name in frame:
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            out = np.where(np.isnan(out), values, out)
    return out


def texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    """A column as text; None where it is missing."""
    if name not in frame:
        return [None] * len(frame)
    return [None if value is None or value != value else str(value) for value in frame[name]]
