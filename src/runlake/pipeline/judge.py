"""The ledger: one final state for every input, and the list of activities that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from runlake.errors import ActivityError
from runlake.pipeline.duplicates import START_TOLERANCE_S, Candidate, winners_of
from runlake.pipeline.records import REUSABLE, Known, Outcome, Place, Session, content_digest

_WITH_ROWS = ("ok", "salvaged", "unstable")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger in its final state."""

    place: Place
    outcome: Outcome
    n_activities: int
    duplicate_of: str | None = None

    @property
    def name(self) -> str:
        """Path and member as people read it."""
        return self.place.path if self.outcome.member is None else f"{self.place.path}!{self.outcome.member}"


@dataclass(frozen=True, slots=True)
class Kept:
    """An activity of the lake: who, the file that stands for it, and the version that read it."""

    session: Session
    place: Place
    member: str | None
    key: str

    @property
    def name(self) -> str:
        """Path and member as people read it."""
        return self.place.path if self.member is None else f"{self.place.path}!{self.member}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ledger's rows and the activities that are kept, both in published order."""

    rows: tuple[Row, ...]
    kept: tuple[Kept, ...]


def resolve_known(known: Iterable[Known], earlier: Iterable[Known]) -> list[Known]:
    """The inputs, with the answer copied where a worker said only that the content is known."""
    fresh = list(known)
    answers: dict[tuple[str, bytes], Outcome] = {}
    for one in [*earlier, *fresh]:
        for outcome in one.outcomes:
            if outcome.sha256 and outcome.status in REUSABLE:
                answers[one.key, content_digest(one.place.athlete_id, outcome.sha256)] = outcome
    return [_resolved(one, answers) for one in fresh]


def is_answered(known: Known) -> bool:
    """False while an answer is still a reference to another input of the same content."""
    return all(o.status != "known" for o in known.outcomes)


def _resolved(known: Known, answers: Mapping[tuple[str, bytes], Outcome]) -> Known:
    if is_answered(known):
        return known
    outcomes = []
    for outcome in known.outcomes:
        answer = answers.get((known.key, content_digest(known.place.athlete_id, outcome.sha256 or "")))
        is_open = outcome.status == "known" and answer is not None
        outcomes.append(replace(answer, member=outcome.member) if answer is not None and is_open else outcome)
    return replace(known, outcomes=tuple(outcomes))


def judge(known: Sequence[Known]) -> Verdict:
    """Final states: equal bytes and equal activities become duplicates of the one that is kept."""
    unanswered = [k.place.path for k in known if not is_answered(k)]
    if unanswered:
        raise ActivityError(f"inputs without an answer: {unanswered[:3]}", code="bug")
    inputs = [(k, o) for k in sorted(known, key=_place_order) for o in sorted(k.outcomes, key=_member_order)]
    holders = _holders(inputs)
    losers = _losers(holders)
    where = {s.activity_id: _name(k, o) for k, o in holders.values() for s in o.sessions}
    starts_s = {s.activity_id: s.start_time_utc_s for _, o in holders.values() for s in o.sessions}
    rows: list[Row] = []
    kept: list[Kept] = []
    for one, outcome in inputs:
        holder = holders.get(_content(one, outcome))
        if holder is None:
            rows.append(Row(one.place, outcome, 0))
        elif holder[0] is not one or holder[1] is not outcome:
            text = "same_bytes: the same bytes are in the lake already"
            copy = replace(outcome, status="duplicate", reason=text)
            first = holder[1].sessions[0].activity_id
            rows.append(Row(one.place, copy, 0, where[losers[first]] if first in losers else _name(*holder)))
        else:
            rows.append(_row(one, outcome, losers, where, starts_s))
            kept.extend(
                Kept(s, one.place, outcome.member, one.key) for s in outcome.sessions if s.activity_id not in losers
            )
    kept.sort(key=lambda k: (k.place.athlete_id, k.session.start_time_utc_s, k.session.activity_id))
    return Verdict(tuple(rows), tuple(kept))


def _row(
    one: Known,
    outcome: Outcome,
    losers: Mapping[str, str],
    where: Mapping[str, str],
    starts_s: Mapping[str, float],
) -> Row:
    lost = [s for s in outcome.sessions if s.activity_id in losers]
    left = len(outcome.sessions) - len(lost)
    if not lost:
        return Row(one.place, outcome, left)
    winner = where[losers[lost[0].activity_id]]
    if left:
        note = f"{len(lost)} of {len(outcome.sessions)} activities are kept from another file: {winner}"
        reason = f"{outcome.reason}; {note}" if outcome.reason else f"part_duplicate: {note}"
        return Row(one.place, replace(outcome, reason=reason), left)
    text = "same_activity: the same activity is kept from a richer file"
    ahead_s = lost[0].start_time_utc_s - starts_s[losers[lost[0].activity_id]]
    if abs(ahead_s) > START_TOLERANCE_S:
        which = "ahead of" if ahead_s > 0 else "behind"
        hours = round(abs(ahead_s) / 900) / 4
        text += f"; the clock of this one is {hours:g} h {which} that one: a wrong time zone"
    return Row(one.place, replace(outcome, status="duplicate", reason=text), 0, winner)


def _content(known: Known, outcome: Outcome) -> tuple[str, str]:
    if outcome.status not in _WITH_ROWS or not outcome.sessions:
        return ("", "")
    return (known.place.athlete_id, outcome.sha256 or "")


def _holders(inputs: Sequence[tuple[Known, Outcome]]) -> dict[tuple[str, str], tuple[Known, Outcome]]:
    """For each athlete's content, the first place that holds it."""
    out: dict[tuple[str, str], tuple[Known, Outcome]] = {}
    for known, outcome in inputs:
        content = _content(known, outcome)
        if content[1]:
            out.setdefault(content, (known, outcome))
    return out


def _losers(holders: Mapping[tuple[str, str], tuple[Known, Outcome]]) -> dict[str, str]:
    athletes: dict[str, list[Candidate]] = {}
    for (athlete, digest), (_, outcome) in holders.items():
        athletes.setdefault(athlete, []).extend(Candidate(s, digest) for s in outcome.sessions)
    losers: dict[str, str] = {}
    for candidates in athletes.values():
        losers.update(winners_of(candidates))
    return losers


def _name(known: Known, outcome: Outcome) -> str:
    return known.place.path if outcome.member is None else f"{known.place.path}!{outcome.member}"


def _place_order(known: Known) -> tuple[str, str, str]:
    return (known.place.athlete_id, known.place.source, known.place.path)


def _member_order(outcome: Outcome) -> tuple[bool, str]:
    return (outcome.member is not None, outcome.member or "")
