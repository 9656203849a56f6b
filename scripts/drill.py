"""Kill the build again and again and see that readers notice nothing: ``python scripts/drill.py [--kills 200]``.

Each round starts from the same published lake with new files in its source, breaks the build at one of the calls that
change the lake's folders (or at a random moment), and checks:

* whoever opens LAKE sees the old state or the new one, whole, in every table;
* the next run completes, gives the same lake as a run that was never disturbed, and leaves no litter.

Half of the rounds kill (kill -9, writes torn in the middle) at a random moment of the whole build, the other half while
the lake is being written; then every call is killed once, and every call fails once with disk full, quota and
input/output errors, in turn, where the run has to exit with 74 and a reason. With ``--no-links`` LAKE is a real folder:
then each table by itself is old or new.
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


class Drill:
    """One prepared case: a published lake, a source with news, and what should come of it."""

    def __init__(self, folder: Path, *, has_links: bool) -> None:
        """Build the old state, and the new one undisturbed."""
        self.folder = folder
        self.has_links = has_links
        self.source = folder / "source"
        self.base = folder / "base"
        write_runs(self.source, range(4))
        self._build(self.base / "lake")
        if not has_links:
            self._materialise(self.base / "lake")
        write_runs(self.source, [4, 400])
        self.old = values_of(self.base / "lake")
        self._copy()
        disk.arm()
        started = time.monotonic()
        self._build(self.lake)
        self.seconds = time.monotonic() - started
        self.n_calls = disk.n_calls()
        self.new = values_of(self.lake)
        self.torn = 0
        self.unequal = 0
        self.rounds = 0

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

    def break_at(self, *, kill_at: int = 0, fail_at: int = 0, number: int = 0, after_s: float | None = None) -> int:
        """One round; returns the exit code of the disturbed run."""
        self._copy()
        self.rounds += 1

        def work() -> None:
            disk.arm(kill_at=kill_at, fail_at=fail_at, error_number=number)
            self._build(self.lake)

        code = in_child(work, after_s)
        what = f"kill_at={kill_at} fail_at={fail_at} after_s={after_s}"
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
        if not self.has_links:
            # the smaller promise: each file is whole, samples year by year (docs/nightly.md)
            names = (self.old.keys() | self.new.keys()) - {"samples"}
            is_whole = all(seen.get(name) in (self.old.get(name), self.new.get(name)) for name in names)
        if not is_whole:
            self.torn += 1
            print(f"TORN {what}: {[n for n in self.new if seen.get(n) not in (self.old.get(n), self.new[n])]}")

    def _check_rerun(self, what: str) -> None:
        code = in_child(lambda: self._build(self.lake))
        inside = {p.name for p in (self.folder / "round").iterdir()}
        litter = sorted(inside - {"lake", "lake.d"})
        internals = self.folder / "round" / "lake.d"
        litter += [p.name for p in internals.iterdir() if p.name in ("staging", "exchange")]
        litter += [p.name for p in (internals / "cache").iterdir()]
        now = values_of(self.lake)
        differing = [n for n in self.new if now.get(n) != self.new[n]]
        if code or litter or differing:
            self.unequal += 1
            print(f"UNEQUAL {what}: exit {code}, litter {litter}, differing {differing}")


def main() -> int:
    """Run the drill and print the counts; exit code 1 when anything was torn or unequal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-call", action="store_true", help="also kill and fail each call once")
    parser.add_argument("--no-links", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="runlake-drill-") as name:
        drill = Drill(Path(name), has_links=not options.no_links)
        n_killed = 0
        for i in range(options.kills):
            if i % 2:
                code = drill.break_at(kill_at=rng.randint(1, drill.n_calls))
            else:
                code = drill.break_at(after_s=rng.uniform(0.0, drill.seconds))
            n_killed += code == -signal.SIGKILL
        n_failed = n_silent = 0
        if options.every_call:
            for call in range(1, drill.n_calls + 1):
                n_killed += drill.break_at(kill_at=call) == -signal.SIGKILL
                code = drill.break_at(fail_at=call, number=ERRORS[call % len(ERRORS)])
                n_failed += 1
                n_silent += code != LakeError.exit_code
                if code != LakeError.exit_code:
                    print(f"SILENT fail_at={call}: exit {code}")
        print(
            f"calls that change the lake: {drill.n_calls}; rounds {drill.rounds}, killed {n_killed}, "
            f"failed calls {n_failed} (without exit 74: {n_silent}), torn {drill.torn}, unequal {drill.unequal}"
        )
    return int(bool(drill.torn or drill.unequal or n_silent))


if __name__ == "__main__":
    sys.exit(main())
