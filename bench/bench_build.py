"""Times `runlake build` as cron runs it: whole builds, nothing new, one new file; against the fitdecode baseline.

``python bench/bench_build.py [--files 1000] [--big 10000] [--keep FOLDER]`` makes its input with scripts/make_many.py,
and prints a table. CPU seconds count the whole process tree; a quiet machine gives the wall times their meaning.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


@dataclass(frozen=True, slots=True)
class Timing:
    """What a command took: wall and CPU seconds (children included), peak memory of the command itself."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def timed(*command: str) -> Timing:
    """Run the command and measure it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak_kb = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        for line in status.read_text().splitlines() if status.exists() else []:
            if line.startswith("VmHWM"):
                peak_kb = max(peak_kb, int(line.split()[1]))
        time.sleep(0.05)
    wall_s = time.monotonic() - began
    if process.returncode:
        sys.exit(f"{command}: exit {process.returncode}\n{process.stderr.read().decode()}")  # type: ignore[union-attr]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timing(wall_s, cpu_s, peak_kb / 1024)


def build(source: Path, lake: Path, jobs: int) -> Timing:
    """A build through the command line."""
    return timed(
        sys.executable, "-m", "runlake", "build", str(source), "--lake", str(lake), "--jobs", str(jobs), "--quiet"
    )


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
        f"| {name} | {files} | {timing.wall_s:.1f} | {timing.cpu_s:.1f} | {rate:.1f} | {core:.1f} "
        f"| {timing.peak_mb:.0f} |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--big", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="runlake-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "runlake", "warmup"], env=ENVIRONMENT, check=True)
    print("| what | files | wall s | CPU s (tree) | files/s | files/s and CPU second | peak of the parent MB |")
    print("|---|---|---|---|---|---|---|")
    for files, years in ((options.files, 1), (options.big, 10)):
        if files:
            measure(folder, files, years)
    baseline(folder, folder / f"in-{options.files}")
    if options.keep is None:
        shutil.rmtree(folder)


def measure(folder: Path, files: int, years: int) -> None:
    """Whole builds with one worker and with two, nothing new, one new file."""
    source, lake = folder / f"in-{files}", folder / f"lake-{files}"
    make(source, files, years)
    extra = folder / "extra"
    make(extra, 16, 1)
    for jobs in (1, 2):
        drop(lake)
        row(f"whole build, {jobs} workers", files, build(source, lake, jobs))
    row("nothing new", files, build(source, lake, 2))
    new = source / "one-more.fit"
    shutil.copy(sorted(extra.rglob("*.fit"))[0], new)
    row("one new file", 1, build(source, lake, 2))
    new.unlink()


def baseline(folder: Path, source: Path) -> None:
    """The same columns by fitdecode and pandas."""
    script = str(ROOT / "bench" / "baseline_fitdecode_pandas.py")
    done = subprocess.run(
        [sys.executable, script, str(source), str(folder / "baseline.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    print(f"\nbaseline fitdecode + pandas: {found['files_per_cpu_s']} files a CPU second over {found['files']} files")


if __name__ == "__main__":
    main()
