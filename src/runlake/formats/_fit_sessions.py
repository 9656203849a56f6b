"""FIT columns to Recordings: one for each session, with the records, laps and events of its time."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runlake.formats import _fit_channels as channels
from runlake.formats import _fit_summaries as summaries
from runlake.formats._fit_columns import F8, I8, FitColumns, MessageColumns
from runlake.formats._fit_expand import expand_message
from runlake.formats._fit_mend import mended_distance
from runlake.formats._fit_profile import FIT_TIME_MIN, enum_name
from runlake.model.recording import DeviceTotals, Lap, Reading, Recording, TimerEvent
from runlake.units import FIT_EPOCH_UNIX_S

CLOCK_SET_UNIX_S = float(FIT_TIME_MIN + FIT_EPOCH_UNIX_S)


def reading(columns: FitColumns) -> Reading:
    """The recordings of all FIT files of a chain; records without a time are counted and left out."""
    records = columns.get("record")
    if "compressed_speed_distance" in records.numbers:
        records = expand_message(columns, "record")
        records = mended_distance(columns, records) if columns.is_damaged else records
    n_in = records.n
    has_time = ~np.isnan(records.number("timestamp"))
    notes = list(columns.notes)
    if n_in and not has_time.all():
        notes.append(f"no_timestamp:{int(np.sum(~has_time))}")
        records = records.where(has_time)
    recordings: list[Recording] = []
    for segment in _segments(records.segment):
        recordings += _segment(_part(columns, segment), _only(records, segment))
    return Reading(
        tuple(recordings),
        tuple(notes),
        is_damaged=columns.is_damaged,
        n_records_in=n_in,
        n_records_kept=sum(r.n for r in recordings),
        decoder=columns.decoder,
    )


def _segments(segment: I8) -> list[int]:
    """The FIT files of a chain that the records stand in, in their order."""
    if len(segment) == 0 or segment[0] == segment[-1]:  # they stand in file order
        return segment[:1].tolist()
    return list(dict.fromkeys(segment.tolist()))


def _part(columns: FitColumns, segment: int) -> FitColumns:
    """The messages of one FIT file of a chain."""
    return FitColumns({name: _only(message, segment) for name, message in columns.messages.items()})


def _only(message: MessageColumns, segment: int) -> MessageColumns:
    if message.n == 0 or message.segment[0] == segment == message.segment[-1]:
        return message
    return message.where(message.segment == segment)


def _segment(columns: FitColumns, records: MessageColumns) -> list[Recording]:
    """The recordings of one FIT file."""
    sessions = _distinct(columns.get("session"))
    starts, _ = summaries.span(sessions)
    time = channels.unix_time(records)
    owner = _owner(starts, time)
    laps = summaries.laps(columns.get("lap"))
    events = summaries.timer_events(columns.get("event"))
    lap_owner = _owner(starts, np.array([lap.start_time_utc_s for lap in laps]) + 0.5)
    event_owner = _owner(starts, np.array([event.time_utc_s for event in events]))
    made = []
    for i in range(max(sessions.n, 1)):
        keep = owner == i
        if keep.any():
            mine = records if keep.all() else records.where(keep)
            own_laps = tuple(lap for lap, k in zip(laps, lap_owner.tolist(), strict=True) if k == i)
            own_events = tuple(event for event, k in zip(events, event_owner.tolist(), strict=True) if k == i)
            start = float(starts[i]) if sessions.n else math.nan
            made.append(_recording(columns, sessions, i, start, mine, own_laps, own_events))
    return made


def _distinct(sessions: MessageColumns) -> MessageColumns:
    """The sessions by start, the last where one was written several times, undated ones left out."""
    if sessions.n == 1:
        return sessions
    starts, _ = summaries.span(sessions)
    last = {start: i for i, start in enumerate(starts.tolist()) if not math.isnan(start)}
    keep = np.zeros(sessions.n, dtype=bool)
    keep[list(last.values())] = True
    kept = sessions.where(keep)
    order = np.argsort(summaries.span(kept)[0], kind="stable")
    return _reordered(kept, order)


def _reordered(messages: MessageColumns, order: npt.NDArray[np.intp]) -> MessageColumns:
    return MessageColumns(
        messages.n,
        messages.segment,
        {name: values[order] for name, values in messages.numbers.items()},
        {name: tuple(values[i] for i in order) for name, values in messages.texts.items()},
    )


def _owner(starts: F8, time_utc_s: F8) -> I8:
    """For each time the session it falls into: the last that has begun, the first for what came earlier."""
    if len(starts) <= 1:
        return np.zeros(len(time_utc_s), dtype=np.int64)
    return np.maximum(np.searchsorted(starts, time_utc_s, side="right") - 1, 0).astype(np.int64)


def _recording(
    columns: FitColumns,
    sessions: MessageColumns,
    i: int,
    start_time_utc_s: float,
    records: MessageColumns,
    laps: tuple[Lap, ...],
    events: tuple[TimerEvent, ...],
) -> Recording:
    found = channels.channels(records)
    source = sessions if sessions.n else columns.get("sport")
    row = i if sessions.n else 0
    known = source.n > 0
    titles = [t for t in columns.get("workout").text("wkt_name") if t]
    return Recording(
        time_utc_s=channels.unix_time(records),
        channels=found,
        sport=enum_name("sport", float(source.number("sport")[row])) if known else "",
        sub_sport=enum_name("sub_sport", float(source.number("sub_sport")[row])) if known else "",
        device=summaries.device(columns),
        name=titles[0] if titles else "",
        utc_offset_s=summaries.utc_offset_s(columns),
        laps=laps,
        steps=summaries.workout_steps(columns.get("workout_step")),
        timer_events=events,
        totals=summaries.totals(columns, sessions, i, start_time_utc_s) if sessions.n else DeviceTotals(),
        has_footpod_speed=channels.has_footpod_speed(found, summaries.has_footpod(columns)),
    )
