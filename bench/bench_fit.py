"""FIT to columns, raced: runlake, fitdecode and pyroparse file by file in one process, medians of interleaved rounds.

Run by `make bench` in an environment of its own. Records, laps and sessions with all their fields, checksum checked;
every decoder reads from disk (page cache warm). fitdecode ends in pandas frames, pyroparse in an Arrow table of the
records alone, runlake in NumPy columns. CPU time of the process, so that a busy machine does not tilt the ratios.

Three protocols, so that nobody has to trust the choice of one: in each round every decoder has its turn on the file.
"one read a turn" counts the first read alone, when fitdecode has just had the caches; "five reads a
turn" the mean of it and four more; "several reads a turn" the mean of nineteen more, that first one left out
(fitdecode: always one).
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import math
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from runlake.formats import _fit_fast as fast  # noqa: E402
from runlake.formats import fit  # noqa: E402
from runlake.formats._fit_frame import checksum, find_frames  # noqa: E402
from runlake.kernels.fit import walk  # noqa: E402
from runlake.kernels.fit_fill import fill, group_by_definition  # noqa: E402

FILES = (
    "run-treadmill-elevate.fit", "run-fr955-stryd.fit", "run-6k-fr645m.fit", "run-9k-coros-pace2.fit",
    "run-9k-fenix6.fit", "run-trail-suunto9.fit", "run-intervals-8x400-fr265.fit", "run-tempo-16min-fr265.fit",
    "run-track-4x800-coros.fit", "run-easy-a02-2.fit",
)  # fmt: skip
ALL_FIELDS = {"record": None, "lap": None, "session": None}
ROUNDS = 5
READS = 20
PROTOCOLS = ("one read a turn", "five reads a turn", "several reads a turn")
HOUR_RECORDS = 3600
MOST_RECORDS = 100_000


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of the first read of a turn and of a later one, and the records read."""

    first_ms: float
    later_ms: float
    records: int

    def ms(self, protocol: str) -> float:
        """The milliseconds that the protocol counts."""
        if protocol == "five reads a turn":
            return (self.first_ms + 4.0 * self.later_ms) / 5.0
        return self.first_ms if protocol == "one read a turn" else self.later_ms


def runlake_columns(path: Path) -> int:
    """Records in columns, all fields of records, laps and sessions, checksum checked."""
    data = path.read_bytes()
    array = np.frombuffer(data, dtype=np.uint8)
    frames = find_frames(data, array)
    assert not frames.problems
    spans = [fast.Span(f.start_of_data, f.stop) for f in frames.frames]
    columns, _ = fast.decode(data, array, spans, ALL_FIELDS)
    return columns.get("record").n


def runlake_cold_plan(path: Path) -> int:
    """The same when no file like it was read before."""
    from runlake.formats import _fit_developer, _fit_plan

    _fit_plan._PLANS.clear()
    _fit_developer._BOUND.clear()
    return runlake_columns(path)


def runlake_read(path: Path) -> int:
    """What the product does: recordings with channels, laps, events, totals."""
    return fit.read(path.read_bytes()).n_records_in


