"""Every plug-in module is listed in its package, defines its constant, and has a test."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from architecture._code import PACKAGE, ROOT
from runlake.model.plugins import Detector, Historian, Reader, Report
from runlake.model.table import TableSpec

KINDS = {
    "formats": ("READER", Reader, "READERS"),
    "detect": ("DETECTOR", Detector, "DETECTORS"),
    "history": ("HISTORIAN", Historian, "HISTORIANS"),
    "reports": ("REPORT", Report, "REPORTS"),
    "tables": ("SPEC", TableSpec, "SPECS"),
}
NOT_PLUGINS = {
    "formats": {"dump"},
    "detect": set(),
    "history": set(),
    "reports": {"write", "terminal", "mail"},
    "tables": set(),
}
"""Public modules of a plug-in package that are doors of the package and no plug-ins."""


def _plugin_files(package: str) -> list[Path]:
    return [
        p
        for p in sorted((PACKAGE / package).glob("*.py"))
        if not p.name.startswith("_") and p.stem not in NOT_PLUGINS[package]
    ]


CASES = [(package, path.stem) for package in KINDS for path in _plugin_files(package)]


@pytest.mark.parametrize(("package", "name"), CASES)
def test_plugin_is_listed(package: str, name: str) -> None:
    constant, kind, listing = KINDS[package]
    module = importlib.import_module(f"runlake.{package}.{name}")
    plugin = getattr(module, constant, None)
    assert isinstance(plugin, kind), (
        f"runlake/{package}/{name}.py defines no {constant}; helpers begin with an underscore"
    )
    listed = getattr(importlib.import_module(f"runlake.{package}"), listing)
    assert any(plugin is other for other in listed), f"{package}/{name} is not in {listing} of {package}/__init__.py"


@pytest.mark.parametrize(("package", "name"), [case for case in CASES if case[0] != "tables"])
def test_plugin_has_a_test(package: str, name: str) -> None:
    assert list((ROOT / "tests" / package).glob(f"test_{name}*.py")), f"no tests/{package}/test_{name}.py"


def test_needs_come_before() -> None:
    from runlake.detect import DETECTORS

    seen: set[str] = set()
    for detector in DETECTORS:
        assert set(detector.needs) <= seen, f"{detector.name} needs {set(detector.needs) - seen}, which come later"
        seen |= {spec.name for spec in detector.specs}


def test_every_detect_table_is_filled() -> None:
    from runlake.detect import DETECTORS
    from runlake.history import HISTORIANS
    from runlake.tables import SPECS

    filled = {spec.name for detector in DETECTORS for spec in detector.specs}
    filled |= {spec.name for historian in HISTORIANS for spec in historian.specs}
    by_lake = {"files", "runs", "columns"}
    assert {spec.name for spec in SPECS} - filled == by_lake
