"""What the nightly run promises: again changes nothing, extended equals rebuilt, the order does not matter."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from runlake.engine import Failure
from runlake.errors import ConfigError, LakeError, SourceShrankError
from runlake.pipeline.records import Task
from runlake.tables import SCHEMA_VERSION
from support.lake_values import assert_equal, build_lake, ledger, tables_of
from support.sources import age, run_bytes, write_gz, write_runs, write_zip


def snapshots(lake: Path) -> list[str]:
    """Published states so far."""
    return sorted(p.name for p in (lake.with_name(lake.name + ".d") / "snapshots").iterdir())


def test_the_same_again_publishes_nothing_and_logs_one_line(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(3))
    lake = tmp_path / "lake"
    first = build_lake(lake, tmp_path / "in")
    before = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in lake.resolve().rglob("*")}
    second = build_lake(lake, tmp_path / "in")
    assert (first.is_published, second.is_published) == (True, False)
    assert (first.n_new, second.n_new) == (3, 0)
    assert {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in lake.resolve().rglob("*")} == before
    assert snapshots(lake) == ["s00000001"]
    lines = (tmp_path / "lake.d" / "runs.jsonl").read_text().splitlines()
    assert [json.loads(line)["published"] for line in lines] == [True, False]


def test_touched_files_are_read_once_more_and_nothing_is_published(tmp_path: Path) -> None:
    paths = write_runs(tmp_path / "in", range(2))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "in")
    os.utime(paths[0], (1_700_000_000, 1_700_000_000))
    again = build_lake(lake, tmp_path / "in")
    assert (again.n_new, again.is_published) == (1, False)
    assert build_lake(lake, tmp_path / "in").n_new == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_extended_equals_rebuilt_whatever_the_order(seed: int, tmp_path: Path) -> None:
    days = [*range(6), 400]  # two years: one sample file is linked, one is written
    random.Random(seed).shuffle(days)
    source, lake = tmp_path / "in", tmp_path / "lake"
    for day in days:
        write_runs(source, [day])
        build_lake(lake, source)
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")
    assert tables_of(lake)["activities"].num_rows == len(days)


def test_a_file_that_has_gone_takes_its_rows_along(tmp_path: Path) -> None:
    paths = write_runs(tmp_path / "in", range(5))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "in")
    paths[2].unlink()
    build_lake(lake, tmp_path / "in")
    build_lake(tmp_path / "fresh", tmp_path / "in")
    assert_equal(lake, tmp_path / "fresh")
    assert len(ledger(lake)) == 4


def test_keep_gone_keeps_the_rows(tmp_path: Path) -> None:
    paths = write_runs(tmp_path / "in", range(4))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "in")
    paths[2].unlink()
    build_lake(lake, tmp_path / "in", keep_gone=True)
    assert tables_of(lake)["activities"].num_rows == 4


def test_cache_deleted_gives_the_same_lake(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(3))
    build_lake(lake, source)
    shutil.rmtree(tmp_path / "lake.d" / "cache")
    write_runs(source, [3])
    build_lake(lake, source)
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")


def test_full_refresh_reads_everything_and_gives_the_same_lake(tmp_path: Path) -> None:
    source = tmp_path / "in"
    write_runs(source, range(3))
    build_lake(tmp_path / "lake", source)
    again = build_lake(tmp_path / "lake", source, full_refresh=True)
    assert again.n_new == 3
    build_lake(tmp_path / "fresh", source)
    assert_equal(tmp_path / "lake", tmp_path / "fresh")


def test_every_row_is_counted_once_below_the_lake(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    for day in (0, 1, 2):
        write_runs(source, [day])
        build_lake(lake, source)
    found = [p for p in lake.resolve().rglob("*.parquet") if p.stem == "activities"]
    assert len(found) == 1
    assert not [p for p in lake.resolve().rglob("*") if p.name.startswith((".", "_"))]


def test_a_duplicate_in_another_source_says_in_which(tmp_path: Path) -> None:
    for name in ("watch", "copy"):
        write_runs(tmp_path / name, range(1))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "watch")
    build_lake(lake, tmp_path / "copy")
    reasons = [r["reason"] for r in pq.read_table(lake.resolve() / "files.parquet").to_pylist()]
    assert sorted(map(str, reasons)) == [
        "None", "same_bytes: the same bytes are in the lake already, from the source copy"
    ]  # fmt: skip


def test_the_same_bytes_anywhere_are_one_activity(tmp_path: Path) -> None:
    source = tmp_path / "in"
    write_runs(source, [0, 1])
    shutil.copy(source / "run-0000.fit", source / "copy.fit")
    write_gz(source / "packed.fit.gz", run_bytes(0))
    write_zip(source / "all.zip", {"a/one.fit": run_bytes(0), "two.fit": run_bytes(2)})
    age(source)
    build_lake(tmp_path / "lake", source)
    assert ledger(tmp_path / "lake") == {
        "all.zip": "ignored",
        "all.zip!a/one.fit": "ok",
        "all.zip!two.fit": "ok",
        "copy.fit": "duplicate",
        "packed.fit.gz": "duplicate",
        "run-0000.fit": "duplicate",
        "run-0001.fit": "ok",
    }


def test_a_large_archive_read_in_parts_has_one_row_for_each_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runlake.pipeline import reading

    source = tmp_path / "in"
    source.mkdir()
    write_zip(source / "all.zip", {f"run-{day}.fit": run_bytes(day) for day in range(7)})
    age(source)
    build_lake(tmp_path / "whole", source)
    whole = reading.parts_of
    monkeypatch.setattr(reading, "parts_of", lambda job, most=2: whole(job, most))
    build_lake(tmp_path / "parts", source)
    assert_equal(tmp_path / "whole", tmp_path / "parts")
    assert len(ledger(tmp_path / "parts")) == 8


def test_a_duplicate_takes_over_when_the_kept_file_goes(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, [0, 1, 2])
    (source / "shorter.fit").write_bytes(run_bytes(0, seconds=235))  # the same run, with fewer samples
    age(source)
    build_lake(lake, source)
    assert ledger(lake)["shorter.fit"] == "duplicate"
    (source / "run-0000.fit").unlink()
    build_lake(lake, source)
    assert ledger(lake)["shorter.fit"] == "ok"
    build_lake(tmp_path / "fresh", source)
    assert_equal(lake, tmp_path / "fresh")


def test_another_source_leaves_the_first_alone(tmp_path: Path) -> None:
    write_runs(tmp_path / "garmin", range(3))
    write_runs(tmp_path / "strava", range(3, 5))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "garmin")
    build_lake(lake, tmp_path / "strava")
    build_lake(tmp_path / "fresh", tmp_path / "garmin", tmp_path / "strava")
    assert_equal(lake, tmp_path / "fresh")
    assert len(ledger(lake)) == 5


def test_a_source_that_was_unmounted_empties_nothing(tmp_path: Path) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    paths = write_runs(source, range(6))
    build_lake(lake, source)
    for path in paths[:4]:
        path.unlink()
    with pytest.raises(SourceShrankError, match="4 of 6"):
        build_lake(lake, source)
    assert tables_of(lake)["activities"].num_rows == 6
    build_lake(lake, source, allow_shrink=True)
    assert tables_of(lake)["activities"].num_rows == 2
    shutil.rmtree(source)
    with pytest.raises(SourceShrankError, match="not there"):
        build_lake(lake, source)


@pytest.mark.parametrize("door", ["2026", "."])
def test_a_folder_that_cannot_be_looked_into_takes_no_rows_along(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(3))
    write_runs(source / "2026", range(3, 5))
    build_lake(lake, source)
    listdir, closed = os.listdir, os.fsencode((source / door).resolve())

    def refuse(folder: bytes) -> list[bytes]:
        if os.path.realpath(folder) == closed:
            raise PermissionError(13, "Permission denied", folder)
        return listdir(folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        again = build_lake(lake, source)
    assert again.n_activities == tables_of(lake)["activities"].num_rows == 5
    assert ledger(lake)[door] == "rejected"
    assert any(line.startswith(f"{door}: rejected: unreadable") for line in again.trouble)
    shutil.rmtree(source / "2026")
    assert build_lake(lake, source).n_activities == 3


def test_a_file_that_cannot_be_opened_keeps_its_rows_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = write_runs(tmp_path / "in", range(2))
    write_zip(tmp_path / "in" / "all.zip", {"a.fit": run_bytes(7), "b.fit": run_bytes(8)})
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "in")
    (tmp_path / "in" / "new.fit").write_bytes(run_bytes(5))
    for path in (second, tmp_path / "in" / "all.zip"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    opened = os.open

    def fail(path: object, *args: object, **kwargs: object) -> int:
        if Path(os.fsdecode(path)).name in (second.name, "new.fit", "all.zip"):  # type: ignore[arg-type]
            raise OSError(5, "Input/output error", path)
        return opened(path, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        assert build_lake(lake, tmp_path / "in").n_activities == 4
    members = {"all.zip": "unstable", "all.zip!a.fit": "ok", "all.zip!b.fit": "ok"}
    assert ledger(lake) == {first.name: "ok", second.name: "unstable", "new.fit": "unstable", **members}
    assert build_lake(lake, tmp_path / "in").n_activities == 5
    assert set(ledger(lake).values()) == {"ok", "ignored"}


def test_a_lake_inside_its_source_is_refused(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", [0])
    with pytest.raises(ConfigError, match="inside SOURCE"):
        build_lake(tmp_path / "in" / "lake", tmp_path / "in")


def test_adding_an_athlete_changes_nobody_elses_numbers(tmp_path: Path) -> None:
    source = tmp_path / "in"
    write_runs(source / "anna", range(4))
    build_lake(tmp_path / "alone", source, athlete_from_folder=True)
    write_runs(source / "bert", range(2, 6))
    build_lake(tmp_path / "alone-then-both", source, athlete_from_folder=True)
    build_lake(tmp_path / "both", source, athlete_from_folder=True)
    assert_equal(tmp_path / "alone-then-both", tmp_path / "both")
    alone, both = tables_of(tmp_path / "alone"), tables_of(tmp_path / "both")
    assert set(both["activities"].column("athlete_id").to_pylist()) == {"anna", "bert"}
    for name, table in alone.items():
        if "athlete_id" in table.column_names:
            mine = [row for row in both[name].to_pylist() if row["athlete_id"] == "anna"]
            assert mine == [row for row in table.to_pylist() if row["athlete_id"] == "anna"], name


def test_a_large_year_is_split_by_month(tmp_path: Path) -> None:
    from runlake.config import from_mapping

    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, [0, 40, 41])
    config = from_mapping({"lake": {"rows_per_sample_file": 500}})
    build_lake(lake, source, config=config)
    assert sorted(p.name for p in (lake / "samples").iterdir()) == [
        "samples-2006-01.parquet",
        "samples-2006-02.parquet",
    ]
    january = (lake / "samples" / "samples-2006-01.parquet").stat().st_ino
    write_runs(source, [42])
    build_lake(lake, source, config=config)
    assert (lake / "samples" / "samples-2006-01.parquet").stat().st_ino == january
    build_lake(tmp_path / "fresh", source, config=config)
    assert_equal(lake, tmp_path / "fresh")


def test_a_killed_run_loses_nothing_of_what_it_only_recognised(tmp_path: Path) -> None:
    """Found by the drill: a pack that said only "known" hid the inputs of the state before."""
    from runlake.lake import disk

    source, lake = tmp_path / "in", tmp_path / "lake"
    paths = write_runs(source, range(4))
    build_lake(lake, source)
    age(source)  # touched: read again, and recognised by content
    write_runs(source, [4])

    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "sync_folder", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build_lake(lake, source)
    assert build_lake(lake, source).n_activities == len(paths) + 1


def test_a_version_that_reads_nothing_empties_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen: a broken installation blocked every file, and an empty state was published."""
    from runlake.errors import RunlakeError
    from runlake.pipeline import build as build_module
    from runlake.pipeline import content

    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(4))
    build_lake(lake, source)

    def fail(data: bytes) -> None:
        raise ImportError("half an installation")

    monkeypatch.setattr(content, "read", fail)
    monkeypatch.setattr(build_module, "ingest_key", lambda settings: "f" * 32)  # another version
    with pytest.raises(RunlakeError, match="nothing was published") as caught:
        build_lake(lake, source)
    assert caught.value.exit_code == 70
    assert tables_of(lake)["activities"].num_rows == 4


