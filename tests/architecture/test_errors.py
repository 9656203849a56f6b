"""Errors survive the way out of a worker process."""

from __future__ import annotations

import importlib
import inspect
import pickle

import pytest

from architecture._code import modules
from runlake.errors import RunlakeError


def _error_classes() -> list[type[RunlakeError]]:
    found = set()
    for name in modules():
        if name == "runlake.__main__":
            continue
        for _, value in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(value, RunlakeError):
                found.add(value)
    return sorted(found, key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", _error_classes(), ids=lambda kind: kind.__qualname__)
def test_every_error_survives_pickling(kind: type[RunlakeError]) -> None:
    error = kind("cut at byte 12; export it again", code="truncated", path="a/b.fit")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.message, back.code, back.path, str(back)) == (error.message, error.code, error.path, str(error))
    assert "a/b.fit" in str(back)
    assert "cut at byte 12" in str(back)


def test_errors_come_from_one_root() -> None:
    outside = []
    for name in modules():
        if name == "runlake.__main__":
            continue
        module = importlib.import_module(name)
        for _, value in inspect.getmembers(module, inspect.isclass):
            if value.__module__ == name and issubclass(value, Exception) and not issubclass(value, RunlakeError):
                outside.append(f"{name}.{value.__name__}")
    assert not outside, f"exceptions outside RunlakeError: {outside}"
