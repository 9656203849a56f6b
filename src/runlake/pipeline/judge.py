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
    if all(map(is_answered, fresh)):
        return fresh
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
    inputs = [(k, o, _content(k, o)) for k in sorted(known, key=_place_order) for o in _in_order(k.outcomes)]
    holders: dict[tuple[str, str], tuple[Known, Outcome]] = {}
    """For each athlete's content, the first place that holds it."""
    for one, outcome, content in inputs:
        if content[1]:
            holders.setdefault(content, (one, outcome))
    losers = _losers(holders)
    winners = set(losers.values())
    where = {
        s.activity_id: _Winner(_name(*h), s.start_time_utc_s, h[0].place.source)
        for h in (holders.values() if winners else ())
        for s in h[1].sessions
        if s.activity_id in winners
    }
    rows: list[Row] = []
    kept: list[Kept] = []
    for one, outcome, content in inputs:
        holder = holders.get(content)
        if holder is None:
            rows.append(Row(one.place, outcome, 0))
        elif holder[0] is not one or holder[1] is not outcome:
            text = f"same_bytes: the same bytes are in the lake already{_elsewhere(one, holder[0].place.source)}"
            copy = replace(outcome, status="duplicate", reason=text)
            first = holder[1].sessions[0].activity_id
            rows.append(Row(one.place, copy, 0, where[losers[first]].name if first in losers else _name(*holder)))
        else:
            rows.append(_row(one, outcome, losers, where))
            kept.extend(
                Kept(s, one.place, outcome.member, one.key) for s in outcome.sessions if s.activity_id not in losers
            )
    kept.sort(key=lambda k: (k.place.athlete_id, k.session.start_time_utc_s, k.session.activity_id))
    return Verdict(tuple(rows), tuple(kept))


@dataclass(frozen=True, slots=True)
class _Winner:
    """An activity that another one repeats: the file that stands for it, and when it began."""

    name: str
    start_time_utc_s: float
    source: str


def _elsewhere(one: Known, source: str) -> str:
    """Which SOURCE the other file is in, when it is another one: there the same path may be again."""
    return "" if source == one.place.source else f", from the source {source}"


def _row(one: Known, outcome: Outcome, losers: Mapping[str, str], where: Mapping[str, _Winner]) -> Row:
    lost = [s for s in outcome.sessions if s.activity_id in losers]
    left = len(outcome.sessions) - len(lost)
    if not lost:
        return Row(one.place, outcome, left)
    winner = where[losers[lost[0].activity_id]]
    if left:
        note = f"{len(lost)} of {len(outcome.sessions)} activities are kept from another file: {winner.name}"
        reason = f"{outcome.reason}; {note}" if outcome.reason else f"part_duplicate: {note}"
        return Row(one.place, replace(outcome, reason=reason), left)
    text = f"same_activity: the same activity is kept from a richer file{_elsewhere(one, winner.source)}"
    ahead_s = lost[0].start_time_utc_s - winner.start_time_utc_s
    if abs(ahead_s) > START_TOLERANCE_S:
        which = "ahead of" if ahead_s > 0 else "behind"
        hours = round(abs(ahead_s) / 900) / 4
        text += f"; the clock of this one is {hours:g} h {which} that one: a wrong time zone"
    return Row(one.place, replace(outcome, status="duplicate", reason=text), 0, winner.name)


def _content(known: Known, outcome: Outcome) -> tuple[str, str]:
    if outcome.status not in _WITH_ROWS or not outcome.sessions:
        return ("", "")
    return (known.place.athlete_id, outcome.sha256 or "")


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


def _in_order(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """The archive, then its members by name."""
    return outcomes if len(outcomes) == 1 else sorted(outcomes, key=_member_order)


def _member_order(outcome: Outcome) -> tuple[bool, str]:
    return (outcome.member is not None, outcome.member or "")
