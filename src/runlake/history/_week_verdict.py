"""Run with purpose? The verdict on a week, made only of what other rows show, and the activities it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runlake.history._calendar import Calendar, human_metres
from runlake.history._effective import dated
from runlake.history._group import B1, Array, has_text
from runlake.history._purpose_words import counted, minutes, percent
from runlake.history._week_rhythm import is_key
from runlake.model.findings import Table

SPIKE = 1.10


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of the week: the answer in words, and whether it is as the articles advise."""

    is_good: bool
    words: str


def verdict_columns(
    calendar: Calendar, sessions: Table, thresholds: Table, columns: Mapping[str, Array], min_runs: int, min_s: float
) -> dict[str, Array]:
    """verdict, verdict_reason and verdict_evidence of every week."""
    out = {name: np.full(calendar.n, None, dtype=object) for name in ("verdict", "verdict_reason", "verdict_evidence")}
    evidence = _evidence(calendar, sessions)
    cold = calendar.count(_cold_starts(sessions))
    circular = _is_circular(calendar, thresholds) & (columns["easy_share_method"] == "pace")
    for w in range(calendar.n):
        week = {name: values[w] for name, values in columns.items()}
        after_recovery = w > 0 and columns["is_recovery_week"][w - 1] == 1.0
        if after_recovery and np.isnan(week["ramp_4_weeks_frac"]):
            week["ramp_frac"] = np.nan  # back to the usual after a light week is no ramp
        week["cold_starts"] = cold[w]
        week["is_circular"] = float(circular[w])
        verdict, why = _judge(week, w == calendar.n - 1, min_runs, min_s)
        out["verdict"][w], out["verdict_reason"][w] = verdict, why
        out["verdict_evidence"][w] = evidence[w] or None
    return out


def _is_circular(calendar: Calendar, thresholds: Table) -> B1:
    """Weeks whose zones of pace come from easy running itself: they cannot say whether it was easy."""
    critical = dated(thresholds, "critical_speed")
    end = calendar.monday + 6
    return ~has_text(critical.source_on(end), "config") & ~(critical.evidence_on(end) > 0)


def _judge(week: Mapping[str, float], is_last: bool, min_runs: int, min_s: float) -> tuple[str, str]:
    if week["n_runs"] == 0:
        other_s = week["cross_training_s"]
        return "rest", f"no runs; {minutes(other_s)} of other sports" if other_s > 0 else "no runs"
    if week["n_runs"] < min_runs or week["moving_s"] < min_s:
        return "too_little", f"{counted(week['n_runs'], 'run')}, {week['moving_s'] / 60:.0f} min: too little to judge"
    checks = [c for c in (_key(week), _easy(week), _spacing(week), _warm_up(week), _jump(week), _grey(week)) if c]
    bad = sum(not c.is_good for c in checks)
    verdict = "purposeful" if bad == 0 else "partly" if bad == 1 else "unfocused"
    words = "; ".join(c.words for c in checks)
    return verdict, f"so far: {words}" if is_last else words


def _key(week: Mapping[str, float]) -> Check:
    n = int(week["n_key_sessions"])
    if n == 0 and week["is_recovery_week"] == 1.0:
        return Check(True, "recovery week without key sessions")
    words = f"{n} key session{'s' if n != 1 else ''}"
    return Check(1 <= n <= 2, words if 1 <= n <= 2 else f"{words} (one or two advised)")


def _easy(week: Mapping[str, float]) -> Check | None:
    """80 % easy: by time, with 5 points of slack, for weeks whose zones are known."""
    share = week["easy_share_time"]
    if math.isnan(share) or week["is_circular"]:
        return None
    return Check(share >= 0.75, f"{percent(share)} of the time easy (80 % advised)")


def _grey(week: Mapping[str, float]) -> Check | None:
    share = week["grey_share_time"]
    if math.isnan(share) or share < 0.25 or week["is_circular"]:
        return None
    return Check(False, f"{percent(share)} in the grey zone outside tempo bouts")


def _spacing(week: Mapping[str, float]) -> Check | None:
    """An easy day between hard ones: less than 36 hours leaves none."""
    if not week["min_gap_h"] < 36.0:
        return None
    return Check(False, f"{week['min_gap_h']:.0f} h between key sessions (an easy day between them advised)")


def _cold_starts(sessions: Table) -> B1:
    """Key sessions that began hard within three minutes, with nothing recorded in the hour before.

    Races are left out: their warm-up is seldom recorded.
    """
    order = np.argsort(sessions["start_time_utc"], kind="stable")
    gap = sessions["start_time_utc"][order][1:] - sessions["end_time_utc"][order][:-1]
    follows = np.zeros(sessions.n_rows, dtype=bool)
    follows[order[1:]] = gap <= 3600.0
    hard = is_key(sessions) & ~has_text(sessions["purpose"], "race", "progression")
    return hard & (sessions["warmup_s"] < 180.0) & ~follows


def _warm_up(week: Mapping[str, float]) -> Check | None:
    n = int(week["cold_starts"])
    return Check(False, f"{n} of them without a warm-up") if n else None


def _jump(week: Mapping[str, float]) -> Check | None:
    """One check for both: a long run that is much longer makes the week longer too."""
    return _spike(week) or _ramp(week)


def _spike(week: Mapping[str, float]) -> Check | None:
    if not week["spike_ratio"] > SPIKE:
        return None
    return Check(
        False,
        f"one run {week['spike_ratio']:.2f} times the longest of the 30 days before "
        "(Frandsen 2025: more than 1.10 goes with injury)",
    )


def _ramp(week: Mapping[str, float]) -> Check | None:
    """The articles' 10 to 15 % rule, against the four weeks before where they are known."""
    if not (week["ramp_frac"] > 0.15 and not week["ramp_4_weeks_frac"] <= 0.15):
        return None
    return Check(
        False, f"distance {percent(week['ramp_frac'])} above the week before (10 to 15 % by the articles' rule)"
    )


def _evidence(calendar: Calendar, sessions: Table) -> list[str]:
    """For each week the ids of its key sessions, spikes and longest run, in order of time."""
    longest = np.full(calendar.n, -1)
    distance = np.where(calendar.is_run, np.nan_to_num(human_metres(sessions)), -1.0)
    order = np.lexsort((distance, calendar.week))
    longest[calendar.week[order]] = order
    wanted = is_key(sessions) | (sessions["spike_ratio"] > SPIKE)
    wanted[longest[longest >= 0]] = True
    # Unclear sessions leave a gap in the verdict: they can be opened too.
    wanted |= has_text(sessions["purpose"], "unclear")
    wanted &= calendar.is_run
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(sessions["start_time_utc"][rows], kind="stable")]
    ids: list[list[str]] = [[] for _ in range(calendar.n)]
    for week, activity in zip(calendar.week[rows].tolist(), sessions["activity_id"][rows].tolist(), strict=True):
        ids[week].append(activity)
    return [" ".join(part) for part in ids]
