"""`runlake build`: take in what is new or changed, and publish a new state of the lake in one step."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import runlake
from runlake.config import Config
from runlake.engine import Engine, early
from runlake.errors import ConfigError, LakeError, RunlakeError, noted
from runlake.lake import catalog, disk, store
from runlake.lake.lock import locked
from runlake.pipeline.earlier import Earlier
from runlake.pipeline.judge import Verdict, is_answered, judge, resolve_known
from runlake.pipeline.ledger import counts_of
from runlake.pipeline.overlays import gather_overlays
from runlake.pipeline.packs import Pack, open_packs
from runlake.pipeline.progress import Progress, Quiet
from runlake.pipeline.publish import publish_state
from runlake.pipeline.reading import published_activities, read_jobs, remember_sources, reread, with_last_good
from runlake.pipeline.records import Known, Place, WorkSettings
from runlake.pipeline.request import Request, Run, Summary
from runlake.pipeline.revision import history_key, ingest_key
from runlake.pipeline.scan import Scan, guard, name_sources, scan
from runlake.pipeline.state import State, write_state
from runlake.tables import SCHEMA_VERSION

FEW_JOBS = 64
"""A night's new files: the tables of the last state are then read while the first worker starts."""
GARBAGE_OBJECTS = 1_000_000
"""So many new objects are worth a look for garbage."""
log = logging.getLogger(__name__)


