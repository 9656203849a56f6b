"""Records of a damaged FIT stream that cannot be true: single samples that jump out of line and back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.formats._fit_columns import F8, FitColumns, MessageColumns

B1 = npt.NDArray[np.bool_]
SEMICIRCLE_M = 20_003_931.0 / 2**31
JUMPS: dict[str, float] = {
    "position_lat": 300.0 / SEMICIRCLE_M,
    "position_long": 300.0 / SEMICIRCLE_M,
    "altitude": 30.0,
    "enhanced_altitude": 30.0,
    "heart_rate": 25.0,
    "speed": 8.0,
    "enhanced_speed": 8.0,
    "distance": 300.0,
    "power": 2000.0,
}
"""By how much one sample must differ from both neighbours, who agree, to be damage rather than a measurement.

Only used on files whose checksum or structure is wrong; far above what sensors do from second to second.
"""


def without_outliers(columns: FitColumns) -> tuple[FitColumns, int]:
    """The columns without records that jump out of line and back, and how many those were."""
    records = columns.get("record")
    odd = outliers(records)
    if not odd.any():
        return columns, 0
    messages = {**columns.messages, "record": records.where(~odd)}
    return FitColumns(messages, columns.notes, columns.is_damaged, columns.decoder), int(odd.sum())


def outliers(records: MessageColumns) -> B1:
    """Which records jump out of line and back."""
    if records.n < 3:
        return np.zeros(records.n, dtype=bool)
    odd = _out_of_order(records.number("timestamp")) | _out_of_order(records.number("distance"))
    for name, jump in JUMPS.items():
        if name in records.numbers:
            odd |= _jumps(records.number(name), jump)
    return odd


def _jumps(values: F8, jump: float) -> B1:
    """Samples further than `jump` from both neighbours, which lie within half of that of each other."""
    odd = np.zeros(len(values), dtype=bool)
    before, here, after = values[:-2], values[1:-1], values[2:]
    with np.errstate(invalid="ignore"):
        odd[1:-1] = (
            (np.abs(here - before) > jump) & (np.abs(here - after) > jump) & (np.abs(after - before) <= jump / 2)
        )
    return odd


def _out_of_order(values: F8) -> B1:
    """Samples below the one before or above the one after, where those two are in order."""
    odd = np.zeros(len(values), dtype=bool)
    before, here, after = values[:-2], values[1:-1], values[2:]
    with np.errstate(invalid="ignore"):
        odd[1:-1] = (before <= after) & ((here < before) | (here > after))
    return odd
