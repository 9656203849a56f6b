"""GPX and TCX to columns against gpxpy, expat and lxml: `python bench/bench_xml.py [folder of real files]`.

Each contender runs in a process of its own, so that none inherits another's heap. They take turns file by file,
reading it three times in each of seven rounds; medians count, in CPU time with the garbage collector at rest. All end
in arrays of time, position, altitude, heart rate and cadence. Ratios are geometric means over the files of 100 points
or more, by two protocols, so that nobody has to trust the choice of one: "one read a turn" takes the first read of
each turn alone, when the others have just had the caches; "several reads a turn" those that follow it.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from xml.parsers import expat

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

ROUNDS, REPEATS = 7, 3
MIN_POINTS = 100
Reader = Callable[[bytes], int]
"""File to the number of points that ended in columns."""
Times = dict[tuple[str, str], list[list[float]]]
"""By file and contender: for each turn the milliseconds of each read."""
PROTOCOLS: dict[str, Callable[[list[float]], list[float]]] = {
    "one read a turn": lambda turn: turn[:1],
    "several reads a turn": lambda turn: turn[1:],
}


def columns(rows: list[tuple[float, ...]]) -> int:
    """Rows as columns; how many points they hold."""
    return len(np.array(rows, dtype=np.float64).T[0]) if rows else 0


def seconds(text: str) -> float:
    """Unix seconds of an ISO time; NaN for anything else."""
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00")).timestamp()
    except ValueError:
        return float("nan")


def runlake_gpx(data: bytes) -> int:
    """runlake's reader."""
    from runlake.formats.gpx import READER

    return READER.read(data).n_records_in


def runlake_tcx(data: bytes) -> int:
    """runlake's reader."""
    from runlake.formats.tcx import READER

    return READER.read(data).n_records_in


def gpxpy_parse(data: bytes) -> int:
    """gpxpy alone: objects, and no columns."""
    import gpxpy

    parsed = gpxpy.parse(data.decode("utf-8-sig").lstrip())
    return sum(len(segment.points) for track in parsed.tracks for segment in track.segments)


def gpxpy_columns(data: bytes) -> int:
    """gpxpy, and columns made of its objects."""
    import gpxpy

    rows = []
    for track in gpxpy.parse(data.decode("utf-8-sig").lstrip()).tracks:
        for segment in track.segments:
            for point in segment.points:
                heart = cadence = float("nan")
                for extension in point.extensions:
                    for element in extension.iter():
                        if element.tag.endswith("}hr"):
                            heart = float(element.text)
                        elif element.tag.endswith("}cad"):
                            cadence = float(element.text)
                at = point.time.timestamp() if point.time else float("nan")
                rows.append((at, point.latitude, point.longitude, point.elevation or np.nan, heart, cadence))
    return columns(rows)


def lxml_gpx(data: bytes) -> int:
    """A walk over lxml's tree."""
    from lxml import etree

    rows = []
    for point in etree.fromstring(data.lstrip()).iter("{*}trkpt"):
        at = altitude = heart = cadence = float("nan")
        for element in point.iter():
            tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if tag == "time":
                at = seconds(element.text)
            elif tag == "ele":
                altitude = float(element.text)
            elif tag == "hr":
                heart = float(element.text)
            elif tag == "cad":
                cadence = float(element.text)
        rows.append((at, float(point.get("lat")), float(point.get("lon")), altitude, heart, cadence))
    return columns(rows)


TCX_FIELDS = {"Time": 0, "LatitudeDegrees": 1, "LongitudeDegrees": 2, "AltitudeMeters": 3, "DistanceMeters": 4,
              "Value": 5, "RunCadence": 6, "Cadence": 6, "Speed": 7, "Watts": 8}  # fmt: skip


def lxml_tcx(data: bytes) -> int:
    """A walk over lxml's tree."""
    from lxml import etree

    rows = []
    for point in etree.fromstring(data.lstrip()).iter("{*}Trackpoint"):
        row = [float("nan")] * 9
        for element in point.iter():
            field = TCX_FIELDS.get(element.tag.rpartition("}")[2])
            if field == 0:
                row[0] = seconds(element.text)
            elif field is not None:
                row[field] = float(element.text)
        rows.append(tuple(row))
    return columns(rows)


def _expat(data: bytes, point: str, fields: dict[str, int], attributes: tuple[str, ...]) -> int:
    """Points of a document by expat events, fields by their local names."""
    rows: list[tuple[float, ...]] = []
    row: list[float] = []
    text: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        text.clear()
        if name == point:
            row[:] = [float("nan")] * 9
            for k, attribute in enumerate(attributes):
                row[k + 1] = float(given[attribute])

    def end(name: str) -> None:
        if name == point:
            rows.append(tuple(row))
        elif row and (field := fields.get(name.rpartition(":")[2])) is not None:
            value = "".join(text)
            row[field] = seconds(value) if field == 0 else float(value)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text.append
    parser.Parse(data.lstrip(), True)
    return columns(rows)


def expat_gpx(data: bytes) -> int:
    """The standard library's expat."""
    return _expat(data, "trkpt", {"time": 0, "ele": 3, "hr": 5, "cad": 6}, ("lat", "lon"))


def expat_tcx(data: bytes) -> int:
    """The standard library's expat."""
    return _expat(data, "Trackpoint", TCX_FIELDS, ())


