"""Simulate a runner's season and write it as watches and services write it: data/samples and its truth.json.

The same bytes every time (archives: the same members). ``python scripts/make_samples.py [FOLDER]``
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "src")]

from simulator.files import fit_bytes, gpx_file_bytes, tcx_file_bytes  # noqa: E402
from simulator.fit_writer import FIT_EPOCH_S, FitWriter  # noqa: E402
from simulator.season import TIME_ZONE, SeasonSession, season  # noqa: E402
from simulator.season_truth import ABOUT, LADDER_S, file_truth, season_truth  # noqa: E402

FOLDERS = ("watch", "phone", "service")
ZIP_TIME = (2026, 4, 1, 0, 0, 0)
SETTINGS_TOML = f"""# Settings for the demonstration: whose runs these are, and what she is after.
[athlete]
birth_year = 1988
sex = "female"
hr_rest_bpm = 55
time_zone = "{TIME_ZONE}"
goal_effort = "mile"
goal_ladder_s = {[int(t) for t in LADDER_S]}
"""


@dataclass(slots=True)
class Samples:
    """Files by name, members of archives by archive, and what is true of each."""

    files: dict[str, bytes] = field(default_factory=dict)
    archives: dict[str, dict[str, bytes]] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)


def build() -> Samples:
    """All samples in memory."""
    out = Samples()
    sessions = list(season())
    for item in sessions:
        add(out, item)
    out.files["watch/settings.fit"] = settings_fit()
    out.truth["watch/settings.fit"] = {"status": "ignored", "format": "fit", "why": "settings, not an activity"}
    out.archives["watch/old-watch.zip"]["readme.txt"] = b"Copied from the old watch.\n"
    out.truth["watch/old-watch.zip!readme.txt"] = {"status": "ignored", "format": "", "why": "a text"}
    out.files["runlake.toml"] = SETTINGS_TOML.encode()
    truth = {"about": ABOUT, "season": season_truth(sessions), "files": dict(sorted(out.truth.items()))}
    out.files["truth.json"] = _json(truth)
    return out


def _json(truth: dict[str, Any]) -> bytes:
    """JSON with one line a file and a week, so that a change reads well."""
    parts = [f'{{"about": {json.dumps(truth["about"], indent=1)},', '"season": {']
    season_lines = [f' "{key}": {_lines(value)}' for key, value in truth["season"].items()]
    parts += [",\n".join(season_lines) + "},", '"files": {']
    parts.append(",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in truth["files"].items()))
    return ("\n".join([*parts, "}}"]) + "\n").encode()


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(json.dumps(v) for v in value) + "]"


def add(out: Samples, item: SeasonSession) -> None:
    """Write one session as its plan says."""
    kind, data = _encoded(item)
    status = "salvaged" if item.how == "truncated" else "ok"
    if item.how == "truncated":
        data = data[: int(len(data) * 0.62)]
    truth = file_truth(item, kind, status)
    if status == "salvaged":
        truth["why"] = "cut off at 62 % of its bytes; the truth is that of the whole session"
    if item.how.startswith("zip"):
        out.archives.setdefault("watch/old-watch.zip", {})[f"activities/{item.slug}.{kind}"] = data
        out.truth[f"watch/old-watch.zip!activities/{item.slug}.{kind}"] = truth
        return
    folder = {"fit": "watch", "gpx": "phone", "tcx": "service"}[kind]
    name = f"{folder}/{item.slug}.{kind}"
    if ".gz" in item.how:
        name, data = name + ".gz", gzip.compress(data, 9, mtime=0)
    out.files[name], out.truth[name] = data, truth
    if item.how == "duplicate":
        copy = f"service/{item.slug}-copy.gpx.gz"
        out.files[copy] = gzip.compress(gpx_file_bytes(item.session.recording, steps_per_minute=True), 9, mtime=0)
        out.truth[copy] = {**file_truth(item, "gpx", "duplicate"), "duplicate_of": name}


def _encoded(item: SeasonSession) -> tuple[str, bytes]:
    recording = item.session.recording
    if "gpx" in item.how:
        return "gpx", gpx_file_bytes(recording)
    if "tcx" in item.how:
        return "tcx", tcx_file_bytes(recording)
    return "fit", fit_bytes(recording)


def settings_fit() -> bytes:
    """A FIT file of settings, as watches keep beside the activities."""
    writer = FitWriter()
    writer.define(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32")])
    writer.data(0, [2, 1, 4257, 3_141_592_653, 1_767_600_000 - FIT_EPOCH_S])
    writer.define(1, 3, [(1, "enum"), (2, "uint8"), (3, "uint8"), (4, "uint16")])
    return writer.data(1, [0, 37, 168, 610]).to_bytes()


def written(samples: Samples) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file, archives packed."""
    yield from sorted(samples.files.items())
    for name, members in sorted(samples.archives.items()):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for member, data in sorted(members.items()):
                archive.writestr(zipfile.ZipInfo(member, ZIP_TIME), data, zipfile.ZIP_DEFLATED, 9)
        yield name, buffer.getvalue()


def main() -> None:
    """Write the folder anew."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "data" / "samples")
    folder = parser.parse_args().folder
    names = set()
    total = 0
    for name, data in written(build()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        names.add(path)
        total += len(data)
    for old in (p for part in FOLDERS for p in (folder / part).glob("*") if p not in names):
        old.unlink()  # written by an earlier version of this script
    print(f"{len(names)} files, {total / 1e6:.1f} MB in {folder}")


if __name__ == "__main__":
    main()
