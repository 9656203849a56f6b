"""Counters that wrap (compressed times, compressed distance), unwrapped where records between them are lost."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runlake.formats._fit_columns import F8, FitColumns, MessageColumns

I8 = npt.NDArray[np.int64]
TIME_WRAP_S = 32
NARROW_STEPS_S = 8
GAP_STEPS = 3
AROUND = 12
DISTANCE_WRAP_M = 256.0
"""Twelve bits of 1/16 m (FIT profile, compressed_speed_distance)."""


def unwrapped(values: F8, expected: F8, wrap: float) -> F8:
    """Values known up to multiples of `wrap`, each step taken as near as can be to what was expected of it.

    A single wrong value spoils itself alone: the step after it takes back what the step to it added.
    """
    step = np.diff(values)
    step = expected + np.mod(step - expected + wrap / 2, wrap) - wrap / 2
    return values[0] + np.concatenate(([0.0], np.cumsum(step)))


def mended_header_times(
    times: I8, is_header_time: npt.NDArray[np.bool_], is_anchor: npt.NDArray[np.bool_], offsets: I8
) -> I8:
    """Times of messages, those from compressed headers unwrapped anew from the usual step and the bytes lost.

    times int64[n] (-1: none), in file order; offsets of the messages in the file; anchors are messages that tell
    the whole time when it comes (events). Files whose steps vary too much to be unwrapped are left as they are.
    """
    index = np.flatnonzero(is_header_time)
    if len(index) < 3:
        return times
    step = np.diff(times[index]) % TIME_WRAP_S
    usual = float(np.median(step))
    if np.quantile(np.abs(step - usual), 0.9) > NARROW_STEPS_S:
        return times
    usual_length = max(float(np.median(np.diff(offsets[index]))), 1.0)
    out = times.copy()
    timed = np.flatnonzero(times >= 0)
    edges = np.flatnonzero(np.diff(is_header_time[timed].astype(np.int8), prepend=0, append=0))
    for first, stop in edges.reshape(-1, 2).tolist():  # each run of messages with header times
        run = timed[first:stop]
        before = int(out[timed[first - 1]]) if first else int(times[run[0]])
        anchor = int(times[timed[stop]]) if stop < len(timed) and is_anchor[timed[stop]] else -1
        expected = usual * np.maximum(np.round(np.diff(offsets[run]) / usual_length), 1.0)
        out[run] = _run_times(times[run], before, anchor, expected, usual)
    return out


def _run_times(header: I8, before: int, anchor: int, expected: F8, usual: float) -> I8:
    """Times of a run of messages from the whole time before it, led up to the whole time behind it (-1: none)."""
    times = unwrapped(header.astype(np.float64), expected, float(TIME_WRAP_S)).astype(np.int64)
    times += before + (int(header[0]) - before) % TIME_WRAP_S - times[0]
    wraps = round((anchor - int(times[-1]) - usual / 2) / TIME_WRAP_S) if anchor >= 0 else 0
    odd = np.flatnonzero(np.abs(np.diff(times) - usual) > NARROW_STEPS_S // 2)
    if wraps and len(odd):
        times[odd[-1] + 1 :] += wraps * TIME_WRAP_S
    return times


def mended_distance(columns: FitColumns, expanded: MessageColumns) -> MessageColumns:
    """The records with their compressed distance unwrapped anew from speed and time."""
    written = columns.get("record").numbers.get("distance")
    if written is not None or "distance" not in expanded.numbers:
        return expanded
    distance = expanded.number("distance")
    index = np.flatnonzero(~np.isnan(distance) & ~np.isnan(expanded.number("timestamp")))
    if len(index) < 3:
        return expanded
    time = expanded.number("timestamp")[index]
    elapsed = np.diff(time) - _paused(columns.get("event"), time)
    speed = _local_speed(np.nan_to_num(expanded.number("speed")[index]), elapsed)
    mended = distance.copy()
    mended[index] = unwrapped(distance[index], np.maximum(elapsed, 0.0) * speed, DISTANCE_WRAP_M)
    numbers = {**expanded.numbers, "distance": mended}
    return MessageColumns(expanded.n, expanded.segment, numbers, expanded.texts, expanded.developer)


def _paused(events: MessageColumns, time: F8) -> F8:
    """Seconds of each step between two records in which the timer stood."""
    paused = np.zeros(len(time) - 1)
    stopped = np.nan
    rows = zip(events.number("timestamp"), events.number("event"), events.number("event_type"), strict=True)
    for when, event, kind in rows:
        if event == 0 and kind == 0:
            if when > stopped:
                paused += np.clip(np.minimum(time[1:], when) - np.maximum(time[:-1], stopped), 0.0, None)
            stopped = np.nan
        elif event == 0:
            stopped = when
    return paused


def _local_speed(speed: F8, elapsed: F8) -> F8:
    """Speed of each step: as recorded at its end, in gaps the mean over the records around (stops left out)."""
    usual = max(float(np.median(elapsed)), 1.0)
    out = speed[1:].copy()
    for gap in np.flatnonzero(elapsed > GAP_STEPS * usual).tolist():
        around = speed[max(gap + 1 - AROUND, 0) : gap + 1 + AROUND]
        moving = around[around > 0.5 * float(np.max(around, initial=0.0))]
        out[gap] = float(np.mean(moving)) if len(moving) else 0.0
    return out
