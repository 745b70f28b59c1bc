"""A session to which somebody cannot come, or that something disrupts: who or what could take over, at which other hour
it could be, and deciding it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.matching import queries as matching
from medixchange.matching.models import MatchState, ProposedMatch, Repair
from medixchange.matching.stored import disruptions, words_of
from medixchange.matching.views import MatchView
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.sessions import previews, queries
from medixchange.sessions.actions import keeps_hour, substitute
from medixchange.sessions.disruptions import keep
from medixchange.sessions.invites import conversation
from medixchange.sessions.lifecycle import Verb, may
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.stepping import is_exchangeable
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.reasons import Reason, why
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.session_form import parties
from medixchange.web.form import Sent
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

GONE = say("This proposal is not on the desk any more; see what is possible now.")

router = APIRouter()


@dataclass(frozen=True)
class Mend:
    """One way to mend the session: the proposal, who comes and who goes by it, why, and the page that previews it.

    ``room`` is the one that it would have instead of its own, ``spoken`` how it would be interpreted where that is
    another way. Who is ``hurried`` comes, and wants longer notice than is left.
    """

    match: MatchView
    same_hour: bool
    comes: Sequence[str]
    goes: Sequence[str]
    room: str | None
    spoken: Message | None
    hurried: Sequence[str]
    why: Sequence[Reason]
    href: str

    @property
    def title(self) -> Message:
        """What it does."""
        if not self.same_hour:
            return say("The best other hour")
        is_room_alone = self.room is not None and not self.comes and not self.goes
        return say("Another room at the same hour") if is_room_alone else say("The best substitute at the same hour")


@dataclass(frozen=True)
class Mending:
    """Who cannot come, what disrupts the session, and what could be done: nothing yet while a search is ``running``.

    ``wishes`` are the hours at which those who cannot come could, with their numbers and names. For ``the_hospital``
    nobody can take over.
    """

    missing: Sequence[str]
    running: bool
    ways: Sequence[Mend]
    wishes: Sequence[tuple[int, str, datetime]]
    the_hospital: bool
    disrupted: Sequence[Message]
    causes: Sequence[str]

    @property
    def has_substitute(self) -> bool:
        """Whether somebody, or another room, could take over at the same hour."""
        return any(way.same_hour for way in self.ways)


def mending(
    db: Session, session: SharingSession, places: Sequence[tuple[Attendance, Person]], *, now: datetime
) -> Mending | None:
    """What could be done about those who work in the session and cannot come, where nobody of the hospital comes, or
    where something disrupts it; None where there is nothing to mend."""
    working = [(place, person) for place, person in places if place.role is not Role.LIAISON]
    # One that has joined and cannot come leaves the session by itself.
    mine = [row for row in places if row[0].joined_id is None]
    hospital = [(place, person) for place, person in mine if place.role is Role.LIAISON]
    may_move = may(session.state, Verb.RESCHEDULE)
    of_hospital = _declined(hospital) if may_move and len(_declined(hospital)) == len(hospital) else []
    missing = [*_declined(working), *of_hospital]
    disrupted = disruptions(db, [session.match_id])[session.match_id]
    if not (missing or disrupted) or session.ends_at <= now or not may(session.state, Verb.SUBSTITUTE):
        return None
    ranking = matching.ranked(db, session.request_id, now=now)
    open_still = [each for each in ranking.matches if each.state is MatchState.PROPOSED and not each.objections]
    mends = [each for each in open_still if each.repair is not None]
    if of_hospital:
        elsewhere = [each for each in open_still if not _overlaps(each, session)]
        mends = [each for each in elsewhere if each.repair is not None] or elsewhere[:1]
    wishes = [(who.id, who.name, place.other_hour) for place, who in missing if place.other_hour]
    names = {person.id: person.name for _, person in working}
    may_stay = is_exchangeable(session, now=now)
    possible = [each for each in mends if (may_stay if each.repair is Repair.SAME_HOUR else may_move)]
    return Mending(
        missing=[person.name for _, person in missing],
        running=ranking.is_running,
        ways=[_mend(db, session, names, each) for each in possible],
        wishes=[each for each in wishes if may_move and each[2] > now],
        the_hospital=bool(of_hospital),
        disrupted=words_of(disrupted),
        causes=[each.cause for each in disrupted],
    )


def _declined(places: Sequence[tuple[Attendance, Person]]) -> list[tuple[Attendance, Person]]:
    return [(place, person) for place, person in places if place.partstat == "DECLINED"]


def _overlaps(match: MatchView, session: SharingSession) -> bool:
    return match.starts_at < session.ends_at and session.starts_at < match.ends_at


def _mend(db: Session, session: SharingSession, names: dict[int, str], match: MatchView) -> Mend:
    there = {member.person_id: member.name for member in match.members}
    proposal = matching.by_id(db, match.id)
    return Mend(
        match=match,
        same_hour=match.repair is Repair.SAME_HOUR,
        comes=[name for who, name in there.items() if who not in names],
        goes=[name for who, name in names.items() if who not in there],
        room=match.room if proposal.room_id != session.room_id else None,
        spoken=conversation(match) if conversation(match) != conversation(session) else None,
        hurried=[member.name for member in match.members if member.hurried and member.person_id not in names],
        why=why(match),
        href=f"substitute?match={match.id}" if keeps_hour(session, proposal) else f"reschedule?to=match:{match.id}",
    )


@router.get("/desk/sessions/{session_id}/substitute", dependencies=[policy(Organizer)])
def preview(request: Request, db: Db, now: Now, session_id: Number) -> Response:
    """Who comes and who goes or which room it is in, and the letters about it."""
    session = queries.by_id(db, session_id)
    match = _chosen(db, session, request.query_params.get("match", ""))
    if match is None or not may(session.state, Verb.SUBSTITUTE):
        return session_refused(request, session_id, GONE)
    found = mending(db, session, queries.attendances(db, session_id), now=now)
    way = next((each for each in found.ways if each.match.id == match.id), None) if found else None
    if way is None:
        return session_refused(request, session_id, GONE)
    return render(
        request,
        "desk/substitute.html",
        **parties(db, session),
        way=way,
        room=people.room_by_id(db, session.room_id),
        letters=shown(request, previews.of_substituting(db, session, match, now=now)),
    )


@router.post("/desk/sessions/{session_id}/substitute")
def decide(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """Give the places away or have it in another room, and tell those concerned; where that cannot be, say why."""
    session = queries.by_id(db, session_id, for_change=True)
    match = _chosen(db, session, sent.one("match"))
    if match is None:
        return session_refused(request, session_id, GONE)
    try:
        substitute(db, session, match, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=substituted")


@router.post("/desk/sessions/{session_id}/keep")
def stay(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """The session stays as it is, for all of the causes that were shown; where none is left, say so."""
    session = queries.by_id(db, session_id, for_change=True)
    try:
        keep(db, session, sent.all("cause"), actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=kept")


def _chosen(db: Session, session: SharingSession, text: str) -> ProposedMatch | None:
    number = number_in(text)
    match = matching.by_id(db, number) if number is not None else None
    return match if match is not None and match.request_id == session.request_id else None
