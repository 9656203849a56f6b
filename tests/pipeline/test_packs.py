"""A pack gives back what was put into it, and says when it is not whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from runlake.detect import detect_all
from runlake.lake.schema import to_arrow
from runlake.model.findings import stamp
from runlake.pipeline.content import found_in
from runlake.pipeline.gather import Found, tables_of, write_results
from runlake.pipeline.judge import Kept
from runlake.pipeline.packs import Pack, open_packs
from runlake.pipeline.records import Place, Session
from runlake.pipeline.sample_groups import row_group, table_of
from runlake.pipeline.sample_groups import tables_of as samples_of
from runlake.tables import BY_NAME
from support.activities import make_activity

DAY = 20_000


def session(activity_id: str, n: int) -> Session:
    return Session(activity_id, 1, DAY * 86400.0, DAY * 86400.0 + n, DAY, 0.0, 10.0, "running", "", n, (1,))


@pytest.fixture(scope="module")
def found() -> list[Found]:
    rng = np.random.default_rng(3)
    out = []
    for activity_id, n in (("a" * 16, 700), ("b" * 16, 900)):
        has_heart = activity_id[0] == "a"
        activity = make_activity(
            rng.uniform(2.5, 3.5, n), heart_rate_bpm=np.where(rng.random(n) < 0.9, 150.0, np.nan) if has_heart else None
        )
        out.append(found_in(session(activity_id, n), "ann", detect_all(activity)))
    return out


def test_a_pack_gives_back_what_was_put_in(found: list[Found], tmp_path: Path) -> None:
    pack = Pack(Path(write_results(tmp_path, "key", (), found)))
    tables = tables_of(found)
    assert pack.activity_ids == ["a" * 16, "b" * 16]
    assert len(tables) > 3
    assert {n: pack.table(n) for n in BY_NAME if pack.table(n) is not None} == tables
    ids = ["b" * 16, "a" * 16, "c" * 16]
    samples = pack.samples(ids)
    assert list(samples) == ids[:2]
    for one in found:
        given = samples[one.session.activity_id]
        assert given.n_rows == one.session.n_samples
        assert given.same == one.samples.same
        assert samples_of([(kept(one.session), given)]) == samples_of([(kept(one.session), one.samples)])


def kept(session: Session) -> Kept:
    """The activity as one that is in the lake."""
    return Kept(session, Place("ann", "in", "a.fit"), None, "key")


def test_samples_come_back_as_they_were_found() -> None:
    rng = np.random.default_rng(4)
    heart = np.where(rng.random(700) < 0.9, 150.0, np.nan)
    pairs, expected = [], []
    for activity_id, n, rate in (("a" * 16, 700, heart), ("b" * 16, 300, None), ("c" * 16, 1200, None)):
        rows = detect_all(make_activity(rng.uniform(2.5, 3.5, n), heart_rate_bpm=rate))
        one = found_in(session(activity_id, n), "ann", rows)
        assert set(one.samples.same) >= {"speed_source", "power_w", "temperature_c"}
        pairs.append((kept(one.session), one.samples))
        stamped = stamp(rows["samples"], athlete_id="ann", activity_id=activity_id, local_date_days=DAY)
        expected.append(to_arrow(stamped).replace_schema_metadata(None))
    found = samples_of(pairs)
    assert found == [e.cast(found[0].schema) for e in expected]
    whole = table_of(row_group(pairs))
    assert whole.to_pydict() == pa.concat_tables(expected).to_pydict()
    assert whole.column("heart_rate_bpm").null_count > 1500


def test_a_pack_that_is_not_whole_is_removed(found: list[Found], tmp_path: Path) -> None:
    path = Path(write_results(tmp_path, "key", (), found))
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:7], b"", whole + b"x", b"RLPACK02" + whole[8:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"pack|long"):
            Pack(path)
        assert open_packs(tmp_path, "key") == []
        assert not path.exists()


def test_packs_of_another_version_are_removed(found: list[Found], tmp_path: Path) -> None:
    write_results(tmp_path, "old", (), found[:1])
    new = write_results(tmp_path, "new", (), found[1:])
    assert [str(p.path) for p in open_packs(tmp_path, "new")] == [new]
    assert [p.name for p in tmp_path.iterdir()] == [Path(new).name]


def test_tables_are_of_the_whole_batch(found: list[Found]) -> None:
    rows = tables_of(found)["activities"]
    assert rows.column("activity_id").to_pylist() == ["a" * 16, "b" * 16]
    assert rows.column("athlete_id").to_pylist() == ["ann", "ann"]
    assert pa.types.is_date32(rows.column("local_date").type)
    assert rows.column("elapsed_s").to_pylist() == [699.0, 899.0]
