"""Imports go one way, and third-party libraries stay behind their border."""

from __future__ import annotations

import pytest

from architecture._code import Import, imports_of, modules, stage

FOUNDATION = {"errors", "units", ""}
MODEL = FOUNDATION | {"model"}
ALLOWED: dict[str, set[str]] = {
    "": set(),
    "errors": set(),
    "units": set(),
    "kernels": set(),
    "model": FOUNDATION,
    "tables": MODEL,
    "formats": MODEL | {"kernels"},
    "intake": MODEL,
    "prepare": MODEL | {"kernels"},
    "detect": MODEL | {"tables", "kernels"},
    "history": MODEL | {"tables"},
    "lake": MODEL | {"tables"},
    "engine": MODEL,
    "reports": MODEL | {"tables"},
    "config": MODEL | {"detect", "history", "intake"},
    "pipeline": MODEL
    | {
        "tables",
        "kernels",
        "formats",
        "intake",
        "prepare",
        "detect",
        "history",
        "lake",
        "engine",
        "reports",
        "config",
    },
    "cli": MODEL | {"tables", "config", "pipeline", "lake", "engine", "reports", "formats", "intake"},
    "__main__": {"cli"},
}
"""Which stage may import which; a stage may always import itself. docs/architecture.md says why."""

BORDERS: dict[str, set[str]] = {
    "numba": {"kernels"},
    "fitdecode": {"formats"},
    "gpxpy": {"formats"},
    "lxml": {"formats"},
    "pyarrow": {"lake", "reports", "pipeline", "engine", "cli"},
    "pandas": {"history", "reports"},
    "plotly": {"reports"},
    "jinja2": {"reports"},
    "duckdb": {"lake"},
    "pebble": {"engine"},
    "distributed": {"engine"},
    "dask": {"engine"},
    "matplotlib": {"reports"},
    "click": {"cli"},
    "rich": {"cli", "reports"},
    "tzfpy": {"prepare"},
    "filelock": {"lake"},
}
"""Which stage may import which library."""

IMPORTS: list[Import] = [found for name, path in modules().items() for found in imports_of(name, path)]


def test_imports_go_one_way() -> None:
    wrong = [
        f"{i.importer}:{i.line} imports {i.imported}"
        for i in IMPORTS
        if i.imported.split(".")[0] == "runlake"
        and stage(i.imported) != stage(i.importer)
        and stage(i.imported) not in ALLOWED[stage(i.importer)]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_rule_has_no_cycle() -> None:
    done: set[str] = set()
    while len(done) < len(ALLOWED):
        ready = {s for s, needs in ALLOWED.items() if s not in done and needs <= done | {s}}
        assert ready, f"a cycle among {sorted(set(ALLOWED) - done)}"
        done |= ready


@pytest.mark.parametrize("library", sorted(BORDERS))
def test_libraries_stay_behind_their_border(library: str) -> None:
    wrong = [
        f"{i.importer}:{i.line}"
        for i in IMPORTS
        if i.imported.split(".")[0] == library and stage(i.importer) not in BORDERS[library]
    ]
    assert not wrong, "\n".join(wrong)


def test_dependency_picture() -> None:
    """Prints which stage imports which (pytest -s shows it), and fails for a stage that nothing uses."""
    used: dict[str, set[str]] = {name: set() for name in ALLOWED}
    for i in IMPORTS:
        if i.imported.split(".")[0] == "runlake" and stage(i.imported) != stage(i.importer):
            used[stage(i.importer)].add(stage(i.imported))
    lines = [
        f"{name or 'runlake':10s} -> {', '.join(sorted(n or 'runlake' for n in needs))}"
        for name, needs in used.items()
        if needs
    ]
    print("\n" + "\n".join(lines))  # noqa: T201  the picture is the point
    reached = set().union(*used.values())
    idle = {name for name in used if name not in reached} - {"__main__", "", "cli"}
    assert not idle, f"nothing imports {sorted(idle)}"