def fitdecode_frames(path: Path) -> int:
    """fitdecode with its defaults, into pandas frames."""
    import fitdecode
    import pandas as pd

    rows: dict[str, list[dict[str, object]]] = {"record": [], "lap": [], "session": []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fitdecode.FitReader(str(path)) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in rows:
                    rows[frame.name].append({f.name: f.value for f in frame.fields})
    frames = {name: pd.DataFrame(found) for name, found in rows.items()}
    return len(frames["record"])


def pyroparse_table(path: Path) -> int:
    """pyroparse into an Arrow table (records alone)."""
    import pyroparse

    return pyroparse.read_fit(str(path), deduplicate=False).num_rows


def kernel_floor(path: Path) -> Callable[[], int]:
    """What the kernels alone take: checksum, walk, grouping, fill, with every array there already."""
    data = path.read_bytes()
    array = np.frombuffer(data, dtype=np.uint8)
    (frame,) = find_frames(data, array).frames
    slots = fast.slots_for(ALL_FIELDS)
    span = fast.Span(frame.start_of_data, frame.stop)
    seen: dict[str, tuple[object, ...]] = {}
    original = fast.fill
    fast.fill = lambda *given: seen.update(fill=given)  # type: ignore[assignment]
    try:
        walked = fast.walk_spans(array, [span], slots)
        fast.columns_of(data, array, [span], walked, slots)
    finally:
        fast.fill = original
    messages, definitions = walked.messages.copy(), walked.definitions.copy()
    rest = seen["fill"][3:]
    starts = np.empty(len(definitions) + 1, dtype=np.int64)
    places = np.empty((len(messages), 2), dtype=np.int32)

    def run() -> int:
        checksum(array, frame.start, frame.stop)
        counts, rows = np.zeros(3, dtype=np.int64), np.zeros(slots.n, dtype=np.int64)
        walk(array, span.start, span.stop, slots.of_global, fast.fresh_state(), counts, rows, definitions, messages)
        group_by_definition(messages, starts, places)
        fill(array, places, starts, *rest)
        return int(rows[0])

    return run


def race(paths: list[Path], rounds: int) -> dict[str, dict[str, Result]]:
    """Medians over the rounds by file and decoder; the decoders take turns."""
    runners: dict[str, Callable[[Path], int]] = {
        "runlake columns": runlake_columns,
        "pyroparse": pyroparse_table,
        "runlake, new kind of file": runlake_cold_plan,
        "runlake recordings": runlake_read,
        "fitdecode": fitdecode_frames,
    }
    found: dict[str, dict[str, Result]] = {}
    for path in paths:
        floor = kernel_floor(path)
        here = {"kernel floor": lambda _path, floor=floor: floor(), **runners}
        records = {name: run(path) for name, run in here.items()}
        turns: dict[str, list[tuple[float, float]]] = {name: [] for name in here}
        for k in range(rounds):
            # fitdecode goes before each: what it leaves of the caches is then the same for all
            order = list(here)[k % len(here) :] + list(here)[: k % len(here)]
            for name in order:
                fitdecode_frames(path)
                turns[name].append(_turn_ms(here[name], path, 1 if name == "fitdecode" else READS))
        found[path.name] = {
            name: Result(*(statistics.median(ms) for ms in zip(*turns[name], strict=True)), records[name])
            for name in here
        }
    return found


def _turn_ms(run: Callable[[Path], int], path: Path, reads: int) -> tuple[float, float]:
    """CPU milliseconds of the first read, and of a later one in the mean (of the first when it is the only one)."""
    gc.collect()
    start = time.process_time()
    run(path)
    first = time.process_time()
    for _ in range(reads - 1):
        run(path)
    last = time.process_time()
    return 1000.0 * (first - start), 1000.0 * ((last - first) / (reads - 1) if reads > 1 else first - start)


def geometric_mean(values: list[float]) -> float:
    """The mean for ratios."""
    return math.exp(statistics.fmean(math.log(v) for v in values))


def big_file() -> bytes:
    """100,000 records of twelve fields."""
    from simulator.fit_writer import FitWriter

    fields = [(253, "uint32"), (0, "sint32"), (1, "sint32"), (5, "uint32"), (73, "uint32"), (78, "uint32"),
              (3, "uint8"), (4, "uint8"), (7, "uint16"), (13, "sint8"), (53, "uint8"), (85, "uint16")]  # fmt: skip
    writer = FitWriter().define(0, 0, [(0, "enum")]).data(0, [4]).define(1, 20, fields)
    for k in range(MOST_RECORDS):
        writer.data(
            1, [1_100_000_000 + k, 500_000_000 + k, 90_000_000, 300 * k, 3000, 3000, 150, 85, 250, 20, 64, 11000]
        )
    return writer.to_bytes()


def report(found: dict[str, dict[str, Result]]) -> None:
    """By protocol the table of milliseconds, and the geometric means of the ratios."""
    names = list(next(iter(found.values())))
    for protocol in PROTOCOLS:
        table = {file: {name: result.ms(protocol) for name, result in here.items()} for file, here in found.items()}
        print(f"\n{protocol}: medians in ms")
        print(f"{'file':36} {'records':>7}  " + "  ".join(f"{name:>14.14}" for name in names))
        for file, here in table.items():
            cells = "  ".join(f"{here[name]:14.3f}" for name in names)
            print(f"{file:36} {found[file]['runlake columns'].records:7}  {cells}")

        def times(slow: str, fast: str, table: dict[str, dict[str, float]] = table) -> float:
            return geometric_mean([here[slow] / here[fast] for here in table.values()])

        for name in ("fitdecode", "pyroparse"):
            print(
                f"{protocol}: {name} takes {times(name, 'runlake columns'):.1f} x as long as runlake's columns"
                f" (new kind of file {times(name, 'runlake, new kind of file'):.1f} x;"
                f" whole recordings {times(name, 'runlake recordings'):.1f} x)"
            )
        hours = [h["runlake columns"] * HOUR_RECORDS / found[f]["runlake columns"].records for f, h in table.items()]
        print(
            f"{protocol}: columns / kernel floor {times('runlake columns', 'kernel floor'):.2f} x;"
            f" a one-hour file (3,600 records) {geometric_mean(hours):.2f} ms"
        )


def main() -> None:
    """Run the race on the corpus given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    paths = [given.corpus / name for name in FILES if (given.corpus / name).is_file()]
    if not paths:
        sys.exit(f"no corpus at {given.corpus}")
    versions = [f"{p} {importlib.metadata.version(p)}" for p in ("fitdecode", "pyroparse", "numpy", "numba", "pandas")]
    print("FIT:", ", ".join([f"Python {sys.version.split()[0]}", *versions]))
    print(
        "fitdecode reads the file before every turn. one read a turn: the first read after that, caches cold;"
        " five: the mean of it and four more; several: the mean of the nineteen after it"
    )
    report(race(paths, given.rounds))
    data = big_file()
    fit.read(paths[0].read_bytes())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    n = fit.read(data).n_records_kept
    spent = 1000.0 * (time.process_time() - start)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"a file of {n} records ({len(data) / 1e6:.1f} MB): {spent:.1f} ms, peak memory {more:.0f} MB above that before"
    )


if __name__ == "__main__":
    main()
