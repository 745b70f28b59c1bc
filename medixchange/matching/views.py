"""Proposals for requests as the desk shows them: who comes, when each of them is there, and whether it holds still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from medixchange.intake.models import SessionRequest
from medixchange.intake.together import asking_of_each
from medixchange.matching.facts import problem_of_several
from medixchange.matching.kept import HOSPITAL, PERSON
from medixchange.matching.models import MatchMember, MatchState, ProposedMatch, Repair
from medixchange.matching.objections import objections
from medixchange.matching.opened import opened, with_opened
from medixchange.matching.presence import calendar_masks, is_hurried, joined, taken
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request
from medixchange.matching.resources import Person
from medixchange.matching.search import parts_from_json
from medixchange.matching.stored import INTERPRETER, members_of
from medixchange.matching.terms import Part
from medixchange.messages import Message
from medixchange.people import queries as people
from medixchange.people.models import Room
from medixchange.times.grid import Grid, runs
from medixchange.times.intervals import Interval

NOT_PRESENCE = frozenset({"notice", "humane"})
"""Masks that are house rules and not somebody's own hours."""
SHOWN_AROUND = timedelta(hours=24)
"""How far before and after the start of a proposal it is shown when its people are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """Somebody on a proposal; ``free`` is when they are there in the day before and after its start.

    ``hurried`` says that they want longer notice than is left until then.
    """

    person_id: int
    name: str
    role: str
    leg: str
    institution: str
    zone: str
    country: str
    free: tuple[Interval, ...]
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class GuestView:
    """A further hospital of a proposal; ``free`` as for a member."""

    name: str
    zone: str
    free: tuple[Interval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A proposal as the desk shows it; ``objections`` say why it holds no more, none that it still does.

    ``hospital_free`` is when the asking side can come in the day before and after the start, ``guests`` are further
    hospitals that take part.
    """

    id: int
    rank: int
    state: MatchState
    starts_at: datetime
    ends_at: datetime
    fit: int
    score: int
    repair: Repair | None
    parts: tuple[Part, ...]
    mode: str
    speech: str
    audience: str
    relay: str
    others: tuple[str, ...]
    room: str
    members: tuple[MemberView, ...]
    hospital_free: tuple[Interval, ...]
    guests: tuple[GuestView, ...]
    objections: tuple[Message, ...]


def views(db: Session, requests: Sequence[SessionRequest], *, now: datetime) -> Mapping[int, tuple[MatchView, ...]]:
    """The proposals for each of the requests, which are all of demo data or none, best first, checked against all that
    stands ``now``; in a fixed number of queries."""
    found: dict[int, list[ProposedMatch]] = {each.id: [] for each in requests}
    query = select(ProposedMatch).where(
        col(ProposedMatch.request_id).in_(found),
        col(ProposedMatch.state).in_((MatchState.PROPOSED, MatchState.APPROVED)),
    )
    for row in db.exec(query.order_by(col(ProposedMatch.search_id).desc(), col(ProposedMatch.rank))):
        found[row.request_id].append(row)
    rows = [row for several in found.values() for row in several]
    if not rows:
        return dict.fromkeys(found, ())
    members = members_of(db, [row.id for row in rows])
    ids = frozenset(each.person_id for row in rows for each in members[row.id])
    asked = [several[0] for number, several in asking_of_each(db, list(found)).items() if found[number]]
    problem = problem_of_several(db, asked, now=now, is_demo=asked[0][1].is_demo, only=ids)
    desk = _Desk(db, problem, ids, rows)
    return {number: tuple(desk.view(row, members[row.id]) for row in several) for number, several in found.items()}


class _Desk:
    """What all proposals that are shown have in common, read once."""

    def __init__(self, db: Session, problem: Problem, ids: frozenset[int], rows: Sequence[ProposedMatch]) -> None:
        self._problem = problem
        self._persons = people.persons(db, ids)
        self._panels = people.panels_of(db, ids)
        rooms = db.exec(select(Room.id, Room.name).where(col(Room.id).in_({row.room_id for row in rows})))
        self._rooms = dict(rooms.all())

    def view(self, row: ProposedMatch, members: list[MatchMember]) -> MatchView:
        names = {str(who): person.name for who, person in self._persons.items()}
        approved, request = row.state is MatchState.APPROVED, self._problem.request[str(row.request_id)]
        return MatchView(
            id=row.id,
            rank=row.rank,
            state=row.state,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            fit=row.fit,
            score=row.score,
            repair=row.repair,
            parts=parts_from_json(row.parts),
            mode=row.mode,
            speech=row.speech,
            audience=row.audience,
            relay=row.relay,
            others=tuple(row.others),
            room=self._rooms[row.room_id],
            members=tuple(self._member(each, request, row.starts_at) for each in members),
            hospital_free=self._free(request.parties[0], request, row.starts_at),
            guests=tuple(self._guests(request, row.starts_at)),
            objections=() if approved else objections(self._problem, row, members, names),
        )

    def _member(self, member: MatchMember, request: Request, at: datetime) -> MemberView:
        person, panel = self._persons[member.person_id], self._panels.get(member.person_id)
        is_interpreter = member.role == INTERPRETER
        found = (self._problem.interpreter if is_interpreter else self._problem.expert).get(str(person.id))
        return MemberView(
            person_id=person.id,
            name=person.name,
            role=member.role,
            leg=member.leg,
            institution=panel.institution if panel and not is_interpreter else "",
            zone=person.zone,
            country=person.country,
            free=_near(self._presence(found, request), self._problem.grid, at) if found else (),
            hurried=found is not None and is_hurried(found, at, self._problem.grid),
        )

    def _presence(self, person: Person, request: Request) -> int:
        """When somebody is there for ``request`` and in no other session."""
        opening = opened(PERSON, person.id, request, self._problem)
        own = with_opened((mask for mask in person.masks if mask.kind not in NOT_PRESENCE), opening)
        held = self._problem.held_by_person.get(person.id, ())
        return joined((*own, taken(held, self._problem.grid)), self._problem.grid)

    def _guests(self, request: Request, at: datetime) -> Iterator[GuestView]:
        parties = {party.hospital: party for party in reversed(request.parties)}
        for each in request.hospitals[1:]:
            hospital = self._problem.hospital[each]
            yield GuestView(hospital.name, hospital.zone, self._free(parties[each], request, at))

    def _free(self, party: Party, request: Request, at: datetime) -> tuple[Interval, ...]:
        """When a hospital can come, around ``at``."""
        hospital, grid = self._problem.hospital[party.hospital], self._problem.grid
        masks = with_opened(calendar_masks(party, hospital), opened(HOSPITAL, hospital.id, request, self._problem))
        held = self._problem.held_at_hospital.get(hospital.id, ())
        return _near(joined((*masks, taken(held, grid)), grid), grid, at)


def _near(slots: int, grid: Grid, at: datetime) -> tuple[Interval, ...]:
    """The stretches of ``slots`` that lie within a day of ``at``."""
    near = slots & grid.touched([Interval(at - SHOWN_AROUND, at + SHOWN_AROUND)])
    return tuple(grid.interval(first, count) for first, count in runs(near))
