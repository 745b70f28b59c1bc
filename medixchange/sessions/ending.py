"""The ends of a session: it was held, it is called off before its hour, or nothing came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from medixchange.availability import actions as availability
from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions as matching
from medixchange.matching.models import MatchState
from medixchange.matching.together import let_go
from medixchange.messages import say
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import SessionState, Verb, may, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import show, tell_all
from medixchange.sessions.occasions import standing
from medixchange.sessions.stepping import change, facts, note

Afterwards = Literal["submitted", "withdrawn"]
AfterMissing = Literal["submitted", "done"]


def cancel(
    db: Session,
    session: SharingSession,
    *,
    reason: str,
    language: str = "",
    actor: str,
    now: datetime,
    afterwards: Afterwards = "submitted",
) -> None:
    """Call the session off and tell everybody why; its request is matched again or withdrawn.

    Those that have joined it stay with it, or are looked for alone.
    ``language`` is that of the ``reason``, where it is known. Raises Refusal, also where its hour has passed: what
    people gave to it is theirs.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        step(session.state, Verb.CANCEL)
        if session.ends_at <= now:
            raise Refusal(say("The hour of this session has passed; there is nothing to cancel any more."))
        _give_back(db, session, Verb.CANCEL, reason=reason, language=language, actor=actor, now=now)
        told = tell_all(db, session, "cancelled", reason=reason, again=afterwards == "submitted", now=now)
        request = db.get_one(SessionRequest, session.request_id)
        if afterwards == "submitted":
            _match_again(db, request, actor=actor, now=now)
        else:
            intake.withdraw(db, request, reason=reason, actor=actor, told=told, now=now)
            let_go(db, request, told=told, actor=actor, now=now)


def miss(
    db: Session,
    session: SharingSession,
    *,
    reason: str,
    to_hospital: str = "",
    language: str = "",
    actor: str,
    now: datetime,
    afterwards: AfterMissing = "submitted",
) -> None:
    """Note that the session was not held and tell everybody why; its request is matched again or closed.

    Those that have joined it stay with it, or are looked for alone.
    ``to_hospital`` is what the hospital alone is told beside, ``language`` that of the ``reason``. Nobody gave an hour
    to it, so none is counted.
    Raises Refusal, also before its hour: then it is cancelled.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        step(session.state, Verb.MISS)
        if now < session.starts_at:
            raise Refusal(say("This session has not begun; cancel it instead."))
        _give_back(db, session, Verb.MISS, reason=reason, language=language, actor=actor, now=now)
        said = {"reason": reason, "to_hospital": to_hospital, "again": afterwards == "submitted"}
        told = tell_all(db, session, "not-held", now=now, **said)
        request = db.get_one(SessionRequest, session.request_id)
        if afterwards == "submitted":
            _match_again(db, request, actor=actor, now=now)
        else:
            intake.finish(db, request, words=to_hospital, actor=actor, told=told, now=now)
            let_go(db, request, told=told, actor=actor, now=now)


def close(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """Note that the session was held: what is left of it is its recap. Nobody is told, and no calendar changes.

    One that nobody had confirmed before its hour had passed becomes certain with it, which subscribed calendars show.
    Raises Refusal, also where it has not begun, and where it can still be confirmed.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state, before = step(session.state, Verb.CLOSE), facts(session)
        if now < session.starts_at:
            raise Refusal(say("This session has not begun; note that it was held when it was."))
        if not may_close(session, now=now):
            raise Refusal(say("Nobody has confirmed this session; confirm it, or wait until its hour has passed."))
        if session.state is SessionState.TENTATIVE:
            change(db, session, state, now=now)
            occasion = standing(db, session)
            show(db, [(occasion, guest) for guest in occasion.guests], now=now)
        session.state = state
        db.add(session)
        note(db, session, Verb.CLOSE, before, actor=actor, now=now)


def may_close(session: SharingSession, *, now: datetime) -> bool:
    """Whether it can be noted now that the session was held."""
    since = session.ends_at if session.state is SessionState.TENTATIVE else session.starts_at
    return may(session.state, Verb.CLOSE) and since <= now


def may_miss(session: SharingSession, *, now: datetime) -> bool:
    """Whether it can be noted now that it was not."""
    return may(session.state, Verb.MISS) and session.starts_at <= now


def _give_back(
    db: Session, session: SharingSession, verb: Verb, *, reason: str, language: str, actor: str, now: datetime
) -> None:
    """Everybody's time and the room are free again, and the session is over."""
    before = facts(session)
    availability.release(db, session.uid)
    matching.let_go(db, session.match_id, MatchState.CANCELLED)
    matching.retire(db, session.request_id)
    session.reason, session.reason_language = reason, language
    change(db, session, step(session.state, verb), now=now)
    note(db, session, verb, before, actor=actor, now=now)


def _match_again(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    intake.reopen(db, request, actor=actor, now=now)
    matching.want(db, request, now=now)
