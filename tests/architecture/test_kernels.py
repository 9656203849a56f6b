"""Kernels keep their rules: twins exist, nothing crosses files, one decorator."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest

from architecture._code import PACKAGE, ROOT, imports_of

FAMILIES = sorted(p.stem for p in (PACKAGE / "kernels").glob("*.py") if not p.stem.startswith("_"))


def _kernels(family: str) -> list[str]:
    tree = ast.parse((PACKAGE / "kernels" / f"{family}.py").read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("kernel" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_public_kernel_has_a_twin_and_a_test(family: str) -> None:
    public = [name for name in _kernels(family) if not name.startswith("_")]
    assert public, f"kernels/{family}.py has no public kernel"
    reference = importlib.import_module(f"reference.{family}")
    missing = [name for name in public if not inspect.isfunction(getattr(reference, name, None))]
    assert not missing, f"tests/reference/{family}.py lacks the twins {missing}"
    text = (ROOT / "tests" / "kernels" / f"test_{family}.py").read_text(encoding="utf-8")
    untested = [name for name in public if name not in text]
    assert not untested, f"tests/kernels/test_{family}.py does not test {untested}"


@pytest.mark.parametrize("family", FAMILIES)
def test_kernels_import_nothing_else(family: str) -> None:
    # llvmlite is what numba is made of: its instructions are imported for intrinsics, which stand in the same file.
    allowed = {"numpy", "numba", "math", "__future__", "runlake.kernels._jit", "llvmlite", "llvmlite.ir"}
    imported = {i.imported for i in imports_of(f"runlake.kernels.{family}", PACKAGE / "kernels" / f"{family}.py")}
    odd = {name for name in imported if name not in allowed and name.split(".")[0] not in {"numpy", "numba", "math"}}
    assert not odd, f"kernels/{family}.py imports {odd}: numba's cache does not notice a change in another file"


@pytest.mark.parametrize("family", FAMILIES)
def test_no_fastmath_no_parallel(family: str) -> None:
    text = (PACKAGE / "kernels" / f"{family}.py").read_text(encoding="utf-8")
    assert "fastmath=" not in text
    assert "parallel=" not in text
    assert "njit" not in text, "one decorator for all: runlake.kernels._jit.kernel"
