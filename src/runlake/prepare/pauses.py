"""When the timer ran: from timer events, or from gaps without movement where a format has none."""

from __future__ import annotations

import numpy as np

from runlake.kernels.geodesy import step_lengths
from runlake.model.recording import F8
from runlake.prepare._track import B1, I8, MAX_HOLD_S, Timer, Track, watch_pause_s

CHATTER_S = 3.0
"""Auto-pause that runs on for less than this between two pauses has chattered: one pause."""
STANDING_M = 15.0
"""Less movement than this over a gap is standing: GPS wanders by as much."""
SHORTEST_GAP_PAUSE_S = 30.0
SHORTEST_TOLD_PAUSE_S = 5.0
SLACK_S = 3.0
"""Watches stop up to so long after the last record they write."""
LEAST_POINTS = 3
"""On average in each segment of a track: fewer, and the writer begins one for whatever it writes."""
LOST_START_MOVE_M = 20.0
"""Metres after a stop without a start from which on the start event must have been lost."""


def timer(track: Track) -> Timer:
    """The timer of the track: pauses as half-open stretches of elapsed time, sorted and disjoint."""
    pauses = _from_events(track)
    start, end = _merged(pauses + _from_gaps(track, pauses), float(track.time_s[-1]))
    grid_s = np.arange(np.floor(track.time_s[-1]) + 1.0)
    # Samples exactly at the stop still belong to the run before it.
    first, last = np.searchsorted(track.time_s, start, side="right"), np.searchsorted(track.time_s, end, side="left")
    second = track.time_s.astype(np.int64)
    is_whole = bool((second == track.time_s).all())
    run_no, is_paused = _runs(last, track.n), _inside(first, last, track.n)
    grid_first, grid_last = np.ceil(start).astype(np.int64), np.ceil(end).astype(np.int64)
    return Timer(
        pause_start_s=start,
        pause_end_s=end,
        run_no=run_no,
        is_paused=is_paused,
        timer_s=_timer_s(track.time_s, start, end, run_no, is_paused),
        grid_s=grid_s,
        grid_run=_runs(np.minimum(grid_last, len(grid_s)), len(grid_s)),
        is_on=~_inside(grid_first, grid_last, len(grid_s)),
        second=second if is_whole else None,
        is_every_second=is_whole and track.n == len(grid_s),
        has_paused=bool((last > first).any()),
    )


def _runs(first: I8, n: int) -> I8:
    """How many of the ascending places `first` have been reached at each of n places."""
    if len(first) == 0:
        return np.zeros(n, dtype=np.int64)
    return np.repeat(np.arange(len(first) + 1), np.diff(np.concatenate(([0], first, [n]))))


def _inside(first: I8, last: I8, n: int) -> B1:
    """True for places inside one of the half-open ranges."""
    out = np.zeros(n, dtype=np.bool_)
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        out[a:b] = True
    return out


def _timer_s(time_s: F8, start: F8, end: F8, run_no: I8, is_paused: B1) -> F8:
    """Seconds that the timer has run at each time."""
    if len(start) == 0:
        return time_s.copy()
    edges = np.stack((start, end), axis=1).ravel()
    total = np.concatenate(([0.0], np.cumsum(end - start)))
    paused = total[run_no]
    inside = np.flatnonzero(is_paused)
    paused[inside] = np.interp(time_s[inside], edges, np.repeat(total, 2)[1:-1])
    return time_s - paused


def _from_events(track: Track) -> list[tuple[float, float]]:
    """Stretches from a stop to the next start; a stop that nothing ends lasts until the runner moves on.

    Where a format has breaks of the track for events (one stop and one start each), and writes it in crumbs of fewer
    than three points, breaks say nothing of the timer.
    """
    events = sorted(track.timer_events, key=lambda event: event.time_utc_s)
    if track.source_format != "fit" and 2 * track.n < LEAST_POINTS * (len(events) + 2):
        return []
    last_s = float(track.time_s[-1])
    pauses: list[tuple[float, float]] = []
    stopped_s = np.nan
    for event in events:
        at_s = min(max(event.time_utc_s - track.start_time_utc_s, 0.0), last_s)
        if not event.is_running and np.isnan(stopped_s):
            stopped_s = at_s
        elif event.is_running and not np.isnan(stopped_s):
            pauses.append((stopped_s, at_s))
            stopped_s = np.nan
    if not np.isnan(stopped_s):
        pauses.append((stopped_s, _resumed_s(track, stopped_s)))
    return pauses


