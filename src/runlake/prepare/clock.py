"""Records in order: undated and duplicate records out, backward times mended, clock jumps taken out."""

from __future__ import annotations

import dataclasses

import numpy as np

from runlake.errors import FormatError
from runlake.kernels.geodesy import step_lengths
from runlake.kernels.repair import are_within, longest_rising
from runlake.model.channels import BY_NAME
from runlake.model.recording import F8, Lap, Recording
from runlake.prepare._track import B1, Track, median, watch_pause_s

YEAR_2000_UNIX_S = 946_684_800.0
"""A watch that knows the date says more than this; less is a clock that counts from 1989 or from power-on."""
UNDATED = (
    "the watch did not know the date (its clock is before 2000); let it find satellites before the start, "
    "and correct the dates of the file"
)
SMALL_STEP_BACK_S = 60.0
"""A clock that is set back by less is a correction: the few records it repeats are dropped."""
JUMP_S = 3600.0
"""A gap longer than this, timer running and nothing moved, is a clock that was set."""
LONGEST_GAP_S = 7 * 86_400.0
"""No session has a longer gap; also the longest session on the grid of whole seconds."""


def in_order(recording: Recording, source_format: str) -> Track:
    """The recording's usable records with strictly rising times from 0.

    Raises FormatError with code ``no_samples``, ``no_time``, ``undated`` or ``too_long``.
    """
    time_s, channels = _dated(recording)
    channels = {name: _plausible(name, values) for name, values in channels.items()}
    original_s, set_back_s, jump_s = time_s, 0.0, 0.0
    step_s = np.diff(time_s)
    if len(step_s) and not (step_s.min() > 0.0 and step_s.max() <= JUMP_S):
        time_s, set_back_s = _undo_set_back(time_s, channels)
        keep = _consistent(time_s)
        if not keep.all():
            time_s, channels = time_s[keep], {name: values[keep] for name, values in channels.items()}
        original_s, channels = _one_per_instant(time_s, channels)
        time_s, jump_s = _undo_jumps(original_s, channels, recording)
        step_s = np.diff(time_s)
    if time_s[-1] - time_s[0] > LONGEST_GAP_S:
        raise FormatError("lasts longer than 7 days without a break; split the file and try again", code="too_long")

    def moved(at_s: float) -> float:
        """An instant of the file (of a lap, an event) on the mended clock."""
        if not np.isfinite(at_s):
            return at_s
        record = max(int(np.searchsorted(original_s, at_s + 0.5, side="right")) - 1, 0)
        return at_s - float(original_s[record] - time_s[record])

    start = float(time_s[0])
    laps, events = recording.laps, recording.timer_events
    if jump_s != 0.0:
        laps = tuple(_moved_lap(lap, moved(lap.start_time_utc_s), moved(lap.end_time_utc_s)) for lap in laps)
        events = tuple(dataclasses.replace(e, time_utc_s=moved(e.time_utc_s)) for e in events)
    elapsed_s = np.ascontiguousarray(time_s - start)
    return Track(
        start_time_utc_s=start,
        time_s=elapsed_s,
        step_s=np.diff(elapsed_s),
        channels={name: np.ascontiguousarray(values) for name, values in channels.items()},
        nothing=np.full(len(time_s), np.nan),
        laps=laps,
        timer_events=events,
        totals=recording.totals,
        sport=recording.sport,
        sub_sport=recording.sub_sport,
        source_format=source_format,
        has_footpod_speed=recording.has_footpod_speed,
        n_dropped=recording.n - len(time_s),
        clock_jump_s=jump_s - set_back_s,
        median_dt_s=_usual(step_s),
    )


