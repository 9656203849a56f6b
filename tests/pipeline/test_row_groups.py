"""Row groups: a night changes the group of its new activity and takes over the others, and the values are the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from runlake.errors import LakeError
from runlake.model.table import Column
from runlake.pipeline import assemble, partitions, writing
from runlake.pipeline.chunks import Rows, cut
from runlake.pipeline.earlier import Earlier
from runlake.pipeline.judge import Kept
from runlake.pipeline.records import Place, Session
from runlake.tables import BY_NAME
from support.lake_values import assert_equal, build_lake
from support.sources import write_runs

PLACE = Place("me", "in", "a.fit")


def kept(n: int, seed: int = 0) -> list[Kept]:
    """Activities with ids as they come."""
    ids = [hashlib.sha256(f"{seed} {i}".encode()).hexdigest()[:16] for i in range(n)]
    return [Kept(Session(a, 0, i, i + 1, 0, 0, 0.0, "", "", 1, ()), PLACE, None, "v1") for i, a in enumerate(ids)]


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two activities a row group."""
    monkeypatch.setattr(assemble, "MEAN_IN_TABLES", 2)
    monkeypatch.setattr(partitions, "MEAN_IN_SAMPLES", 2)


@pytest.mark.parametrize("at", [0, 1, 500, 999, 1000])
def test_one_more_activity_changes_one_chunk(at: int) -> None:
    before = kept(1000)
    after = [*before[:at], kept(1, seed=1)[0], *before[at:]]
    one, two = cut(before, 16), cut(after, 16)
    assert [a for c in two for a in c.activity_ids] == [k.session.activity_id for k in after]
    assert 1000 / 16 / 1.5 < len(one) < 1000 / 16 * 1.5
    assert len({c.signature for c in one} - {c.signature for c in two}) <= 1
    assert len({c.signature for c in two} - {c.signature for c in one}) <= 2


def test_another_version_or_athlete_changes_a_chunk() -> None:
    before = kept(10)
    for other in (
        dataclasses.replace(before[3], key="v2"),
        dataclasses.replace(before[3], place=Place("you", "in", "a.fit")),
    ):
        assert cut(before, 1000)[0].signature != cut([*before[:3], other, *before[4:]], 1000)[0].signature


def groups_of(lake: Path, name: str) -> list[bytes]:
    """The bytes of each row group of a file, column after column."""
    data = (lake / name).read_bytes()
    out = []
    for group in pq.read_metadata(lake / name).to_dict()["row_groups"]:
        places = [(c["dictionary_page_offset"] or c["data_page_offset"], c) for c in group["columns"]]
        out.append(b"".join(data[at : at + c["total_compressed_size"]] for at, c in places))
    return out


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("seed", [1, 2])
def test_extended_group_by_group_equals_rebuilt(seed: int, tmp_path: Path) -> None:
    days = list(range(9))
    random.Random(seed).shuffle(days)
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, days[:5])
    build_lake(lake, source)
    for day in days[5:]:
        before = {n: groups_of(lake, f"{n}.parquet") for n in ("splits", "distributions")}
        write_runs(source, [day])
        build_lake(lake, source)
        for name, groups in before.items():
            now = groups_of(lake, f"{name}.parquet")
            assert len(set(groups) - set(now)) <= 1
            assert len(set(now) - set(groups)) <= 2
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")
    for name in ("splits", "best_efforts", "distributions"):
        assert groups_of(lake, f"{name}.parquet") == groups_of(tmp_path / "fresh", f"{name}.parquet")
    assert manifest(lake)["row_groups"] == manifest(tmp_path / "fresh")["row_groups"]


def manifest(lake: Path) -> Any:
    """What the state says of itself."""
    return json.loads((lake / "MANIFEST.json").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("small_groups")
def test_rows_that_go_and_a_second_athlete(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    paths = write_runs(source / "ann", range(6)) + write_runs(source / "bob", range(3, 7))
    build_lake(lake, source, athlete_from_folder=True)
    paths[2].unlink()
    build_lake(lake, source, athlete_from_folder=True)
    write_runs(source / "bob", [8])
    build_lake(lake, source, athlete_from_folder=True)
    build_lake(tmp_path / "fresh", source, athlete_from_folder=True)
    assert_equal(lake, tmp_path / "fresh")


@pytest.mark.usefixtures("small_groups")
def test_a_table_that_somebody_changed_is_not_copied(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(6))
    build_lake(lake, source)
    path = lake.resolve() / "splits.parquet"
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(bytes(data))
    write_runs(source, [6])
    with pytest.raises(LakeError, match="splits is not as it was published"):
        build_lake(lake, source)
    build_lake(lake, source, full_refresh=True)
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")


@pytest.mark.usefixtures("small_groups")
def test_row_groups_with_other_columns_are_not_taken_over(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(6))
    build_lake(lake, source)
    listed = manifest(lake)
    spec, groups = BY_NAME["splits"], listed["row_groups"]["splits"]
    earlier = Earlier(lake.resolve(), listed["history_key"], compat=False, is_refresh=False)
    assert earlier.file("splits.parquet", spec, groups).known == {*groups["groups"], *groups["empty"]}
    fewer = dataclasses.replace(spec, own_columns=spec.own_columns[:-1])
    retyped = dataclasses.replace(spec, own_columns=(*spec.own_columns[:-1], Column("last", "bool", "a truth")))
    for other in (fewer, retyped):
        assert not earlier.file("splits.parquet", other, groups).known
        assert earlier.file("splits.parquet", other, groups).exists  # its rows are read, and laid down anew


@pytest.mark.usefixtures("small_groups")
def test_a_lake_that_tells_of_other_columns_is_extended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(6))
    build_lake(lake, source)
    listed = manifest(lake)
    for groups in (*listed["row_groups"].values(), *listed["partitions"].values()):
        groups["columns"] = "of an older version"
    (lake / "MANIFEST.json").write_text(json.dumps(listed), encoding="utf-8")
    taken: list[str] = []
    published = writing._published

    def noted(rows: Rows, *rest: Any) -> Any:
        taken.append(rows.spec.name)
        return published(rows, *rest)

    monkeypatch.setattr(writing, "_published", noted)
    write_runs(source, [6])
    build_lake(lake, source)
    assert taken == []
    write_runs(source, [7])
    build_lake(lake, source)
    assert "splits" in taken
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")
