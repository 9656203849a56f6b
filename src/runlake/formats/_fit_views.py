"""Names on the cells that the fill kernel filled: views of them, made when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from runlake.formats._fit_columns import F8, DeveloperColumn
from runlake.formats._fit_plan import Developer, Place


class Columns(Mapping[str, F8]):
    """The native columns of one kind of message by name; a view is made when somebody asks."""

    def __init__(self, cells: F8, n: int, places: Mapping[str, Place]) -> None:
        self._cells, self._n, self._places = cells, n, places
        self._made: dict[str, F8] = {}

    def __getitem__(self, name: str) -> F8:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = view(self._cells, self._n, self._places[name])
        return made

    def get(self, name: str, default: Any = None) -> Any:
        """The column, or `default`: `Mapping.get` would raise and catch for each that the file lacks."""
        made = self._made.get(name)
        if made is None:
            place = self._places.get(name)
            if place is None:
                return default
            made = self._made[name] = view(self._cells, self._n, place)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._places, *self._made)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self._places or name in self._made

    def put(self, name: str, values: F8) -> None:
        """Sets a column that does not stand in the cells."""
        self._made[name] = values


def view(cells: F8, n: int, place: Place) -> F8:
    """The column as float64[n], or float64[n, width] for an array; bytes are missing all together."""
    at = place.first * n
    values = cells[at : at + place.width * n]
    if place.width > 1:
        values = values.reshape(place.width, n).T
    if place.is_bytes:
        table = values.reshape(n, place.width)
        values[np.all((table == place.unset) | np.isnan(table), axis=1)] = np.nan
    return values


class Developers(Sequence[DeveloperColumn]):
    """The developer columns of one kind of message, made when somebody asks."""

    def __init__(self, cells: F8, n: int, places: tuple[tuple[Developer, Place], ...]) -> None:
        self._cells, self._n, self._places = cells, n, places

    @cached_property
    def _made(self) -> tuple[DeveloperColumn, ...]:
        return tuple(_developer_column(owner, view(self._cells, self._n, place)) for owner, place in self._places)

    @overload
    def __getitem__(self, index: int) -> DeveloperColumn: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[DeveloperColumn]: ...
    def __getitem__(self, index: int | slice) -> DeveloperColumn | Sequence[DeveloperColumn]:
        return self._made[index]

    def __len__(self) -> int:
        return len(self._places)


def _developer_column(owner: Developer, values: F8) -> DeveloperColumn:
    first_of = values if values.ndim == 1 else np.ascontiguousarray(values[:, 0])
    place = (owner.application, owner.number, owner.name, owner.units, owner.native_field)
    return DeveloperColumn(*place, first_of)
