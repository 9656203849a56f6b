"""Do the tests bite? Replace what a test is about by a constant, and name the tests that still pass.

    constant_stage.py [-n JOBS] [TEST_FILE_OR_FOLDER ...]        without names: the tests of every stage

A test that passes whatever its stage answers tests nothing. What a test is about:

* tests/STAGE/test_PLUGIN*.py: that plug-in. It is replaced by one that finds nothing, then by one that always finds
  the same single row.
* every other file in tests/STAGE (a helper module, a kernel, the lake, the pipeline ...): the functions of that stage
  which the file imports and the test calls, one after the other. A function without side effects answers zeros of the
  right answer's shape, then ones; one that writes does nothing.

Each test is first run as it is, then with each replacement. It is named when it passes with all of them. Property
tests try ten examples each time. This file is a plug-in of pytest: each test of its run is one such trial.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from subjects import ROOT, SINGLE, STAGES, Subject, stage_of, subjects_of

N_EXAMPLES = 10
"""How many a property test tries each time."""


def _our_modules() -> Iterator[dict[str, Any]]:
    for module in list(sys.modules.values()):
        file = str(getattr(module, "__file__", None) or "")
        if file.startswith((f"{ROOT}/tests", f"{ROOT}/src")):
            yield vars(module)


@contextlib.contextmanager
def replaced(subject: Subject, function: Any) -> Iterator[None]:
    """`function` stands wherever the subject stood: in its owner and in every module that imported it."""
    original = subject.function
    places = [(m, key) for m in _our_modules() for key, value in list(m.items()) if value is original]

    def put(value: Any) -> None:
        if isinstance(subject.owner, type):
            setattr(subject.owner, subject.attribute, value)
        elif subject.is_plugin:
            object.__setattr__(subject.owner, subject.attribute, value)  # plug-ins are frozen
        for module, key in places:
            module[key] = value

    put(function)
    try:
        yield
    finally:
        put(original)


@contextlib.contextmanager
def noted(subjects: tuple[Subject, ...], called: set[Subject]) -> Iterator[None]:
    """Meanwhile `called` collects the subjects that are called."""
    with contextlib.ExitStack() as stack:
        for subject in subjects:
            stack.enter_context(replaced(subject, _noting(subject, called)))
        yield


def _noting(subject: Subject, called: set[Subject]) -> Callable[..., Any]:
    original = subject.function

    @functools.wraps(original)
    def function(*given: Any, **named: Any) -> Any:
        called.add(subject)
        return original(*given, **named)

    return function


def _passes(item: Any) -> tuple[str, str]:
    """Outcome of one run of a test (passed, failed, skipped), all its fixtures made anew; and what it said."""
    from _pytest.runner import runtestprotocol

    for module in _our_modules():
        for value in list(module.values()):
            if hasattr(value, "cache_clear") and "/tests/" in str(module.get("__file__")):
                value.cache_clear()
    if hasattr(item, "_request"):
        item._initrequest()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # a constant path leads nowhere else
        for report in runtestprotocol(item, log=False, nextitem=None):
            if report.outcome != "passed":
                return report.outcome, str(report.longrepr)
    return "passed", ""


def _judge(item: Any) -> tuple[str, str]:
    """passed: the test bites, and on what. failed: it passes whatever is answered. skipped: nothing to replace."""
    subjects = subjects_of(item.path)
    called: set[Subject] = set()
    stage = stage_of(item.path)
    is_kernel = stage == "kernels"  # compiled code is not to be spied on while it is compiled
    with noted(() if is_kernel else subjects, called):
        outcome, said = _passes(item)
    if outcome != "passed":
        return outcome, f"does not pass as it is: {said}" if outcome == "failed" else said
    source = inspect.getsource(item.obj)
    own, other = (
        [s for s in subjects if (s in called or is_kernel) and (s.stage == stage) == is_own] for is_own in (True, False)
    )
    tried = own or other  # a test that reaches its stage only through others is about those
    for subject in sorted(tried, key=lambda s: s.attribute not in source):
        for fill in (0, 1):
            with replaced(subject, subject.constant(fill)):
                if _passes(item)[0] == "failed":
                    return "passed", subject.name
    if not tried:
        return "skipped", "calls nothing that could be replaced, or in another process only"
    return "failed", f"passes whatever these answer: {', '.join(sorted(s.name for s in tried))}"


def pytest_configure() -> None:
    """Property tests are short, the same each time, and leave nothing behind."""
    from hypothesis import Phase, settings

    settings.register_profile(
        "bite", database=None, derandomize=True, deadline=None, max_examples=N_EXAMPLES,
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    settings.load_profile("bite")


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Only tests of a stage, and few examples also where a test asks for more."""
    from hypothesis import settings

    items[:] = [item for item in items if stage_of(item.path)]
    for item in items:
        own = getattr(item.obj, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples > N_EXAMPLES:
            item.obj._hypothesis_internal_use_settings = settings(own, max_examples=N_EXAMPLES)


def pytest_runtest_protocol(item: Any) -> bool:
    """One test: tried as it is and with each replacement, reported as one outcome."""
    from _pytest.reports import TestReport

    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    outcome, said = _judge(item)
    longrepr: Any = None
    if outcome == "failed":
        longrepr = said
    elif outcome == "skipped":
        longrepr = (str(item.path), item.location[1] or 0, said)
    report = TestReport(item.nodeid, item.location, {}, outcome, longrepr, "call")  # type: ignore[arg-type]
    item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each stage, then the tests that do not bite, then those in which nothing was replaced."""
    said = {outcome: terminalreporter.stats.get(outcome, []) for outcome in ("passed", "failed", "skipped")}
    write = terminalreporter.write_line
    write(f"{'stage':10s} {'bite':>6s} {'do not':>7s} {'not tried':>10s}")
    for stage in (*STAGES, *sorted(set(SINGLE.values()))):
        counts = [sum(stage_of(ROOT / r.nodeid.split("::")[0]) == stage for r in reports) for reports in said.values()]
        if any(counts):
            write(f"{stage:10s} {counts[0]:6d} {counts[1]:7d} {counts[2]:10d}")
    for report in (*said["failed"], *said["skipped"]):
        reason = report.longrepr[2] if report.outcome == "skipped" else report.longrepr
        write(f"{report.nodeid}\n    {reason}")


def main() -> int:
    """Run pytest with this file as a plug-in; exit code 1 when a test does not bite."""
    command = [sys.executable, "-m", "pytest", "-q", "-r", "N", "--no-header", "--tb=no", "-p", "constant_stage"]
    command += ["-p", "no:cacheprovider", "-m", "not slow and not corpus and not browser and not bench"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT / "src")])}
    return subprocess.run([*command, *(sys.argv[1:] or ["tests"])], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
