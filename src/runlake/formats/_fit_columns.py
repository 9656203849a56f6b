"""What both FIT decoders produce: each kind of message as columns, before anything is interpreted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DeveloperColumn:
    """A field that an app added, as announced by the `field_description` before the definition."""

    application: str
    """Hex of the application id, "" when the file does not say."""
    number: int
    name: str
    units: str
    native_field: int
    """The number of the native field that it stands for, -1 for none."""
    values: F8


@dataclass(frozen=True, slots=True, eq=False)
class MessageColumns:
    """All data messages of one kind, in file order.

    `numbers` maps FIT field names to float64[n], or float64[n, k] for arrays: scaled as the profile says, times
    in FIT seconds, positions in semicircles, enums as their numbers; NaN missing. `texts` maps names of string
    fields to n strings, "" missing. `segment` says which FIT file of a chain each message stood in.
    """

    n: int
    segment: I8
    numbers: Mapping[str, F8]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    developer: Sequence[DeveloperColumn] = ()

    def number(self, name: str) -> F8:
        """The column, all NaN where the file has no such field; of an array its first element."""
        values = self.numbers.get(name)
        if values is None:
            nothing = np.empty(self.n)
            nothing.fill(np.nan)
            return nothing
        return values if values.ndim == 1 else np.ascontiguousarray(values[:, 0])

    def first_of(self, *names: str) -> F8:
        """Row by row the first of the named columns that is not missing."""
        out = self.number(names[0])
        for name in names[1:]:
            if name in self.numbers:
                out = np.where(np.isnan(out), self.number(name), out)
        return out

    def listed(self, name: str) -> list[float]:
        """The column as plain numbers, NaN where missing."""
        values = self.numbers.get(name)
        if values is None:
            return [math.nan] * self.n
        return (values if values.ndim == 1 else values[:, 0]).tolist()

    def one_of(self, row: int, *names: str) -> float:
        """In one row the first of the named numbers that is not missing, NaN for none."""
        for name in names:
            values = self.numbers.get(name)
            if values is not None:
                value = float(values[row] if values.ndim == 1 else values[row, 0])
                if value == value:
                    return value
        return math.nan

    def text(self, name: str) -> tuple[str, ...]:
        """The string column, "" where missing."""
        return self.texts.get(name, ("",) * self.n)

    def where(self, keep: npt.NDArray[np.bool_]) -> MessageColumns:
        """The rows that the mask selects."""
        index = np.flatnonzero(keep)
        return MessageColumns(
            len(index),
            self.segment[index],
            {name: values[index] for name, values in self.numbers.items()},
            {name: tuple(values[i] for i in index) for name, values in self.texts.items()},
            tuple(
                DeveloperColumn(d.application, d.number, d.name, d.units, d.native_field, d.values[index])
                for d in self.developer
            ),
        )


NO_MESSAGES = MessageColumns(0, np.empty(0, dtype=np.int64), {})


@dataclass(frozen=True, slots=True, eq=False)
class FitColumns:
    """One FIT stream in columns, by message name; `notes` and `is_damaged` as in `Reading`."""

    messages: Mapping[str, MessageColumns]
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    decoder: str = "columnar"

    def get(self, name: str) -> MessageColumns:
        """The messages of that name, none if there are none."""
        return self.messages.get(name, NO_MESSAGES)