def _usual(step_s: F8) -> float:
    """The median step, which in most recordings is that in the middle of the file as well."""
    n = len(step_s)
    if n:
        guess = step_s[n // 2]
        n_less, n_more = np.count_nonzero(step_s < guess), np.count_nonzero(step_s > guess)
        if n_less < (n + 1) // 2 and n_more < (n + 1) // 2:
            return float(guess)
    return median(step_s)


def _moved_lap(lap: Lap, start_s: float, end_s: float) -> Lap:
    return dataclasses.replace(lap, start_time_utc_s=start_s, end_time_utc_s=end_s)


def _plausible(name: str, values: F8) -> F8:
    """The channel without values that cannot be."""
    channel = BY_NAME[name]
    values = np.ascontiguousarray(values)
    if are_within(values, channel.low, channel.high):
        return values
    with np.errstate(invalid="ignore"):
        return np.where((values >= channel.low) & (values <= channel.high), values, np.nan)


def n_undated(recording: Recording) -> int:
    """How many records have a time from a clock that did not know the date; records without any time do not count."""
    return int(np.count_nonzero(recording.time_utc_s < YEAR_2000_UNIX_S))


def _dated(recording: Recording) -> tuple[F8, dict[str, F8]]:
    """Times and channels of the records whose clock knew the date."""
    time_s = recording.time_utc_s
    if recording.n == 0:
        raise FormatError("the session has no records: nothing was recorded", code="no_samples")
    if time_s.min() >= YEAR_2000_UNIX_S and time_s.max() < np.inf:
        return time_s, dict(recording.channels)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(time_s) & (time_s >= YEAR_2000_UNIX_S)
    if not good.any():
        if np.isfinite(time_s).any():
            raise FormatError(UNDATED, code="undated")
        raise FormatError("no record has a time", code="no_time")
    channels = {name: values[good] for name, values in recording.channels.items()}
    if "distance_m" in channels:
        channels["distance_m"] = channels["distance_m"] - _before(recording, int(np.flatnonzero(good)[0]))
    return time_s[good], channels


def _before(recording: Recording, first: int) -> float:
    """Metres that were counted before record `first`: without a date they have no time, and no pace either."""
    distance = recording.channels["distance_m"]
    earlier, later = distance[:first], distance[first:]
    if not (np.isfinite(earlier).any() and np.isfinite(later).any()):
        return 0.0
    before = float(np.nanmax(earlier))
    # a count that began anew with the date has nothing of what came before in it
    return before if float(later[np.isfinite(later)][0]) >= before else 0.0


def _undo_set_back(time_s: F8, channels: dict[str, F8]) -> tuple[F8, float]:
    """Times without steps back where the clock was set back while distance went on, and the seconds added."""
    step_s = np.diff(time_s)
    back = np.flatnonzero(step_s <= -SMALL_STEP_BACK_S)
    if len(back) == 0 or "distance_m" not in channels:
        return time_s, 0.0
    distance = channels["distance_m"]
    usual_s = float(np.median(step_s[step_s > 0])) if (step_s > 0).any() else 1.0
    out = time_s.copy()
    total_s = 0.0
    for i in back:
        # Blocks that were merely written out of order have an earlier distance too.
        if distance[i] > 0.0 and distance[i + 1] >= distance[i]:
            moved_s = float(out[i] + usual_s - out[i + 1])
            out[i + 1 :] += moved_s
            total_s += moved_s
    return out, total_s


def _consistent(time_s: F8) -> B1:
    """False for the fewest records without which no small step back is left; large ones are left to sorting.

    So are records that were written last to first: there most steps go back.
    """
    step_s = np.diff(time_s)
    if step_s.size == 0 or step_s.min() >= 0.0 or step_s.min() <= -SMALL_STEP_BACK_S:
        return np.ones(len(time_s), dtype=np.bool_)
    if 2 * np.count_nonzero(step_s < 0.0) > step_s.size:
        return np.ones(len(time_s), dtype=np.bool_)
    return longest_rising(np.ascontiguousarray(time_s))


def _one_per_instant(time_s: F8, channels: dict[str, F8]) -> tuple[F8, dict[str, F8]]:
    """Records by time, one for each instant: that with most values, its gaps filled from the others."""
    step_s = np.diff(time_s)
    if step_s.size == 0 or step_s.min() > 0.0:
        return time_s, channels
    n_values = np.zeros(len(time_s))
    for values in channels.values():
        n_values += ~np.isnan(values)
    order = np.lexsort((-n_values, time_s))
    ordered = time_s[order]
    first = np.flatnonzero(np.concatenate(([True], np.diff(ordered) > 0)))
    out: dict[str, F8] = {}
    for name, values in channels.items():
        sorted_values = values[order]
        kept = sorted_values[first]
        there = np.flatnonzero(~np.isnan(sorted_values))
        if np.isnan(kept).any() and len(there):
            # The next value at or after the group's first record, when it still belongs to the group.
            at = np.searchsorted(there, first)
            found = there[np.minimum(at, len(there) - 1)]
            end = np.append(first[1:], len(ordered))
            kept = np.where((at < len(there)) & (found < end), sorted_values[found], np.nan)
        out[name] = kept
    return ordered[first], out


def _undo_jumps(time_s: F8, channels: dict[str, F8], recording: Recording) -> tuple[F8, float]:
    """Times without gaps that were only a clock being set, and the seconds taken out.

    The part with most records keeps its time: that is the watch's clock after its first fix, and it is not a
    single damaged record at the end.
    """
    step_s = np.diff(time_s)
    gaps = np.flatnonzero(step_s > JUMP_S)
    if len(gaps) == 0:
        return time_s, 0.0
    usual_s = float(np.median(step_s))
    is_jump = np.array([_is_jump(int(i), float(step_s[i]), time_s, channels, recording) for i in gaps])
    jumps = gaps[is_jump]
    if len(jumps) == 0:
        return time_s, 0.0
    offset = np.zeros(len(time_s))
    offset[jumps + 1] = step_s[jumps] - usual_s
    offset = np.cumsum(offset)
    edges = np.concatenate(([0], jumps + 1, [len(time_s)]))
    anchor = edges[int(np.argmax(np.diff(edges)))]
    return time_s - offset + offset[anchor], float(offset[-1])


def _is_jump(i: int, gap_s: float, time_s: F8, channels: dict[str, F8], recording: Recording) -> bool:
    """True when nothing but the clock moved in the gap after record i."""
    if gap_s > LONGEST_GAP_S:
        return True
    stops = [e for e in recording.timer_events if not e.is_running]
    if any(time_s[i] - 60.0 <= e.time_utc_s <= time_s[i + 1] for e in stops):
        return False
    if watch_pause_s(recording.totals) >= gap_s or recording.totals.timer_s >= gap_s:
        # The watch counted the gap itself.
        return False
    if not recording.timer_events:
        # Formats without timer events: a long gap may as well be a pause, which nothing in the file denies.
        return False
    steps = _movement(channels, len(time_s))
    usual_m = float(np.nanmedian(steps)) if np.isfinite(steps).any() else np.nan
    return bool(steps[i] < 3.0 * max(usual_m, 1.0))


def _movement(channels: dict[str, F8], n: int) -> F8:
    """Metres from record to record, by the device's distance, else by positions; NaN where unknown."""
    if "distance_m" in channels:
        return np.diff(channels["distance_m"])
    if "latitude_deg" in channels and "longitude_deg" in channels:
        return step_lengths(
            np.ascontiguousarray(channels["latitude_deg"]), np.ascontiguousarray(channels["longitude_deg"])
        )
    return np.full(n - 1, np.nan)
