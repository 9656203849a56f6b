"""Kill the build again and again and see that readers notice nothing: ``python scripts/drill.py [--kills 200]``.

Each round starts from the same published lake with new files in its source, breaks the build at one of the calls that
change the lake's folders (or at a random moment), and checks:

* whoever opens LAKE sees the old state or the new one, whole, in every table;
* the next run completes, gives the same lake as a run that was never disturbed, and leaves no litter.

Half of the kills (kill -9, writes torn in the middle) come at a random moment of the whole build, the other half while
the lake is being written; a round that ended before its kill does not count. With ``--every-call`` the build is also
killed at each call of `runlake.lake.disk` and before each system call that Python reports as changing the lake's
folders, and each call of `disk` fails once with disk full, quota or an input/output error, in turn, where the run has
to exit with 74 and a reason. With ``--no-links`` LAKE is a real folder; with ``--no-exchange`` the system cannot
exchange folders either: then each table by itself is old or new, and the samples may be missing until the next run.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from runlake.engine.in_process import InProcess  # noqa: E402
from runlake.errors import LakeError  # noqa: E402
from runlake.lake import disk  # noqa: E402
from runlake.pipeline.build import build  # noqa: E402
from runlake.pipeline.request import Request  # noqa: E402
from support.sources import write_runs  # noqa: E402

ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
CHANGING = frozenset(
    f"os.{name}" for name in ("chmod", "link", "mkdir", "remove", "rename", "rmdir", "symlink", "truncate", "utime")
)
"""Audit events of Python that change files, besides `open` for writing."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
Values = dict[str, str]


def values_of(lake: Path) -> Values:
    """A digest of the values of every table that a reader of LAKE finds; raises when one cannot be read."""
    out: Values = {}
    folder = lake.resolve()
    samples = []
    for path in sorted(folder.rglob("*.parquet")):
        table = pq.read_table(path, use_threads=False)
        if path.parent.name == "samples":
            samples.append(table)
            out[f"samples/{path.stem}"] = _digest(table)
        elif path.stem != "runs":
            out[path.stem] = _digest(table)
    if samples:
        out["samples"] = _digest(pa.concat_tables(samples))
    return out