class Broken:
    """An engine whose workers fail whatever they are given."""

    is_isolated = True
    n_workers = 1

    def map(self, function: object, tasks: Iterable[Task], timeout_s: object) -> Iterator[tuple[Task, Failure]]:
        for task in tasks:
            yield task, Failure("error", "ImportError: half an installation")

    def close(self) -> None:
        pass


def test_workers_that_cannot_work_end_the_run(tmp_path: Path) -> None:
    from runlake.errors import RunlakeError
    from runlake.pipeline.build import build
    from runlake.pipeline.request import Request

    write_runs(tmp_path / "in", range(4))
    with pytest.raises(RunlakeError, match="workers fail"):
        build(Request((tmp_path / "in",), tmp_path / "lake"), Broken())  # type: ignore[arg-type]
    assert not (tmp_path / "lake").exists()


def test_a_lake_of_a_newer_runlake_is_left_as_it_is(tmp_path: Path) -> None:
    write_runs(tmp_path / "in", range(2))
    lake = tmp_path / "lake"
    build_lake(lake, tmp_path / "in")
    manifest = lake.resolve() / "MANIFEST.json"
    manifest.write_text(manifest.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 99'))
    before = lake.resolve()
    with pytest.raises(LakeError, match="written by a newer runlake, nothing was published; update runlake"):
        build_lake(lake, tmp_path / "in")
    assert lake.resolve() == before
