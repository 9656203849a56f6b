"""Columns as arrays, and cells that lead to an activity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from runlake.reports._page import (
    Link,
)


def to_activity(row: Mapping[str, object], text: str) -> object:
    return Link(text, f"activities/{row['activity_id']}.html") if isinstance(row.get("activity_id"), str) else text


def floats(frame: pd.DataFrame, column: str) -> np.ndarray:
    return frame[column].to_numpy(dtype=float, na_value=np.nan)


def iso(values: pd.Series) -> list[str]:
    return [v.isoformat() for v in values]
