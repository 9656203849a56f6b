"""What a test file is about: the plug-in whose name it carries, or the functions of its stage that it imports."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import constants

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = {
    "formats": ("READER", "read"),
    "detect": ("DETECTOR", "find"),
    "history": ("HISTORIAN", "build"),
    "reports": ("REPORT", "pages"),
}
STAGES = ("kernels", "formats", "prepare", "detect", "history", "reports", "intake", "lake", "engine", "pipeline")
SINGLE = {"test_cli.py": "cli", "test_config.py": "config", "test_plain_rows.py": "cli"}
HELPERS = {"tests", *(path.name for path in (ROOT / "tests").iterdir() if path.is_dir())}
"""Packages of the tests: what a file takes from them counts as its own."""
WRITES = {"reports", "intake", "lake", "engine", "pipeline", "cli"}
"""Stages whose functions touch files or processes: their constants do nothing instead of asking the original first."""
INPUTS = {"runlake.pipeline.made_up"}
"""Modules that make input for tests: without them a test would fail for want of a question."""


@dataclasses.dataclass(frozen=True, eq=False)
class Subject:
    """Something that can be replaced: an attribute of a module, a class or a plug-in."""

    name: str
    owner: Any
    attribute: str
    stage: str
    is_plugin: bool = False

    @property
    def function(self) -> Any:
        """The real one."""
        find = inspect.getattr_static if isinstance(self.owner, type) else getattr
        return find(self.owner, self.attribute)

    def constant(self, fill: int) -> Callable[..., Any]:
        """What takes its place."""
        if self.is_plugin:
            if self.attribute == "recognises":
                return lambda _: bool(fill)
            return constants.plugin_function(self.stage, self.owner, fill)
        make = constants.never_asked if self.stage in WRITES else constants.asked_first
        return make(self.function, fill)


def stage_of(path: Path) -> str | None:
    """Which stage a test file is about; None for tests of the code's text, of scripts and of real files."""
    if path.parent.name == "tests":
        return SINGLE.get(path.name)
    return path.parent.name if path.parent.name in STAGES else None


def _plugin_of(stage: str, path: Path) -> Any:
    """The module of the plug-in whose name the test file carries; None when it carries a helper's, or none."""
    words = path.stem.removeprefix("test_").split("_")
    folder = ROOT / "src" / "runlake" / stage
    for n in range(len(words), 0, -1):
        name = "_".join(words[:n])
        if (folder / f"_{name}.py").exists():
            return None
        if stage in PLUGINS and (folder / f"{name}.py").exists():
            module = importlib.import_module(f"runlake.{stage}.{name}")
            return module if hasattr(module, PLUGINS[stage][0]) else None
    return None


def _of_plugin(stage: str, module: Any) -> list[Subject]:
    kind, attribute = PLUGINS[stage]
    plugin = getattr(module, kind)
    name = module.__name__.removeprefix("runlake.")
    found = [Subject(name, plugin, attribute, stage, True)]
    return [*found, Subject(name, plugin, "recognises", stage, True)] if stage == "formats" else found


def _is_made_by(kind: type, key: str) -> bool:
    """Is this the `__init__` that somebody wrote?"""
    return key == "__init__" and not dataclasses.is_dataclass(kind) and not issubclass(kind, BaseException)


def _members(value: Any, owner: Any, name: str, used: frozenset[str]) -> Iterator[Subject]:
    """What can be replaced of one imported name; private functions of a module where the file uses them."""
    home = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", owner.__name__)
    if not home.startswith("runlake.") or home in INPUTS:
        return
    stage = home.split(".")[1]
    if isinstance(value, types.ModuleType):
        for key, inner in vars(value).items():
            if getattr(inner, "__module__", "") == home and (not key.startswith("_") or key in used):
                yield from _members(inner, value, key, used)
        if hasattr(value, PLUGINS.get(stage, ("", ""))[0] or "no plug-in"):
            yield from _of_plugin(stage, value)
    elif isinstance(value, type):
        for key, inner in vars(value).items():
            if isinstance(inner, types.FunctionType) and (not key.startswith("_") or _is_made_by(value, key)):
                yield Subject(f"{value.__name__}.{key}", value, key, stage)
    elif callable(value):
        module = importlib.import_module(home)
        yield Subject(
            f"{home.removeprefix('runlake.')}.{name}", module if hasattr(module, name) else owner, name, stage
        )


def _registered(value: Any, package: Any) -> Iterator[Subject]:
    """The plug-ins in a package's list."""
    stage = package.__name__.split(".")[-1]
    for module in list(vars(package).values()):
        if any(getattr(module, PLUGINS[stage][0], None) is plugin for plugin in value):
            yield from _of_plugin(stage, module)


def _imports(tree: ast.AST) -> Iterator[tuple[Any, str]]:
    """Module and name of everything that is imported with `from`, at the top of a file or inside its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in {"runlake", *HELPERS}:
            module = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")
                yield module, alias.name


def _of_file(path: Path) -> tuple[list[Subject], list[Path]]:
    """What a file imports of runlake, and the files of the tests from which it takes something."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = frozenset(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    found, files = [], [path.parent / "conftest.py"]
    for module, name in _imports(tree):
        value = getattr(module, name)
        if module.__name__.split(".")[0] in HELPERS:
            files.append(Path(str((value if isinstance(value, types.ModuleType) else module).__file__)))
        elif isinstance(value, tuple) and module.__name__.split(".")[-1] in PLUGINS:
            found += _registered(value, module)
        elif name in {kind for kind, _ in PLUGINS.values()}:
            found += _of_plugin(module.__name__.split(".")[1], module)
        else:
            found += _members(value, module, name, used)
    return found, [file for file in files if file.suffix == ".py" and file.exists()]


@functools.cache
def subjects_of(path: Path) -> tuple[Subject, ...]:
    """What the tests of a file are about: its plug-in, else all that it imports of runlake, its own stage first."""
    stage = stage_of(path)
    if stage is None:
        return ()
    plugin = _plugin_of(stage, path)
    if plugin is not None:
        return tuple(_of_plugin(stage, plugin))
    found: dict[tuple[int, str], Subject] = {}
    seen, left = set(), [path]
    while left:
        here = left.pop()
        seen.add(here)
        subjects, files = _of_file(here)
        for subject in subjects:
            found.setdefault((id(subject.owner), subject.attribute), subject)
        left += [file for file in files if file not in seen]
    known = [s for s in found.values() if s.stage in {*STAGES, *SINGLE.values()}]
    return tuple(sorted(known, key=lambda s: s.stage != stage))
