"""Do the tests bite? Replace a plug-in by a constant, run its tests, and name those that still pass.

    constant_stage.py [STAGE.PLUGIN ...]        such as detect.splits; without names: every plug-in

A test that passes whatever the plug-in answers tests nothing. Each plug-in is replaced twice: by one that finds
nothing, and by one that always finds the same single row. A test is named when it passes both times.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"formats": "READER", "detect": "DETECTOR", "history": "HISTORIAN", "reports": "REPORT", "prepare": ""}
VARIABLE = "RUNLAKE_CONSTANT_STAGE"


def _value(kind: str) -> Any:
    return "x" if kind == "string" else 1.0


def _findings(spec: Any, has_row: bool) -> Any:
    from runlake.model.findings import Findings

    return Findings.from_rows(spec, [{c.name: _value(c.kind) for c in spec.own_columns}] if has_row else [])


def _table(spec: Any, has_row: bool) -> Any:
    from runlake.model.findings import Table

    return Table.from_rows(spec, [{c.name: _value(c.kind) for c in spec.columns}] if has_row else [])


def _constant(stage: str, plugin: Any, has_row: bool) -> tuple[str, Callable[..., Any]]:
    """The name of the plug-in's function, and the constant that takes its place."""
    if stage == "detect":
        return "find", lambda *_: tuple(_findings(spec, has_row) for spec in plugin.specs)
    if stage == "history":
        return "build", lambda *_: tuple(_table(spec, has_row) for spec in plugin.specs)
    if stage == "reports":
        from runlake.model.plugins import Page

        return "pages", lambda *_: iter([Page("index.html", "<p>x</p>")] if has_row else [])
    import numpy as np

    from runlake.model.recording import Reading, Recording

    one = Recording(time_utc_s=np.array([1.7e9]), channels={"speed_mps": np.array([1.0])})
    return "read", lambda *_: Reading((one,) if has_row else ())


def _same_activity(*_: Any, **__: Any) -> Any:
    import numpy as np

    from support.activities import make_activity

    return make_activity(np.full(10, 1.0))


def pytest_configure() -> None:
    """Put the constant in place before any test module is imported."""
    stage, name, has_row = os.environ[VARIABLE].split(".")
    if stage == "prepare":
        import runlake.prepare

        runlake.prepare.prepare = _same_activity  # type: ignore[assignment]
        return
    module = importlib.import_module(f"runlake.{stage}.{name}")
    plugin = getattr(module, KINDS[stage])
    attribute, function = _constant(stage, plugin, has_row == "row")
    original = getattr(plugin, attribute)
    object.__setattr__(plugin, attribute, function)
    if stage == "formats":
        object.__setattr__(plugin, "recognises", lambda _: has_row == "row")
    for other in list(sys.modules.values()):
        for key, value in list(getattr(other, "__dict__", {}).items()):
            if value is original and str(getattr(other, "__name__", "")).startswith("runlake."):
                setattr(other, key, function)


def _plugins() -> Iterator[str]:
    for stage in KINDS:
        if stage == "prepare":
            yield "prepare.prepare"
            continue
        package = importlib.import_module(f"runlake.{stage}")
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            if not path.name.startswith("_") and hasattr(
                importlib.import_module(f"runlake.{stage}.{path.stem}"), KINDS[stage]
            ):
                yield f"{stage}.{path.stem}"


def _passing(plugin: str, variant: str) -> set[str]:
    stage, name = plugin.split(".")
    tests = (
        [ROOT / "tests" / "prepare" / "test_prepare.py"]
        if stage == "prepare"
        else sorted((ROOT / "tests" / stage).glob(f"test_{name}*.py"))
    )
    if not tests:
        raise SystemExit(f"{plugin}: no tests/{stage}/test_{name}.py")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "--tb=no", "-p", "constant_stage",
               "-p", "no:cacheprovider", "-m", "not slow and not corpus and not browser", *map(str, tests)]  # fmt: skip
    env = {**os.environ, VARIABLE: f"{plugin}.{variant}", "PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{plugin}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith("PASSED")}


def main() -> int:
    """Print, for each plug-in, how many tests still pass; exit code 1 when any does."""
    toothless = 0
    for plugin in sys.argv[1:] or list(_plugins()):
        passing = _passing(plugin, "nothing") & _passing(plugin, "row")
        toothless += len(passing)
        print(f"{plugin:28s} {len(passing)} tests pass whatever it answers")
        for test in sorted(passing):
            print(f"    {test}")
    return 1 if toothless else 0


if __name__ == "__main__":
    sys.exit(main())
