"""What the purpose of a session is told from: one array per feature, one entry per activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import human_metres
from runlake.history._effective import Dated, dated
from runlake.history._group import (
    B1,
    F8,
    I8,
    Array,
    count_by,
    has_text,
    index_of,
    is_true,
    mean_by,
    ratio,
    rows_of,
    sum_by,
)
from runlake.model.findings import Table

KINDS = ("interval", "sprint", "hill", "tempo", "fartlek")
MIN_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Bouts:
    """Work bouts of one kind in each activity."""

    n: F8
    work_s: F8
    load: F8
    """Work time times the cube of its share of critical speed."""
    confidence: F8
    mean_s: F8
    cs_frac: F8
    rest_s: F8
    jogged: F8
    """Share of rests that were jogged."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """NaN: not known."""

    is_run: B1
    is_walk_sport: B1
    is_generic: B1
    is_transition: B1
    moving_s: F8
    distance_m: F8
    speed_mps: F8
    cadence_spm: F8
    easy_frac: F8
    """Mean grade-adjusted speed over the comfortable speed of the day; NaN while that rests on fewer than 3 runs."""
    cs_frac: F8
    lthr_frac: F8
    z1_heart_rate: F8
    z1_pace: F8
    hard_share: F8
    """Share of time in zone 3, by heart rate where it is known, else by pace."""
    bouts: Mapping[str, Bouts]
    n_strides: F8
    is_race: B1
    race_reason: Array
    """Why it counts as a race, str or None."""
    usual_s: F8
    """Median moving time of the runs of the 8 weeks before; NaN with fewer than 3."""
    week_m: F8
    """Mean weekly distance of the 4 weeks before; NaN in the first 4 weeks."""
    after_hard: B1
    rise_frac: F8
    """Speed of the last third of kilometres over the first third, minus 1."""
    rise_order: F8
    """Rank correlation of kilometre speed with order (Spearman)."""
    late_easy_frac: F8
    """Speed of the last third of kilometres over comfortable speed."""


def read_features(tables: Mapping[str, Table]) -> Features:
    """The features of all activities, in the order of the table."""
    sessions = tables["activities"]
    index = index_of(sessions["activity_id"])
    day = sessions["local_date"]
    moving = np.where(np.isnan(sessions["moving_s"]), sessions["timer_s"], sessions["moving_s"])
    is_run = has_text(sessions["sport"], "running")
    easy, pace_says = _known_speeds(tables["thresholds"], day)
    bouts = {kind: _bouts(tables["intervals"], kind, index, pace_says) for kind in KINDS}
    hard = is_true(sessions["is_race"]) | (sum(b.work_s for b in bouts.values()) >= 300.0)
    usual, week = _habits(day, is_run, moving, human_metres(sessions))
    rise, order, late = _rises(tables["splits"], index)
    limit = dated(tables["thresholds"], "hr_threshold").value_on(day)
    by_rate = _zone_shares(tables["intensity"], "heart_rate", index)
    by_pace = np.where(pace_says | ~np.isnan(easy), _zone_shares(tables["intensity"], "pace", index), np.nan)
    return Features(
        is_run=is_run,
        is_walk_sport=has_text(sessions["sport"], "walking", "hiking"),
        is_generic=has_text(sessions["sport"], "generic", "unknown", "all", "transition"),
        is_transition=has_text(sessions["sport"], "transition"),
        moving_s=moving,
        distance_m=sessions["distance_m"],
        speed_mps=ratio(sessions["distance_m"], moving),
        cadence_spm=sessions["mean_cadence_spm"],
        easy_frac=ratio(sessions["mean_gap_speed_mps"], easy),
        cs_frac=np.where(pace_says, sessions["effort_frac"], np.nan),
        lthr_frac=ratio(sessions["mean_heart_rate_bpm"], limit),
        z1_heart_rate=by_rate[0],
        z1_pace=by_pace[0],
        hard_share=np.where(np.isnan(by_rate[2]), by_pace[2], by_rate[2]),
        bouts=bouts,
        n_strides=np.nan_to_num(sessions["n_strides"]),
        is_race=is_true(sessions["is_race"]),
        race_reason=sessions["race_reason"],
        usual_s=usual,
        week_m=week,
        after_hard=_after_hard(sessions, hard),
        rise_frac=rise,
        rise_order=order,
        late_easy_frac=ratio(late, easy),
    )


def _known_speeds(thresholds: Table, day: F8) -> tuple[F8, B1]:
    """Comfortable speed of each day, NaN below three runs of evidence; and whether critical speed rests on an effort.

    One run cannot be told from itself: pace says something once three runs or a hard effort stand behind it.
    """
    comfortable = dated(thresholds, "comfortable_speed")
    easy = np.where(_is_known(comfortable, day, 3.0), comfortable.value_on(day), np.nan)
    return easy, _is_known(dated(thresholds, "critical_speed"), day, 1.0)


def _is_known(threshold: Dated, day: F8, min_evidence: float) -> B1:
    """Whether the threshold of each day was told, or rests on enough activities."""
    return has_text(threshold.source_on(day), "config") | (threshold.evidence_on(day) >= min_evidence)


def _bouts(intervals: Table, kind: str, index: Mapping[str, int], pace_says: B1) -> Bouts:
    keep = np.flatnonzero(has_text(intervals["kind"], kind) & (intervals["confidence"] >= MIN_CONFIDENCE))
    row: I8 = rows_of(intervals["activity_id"][keep], index)
    duration = intervals["duration_s"][keep]
    frac = intervals["critical_speed_frac"][keep]
    n = len(index)
    jog = has_text(intervals["rest_kind"][keep], "jog").astype(np.float64)
    load = duration * np.where(np.isnan(frac), 1.0, np.clip(frac, 0.5, 2.0)) ** 3
    return Bouts(
        n=count_by(row, n),
        work_s=sum_by(row, duration, n),
        load=sum_by(row, load, n),
        confidence=np.nan_to_num(mean_by(row, intervals["confidence"][keep], n, duration)),
        mean_s=mean_by(row, duration, n),
        cs_frac=np.where(pace_says, mean_by(row, frac, n, duration), np.nan),
        rest_s=mean_by(row, intervals["rest_s"][keep], n),
        jogged=mean_by(row, np.where(np.isnan(intervals["rest_s"][keep]), np.nan, jog), n),
    )


def _zone_shares(intensity: Table, method: str, index: Mapping[str, int]) -> F8:
    """Shares of time in zones 1 to 3, float64[3, n]."""
    keep = np.flatnonzero(has_text(intensity["method"], method))
    row = rows_of(intensity["activity_id"][keep], index)
    seconds, zone = intensity["seconds"][keep], intensity["zone"][keep]
    n = len(index)
    total = sum_by(row, seconds, n)
    return np.array([ratio(sum_by(row[zone == z], seconds[zone == z], n), total) for z in (1, 2, 3)])


def _habits(day: F8, is_run: B1, moving_s: F8, distance_m: F8) -> tuple[F8, F8]:
    """Usual duration of a run and usual weekly distance before each activity, each float64[n]."""
    runs = np.flatnonzero(is_run)
    usual, week = np.full(len(day), np.nan), np.full(len(day), np.nan)
    if len(runs) == 0:
        return usual, week
    runs = runs[np.argsort(day[runs], kind="stable")]
    run_day, run_s = day[runs], moving_s[runs]
    low, high = np.searchsorted(run_day, run_day - 56.0), np.searchsorted(run_day, run_day)
    medians: dict[tuple[int, int], float] = {}
    for i, window in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        if window[1] - window[0] >= 3:
            if window not in medians:
                part = np.sort(run_s[window[0] : window[1]])
                medians[window] = float(part[(len(part) - 1) // 2] + part[len(part) // 2]) / 2
            usual[runs[i]] = medians[window]
    total = np.concatenate(([0.0], np.cumsum(np.nan_to_num(distance_m[runs]))))
    weekly = (total[high] - total[np.searchsorted(run_day, run_day - 28.0)]) / 4.0
    week[runs] = np.where(run_day >= run_day[0] + 28.0, weekly, np.nan)
    return usual, week


def _after_hard(sessions: Table, hard: B1) -> B1:
    """Whether a hard session ended 6 to 36 hours before."""
    out = np.zeros(sessions.n_rows, dtype=bool)
    ends = np.sort(sessions["end_time_utc"][hard])
    if len(ends):
        start = sessions["start_time_utc"]
        before = np.searchsorted(ends, start - 6 * 3600.0, side="right") - 1
        out = (before >= 0) & (start - ends[np.maximum(before, 0)] <= 36 * 3600.0)
    return out


def _rises(splits: Table, index: Mapping[str, int]) -> tuple[F8, F8, F8]:
    """How far and how steadily kilometre speed rose, and the last third's speed; NaN below five whole kilometres."""
    n = len(index)
    keep = np.flatnonzero(has_text(splits["kind"], "km") & ~is_true(splits["is_partial"]) & (splits["timer_s"] > 0))
    row = rows_of(splits["activity_id"][keep], index)
    keep, row = keep[row >= 0], row[row >= 0]
    number = splits["split_no"][keep]
    if not bool(np.all((row[1:] > row[:-1]) | ((row[1:] == row[:-1]) & (number[1:] >= number[:-1])))):
        order = np.lexsort((number, row))
        keep, row = keep[order], row[order]
    speed = np.where(
        np.isnan(splits["mean_gap_speed_mps"][keep]),
        ratio(splits["distance_m"][keep], splits["timer_s"][keep]),
        splits["mean_gap_speed_mps"][keep],
    )
    count = count_by(row, n)
    first = np.searchsorted(row, np.arange(n))
    place = np.arange(len(row)) - first[row]
    by_speed = np.lexsort((speed, row))
    rank = np.empty(len(row))
    rank[by_speed] = np.arange(len(row)) - first[row[by_speed]]
    size = count[row]
    centred = (place - (size - 1) / 2) * (rank - (size - 1) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        spearman = 12.0 * sum_by(row, centred, n) / (count * (count**2 - 1.0))
    third = np.maximum(size // 3, 1)
    early = mean_by(row[place < third], speed[place < third], n)
    late = mean_by(row[place >= size - third], speed[place >= size - third], n)
    enough = count >= 5
    found = (ratio(late, early) - 1.0, spearman, late)
    return tuple(np.where(enough, values, np.nan) for values in found)  # type: ignore[return-value]