def build(request: Request, engine: Engine, progress: Progress | None = None) -> Summary:
    """Bring the lake up to date with the sources.

    Raises BusyError, SourceShrankError, LakeError or ConfigError; the lake is then as it was before.
    """
    _check_places(request)
    started_s = time.time()
    with store.explained(request.lake), disk.private_umask(), _few_collections():
        lake = store.open_store(request.lake)
        with locked(lake.internals, request.wait_s):
            store.clean(lake)
            settings = work_settings(request.config)
            snapshot = store.current(lake)
            history_key = _history_key(request.config)
            run = Run(
                run_id=time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(started_s)) + "-" + secrets.token_hex(3),
                started_s=started_s,
                request=request,
                store=lake,
                snapshot=snapshot,
                sources=name_sources(request.sources),
                settings=settings,
                history_key=history_key,
                engine=engine,
                progress=progress or Quiet(),
                earlier=Earlier(
                    snapshot,
                    history_key,
                    compat=request.config.lake.compat,
                    is_refresh=request.full_refresh,
                ),
            )
            try:
                summary = _build(run)
            finally:
                run.earlier.end()
            _log_run(run, summary)
    return summary


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Garbage is looked for seldom: what is known of the inputs is many small objects, none of them in a cycle.

    With the interpreter's own thresholds a third of the time to read and judge them goes into looking.
    """
    before = gc.get_threshold()
    gc.set_threshold(GARBAGE_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _check_places(request: Request) -> None:
    lake = request.lake.absolute()
    for source in request.sources:
        place = source.resolve()
        for one in (lake, lake.resolve()):
            if one == place or place in one.parents:
                text = "the lake lies inside SOURCE, which would read its own files; choose another --lake"
                raise ConfigError(text, code="lake_in_source", path=str(request.lake))
            if one in place.parents or one.with_name(one.name + ".d") in (place, *place.parents):
                text = "SOURCE lies inside the lake; choose another SOURCE"
                raise ConfigError(text, code="source_in_lake", path=str(source))


def _build(run: Run) -> Summary:
    _guard_schema(run)
    if run.request.full_refresh:
        store.drop(list(run.store.cache.iterdir()))
    elif early.is_expected():
        run.earlier.read_ahead()  # while a worker starts, and the sources are scanned
    published = run.earlier.state
    at_hand: State = {} if run.request.full_refresh else dict(published)
    unpublished = resolve_known([k for p in _packs(run) for k in p.known], published.values())
    at_hand.update({k.place: k for k in unpublished if is_answered(k) and not k.is_part})
    run.progress.stage("scan")
    found = scan(run, published, at_hand)
    guard(found, run.request.allow_shrink)
    log.info("scan inputs=%d to_read=%d gone=%d", len(found.reused) + len(found.jobs), len(found.jobs), len(found.gone))
    if 0 < len(found.jobs) <= FEW_JOBS:
        run.earlier.read_ahead()
    elif found.jobs or not found.gone:
        run.earlier.end()  # memory for many new files; or nothing is new
    fresh, errors = read_jobs(run, found.jobs, at_hand)
    known = resolve_known(with_last_good(fresh, at_hand), at_hand.values())
    known += [*found.reused, *found.elsewhere, *(found.gone if run.request.keep_gone else ())]
    _guard_version(published, fresh)
    known, verdict, packs = _with_rows(run, found, known)
    run.progress.stage("publish")
    overlays = gather_overlays(run, found)
    is_published = publish_state(run, known, verdict, packs, overlays, n_new=len(found.jobs))
    if not is_published and run.snapshot is not None and published != {k.place: k for k in known}:
        _refresh_state(run, run.snapshot, known)
    with noted("the new state is published" if is_published else "there was nothing new to publish"):
        _freshen_catalog(run)
        remember_sources(run)
        store.drop(list(run.store.cache.iterdir()))
        store.drop_old(run.store)
    return Summary(
        run_id=run.run_id,
        is_published=is_published,
        counts=counts_of(verdict.rows),
        n_new=len(found.jobs),
        n_activities=len(verdict.kept),
        n_samples=sum(k.session.n_samples for k in verdict.kept),
        seconds=time.time() - run.started_s,
        errors=tuple(errors),
        trouble=_trouble(verdict, {j.place for j in found.jobs} | {k.place for k in found.reused} - set(published)),
    )


def _trouble(verdict: Verdict, read: set[Place]) -> tuple[str, ...]:
    """A line for each input read or first met in this run that a person should look at."""
    return tuple(
        f"{row.name}: {row.outcome.status}: {row.outcome.reason}"
        for row in verdict.rows
        if row.place in read and row.outcome.status in ("rejected", "blocked", "unstable")
    )


def _guard_schema(run: Run) -> None:
    """Raises LakeError for a lake of a newer runlake: this one would take away what it does not know."""
    if int(run.earlier.manifest.get("schema_version", 0)) > SCHEMA_VERSION:
        text = "this lake was written by a newer runlake, nothing was published; update runlake, or name another lake"
        raise LakeError(text, code="newer", path=str(run.request.lake))


def _guard_version(published: State, fresh: Sequence[Known]) -> None:
    """Raises RunlakeError when this version blocks most of what could be read before: then it is not the files."""
    before = [k for k in fresh if k.place in published and any(o.sessions for o in published[k.place].outcomes)]
    lost = [k for k in before if all(o.status == "blocked" for o in k.outcomes)]
    if len(lost) > 2 and 2 * len(lost) > len(before):
        raise RunlakeError(
            f"{len(lost)} of {len(before)} files that could be read before cannot be read by this version "
            f"({lost[0].outcomes[0].reason}); nothing was published",
            code="version",
        )


def _packs(run: Run) -> list[Pack]:
    return open_packs(run.store.cache, run.settings.ingest_key)


def _with_rows(run: Run, found: Scan, known: list[Known]) -> tuple[list[Known], Verdict, list[Pack]]:
    """The judged inputs, once every activity that is kept has its rows at hand, and the packs of this run."""
    verdict = judge(known)
    packs = _packs(run)
    at_hand = published_activities(run.snapshot) | {a for p in packs for a in p.activity_ids}
    missing = {k.place for k in verdict.kept if k.session.activity_id not in at_hand}
    if missing:
        known = reread(run, found, missing, known)
        verdict, packs = judge(known), _packs(run)
    return known, verdict, packs


def work_settings(config: Config) -> WorkSettings:
    """What workers need of the settings, with the key under which results are reused."""
    limits = {
        **config.limits,
        "deadline_s": config.workers.deadline_s,
        "deadline_s_per_mb": config.workers.deadline_s_per_mb,
    }
    zones, sports = config.home_time_zones(), config.default_sports()
    relevant = {"detect": config.detect, "limits": limits, "zones": zones, "sports": sports}
    return WorkSettings(ingest_key(relevant), zones, sports, config.detect, limits)


def _history_key(config: Config) -> str:
    return history_key({"history": config.history, "lake": repr(config.lake)})


def _refresh_state(run: Run, snapshot: Path, known: Sequence[Known]) -> None:
    """File times moved on without new content: remember them, so that the next run need not read again."""
    staging = store.begin(run.store)
    write_state(staging, known)
    disk.rename(staging / store.STATE, snapshot / store.STATE)
    disk.remove(staging)


def _freshen_catalog(run: Run) -> None:
    """The views for BI tools stand beside the tables; the state is out already, so that trouble here is only told."""
    lake = run.store.lake
    if catalog.is_fresh(lake):
        return
    try:
        catalog.write_catalog(lake, run.store.staging)
    except LakeError as error:
        log.warning("catalog problem=%s", error)
    finally:
        disk.remove(run.store.staging)


def _log_run(run: Run, summary: Summary) -> None:
    line: dict[str, Any] = {
        "run_id": summary.run_id,
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started_s)),
        "seconds": round(summary.seconds, 3),
        "version": runlake.__version__,
        "published": summary.is_published,
        "n_new": summary.n_new,
        "n_activities": summary.n_activities,
        **summary.counts,
    }
    with run.store.run_log.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
