"""FIT components: fields that are packed into other fields, taken out into columns of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from fitdecode import profile

from runlake.formats._fit_columns import F8, I8, FitColumns, MessageColumns
from runlake.formats._fit_profile import message_number

WHOLE_BYTES = 6
"""As many bytes as a float64 holds exactly; no component reaches further, whatever a file says of sizes."""
WHOLE_MOST = 2.0**63
"""Above, a number is none that was packed from bits: a float where the profile has a whole number."""
LEFT_PACKED = frozenset(("hr",))
"""Messages whose components need a start value from another message (event_timestamp_12): left as written."""


def expand(columns: FitColumns) -> FitColumns:
    """The columns with packed fields taken out: what the file wrote itself stays, gaps are filled."""
    messages = {name: _expand_message(name, message) for name, message in columns.messages.items()}
    return FitColumns(messages, columns.notes, columns.is_damaged, columns.decoder)


def expand_message(columns: FitColumns, name: str) -> MessageColumns:
    """The messages of one kind with packed fields taken out."""
    return _expand_message(name, columns.get(name))


def _expand_message(name: str, message: MessageColumns) -> MessageColumns:
    known = profile.MESSAGE_TYPES.get(message_number(name)) if name not in LEFT_PACKED else None
    if known is None:
        return message
    numbers = dict(message.numbers)
    for field in known.fields.values():
        if field.name not in message.numbers:
            continue
        for components, rows in _sources(field, known, message):
            raw = _whole_numbers(message.numbers[field.name], field)
            for component in components:
                values = _take_out(raw, component, rows, message.segment)
                target = known.fields[component.def_num].name
                numbers[target] = _filled_up(numbers.get(target), values)
    return MessageColumns(message.n, message.segment, numbers, message.texts, message.developer)


def _filled_up(own: F8 | None, values: F8) -> F8:
    """What the file wrote itself, and the packed values where it wrote nothing."""
    if own is None:
        return values
    if own.ndim == 1:
        return np.where(np.isnan(own), values, own)
    filled = own.copy()
    empty = np.isnan(own).all(axis=1)
    filled[empty, 0] = values[empty]
    return filled


def _sources(field: Any, known: Any, message: MessageColumns) -> list[tuple[Any, npt.NDArray[np.bool_]]]:
    """The components of the field, and those of its subfields in the rows that have that subfield."""
    found = []
    taken = np.zeros(message.n, dtype=bool)
    for subfield in field.subfields or ():
        rows = np.zeros(message.n, dtype=bool)
        for reference in subfield.ref_fields:
            rows |= message.number(known.fields[reference.def_num].name) == reference.raw_value
        rows &= ~taken
        taken |= rows
        if subfield.components and rows.any():
            found.append((subfield.components, rows))
    if field.components:
        found.append((field.components, ~taken))
    return found


def _whole_numbers(values: F8, field: Any) -> F8:
    """The numbers as they stood in the file: bytes put together, scale and offset taken back."""
    if values.ndim == 2:
        values = values[:, :WHOLE_BYTES]
        return np.asarray((values * 256.0 ** np.arange(values.shape[1])).sum(axis=1))
    return np.round((values + float(field.offset or 0.0)) * float(field.scale or 1.0))


def _take_out(raw: F8, component: Any, rows: npt.NDArray[np.bool_], segment: I8) -> F8:
    out = np.full(len(raw), np.nan)
    index = np.flatnonzero(rows & (np.abs(raw) < WHOLE_MOST))  # also false for NaN
    whole = raw[index].astype(np.int64)
    bits = (whole >> int(component.bit_offset or 0)) & ((1 << int(component.bits)) - 1)
    if component.accumulate:
        bits = _accumulated(bits, int(component.bits), segment[index])
    values = bits.astype(np.float64)
    if component.scale:
        values = values / component.scale
    if component.offset:
        values = values - component.offset
    out[index] = values
    return out


def _accumulated(bits: I8, width: int, segment: I8) -> I8:
    """Counters that wrap, unwrapped from the start of each FIT file."""
    step = np.diff(bits, prepend=0) % (1 << width)
    for start in np.flatnonzero(np.diff(segment, prepend=-1)):
        step[start] = bits[start] - (int(step[:start].sum()) if start else 0)
    return np.cumsum(step)
