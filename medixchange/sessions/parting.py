"""A hospital that has joined another one's session leaves it; the session stays for the others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from medixchange.availability import actions as availability
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.locking import hold_still
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import asking, leading, listening
from medixchange.matching import together
from medixchange.matching.models import ProposedMatch
from medixchange.messages import say
from medixchange.sessions import queries
from medixchange.sessions.actions import confirm_if_all_come
from medixchange.sessions.departed import loss
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import tell_parting
from medixchange.sessions.occasions import standing
from medixchange.sessions.stepping import change, facts, note


def separate(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """Look for a session for ``request`` alone again, and take its hospital out of the session that stands.

    Raises Refusal where it has joined none, or the hour of the session has passed.
    """
    _part(db, request, lambda: together.separate(db, request, actor=actor, now=now), actor=actor, now=now)


def withdraw(
    db: Session,
    request: SessionRequest,
    *,
    reason: str,
    later: int = 0,
    told: Collection[str] = (),
    actor: str,
    now: datetime,
) -> None:
    """The hospital of ``request``, which leads no session, wants none any more.

    Raises Refusal where it has ended, or the hour of the session that it has joined has passed.
    """

    def leave() -> None:
        together.withdraw(db, request, reason=reason, later=later, told=told, actor=actor, now=now)

    _part(db, request, leave, actor=actor, now=now)


def _part(db: Session, request: SessionRequest, leave: Callable[[], None], *, actor: str, now: datetime) -> None:
    with db.begin_nested():
        session = _session_left(db, request, now=now)
        if session is None:
            leave()
            return
        was, others = standing(db, session), _heard_by_others(db, session, request)
        leave()
        before = facts(session) | {"people": [guest.person_id for guest in was.guests]}
        change(db, session, session.state, now=now)
        _empty_places(db, session, request, others, now=now)
        staying = {"people": [place.person_id for place, _ in queries.attendances(db, session.id)]}
        note(db, session, Verb.SUBSTITUTE, before, also=staying, actor=actor, now=now)
        tell_parting(db, session, was, request.id, now=now)
        confirm_if_all_come(db, session, left=loss(was, standing(db, session)), now=now)


def _session_left(db: Session, request: SessionRequest, *, now: datetime) -> SharingSession | None:
    """The session that stands for a request which has joined another one, locked with both of them."""
    hold_still(db, [request.id])
    leads = leading(db, request)
    session = queries.of_request(db, leads.id) if leads and leads.state is RequestState.APPROVED else None
    if session is None:
        return None
    queries.by_id(db, session.id, for_change=True)
    step(session.state, Verb.SUBSTITUTE)
    if session.ends_at <= now:
        raise Refusal(say("The hour of this session has passed; note whether it was held."))
    return session


def _heard_by_others(db: Session, session: SharingSession, request: SessionRequest) -> list[str]:
    """What the further audiences hear that do not belong to ``request``."""
    _, *owners = listening(asking(db, session.request_id))
    return [tag for tag, owner in zip(session.others, owners, strict=False) if owner != request.id]


def _empty_places(
    db: Session, session: SharingSession, request: SessionRequest, others: list[str], *, now: datetime
) -> None:
    """The places of the hospital of ``request``, and of those who would interpret for nobody any more."""
    match = db.get_one(ProposedMatch, session.match_id)
    idle = together.narrow(db, match, others)
    session.mode, session.relay, session.others = match.mode, match.relay, list(match.others)
    db.add(session)
    availability.release_hospital(db, session.uid, request.hospital_id)
    for person_id in sorted(idle):
        availability.release_person(db, session.uid, person_id)
    for place, _ in queries.attendances(db, session.id):
        if place.joined_id == request.id or place.person_id in idle:
            place.removed_at, place.sequence = now, session.sequence
            db.add(place)
    db.flush()
