"""The requests of a plan as the desk shows them: who would come and when, what was there before, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from medixchange.intake.models import SessionRequest
from medixchange.intake.together import joined
from medixchange.matching.match import Match
from medixchange.matching.models import MatchMember, ProposedMatch
from medixchange.matching.search import message_from_json, messages_from_json
from medixchange.matching.stored import members_of
from medixchange.messages import Message
from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.plans import queries
from medixchange.plans.accepting import proposal_of
from medixchange.plans.gains import Gains, gains_from_json
from medixchange.plans.lifecycle import Verb, may
from medixchange.plans.models import Change, MatchPlan, PlannedMatch
from medixchange.plans.queries import Planned
from medixchange.plans.reading import value_in
from medixchange.web.desk.reasons import Reason, gained, sum_of
from medixchange.web.desk.said import PLANNED, Tag, said_of

TELLING = (Change.HOUR, Change.PEOPLE, Change.ROOM)
"""Changes beside which the proposal of before is shown."""


@dataclass(frozen=True)
class Seen:
    """One request in a plan as the desk shows it; ``others`` are the hospitals of those that have joined it, ``before``
    is its best proposal when the plan was made, where that was at another hour, with other people or in another room;
    ``rooms`` are then the one that is planned and that one's, where they are two; ``gains`` what it is worth beside
    that one, where that differs."""

    row: PlannedMatch
    asked: SessionRequest
    hospital: Hospital
    others: list[Hospital]
    change: Tag
    state: Tag | None
    match: Match | None
    names: list[str]
    before: ProposedMatch | None
    before_names: list[str]
    rooms: tuple[str, str] | None
    why: list[Message]
    gains: Gains | None
    error: Message | None
    may_accept: bool
    may_refuse: bool

    @property
    def gained(self) -> list[Reason]:
        """What the plan wins and loses beside what was there before, the largest first."""
        return gained(self.gains) if self.gains else []

    @property
    def sum(self) -> str:
        """What that comes to in points."""
        return sum_of(self.gains) if self.gains else ""

    @property
    def hospitals(self) -> list[Hospital]:
        """Every hospital whose contacts are invited."""
        return [self.hospital, *self.others]

    @property
    def unapproved(self) -> list[str]:
        """The names of those that are not approved yet."""
        return [each.name for each in self.hospitals if each.approved_at is None]


def seen(db: Session, plan: MatchPlan, planned: Sequence[Planned]) -> list[Seen]:
    """The requests of ``plan`` as a page shows them, each with the names of those who would come."""
    pictures = _Pictures(db, plan, planned)
    return [pictures.of(*each) for each in planned]


class _Pictures:
    """What is read once for all requests of a page: the proposals that they had, and everybody's names."""

    def __init__(self, db: Session, plan: MatchPlan, planned: Sequence[Planned]) -> None:
        self._plan, self._may_accept = plan, not queries.is_trial(db, plan)
        self._matches = {row.id: value_in(row) for row, *_ in planned if row.match}
        self._before = _before(db, plan, [row for row, *_ in planned if row.change in TELLING])
        ids = {int(who) for match in self._matches.values() for who in everybody(match)}
        ids |= {each.person_id for _, members in self._before.values() for each in members}
        self._joined = joined(db, [asked.id for _, asked, _ in planned])
        rooms = {int(match.room) for match in self._matches.values()} | {it.room_id for it, _ in self._before.values()}
        self._rooms = people.rooms(db, rooms)
        self._names = {number: person.name for number, person in people.persons(db, ids).items()}

    def of(self, row: PlannedMatch, asked: SessionRequest, hospital: Hospital) -> Seen:
        """One request."""
        match, (before, members) = self._matches.get(row.id), self._before.get(row.id, (None, []))
        is_served = match is not None
        return Seen(
            row=row,
            asked=asked,
            hospital=hospital,
            others=[other for _, other in self._joined[asked.id]],
            change=said_of(row.change, self._plan),
            state=PLANNED.get(row.state),
            match=match,
            names=[self._names[int(who)] for who in everybody(match)] if match else [],
            before=before,
            before_names=[self._names[each.person_id] for each in members],
            rooms=self._instead(match, before),
            why=messages_from_json(row.why),
            gains=gains_from_json(row.gains),
            error=message_from_json(row.error),
            may_accept=is_served and self._may_accept and may(row.state, Verb.ACCEPT),
            may_refuse=is_served and may(row.state, Verb.REFUSE),
        )

    def _instead(self, match: Match | None, before: ProposedMatch | None) -> tuple[str, str] | None:
        if match is None or before is None or int(match.room) == before.room_id:
            return None
        return self._rooms[int(match.room)].name, self._rooms[before.room_id].name


def _before(
    db: Session, plan: MatchPlan, rows: Sequence[PlannedMatch]
) -> Mapping[int, tuple[ProposedMatch, list[MatchMember]]]:
    """By row what it is compared with, and its people: the best proposal of then, or the plan beside it."""
    if plan.beside_id is not None:
        beside = queries.matches(db, plan.beside_id)
        there = {row.id: beside[row.request_id] for row in rows if row.request_id in beside}
        return {number: proposal_of(each, value_in(each)) for number, each in there.items()}
    numbers = {row.id: row.before_id for row in rows if row.before_id is not None}
    found = queries.proposals(db, numbers.values())
    members = members_of(db, list(found))
    return {number: (found[each], members[each]) for number, each in numbers.items() if each in found}


def everybody(match: Match) -> tuple[str, ...]:
    """Who would come: the panel, then the interpreters."""
    return (*match.panel, *match.route.interpreters)
