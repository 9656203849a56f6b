"""Which messages of a damaged FIT stream can be believed, judged by their times alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runlake.formats._fit_mend import TIME_WRAP_S
from runlake.formats._fit_profile import FIT_TIME_MIN
from runlake.formats._fit_resync import HEADER_STEP_MOST_S, INVALID_TIME

I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]
U1 = npt.NDArray[np.uint8]
JUMP_S = 6 * 3600
"""A longer step between messages is either damage or a clock that was set: what follows tells."""
AGREEING = 8
USUAL_STEP_S = 60
DAWN = -(1 << 40)
NONSENSE = 1 << 40
"""Stand-ins for "no time yet" and "no believable time": further from every time than any jump."""


@dataclass(frozen=True, slots=True)
class Known:
    """The times that were believed so far in a FIT file, first and last; -1 for none yet."""

    first: int = -1
    last: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """`n_good` messages from the first on can be believed but for those in `is_bad`; `known` with their times."""

    n_good: int
    is_bad: B1
    known: Known


def message_times(array: U1, definitions: I8, messages: I8) -> I8:
    """The time of each message: -1 for none, NONSENSE for a compressed one where a full one stands as well."""
    if len(messages) == 0:
        return np.empty(0, dtype=np.int64)
    times = messages[:, 3].copy()
    time_at = definitions[messages[:, 1], 4]
    has_time = np.flatnonzero(time_at >= 0)
    at = messages[has_time, 0] + time_at[has_time]
    raw = array[at[:, None] + np.arange(4)].astype(np.int64)
    is_big = definitions[messages[has_time, 1], 5] == 1
    raw[is_big] = raw[is_big][:, ::-1]
    full = raw @ np.array([1, 1 << 8, 1 << 16, 1 << 24])
    full[full == INVALID_TIME] = -1
    times[has_time] = np.where(times[has_time] >= 0, NONSENSE, full)
    return times


def in_step(header_times: I8) -> int:
    """How many messages there are before compressed times begin to step about like random numbers."""
    index = np.flatnonzero(header_times >= 0)
    step = np.diff(header_times[index]) % TIME_WRAP_S
    if len(step) < 4 or not 0 < float(np.median(step)) <= HEADER_STEP_MOST_S // 2:
        return len(header_times)
    is_odd = ((step > HEADER_STEP_MOST_S) | (step == 0)).astype(np.int64)
    crowded = np.flatnonzero(np.convolve(is_odd, np.ones(4, dtype=np.int64), "valid") >= 2)
    if len(crowded) == 0:
        return len(header_times)
    first = int(crowded[0] + np.argmax(is_odd[crowded[0] : crowded[0] + 4]))
    return int(index[first + 1])


def believable(times: I8, is_record: B1, known: Known) -> Belief:
    """How far the messages can be believed by their times (-1: none), which go on from those known so far."""
    is_bad = np.zeros(len(times), dtype=bool)
    timed = np.flatnonzero(times >= 0)
    mine = times[timed]
    before = np.concatenate(([known.last if known.last >= 0 else DAWN], mine[:-1]))
    n_good = len(times)
    for j in np.flatnonzero(np.abs(mine - before) > JUMP_S).tolist():
        last = _last_good(mine, is_bad[timed], j, known.last)
        if last >= 0 and abs(int(mine[j]) - last) <= JUMP_S:
            continue
        first = known.first if known.first >= 0 else int(mine[0])
        if _is_new_time(mine[j:], is_record[timed[j:]], first):
            continue
        if last < 0 and _is_new_time(mine[j + 1 :], is_record[timed[j + 1 :]], first):
            is_bad[timed[j]] = True  # the first message has a time of its own; all that follow agree
            continue
        if last >= 0 and len(mine) > j + 1 and bool(np.all(np.abs(mine[j + 1 : j + 3] - last) <= JUMP_S)):
            is_bad[timed[j]] = True  # one message out of line: its content is damaged, but we read in step
            continue
        n_good = int(timed[j])
        break
    sure = mine[(timed < n_good) & ~is_bad[timed]]
    if len(sure):
        known = Known(int(sure[0]) if known.first < 0 else known.first, int(sure[-1]))
    return Belief(n_good, is_bad, known)


def _last_good(known: I8, bad: npt.NDArray[np.bool_], j: int, before: int) -> int:
    while j > 0 and bad[j - 1]:
        j -= 1
    return int(known[j - 1]) if j > 0 else before


def _is_new_time(known: I8, is_record: npt.NDArray[np.bool_], first: int) -> bool:
    """True where the clock was set: the times of records that follow go on in steps as watches make them.

    Messages read out of step have times too, but theirs run 256 times too fast, or stand still at 0 or nonsense.
    """
    if len(known) == 0 or (len(known) < AGREEING and first != int(known[0])):
        return False
    if not 0 < int(known[0]) < INVALID_TIME or first >= FIT_TIME_MIN > int(known[0]):
        return False
    records = known[is_record][:AGREEING] if int(is_record.sum()) > 1 else known[:AGREEING]
    return _goes_on(known[0], records) and min(_usual_step(records), _usual_step(known[:AGREEING])) <= USUAL_STEP_S


def _goes_on(start: np.int64, following: I8) -> bool:
    return bool(np.all(np.abs(np.diff(following, prepend=start)) <= JUMP_S))


def _usual_step(times: I8) -> float:
    return float(np.median(np.abs(np.diff(times)))) if len(times) > 1 else 0.0