def _resumed_s(track: Track, stopped_s: float) -> float:
    """When the runner moved on after a stop without a start; the end of the recording if never."""
    first = int(np.searchsorted(track.time_s, stopped_s, side="right"))
    distance = track.channel("distance_m")[max(first - 1, 0) :]
    if len(distance) < 3 or np.isnan(distance).all():
        return float(track.time_s[-1])
    moved = distance - distance[np.flatnonzero(~np.isnan(distance))[0]]
    with np.errstate(invalid="ignore"):
        far = np.flatnonzero(moved > LOST_START_MOVE_M)
        still = np.flatnonzero(moved <= 1.0)
    if len(far) == 0:
        return float(track.time_s[-1])
    before = still[still < far[0]]
    return max(float(track.time_s[max(first - 1, 0) + int(before[-1])]), stopped_s)


def _from_gaps(track: Track, known: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Gaps of the recording that were pauses which no event tells.

    When the file says for how long the timer stood still, what events leave of it is spread over the gaps: first
    those without movement, longest first. Otherwise, in files without stop events, a pause is a gap longer than
    30 s and six usual steps, with less than 15 m of movement.
    """
    step_s = track.step_s
    if len(step_s) == 0 or step_s.max() <= SHORTEST_TOLD_PAUSE_S:
        return []
    is_standing = _are_standing(track, np.flatnonzero(step_s > SHORTEST_TOLD_PAUSE_S))
    left_s = watch_pause_s(track.totals) - sum(end - start for start, end in known)
    if np.isnan(left_s) or 0.99 * left_s > step_s[step_s > MAX_HOLD_S].sum() + SLACK_S:
        # No total, or one that the recording cannot hold: such writers exist.
        if track.source_format == "fit" and known:
            return []
        longest_s = max(SHORTEST_GAP_PAUSE_S, 6.0 * track.median_dt_s)
        return _stretches(track, np.flatnonzero((step_s > longest_s) & is_standing))
    gaps = np.flatnonzero(step_s > max(SHORTEST_TOLD_PAUSE_S, 2.0 * track.median_dt_s))
    gaps = gaps[[not any(start < track.time_s[i + 1] and end > track.time_s[i] for start, end in known) for i in gaps]]
    chosen: list[int] = []
    for i in gaps[np.lexsort((-step_s[gaps], ~is_standing[gaps]))]:
        if SLACK_S < left_s >= step_s[i] - SLACK_S:
            chosen.append(int(i))
            left_s -= float(step_s[i])
    return _stretches(track, np.array(chosen, dtype=np.int64))


def _stretches(track: Track, gaps: I8) -> list[tuple[float, float]]:
    return [(float(track.time_s[i]), float(track.time_s[i + 1])) for i in gaps]


def _are_standing(track: Track, gaps: I8) -> B1:
    """True for those of the gaps (after the samples of these indices) in which hardly anything moved.

    By positions, else by the device's distance; where both are unknown nobody can tell.
    """
    distance = track.channel("distance_m")
    moved_m = distance[gaps + 1] - distance[gaps]
    if "latitude_deg" in track.channels and "longitude_deg" in track.channels:
        ends = np.stack((gaps, gaps + 1), axis=1).ravel()
        by_position = step_lengths(track.channels["latitude_deg"][ends], track.channels["longitude_deg"][ends])[::2]
        moved_m = np.where(np.isnan(by_position), moved_m, by_position)
    is_standing = np.zeros(track.n - 1, dtype=np.bool_)
    is_standing[gaps] = moved_m < STANDING_M
    return is_standing


def _merged(pauses: list[tuple[float, float]], last_s: float) -> tuple[F8, F8]:
    """Sorted, disjoint pauses that lie before the last sample; those a chatter apart are one."""
    out: list[list[float]] = []
    for start, end in sorted(pauses):
        if end <= start or start >= last_s:
            continue
        if out and start - out[-1][1] < CHATTER_S:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    array = np.array(out, dtype=np.float64).reshape(-1, 2)
    return np.ascontiguousarray(array[:, 0]), np.ascontiguousarray(array[:, 1])
