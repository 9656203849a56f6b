"""A new state of the lake: is there anything new at all, which tables and sample files change, and the commit."""

from __future__ import annotations

import hashlib
import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import runlake
from runlake.errors import LakeError
from runlake.intake.exports import Overlay
from runlake.lake import catalog, disk, layout, store
from runlake.lake.before import files_before
from runlake.lake.encode import encode
from runlake.pipeline import partitions
from runlake.pipeline.assemble import athlete_signatures, detected, history
from runlake.pipeline.athletes import Asked, history_specs, with_filled
from runlake.pipeline.chunks import Rows
from runlake.pipeline.collect import by_activity, read_part
from runlake.pipeline.judge import Verdict
from runlake.pipeline.ledger import columns_table, counts_of, files_table, runs_table
from runlake.pipeline.overlays import Overlays, matched, write_overlays
from runlake.pipeline.packs import Pack
from runlake.pipeline.records import Known
from runlake.pipeline.request import Run
from runlake.pipeline.state import write_state
from runlake.pipeline.writing import Way, Written, write_rows, write_table
from runlake.tables import BY_NAME, SCHEMA_VERSION

FEW_PACKS = 2
"""With that few new results, sample files are written beside the small tables."""
log = logging.getLogger(__name__)


def publish_state(
    run: Run, known: Sequence[Known], verdict: Verdict, packs: Sequence[Pack], found: Overlays, n_new: int
) -> bool:
    """Publish the state that the verdict describes; False when readers would see nothing new."""
    earlier = run.earlier.manifest
    files = files_table(verdict.rows)
    overlays = matched(verdict, found)
    content = {
        "ledger": _digest_of(files),
        "athletes": athlete_signatures(run, verdict, overlays),
        "history_key": run.history_key,
        "schema_version": SCHEMA_VERSION,
        "compat": run.request.config.lake.compat,
    }
    if earlier and all(earlier.get(k) == v for k, v in content.items()) and not run.request.full_refresh:
        return False
    plan = partitions.plan(verdict.kept, run.request.config.lake.rows_per_sample_file)
    staging = store.begin(run.store)
    unchanged = frozenset[str]() if run.request.full_refresh else _unchanged(earlier, content)
    asked = {name: tuple(columns) for name, columns in earlier.get("asked", {}).items()}
    of_activities = _tables(run, verdict, packs, overlays, unchanged, asked)
    tables = itertools.chain(
        itertools.islice(of_activities, 1),  # what history waits for comes first
        _tables_of_inputs(files),
        of_activities,
        _table_of_runs(run, verdict, n_new),
    )
    way = Way(run.request.config.lake.compat, retain=_is_addition(run, plan))
    with ThreadPoolExecutor(max_workers=1) as beside:
        if len(packs) <= FEW_PACKS:
            tables = itertools.chain([next(tables)], tables)  # samples are written while history is made
        samples = beside.submit(_write_sample_files, run, staging, plan, packs, way)
        state = beside.submit(write_state, staging, known, run.earlier.state, run.snapshot)
        if len(packs) > FEW_PACKS:
            samples.result()
            pa.default_memory_pool().release_unused()  # many samples and tables never stand in memory together
        written = _write_tables(run, staging, tables, way) + samples.result()
        state.result()
    write_overlays(staging, found)
    if run.snapshot is not None and not run.request.full_refresh:
        catalog.carry(run.snapshot, staging, run.store.lake)
    _check(staging, written)
    store.publish(run.store, staging, {**content, **_listed(run, plan, written), "asked": asked})
    return True


def _listed(run: Run, plan: Sequence[partitions.Partition], written: Sequence[Written]) -> dict[str, Any]:
    """What the manifest says of the run and of the files of the state."""
    chunks = {w.name: w.chunks for w in written}
    return {
        "run_id": run.run_id,
        "version": runlake.__version__,
        "ingest_key": run.settings.ingest_key,
        "published_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "files": {w.name: {"rows": w.n_rows, "bytes": w.n_bytes, "sha256": w.sha256} for w in written},
        "partitions": {
            p.name: {"signature": p.signature, "activities": list(p.activity_ids), **(chunks.get(p.file) or {})}
            for p in plan
        },
        "row_groups": {n.removesuffix(".parquet"): c for n, c in chunks.items() if c and "/" not in n},
    }