CONTENDERS: dict[str, dict[str, Reader]] = {
    "gpx": {
        "runlake": runlake_gpx,
        "gpxpy to columns": gpxpy_columns,
        "gpxpy.parse alone": gpxpy_parse,
        "lxml tree": lxml_gpx,
        "expat": expat_gpx,
    },
    "tcx": {"runlake": runlake_tcx, "lxml walk": lxml_tcx, "expat": expat_tcx},
}


def serve(name: str, kind: str, pipe: Connection) -> None:
    """Reads whatever it is sent, and answers with CPU milliseconds and points; no times when the reader fails."""
    reader = CONTENDERS[kind][name]
    reader(pipe.recv_bytes())
    gc.freeze()  # else each collection sweeps everything that was imported, and the caches with it
    pipe.send(None)
    while (data := pipe.recv_bytes()) != b"":
        took, n = [], 0
        for _ in range(REPEATS):
            gc.collect()
            gc.disable()
            begin = time.process_time()
            try:
                n = reader(data)
            except Exception:  # noqa: BLE001 -- what other readers raise is not known beforehand
                break
            took.append((time.process_time() - begin) * 1e3)
            gc.enable()
        gc.enable()
        pipe.send((took, n))


def measure(kind: str, files: list[tuple[str, bytes]]) -> None:
    """Have the contenders take turns over the files, and print what they took."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    for name in CONTENDERS[kind]:
        pipes[name], theirs = context.Pipe()
        context.Process(target=serve, args=(name, kind, theirs), daemon=True).start()
        pipes[name].send_bytes(max((data for _, data in files), key=len))
        pipes[name].recv()
    took: Times = {}
    n_points: dict[str, int] = {}
    for turn in range(ROUNDS + 1):
        for file, data in files:
            for name, pipe in pipes.items():
                pipe.send_bytes(data)
                milliseconds, n = pipe.recv()
                if name == "runlake":
                    n_points[file] = n
                if milliseconds and turn:  # the first round compiles and warms up
                    took.setdefault((file, name), []).append(milliseconds)
    for pipe in pipes.values():
        pipe.send_bytes(b"")
    show(kind, files, took, n_points)


def median_ms(turns: list[list[float]], protocol: str) -> float:
    """The median over the reads that the protocol counts."""
    return float(np.median([ms for turn in turns for ms in PROTOCOLS[protocol](turn)]))


def show(kind: str, files: list[tuple[str, bytes]], took: Times, n_points: dict[str, int]) -> None:
    for protocol in PROTOCOLS:
        show_protocol(kind, protocol, files, took, n_points)


def show_protocol(
    kind: str, protocol: str, files: list[tuple[str, bytes]], took: Times, n_points: dict[str, int]
) -> None:
    names = list(CONTENDERS[kind])
    print(f"\n{kind.upper()}, {protocol}: medians in ms, and how many times as long as runlake")
    print(f"{'file':42}{'kB':>6}{'points':>8}{'runlake':>9}{'MB/s':>7}" + "".join(f"{name:>20}" for name in names[1:]))
    ratios: dict[str, list[float]] = {}
    for file, data in files:
        if (file, "runlake") not in took:
            continue  # a route without times, which is no activity
        ours = median_ms(took[file, "runlake"], protocol)
        line = f"{file[:41]:42}{len(data) // 1000:6}{n_points[file]:8}{ours:9.2f}{len(data) / ours / 1e3:7.0f}"
        for name in names[1:]:
            if (file, name) not in took:
                line += f"{'fails':>20}"
                continue
            theirs = median_ms(took[file, name], protocol)
            line += f"{theirs:12.1f}{theirs / ours:7.0f}x"
            ratios.setdefault(name, []).append(theirs / ours)
        print(line)
    for name, values in ratios.items():
        mean = np.exp(np.mean(np.log(values)))
        print(f"{kind.upper()}, {protocol}: geometric mean over {len(values)} files: {mean:.1f} x {name}")


def gather(folder: Path, pattern: str) -> list[tuple[str, bytes]]:
    """Names and bytes of the files that hold points enough."""
    tag = b"<trkpt" if "gpx" in pattern else b"<Trackpoint"
    files = [(path.name, path.read_bytes()) for path in sorted(folder.glob(pattern))]
    return [(name, data) for name, data in files if data.count(tag) >= MIN_POINTS]


def main() -> None:
    """Print a line for each file and the geometric means, first for GPX, then for TCX."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    usual = Path(os.environ.get("RUNLAKE_CORPUS", ROOT.parent / "shared" / "corpus"))
    parser.add_argument("corpus", type=Path, nargs="?", default=usual)
    corpus = parser.parse_args().corpus
    versions = {name: importlib.metadata.version(name) for name in ("gpxpy", "lxml", "numba", "numpy")}
    print(f"Python {platform.python_version()}, {expat.EXPAT_VERSION}, {versions}, load {os.getloadavg()[0]:.1f}")
    print(
        "one read a turn: the first read after all others had theirs, caches cold;"
        f" several reads a turn: the {REPEATS - 1} that follow it"
    )
    for kind in CONTENDERS:
        files = gather(corpus, f"*.{kind}")
        if files:
            measure(kind, files)


if __name__ == "__main__":
    main()