def _digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    whole = table.combine_chunks().replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, whole.schema) as writer:
        writer.write_table(whole)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def in_child(work: Callable[[], None], kill_after_s: float | None = None) -> int:
    """Exit code of a forked child that does the work: 0, 74 for LakeError, -9 when it was killed."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            work()
            code = 0
        except LakeError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Watch:
    """Counts the system calls of this process that change a folder, and kills it before the given one."""

    def __init__(self, folder: Path, kill_at: int = 0) -> None:
        """Watch from now on; a process can only be watched once, and to its end."""
        self.n_calls = 0
        self._root = os.fsencode(folder.resolve())
        self._kill_at = kill_at
        sys.addaudithook(self._see)

    def _see(self, event: str, args: tuple[object, ...]) -> None:
        is_open = event == "open" and isinstance(args[2], int) and bool(args[2] & WRITING)
        if (is_open or event in CHANGING) and any(self._is_inside(a) for a in args[:2]):
            self.n_calls += 1
            if self.n_calls == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_inside(self, place: object) -> bool:
        return isinstance(place, str | bytes | os.PathLike) and os.fsencode(place).startswith(self._root)


class Drill:
    """One prepared case: a published lake, a source with news, and what should come of it."""

    def __init__(self, folder: Path, *, has_links: bool, has_exchange: bool) -> None:
        """Build the old state, and the new one undisturbed."""
        self.folder = folder.resolve()
        self.has_links = has_links
        self.has_exchange = has_exchange
        self.source = self.folder / "source"
        self.base = self.folder / "base"
        if not has_exchange:
            disk._renameat2 = lambda: None
        write_runs(self.source, [0, 1, 2, 3, 370, 371])
        self._build(self.base / "lake")
        if not has_links:
            self._materialise(self.base / "lake")
        write_runs(self.source, [4, 372, 800])  # two years of samples change, and one is new
        self.old = values_of(self.base / "lake")
        self._copy()
        disk.arm()
        started = time.monotonic()
        self._build(self.lake)
        self.seconds = time.monotonic() - started
        self.n_calls = disk.n_calls()
        self.new = values_of(self.lake)
        self.n_system_calls = self._count_system_calls()
        self.torn = self.unequal = self.without_samples = self.rounds = 0

    @property
    def lake(self) -> Path:
        """The lake of the round at hand."""
        return self.folder / "round" / "lake"

    def _build(self, lake: Path) -> None:
        build(Request((self.source,), lake), InProcess())

    def _materialise(self, lake: Path) -> None:
        target = lake.resolve()
        lake.unlink()
        shutil.copytree(target, lake)

    def _copy(self) -> None:
        shutil.rmtree(self.folder / "round", ignore_errors=True)
        shutil.copytree(self.base, self.folder / "round", symlinks=True, copy_function=shutil.copy2)

    def _count_system_calls(self) -> int:
        self._copy()
        count = self.folder / "count"

        def work() -> None:
            watch = Watch(self.folder / "round")
            self._build(self.lake)
            count.write_text(str(watch.n_calls))

        in_child(work)
        return int(count.read_text())

    def break_at(
        self, *, call: int = 0, system_call: int = 0, fail_at: int = 0, number: int = 0, after_s: float | None = None
    ) -> int:
        """One round; returns the exit code of the disturbed run."""
        self._copy()
        self.rounds += 1

        def work() -> None:
            Watch(self.folder / "round", system_call)
            disk.arm(kill_at=call, fail_at=fail_at, error_number=number)
            self._build(self.lake)

        code = in_child(work, after_s)
        what = f"call={call} system_call={system_call} fail_at={fail_at} after_s={after_s}"
        self._check_readers(what)
        self._check_rerun(what)
        return code

    def _check_readers(self, what: str) -> None:
        try:
            seen = values_of(self.lake)
        except Exception as error:  # noqa: BLE001  (any trouble of a reader is a torn state)
            self.torn += 1
            print(f"TORN {what}: {type(error).__name__}: {error}")
            return
        is_whole = seen in (self.old, self.new)
        if not is_whole and not self.has_exchange:
            # the smaller promise (docs/nightly.md): each table whole, old or new; the samples may be missing
            names = {n for n in (*self.old, *self.new) if not n.startswith("samples")}
            is_whole = all(seen.get(n) in (self.old.get(n), self.new.get(n)) for n in names)
            is_whole &= seen.get("samples") in (None, self.old["samples"], self.new["samples"])
            self.without_samples += "samples" not in seen
        if not is_whole:
            self.torn += 1
            print(f"TORN {what}: {[n for n in self.new if seen.get(n) not in (self.old.get(n), self.new[n])]}")

    def _check_rerun(self, what: str) -> None:
        code = in_child(lambda: self._build(self.lake))
        inside = {p.name for p in (self.folder / "round").iterdir()}
        litter = sorted(inside - {"lake", "lake.d"})
        internals = self.folder / "round" / "lake.d"
        usual = {"snapshots", "cache", "lock", "lock.holder", "runs.jsonl", "sources.json"}
        litter += [p.name for p in internals.iterdir() if p.name not in usual]
        litter += [p.name for p in (internals / "cache").iterdir()]
        now = values_of(self.lake)
        differing = [n for n in {**self.new, **now} if now.get(n) != self.new.get(n)]
        if code or litter or differing:
            self.unequal += 1
            print(f"UNEQUAL {what}: exit {code}, litter {litter}, differing {differing}")


def random_kills(drill: Drill, wanted: int, rng: random.Random) -> tuple[int, int]:
    """Rounds until so many builds were killed: how many at a random moment, how many while the lake was written."""
    at_moment = at_call = 0
    while at_moment + at_call < wanted:
        if at_call <= at_moment:
            at_call += drill.break_at(call=rng.randint(1, drill.n_calls)) == -signal.SIGKILL
        else:
            at_moment += drill.break_at(after_s=rng.uniform(0.0, drill.seconds)) == -signal.SIGKILL
    return at_moment, at_call


def every_call(drill: Drill) -> tuple[int, int, int]:
    """Each call killed once and failed once: how many kills, how many failures, how many without exit 74."""
    n_killed = n_silent = 0
    for call in range(1, drill.n_calls + 1):
        n_killed += drill.break_at(call=call) == -signal.SIGKILL
        code = drill.break_at(fail_at=call, number=ERRORS[call % len(ERRORS)])
        if code != LakeError.exit_code:
            n_silent += 1
            print(f"SILENT fail_at={call}: exit {code}")
    for call in range(1, drill.n_system_calls + 1):
        n_killed += drill.break_at(system_call=call) == -signal.SIGKILL
    return n_killed, drill.n_calls, n_silent


def main() -> int:
    """Run the drill and print the counts; exit code 1 when anything was torn or unequal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-call", action="store_true", help="also kill and fail each call once")
    parser.add_argument("--no-links", action="store_true", help="LAKE is a real folder")
    parser.add_argument("--no-exchange", action="store_true", help="and folders cannot be exchanged in one step")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="runlake-drill-") as name:
        has_links = not (options.no_links or options.no_exchange)
        drill = Drill(Path(name), has_links=has_links, has_exchange=not options.no_exchange)
        at_moment, at_call = random_kills(drill, options.kills, random.Random(options.seed))
        at_each, n_failed, n_silent = every_call(drill) if options.every_call else (0, 0, 0)
        missing = f" (without samples until the next run: {drill.without_samples})" if options.no_exchange else ""
        print(
            f"calls that change the lake: {drill.n_calls} of ours, {drill.n_system_calls} of the system; rounds "
            f"{drill.rounds}; killed {at_moment + at_call + at_each}: {at_moment} at a random moment, {at_call} while "
            f"the lake was written, {at_each} at each call{missing}; failed calls {n_failed} (without exit 74: "
            f"{n_silent}), torn {drill.torn}, unequal {drill.unequal}"
        )
    return int(bool(drill.torn or drill.unequal or n_silent))


if __name__ == "__main__":
    sys.exit(main())