def _is_addition(run: Run, plan: Sequence[partitions.Partition]) -> bool:
    """True when files are to hold the pages of the states before, for readers on the way (see `layout`).

    Not when an activity has gone, of which nothing is to be left; and not when all is made anew, as everything would be
    there twice.
    """
    earlier = run.earlier.manifest
    kept = {a for part in plan for a in part.activity_ids}
    gone = any(a not in kept for part in earlier.get("partitions", {}).values() for a in part["activities"])
    same = {"ingest_key": run.settings.ingest_key, "compat": run.request.config.lake.compat}
    return not gone and not run.request.full_refresh and all(earlier.get(k) == v for k, v in same.items())


def _digest_of(table: pa.Table) -> str:
    return hashlib.sha256(encode(table, BY_NAME["files"])).hexdigest()[:32]


def _unchanged(earlier: Mapping[str, Any], content: Mapping[str, Any]) -> frozenset[str]:
    """Athletes whose history can be taken from the last state as it is."""
    if earlier.get("history_key") != content["history_key"]:
        return frozenset()
    before = earlier.get("athletes", {})
    return frozenset(a for a, signature in content["athletes"].items() if before.get(a) == signature)


def _run_row(run: Run, verdict: Verdict, n_new: int, ended: float) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "started_at": run.started_s,
        "ended_at": ended,
        "version": runlake.__version__,
        "schema_version": SCHEMA_VERSION,
        "config_digest": run.settings.ingest_key[:16],
        "athlete_id": None if run.request.athlete_from_folder else run.athlete_id,
        "source": ", ".join(s.name for s in run.sources),
        "n_files": len(verdict.rows),
        **{f"n_{state}": n for state, n in counts_of(verdict.rows).items()},
        "n_new": n_new,
        "n_activities": len(verdict.kept),
        "n_samples": sum(k.session.n_samples for k in verdict.kept),
    }


def _write_sample_files(
    run: Run, staging: Path, plan: Sequence[partitions.Partition], packs: Sequence[Pack], way: Way
) -> list[Written]:
    """The sample files of the state: linked where the last state holds the same, else written."""
    disk.make_folder(staging / "samples")
    having = by_activity(packs)
    earlier = run.earlier.manifest
    older = earlier.get("partitions", {})
    is_alike = bool(earlier.get("compat", False)) == way.compat  # else the same rows have to be written in another way
    where = {a: f"samples/samples-{n}.parquet" for n, p in older.items() for a in p["activities"]}

    def write(part: partitions.Partition) -> Written:
        before = older.get(part.name, {})
        is_same = before.get("signature") == part.signature and not run.request.full_refresh
        is_clean = way.retain or not _has_remains(run, part)
        if is_same and is_alike and is_clean and run.snapshot is not None and part.file in earlier["files"]:
            chunks = {n: before[n] for n in ("columns", "groups", "empty")} if "columns" in before else None
            return _link(run.snapshot, staging, part.file, earlier["files"][part.file], chunks)
        return _write_samples(run, staging, part, having, where, way)

    if not plan:
        name = "samples/samples-none.parquet"
        return [write_table(staging, name, partitions.empty(), BY_NAME["samples"], way)]
    return _side_by_side(run, write, plan)


def _has_remains(run: Run, part: partitions.Partition) -> bool:
    there = [] if run.snapshot is None else files_before([run.snapshot / part.file])
    return any(layout.has_remains(file) for file in there)


