"""Times `runlake build` as cron runs it: whole builds, nothing new, one new file; against the fitdecode baseline.

``python bench/bench_build.py [--files 1000] [--big 10000] [--keep FOLDER]`` makes its input with scripts/make_many.py,
and prints a table. CPU seconds count the whole process tree; a quiet machine gives the wall times their meaning.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = str(ROOT / "bench" / "baseline_fitdecode_pandas.py")
OUR_FILES, THEIR_FILES, ROUNDS = 200, 20, 3
PR_SET_CHILD_SUBREAPER = 36
READ = re.compile(r"read files=\d+ seconds=([\d.]+)")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles all modules anew


@dataclass(frozen=True, slots=True)
class Timing:
    """What a command took: wall and CPU seconds (children included), peak memory and CPU of the command itself.

    `read_s`: wall seconds of a build from the first file given to a worker to the last one's findings; NaN for others.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    own_cpu_s: float
    read_s: float


def timed(*command: str) -> Timing:
    """Run the command and measure it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak_kb = 0
    status = Path(f"/proc/{process.pid}/status")
    own = None
    while own is None:
        for line in status.read_text().splitlines() if status.exists() else []:
            if line.startswith("VmHWM"):
                peak_kb = max(peak_kb, int(line.split()[1]))
        time.sleep(0.02)
        pid, ended, usage = os.wait4(process.pid, os.WNOHANG)
        own = usage if pid else None
    wall_s = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(ended)
    said = process.stderr.read().decode()  # type: ignore[union-attr]
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}\n{said}")
    wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    read = READ.findall(said)
    return Timing(wall_s, cpu_s, peak_kb / 1024, own.ru_utime + own.ru_stime, float(read[-1]) if read else math.nan)


def adopt_orphans() -> None:
    """Have this process inherit what its children leave behind (Linux): only who waits for a process sees its CPU time.

    The workers of a build hang on a fork server, which ends after the build does.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit("CPU time of worker processes cannot be counted here: prctl failed")


