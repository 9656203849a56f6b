"""A file that crashes, hangs or bloats its worker costs that file and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from runlake.config import from_mapping
from runlake.engine import make_engine
from runlake.pipeline.build import build
from runlake.pipeline.request import Request
from support.lake_values import assert_equal, build_lake, ledger
from support.sources import age, run_bytes, write_runs, write_zip


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("segv", "died"),
        ("oom", "memory"),
        pytest.param("hang", "timeout", marks=pytest.mark.slow),  # waits for its deadline, on the clock
        pytest.param("spin", "timeout", marks=pytest.mark.slow),
    ],
)
def test_one_bad_file_of_many_is_blocked(
    fault: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(6))
    config = from_mapping({"limits": {"deadline_s": 3.0, "worker_memory_mb": 1024}})
    engine = make_engine("local", 1, memory_mb=1024)
    monkeypatch.setenv("RUNLAKE_FAULT", f"{fault}:run-0002.fit")
    try:
        build(Request((source,), lake, config), engine)
        states = ledger(lake)
        assert states.pop("run-0002.fit") == "blocked"
        assert set(states.values()) == {"ok"}
        assert _reason(lake).startswith(word)
        monkeypatch.delenv("RUNLAKE_FAULT")
        build(Request((source,), lake, config), engine)  # read once more with the same version, and now it works
    finally:
        engine.close()
    assert set(ledger(lake).values()) == {"ok"}
    build_lake(tmp_path / "fresh", source, config=config)
    assert_equal(lake, tmp_path / "fresh")


def test_one_bad_member_of_an_archive_is_blocked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in"
    source.mkdir()
    write_zip(source / "all.zip", {f"run-{day}.fit": run_bytes(day) for day in range(5)})
    age(source)
    engine = make_engine("local", 1)
    monkeypatch.setenv("RUNLAKE_FAULT", "segv:run-3.fit")
    try:
        build(Request((source,), tmp_path / "lake"), engine)
    finally:
        engine.close()
    states = ledger(tmp_path / "lake")
    assert states.pop("all.zip") == "ignored"
    assert states.pop("all.zip!member 4") == "blocked"
    assert states == {f"all.zip!run-{day}.fit": "ok" for day in (0, 1, 2, 4)}


def _reason(lake: Path) -> str:
    import pyarrow.parquet as pq

    rows = pq.read_table(lake.resolve() / "files.parquet").to_pylist()
    return next(str(r["reason"]) for r in rows if r["status"] == "blocked")


def test_a_blocked_file_is_tried_twice_and_then_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runlake.pipeline import content

    source, lake = tmp_path / "in", tmp_path / "lake"
    write_runs(source, range(3))

    def fail(data: bytes) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(content, "read", fail)
    counts = [build_lake(lake, source).n_new for _ in range(4)]
    assert counts == [3, 3, 0, 0]
    assert set(ledger(lake).values()) == {"blocked"}