def _write_samples(
    run: Run, staging: Path, part: partitions.Partition, having: Mapping[str, Pack], where: Mapping[str, str], way: Way
) -> Written:
    earlier = run.earlier.manifest
    before = earlier.get("partitions", {}).get(part.name, {})
    published = run.earlier.file(part.file, BY_NAME["samples"], before if "groups" in before else None)
    rows = partitions.samples_of(part, having, published, run.snapshot, where, way.compat)
    if rows.n_rows != part.n_rows:
        raise LakeError(
            f"{part.file}: {rows.n_rows} samples where {part.n_rows} are expected; build again with --full-refresh",
            code="rows",
        )
    return write_rows(staging, part.file, rows, None, earlier.get("files", {}), way)


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A table of the next state: whole, or in row groups with what history fills in."""

    name: str
    table: pa.Table | Rows
    filled: pa.Table | None = None


def _tables(
    run: Run, verdict: Verdict, packs: Sequence[Pack], overlays: Mapping[str, Overlay], unchanged: frozenset[str],
    asked: Asked,
) -> Iterator[Ready]:  # fmt: skip
    """The tables of activities and of history, each as soon as it is final; `asked`: see `filled`."""
    later = {spec.name for spec in history_specs()}
    found: dict[str, Rows] = {}
    n_threads = max(1, run.engine.n_workers) if len(packs) <= FEW_PACKS else 1  # many tables at once are much memory
    every = detected(verdict, run.earlier, packs, overlays, n_threads)
    for rows in list(every) if n_threads > 1 else every:
        found[rows.spec.name] = rows
        if rows.spec.name not in later:
            yield Ready(rows.spec.name, rows)
    pa.default_memory_pool().release_unused()  # what reading took; history has need of it
    made = history(run, verdict, found, unchanged, asked)
    if n_threads == 1:
        made = iter(list(made))
        run.earlier.forget()  # before anything of it is written
    for name, table in made:
        if name == "activities":
            yield Ready(name, with_filled(found[name], table))
        else:
            yield Ready(name, found[name], table) if name in found else Ready(name, table)
    run.earlier.forget()


def _tables_of_inputs(files: pa.Table) -> Iterator[Ready]:
    """The tables that are known before history is."""
    yield Ready("files", files)
    yield Ready("columns", columns_table())


def _table_of_runs(run: Run, verdict: Verdict, n_new: int) -> Iterator[Ready]:
    """The table of runs; this one ends, for its row, when the table is asked for."""
    before = read_part(run.snapshot / "runs.parquet", BY_NAME["runs"]) if run.snapshot else None
    yield Ready("runs", runs_table(before, _run_row(run, verdict, n_new, time.time())))


def _write_tables(run: Run, staging: Path, tables: Iterable[Ready], way: Way) -> list[Written]:
    """The small tables, one file each, written beside the making of the next ones."""

    def write(ready: Ready) -> Written:
        name = f"{ready.name}.parquet"
        if isinstance(ready.table, Rows):
            return write_rows(staging, name, ready.table, ready.filled, run.earlier.manifest.get("files", {}), way)
        return write_table(staging, name, ready.table, BY_NAME[ready.name], way)

    with ThreadPoolExecutor(max_workers=max(1, run.engine.n_workers)) as threads:
        return [work.result() for work in [threads.submit(write, ready) for ready in tables]]


def _side_by_side(run: Run, write: Callable[[Any], Written], works: Sequence[Any]) -> list[Written]:
    """Several files at a time: Parquet is encoded outside Python's lock."""
    with ThreadPoolExecutor(max_workers=max(1, run.engine.n_workers)) as threads:
        return list(threads.map(write, works))


def _link(
    snapshot: Path, staging: Path, name: str, listed: Mapping[str, Any], chunks: Mapping[str, Any] | None
) -> Written:
    disk.link(snapshot / name, staging / name)
    return Written(name, int(listed["rows"]), int(listed["bytes"]), str(listed["sha256"]), chunks)


def _check(staging: Path, written: Sequence[Written]) -> None:
    """What is on the disk is what was meant: sizes are read back, and row counts of what is no link."""
    for one in written:
        path = staging / one.name
        status = path.stat()
        is_link = status.st_nlink > 1
        if status.st_size != one.n_bytes or not (is_link or pq.read_metadata(path).num_rows == one.n_rows):
            raise LakeError(f"{one.name} was not written whole; check the disk and run again", code="torn")
