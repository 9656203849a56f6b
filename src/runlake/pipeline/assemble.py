"""All tables of the next state out of what is at hand: detected rows, where they come from, history."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from runlake.config import history_settings
from runlake.intake.exports import Overlay
from runlake.lake.schema import array_of, empty_table
from runlake.model.table import TableSpec
from runlake.pipeline.athletes import (
    Asked,
    filled,
    filled_names,
    is_made_by_history,
    of_athlete,
    without_history,
)
from runlake.pipeline.chunks import MEAN_IN_TABLES, Rows, cut, gathered, whole
from runlake.pipeline.collect import aligned, by_activity, read_part, spliced
from runlake.pipeline.earlier import Earlier
from runlake.pipeline.judge import Kept, Verdict
from runlake.pipeline.packs import Pack
from runlake.pipeline.request import Run
from runlake.tables import BY_NAME

_OWN = ("samples", "files", "runs", "columns")
"""Tables that are made elsewhere."""
_LARGE = ("distributions", "form", "best_efforts", "splits")


def athlete_signatures(run: Run, verdict: Verdict, overlays: Mapping[str, Overlay]) -> dict[str, str]:
    """For each athlete a digest of everything that the athlete's rows depend on."""
    texts: dict[str, list[str]] = {}
    for k in verdict.kept:
        place = f"{k.place.source}\0{k.place.path}\0{k.member}"
        overlay = overlays.get(k.session.activity_id, "")
        texts.setdefault(k.place.athlete_id, []).append(f"{k.session.activity_id}\0{k.key}\0{place}\0{overlay}")
    for name in run.request.config.athletes:
        texts.setdefault(name, [])
    return {a: _digest([repr(run.request.config.athlete(a)), *lines]) for a, lines in sorted(texts.items())}


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def detected(
    verdict: Verdict, earlier: Earlier, packs: Sequence[Pack], overlays: Mapping[str, Overlay], n_threads: int
) -> Iterator[Rows]:
    """The tables of activities, one after the other, without what history adds to them; largest first."""
    chunks = cut(verdict.kept, MEAN_IN_TABLES)
    at_hand = by_activity(packs)

    def rows_of(spec: TableSpec) -> Rows:
        parts = [aligned(t, spec) for t in (p.table(spec.name) for p in packs) if t is not None]
        if spec.name != "activities":
            return gathered(spec, chunks, earlier.table(spec), parts, at_hand, {})
        older = [t for t in (earlier.whole(spec), *parts) if t.num_rows]
        table = without_history(spliced(older, [k.session.activity_id for k in verdict.kept], spec), spec)
        return whole(placed(table, verdict.kept, overlays), spec)

    if n_threads == 1:
        yield from map(rows_of, assembled_specs())
        return
    with ThreadPoolExecutor(max_workers=n_threads) as threads:
        yield from threads.map(rows_of, assembled_specs())


def assembled_specs() -> tuple[TableSpec, ...]:
    """The tables that hold rows of activities, samples left out; the largest come first."""
    specs = [s for s in BY_NAME.values() if s.stamped and s.name not in _OWN and not is_made_by_history(s)]
    return tuple(sorted(specs, key=lambda s: s.name not in _LARGE))


def placed(activities: pa.Table, kept: Sequence[Kept], overlays: Mapping[str, Overlay]) -> pa.Table:
    """The activities with the file that stands for each, and with what an export says of them."""
    nothing = Overlay("")
    over = [overlays.get(k.session.activity_id, nothing) for k in kept]
    sports = activities.column("sport").to_pylist()
    columns: dict[str, Sequence[object]] = {
        "source": [k.place.source for k in kept],
        "path": [k.place.path for k in kept],
        "member": [k.member for k in kept],
        "name": [o.name or k.session.name or None for k, o in zip(kept, over, strict=True)],
        "description": [o.description or None for o in over],
        "gear": [o.gear or None for o in over],
        "perceived_exertion": [None if math.isnan(o.perceived_exertion) else o.perceived_exertion for o in over],
        "is_race": [True if o.is_race else None for o in over],
        "sport": [o.sport if o.sport and s in ("", "generic") else s for o, s in zip(over, sports, strict=True)],
    }
    return _with_columns(activities, BY_NAME["activities"], columns)


def _with_columns(table: pa.Table, spec: TableSpec, columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """The table with these columns exchanged."""
    for position, column in enumerate(spec.columns):
        if column.name in columns:
            array = array_of(column, columns[column.name])
            table = table.set_column(position, pa.field(column.name, array.type), array)
    return table


def history(
    run: Run, verdict: Verdict, tables: Mapping[str, Rows], unchanged: frozenset[str], asked: Asked
) -> Iterator[tuple[str, pa.Table]]:
    """History of everybody: made anew for those with changes, taken over for the others; each table when it is final.

    Tables of history are whole; of tables that it only fills in there are those columns, and whose rows they are.
    In the end `asked` tells which detected columns were looked at.
    """
    config = run.request.config
    everybody = sorted({k.place.athlete_id for k in verdict.kept} | set(config.athletes))
    todo = [a for a in everybody if a not in unchanged]
    settings = history_settings(config.history) if config.history else {}
    athletes = [config.athlete(a) for a in todo]
    made = filled(tables, athletes, settings, asked, is_alone=len(everybody) == 1)
    if len(todo) == len(everybody) or run.snapshot is None:
        yield from made
        return
    for name, table in made:
        spec = BY_NAME[name]
        older = read_part(run.snapshot / f"{name}.parquet", spec)
        if name in tables:
            older = older.select(filled_names(spec))
        parts = [of_athlete(older if a in unchanged else table, a) for a in everybody]
        yield name, pa.concat_tables(parts) if parts else aligned(empty_table(spec), spec)