def wait_for_orphans() -> None:
    """Wait until everything is gone that a command started."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def build(source: Path, lake: Path, jobs: int) -> Timing:
    """A build through the command line."""
    return timed(sys.executable, "-m", "runlake", "build", str(source), "--lake", str(lake), "--jobs", str(jobs))


def drop(lake: Path) -> None:
    """Remove a lake."""
    shutil.rmtree(f"{lake}.d", ignore_errors=True)
    lake.unlink(missing_ok=True)


def make(folder: Path, files: int, years: int) -> None:
    """The input, unless it is there."""
    if not folder.exists():
        script = str(ROOT / "scripts" / "make_many.py")
        subprocess.run([sys.executable, script, str(folder), "--files", str(files), "--years", str(years)], check=True)


def row(name: str, files: int, timing: Timing) -> None:
    """A line of the table."""
    rate, core = files / timing.wall_s, files / timing.cpu_s
    print(
        f"| {name} | {files} | {timing.wall_s:.2f} | {timing.read_s:.2f} | {timing.cpu_s:.1f} | {timing.own_cpu_s:.2f} "
        f"| {rate:.1f} | {core:.1f} | {timing.peak_mb:.0f} |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    adopt_orphans()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--big", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="runlake-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "runlake", "warmup"], env=ENVIRONMENT, check=True)
    print(
        "| what | files | wall s | of it reading s | CPU s (tree) | CPU s (parent) | files/s | files/s and CPU second "
        "| peak of the parent MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    found = {n: measure(folder, n, years) for n, years in ((options.files, 1), (options.big, 10)) if n}
    ratios(found)
    baseline(folder, folder / f"in-{options.files}")
    if options.keep is None:
        shutil.rmtree(folder)


def measure(folder: Path, files: int, years: int) -> dict[int, Timing]:
    """Whole builds with one worker and with two, nothing new, one new file; the whole builds by number of workers."""
    source, lake = folder / f"in-{files}", folder / f"lake-{files}"
    make(source, files, years)
    extra = folder / "extra"
    make(extra, 16, 1)
    whole = {}
    for jobs in (1, 2):
        drop(lake)
        whole[jobs] = build(source, lake, jobs)
        row(f"whole build, {jobs} workers", files, whole[jobs])
    os.sync()  # a night later the disk has long written what the builds before left to it
    row("nothing new", files, build(source, lake, 2))
    new = source / "one-more.fit"
    shutil.copy(sorted(extra.rglob("*.fit"))[0], new)
    row("one new file", 1, build(source, lake, 2))
    new.unlink()
    return whole


def ratios(found: dict[int, dict[int, Timing]]) -> None:
    """What more workers and more files do, on the clock and in CPU seconds."""
    print()
    for files, whole in found.items():
        one, two = whole[1], whole[2]
        print(
            f"{files} files, 2 workers against 1: {one.read_s / two.read_s:.2f} times as fast from decode to findings "
            f"(asked 1.8), {one.wall_s / two.wall_s:.2f} times the whole build (asked 1.5); the parent takes "
            f"{1000 * two.own_cpu_s / files:.2f} ms of CPU a file"
        )
    if len(found) == 2:
        (few, small), (many, big) = sorted(found.items())
        print(
            f"{many} files against {few}: {big[2].wall_s / small[2].wall_s:.1f} times as long, "
            f"{big[2].cpu_s / small[2].cpu_s:.1f} times the CPU (asked: at most {1.1 * many / few:.0f} times); "
            f"peak of the parent {big[2].peak_mb:.0f} MB (asked: below 700)"
        )


def baseline(folder: Path, source: Path) -> None:
    """The same tables by fitdecode and pandas: both over the same files, taking turns, CPU a file without start-up."""
    every = sorted(source.rglob("*.fit"))
    n_ours, n_theirs = min(OUR_FILES, len(every)), min(THEIR_FILES, len(every))
    inputs = {n: linked(folder / f"race-{n}", every[:n]) for n in (1, n_theirs, n_ours)}
    out, lake = folder / "baseline", folder / "race-lake"
    ours, theirs, seconds = [], [], []
    for _ in range(ROUNDS):
        cpu_s = {}
        for n in (1, n_ours):
            drop(lake)
            cpu_s[n] = build(inputs[n], lake, 1).cpu_s
        ours.append((cpu_s[n_ours] - cpu_s[1]) / (n_ours - 1))
        for n in (1, n_theirs):
            cpu_s[n] = timed(sys.executable, BASELINE, str(inputs[n]), str(out)).cpu_s
        theirs.append((cpu_s[n_theirs] - cpu_s[1]) / (n_theirs - 1))
        seconds.append(json.loads((out / "seconds.json").read_text()))
    parts = {name: statistics.median(found[name] for found in seconds) / n_theirs for name in seconds[0]}
    print("\n| whole build to tables, start-up left out | files | CPU ms a file (median of turns) | each turn |")
    print("|---|---|---|---|")
    for name, files, turns in (("runlake", n_ours, ours), ("fitdecode + pandas", n_theirs, theirs)):
        each = " ".join(f"{1000 * turn:.1f}" for turn in turns)
        print(f"| {name} | {files} | {1000 * statistics.median(turns):.1f} | {each} |")
    each_ratio = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"\nratio {ratio:.1f} (turns: {each_ratio[0]:.1f} to {each_ratio[-1]:.1f})")
    print("of the baseline, ms a file: " + ", ".join(f"{name} {1000 * s:.1f}" for name, s in parts.items()))
    decode = parts["decode_cpu_s"] / statistics.median(ours)
    print(f"fitdecode's decoding alone, without a table: {decode:.1f} times runlake's whole build")
    names = ("fitdecode", "pandas", "numpy", "pyarrow", "numba")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {metadata.version(name)}" for name in names))


def linked(folder: Path, files: list[Path]) -> Path:
    """A folder with links to the files."""
    folder.mkdir(exist_ok=True)
    for path in files:
        target = folder / path.name
        if not target.exists():
            os.link(path, target)
    return folder


if __name__ == "__main__":
    main()
