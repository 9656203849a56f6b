"""``[lake] compat = true``: snappy and plain encodings in every file, also in a lake that was written otherwise."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from runlake.config import Config, LakeSettings
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

OLD_ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED", "RLE_DICTIONARY", "PLAIN_DICTIONARY"}


def codecs(lake: Path) -> set[str]:
    """The compressions of all column chunks."""
    return {c["compression"] for c in _chunks(lake)}


def _chunks(lake: Path) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for path in lake.resolve().rglob("*.parquet"):
        for group in pq.read_metadata(path).to_dict()["row_groups"]:
            out += [c for c in group["columns"] if c["num_values"]]
    return out


def test_switching_rewrites_every_file_and_no_value(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", [0, 400])
    plain, lake = tmp_path / "plain", tmp_path / "lake"
    build_lake(plain, tmp_path / "in")
    assert codecs(plain) == {"ZSTD", "SNAPPY"}
    build_lake(lake, tmp_path / "in")
    assert build_lake(lake, tmp_path / "in", config=Config(lake=LakeSettings(compat=True))).is_published
    assert codecs(lake) == {"SNAPPY"}
    assert {e for c in _chunks(lake) for e in c["encodings"]} <= OLD_ENCODINGS  # type: ignore[attr-defined]
    assert_equal(lake, plain)
    build_lake(lake, tmp_path / "in")
    assert codecs(lake) == {"ZSTD"}  # no pages at hand: the rows were encoded anew
