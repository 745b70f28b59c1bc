"""One request, or several, in a plan: who would come and when, why, and accepting or refusing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound, Refusal
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import joined
from medixchange.matching.match import Match
from medixchange.matching.models import MatchMember, ProposedMatch
from medixchange.matching.search import message_from_json, parts_from_json
from medixchange.matching.stored import members_of
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.plans import actions, queries
from medixchange.plans.accepting import proposal_of
from medixchange.plans.lifecycle import PlannedState, Purpose, Verb, may
from medixchange.plans.models import Change, MatchPlan, PlannedMatch
from medixchange.plans.queries import Planned
from medixchange.plans.reading import value_in
from medixchange.sessions import previews
from medixchange.sessions import queries as sessions
from medixchange.sessions.invites import preview
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.plan_view import View
from medixchange.web.desk.reasons import Reason, reasons_of
from medixchange.web.desk.refused import refused
from medixchange.web.desk.said import PLANNED, Tag, said_of
from medixchange.web.form import Sent
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

NONE_OPEN = say("Everything that this plan serves is decided already.")
TELLING = (Change.HOUR, Change.PEOPLE, Change.ROOM)
"""Changes beside which the proposal of before is shown."""
MOST_LISTED = 25
"""How many requests are listed before they are accepted together; more are only counted."""

router = APIRouter()


@dataclass(frozen=True)
class Seen:
    """One request in a plan as the desk shows it; ``others`` are the hospitals of those that have joined it, ``before``
    is its best proposal when the plan was made, where that was at another hour, with other people or in another room;
    ``rooms`` are then the one that is planned and that one's, where they are two."""

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
    error: Message | None
    may_accept: bool
    may_refuse: bool

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
            why=_messages(row.why),
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


@router.get("/desk/plans/{plan_id}/accept", dependencies=[policy(Organizer)])
def ask_for_all(request: Request, db: Db, plan_id: Number) -> Response:
    """What accepting everything that is open would do, before it is done."""
    plan = queries.by_id(db, plan_id)
    if queries.is_trial(db, plan):
        return _refused(request, plan_id, actions.TRIAL)
    waiting = [each for each in queries.rows(db, plan) if _is_open(each[0])]
    return _asked(request, db, plan, waiting, is_all=True) if waiting else _refused(request, plan_id, NONE_OPEN)


@router.post("/desk/plans/{plan_id}/choose")
def choose(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, plan_id: Number) -> Response:
    """Refuse the chosen requests, or show what accepting them would do."""
    plan, chosen = queries.by_id(db, plan_id), _chosen(sent.all("request"))
    try:
        if sent.one("act") == "refuse":
            actions.refuse(db, plan, chosen, actor=actor.label, now=now)
            back = View.of(request.query_params).query(done="refused")
            return see_other(f"/desk/plans/{plan_id}?{back}")
        rows = [each for each in queries.rows(db, plan) if each[0].request_id in chosen and _is_open(each[0])]
        if not rows:
            raise Refusal(actions.NOTHING)
    except Refusal as no:
        return _refused(request, plan_id, no.message)
    return _asked(request, db, plan, rows)


@router.post("/desk/plans/{plan_id}/accept")
def accept(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, plan_id: Number) -> Response:
    """Have the requests made into sessions: those of the form, or with ``all`` every one that is open."""
    plan, chosen = queries.by_id(db, plan_id), _chosen(sent.all("request"))
    if sent.one("all") == "yes":
        chosen = {row.request_id for row, *_ in queries.rows(db, plan) if _is_open(row)}
    try:
        actions.accept(db, plan, chosen, actor=actor.label, now=now)
    except Refusal as no:
        return _refused(request, plan_id, no.message)
    return see_other(f"/desk/plans/{plan_id}?done=accepted")


@router.get("/desk/plans/{plan_id}/requests/{request_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, plan_id: Number, request_id: Number) -> Response:
    """One request in a plan: its hour, its people, why, and each letter that accepting it would send."""
    plan = queries.by_id(db, plan_id)
    found = [each for each in queries.rows(db, plan) if each[0].request_id == request_id]
    if not found:
        raise NotFound(say("This request is not in this plan."))
    [one] = seen(db, plan, found)
    letters = _letters(db, plan, one, one.match, now=now) if one.match and one.may_accept else []
    return render(
        request,
        "desk/plan_row.html",
        plan=plan,
        one=one,
        why=_reasons(one),
        letters=shown(request, letters),
    )


def _letters(db: Session, plan: MatchPlan, one: Seen, match: Match, *, now: datetime) -> list[Letter]:
    """What accepting the request would tell people; nothing where that cannot be any more."""
    proposal, members = proposal_of(one.row, match)
    session = sessions.of_request(db, one.asked.id) if plan.purpose is Purpose.MENDING else None
    if session is None:
        return preview(db, proposal, members, now=now)
    try:
        return previews.of_exchanging(db, session, proposal, members, now=now)
    except Refusal:
        return []


def _reasons(one: Seen) -> list[Reason]:
    experts = len(one.match.panel) if one.match else 0
    return reasons_of(parts_from_json(one.row.parts), experts=experts)


def _asked(
    request: Request, db: Session, plan: MatchPlan, planned: Sequence[Planned], *, is_all: bool = False
) -> Response:
    rows = seen(db, plan, planned)
    return render(
        request,
        "desk/plan_accept.html",
        plan=plan,
        refused=queries.states(db, plan).get(PlannedState.REFUSED, 0) if is_all else 0,
        rows=rows,
        is_all=is_all,
        most=MOST_LISTED,
        people=len({who for each in rows if each.match for who in everybody(each.match)}),
        hospitals=len({hospital.id for each in rows for hospital in each.hospitals}),
        unapproved=sorted({name for each in rows for name in each.unapproved}),
    )


def _is_open(row: PlannedMatch) -> bool:
    """Whether a request can be accepted and nobody has refused it."""
    return row.change is not Change.UNSERVED and row.state in queries.OPEN


def _chosen(texts: Iterable[str]) -> set[int]:
    return {number for each in texts if (number := number_in(each)) is not None}


def _messages(data: Iterable[object]) -> list[Message]:
    return [message for each in data if (message := message_from_json(each)) is not None]


def _refused(request: Request, plan_id: int, why: Message) -> Response:
    told = say("Nothing was changed and nobody was invited.")
    return refused(request, why, told=told, back=f"/desk/plans/{plan_id}", label=say("See the plan as it is now"))
