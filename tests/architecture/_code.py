"""What the architecture tests read: the package's modules and their imports, parsed and not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "runlake"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, where it stands, and whether it is inside a function."""

    importer: str
    imported: str
    line: int
    is_lazy: bool


def modules() -> dict[str, Path]:
    """Dotted names of all modules of the package and their files."""
    out = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ("runlake", *path.relative_to(PACKAGE).with_suffix("").parts)
        out[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return out


def stage(module: str) -> str:
    """The package or top module below runlake that a dotted name belongs to; "" for runlake itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Every absolute import in a file, type-checking ones included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, id(node) in lazy)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative imports hide where things come from"
            known = modules()
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield Import(module, full if full in known else str(node.module), node.lineno, id(node) in lazy)
