"""A hospital that has joined another one's session leaves it; the session stays for the others."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.availability import actions as availability
from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import together
from medixchange.messages import say
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import tell_substitution
from medixchange.sessions.occasions import Occasion, standing
from medixchange.sessions.stepping import change, facts, note


def separate(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """Look for a session for ``request`` alone again, and take its hospital out of the session that stands.

    Raises Refusal where it has joined none, or the hour of the session has passed.
    """
    with db.begin_nested():
        session = _session_left(db, request, now=now)
        was = standing(db, session) if session else None
        together.separate(db, request, actor=actor, now=now)
        if session and was:
            _leave(db, session, request, was, actor=actor, now=now)


def withdraw(db: Session, request: SessionRequest, *, reason: str, actor: str, now: datetime) -> None:
    """The hospital of ``request``, which leads no session, wants none any more.

    Raises Refusal where it has ended, or the hour of the session that it has joined has passed.
    """
    with db.begin_nested():
        session = _session_left(db, request, now=now)
        was = standing(db, session) if session else None
        together.withdraw(db, request, reason=reason, actor=actor, now=now)
        if session and was:
            _leave(db, session, request, was, actor=actor, now=now)


def _session_left(db: Session, request: SessionRequest, *, now: datetime) -> SharingSession | None:
    """The session that stands for a request which has joined another one, locked with both of them."""
    if request.joined_id is None:
        return None
    leads = intake.by_id(db, request.joined_id, for_change=True)
    db.refresh(request, with_for_update=True)
    session = queries.of_request(db, leads.id) if leads.state is RequestState.APPROVED else None
    if session is None or request.joined_id != leads.id:
        return None
    queries.by_id(db, session.id, for_change=True)
    step(session.state, Verb.SUBSTITUTE)
    if session.ends_at <= now:
        raise Refusal(say("The hour of this session has passed; note whether it was held."))
    return session


def _leave(
    db: Session, session: SharingSession, request: SessionRequest, was: Occasion, *, actor: str, now: datetime
) -> None:
    before = facts(session) | {"people": [guest.person_id for guest in was.guests]}
    availability.release_hospital(db, session.uid, request.hospital_id)
    change(db, session, session.state, now=now)
    for place, _ in queries.attendances(db, session.id):
        if place.joined_id == request.id:
            place.removed_at, place.sequence = now, session.sequence
            db.add(place)
    db.flush()
    staying = {"people": [place.person_id for place, _ in queries.attendances(db, session.id)]}
    note(db, session, Verb.SUBSTITUTE, before, also=staying, actor=actor, now=now)
    tell_substitution(db, session, was, now=now)
