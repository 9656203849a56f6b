"""Constants that take the place of answers: of the right type, with nothing in them, or the same thing again and again.

Two fills: 0 makes zeros, False, "" and empty lists; 1 makes ones, True, "x" and lists of one.
"""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

SCALARS: tuple[type, ...] = (bool, int, float, str, bytes, np.generic)
SAME = (tuple, list, set, frozenset)


def _scalar(kind: type, fill: int) -> Any:
    if issubclass(kind, str | np.str_):
        return "x" * fill
    if issubclass(kind, bytes):
        return b"x" * fill
    return kind(fill)


def like(answer: Any, fill: int) -> Any:
    """A constant of the shape of an answer: arrays and records keep theirs, lists hold nothing or one thing.

    Fill 1 is never empty: where there was nothing it puts one.
    """
    from runlake.model.findings import Findings, Table

    if answer is None or isinstance(answer, type | types.ModuleType | Path):
        return None
    if isinstance(answer, enum.Enum):
        return list(type(answer))[-fill]
    if isinstance(answer, SCALARS):
        return _scalar(type(answer), fill)
    if isinstance(answer, np.ndarray):
        shape = tuple(max(n, 1) for n in answer.shape) if fill else answer.shape
        if answer.dtype.kind in "biuf":
            return np.full(shape, fill, answer.dtype)
        return np.full(shape, "x" * fill if answer.dtype.kind in "OU" else b"x" * fill, answer.dtype)
    if isinstance(answer, Findings):
        return rows_of(Findings, answer.spec, answer.spec.own_columns, fill)
    if isinstance(answer, Table):
        return rows_of(Table, answer.spec, answer.spec.columns, fill)
    if dataclasses.is_dataclass(answer):
        return _record(type(answer), {f.name: like(getattr(answer, f.name), fill) for f in dataclasses.fields(answer)})
    if isinstance(answer, tuple) and hasattr(answer, "_fields"):
        return type(answer)(*(like(value, fill) for value in answer))
    if isinstance(answer, tuple) and len({type(value) for value in answer} - {type(None)}) > 1:
        return tuple(like(value, fill) for value in answer)
    if isinstance(answer, tuple) and answer and isinstance(answer[0], np.ndarray | int | float | np.generic):
        return tuple(like(value, fill) for value in answer)
    if isinstance(answer, SAME):
        return type(answer)(like(value, fill) for value in list(answer)[:fill])
    if isinstance(answer, collections.abc.Mapping):
        return {key: like(value, fill) for key, value in list(answer.items())[:fill]}
    return None


def rows_of(kind: Any, spec: Any, columns: Any, fill: int) -> Any:
    """Findings or a table of no row, or of one row of ones."""
    row = {c.name: "x" if c.kind == "string" else 1.0 for c in columns}
    return kind.from_rows(spec, [row] * fill)


def _record(kind: type, values: dict[str, Any]) -> Any:
    """A dataclass with these fields, unchecked: a constant need not make sense."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def of_hint(hint: Any, fill: int) -> Any:
    """A constant of an annotated type, for functions that cannot be asked first because they write."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in inner and not fill else of_hint(inner[0], fill)
    if origin is typing.Literal:
        return inner[-fill]
    if origin is typing.Annotated:
        return np.full(3, fill, dtype=np.float64)
    if origin is np.ndarray:
        return np.full(3, fill, dtype=np.float64)
    if origin is tuple and Ellipsis not in inner:
        return tuple(of_hint(part, fill) for part in inner)
    if isinstance(origin, type) and issubclass(origin, collections.abc.Mapping):
        return {of_hint(inner[0], 1): of_hint(inner[1], 1)} if fill else {}
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        made = [of_hint(inner[0], 1)] * fill
        return origin(made) if origin in SAME else iter(made) if issubclass(origin, collections.abc.Iterator) else made
    if isinstance(hint, type) and issubclass(hint, Path):
        return Path("nothing" if fill else "none")
    if isinstance(hint, type) and issubclass(hint, SCALARS):
        return _scalar(hint, fill)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return _record(hint, {f.name: of_hint(hints[f.name], fill) for f in dataclasses.fields(hint)})
    return None


def _copied(arguments: Any) -> Any:
    """Arguments whose arrays are copies: what a function writes into its output arrays is lost."""
    return [value.copy() if isinstance(value, np.ndarray) else value for value in arguments]


def _hint(function: Callable[..., Any]) -> Any:
    """The annotated type of what a function returns; None where there is none."""
    try:
        return typing.get_type_hints(function).get("return")
    except NameError:
        return None


def asked_first(function: Callable[..., Any], fill: int) -> Callable[..., Any]:
    """A function without side effects, replaced: every answer is the constant of the right answer's shape.

    Where the right answer is None or empty, and something could be found, fill 1 finds it all the same.
    """
    hint = _hint(function)
    may_be_none = type(None) in typing.get_args(hint)

    def constant(*given: Any, **named: Any) -> Any:
        try:
            answer = function(*_copied(given), **dict(zip(named, _copied(named.values()), strict=True)))
            is_stream = isinstance(answer, collections.abc.Iterator)
            made = like(list(answer) if is_stream else answer, fill)
        except Exception:  # noqa: BLE001  (what it would have refused, a constant answers)
            return of_hint(hint, fill)
        if may_be_none and not fill:
            return None
        if made is None or (isinstance(made, SAME) and not made):
            return of_hint(hint, fill)
        return iter(made) if is_stream else made

    return constant


def never_asked(function: Callable[..., Any], fill: int) -> Callable[..., Any]:
    """A function that writes files, replaced: it does nothing, and answers a constant of its annotated type."""
    inner = inspect.unwrap(function)
    hint = _hint(inner)
    is_block = inspect.isgeneratorfunction(inner) and not inspect.isgeneratorfunction(function)

    def constant(*_: Any, **__: Any) -> Any:
        if is_block:
            return contextlib.nullcontext(of_hint((*typing.get_args(hint), None)[0], fill))
        return of_hint(hint, fill)

    return constant


def plugin_function(stage: str, plugin: Any, fill: int) -> Callable[..., Any]:
    """What takes the place of a plug-in: it finds nothing, or always the same single row."""
    from runlake.model.findings import Findings, Table
    from runlake.model.plugins import Page
    from runlake.model.recording import Reading, Recording

    if stage == "detect":
        return lambda *_: tuple(rows_of(Findings, spec, spec.own_columns, fill) for spec in plugin.specs)
    if stage == "history":
        return lambda *_: tuple(rows_of(Table, spec, spec.columns, fill) for spec in plugin.specs)
    if stage == "reports":
        return lambda *_: _pages(Page("index.html", "<p>x</p>"), fill)
    one = Recording(time_utc_s=np.array([1.7e9]), channels={"speed_mps": np.array([1.0])})
    return lambda *_: Reading((one,) * fill)


def _pages(page: Any, fill: int) -> Iterator[Any]:
    yield from [page] * fill
