"""Takes a session a step on in its life, and writes the step down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.sessions.lifecycle import SessionState, Verb, may, step
from medixchange.sessions.models import SharingSession

BEGUN = say(
    "This session has begun, so nothing about it is exchanged any more; write on its run sheet what changed, or note "
    "that it was not held."
)
PASSED = say("The hour of this session has passed; note whether it was held, or reschedule it.")


def facts(session: SharingSession) -> dict[str, Any]:
    """What the journal keeps of a session before and after a step."""
    return {
        "state": session.state,
        "sequence": session.sequence,
        "match": session.match_id,
        "starts_at": session.starts_at.isoformat(),
        "room": session.room_id,
        "way": "|".join((session.mode, session.speech, session.audience, session.relay, *session.others)),
    }


def change(db: Session, session: SharingSession, state: SessionState, *, now: datetime) -> None:
    """The session is another one for everybody's calendar from now on: its SEQUENCE rises."""
    session.state, session.modified_at = state, now
    session.sequence += 1
    db.add(session)
    db.flush()


def is_exchangeable(session: SharingSession, *, now: datetime) -> bool:
    """Whether people, languages and room of the session can be exchanged at its hour: not once it has begun."""
    return may(session.state, Verb.SUBSTITUTE) and session.starts_at > now


def ensure_ahead(session: SharingSession, *, now: datetime) -> None:
    """Parts of a session are exchanged before it begins. Raises Refusal, with what is left to do, where it has begun,
    is over or off."""
    step(session.state, Verb.SUBSTITUTE)
    if not is_exchangeable(session, now=now):
        raise Refusal(PASSED if session.ends_at <= now else BEGUN)


def note(
    db: Session,
    session: SharingSession,
    verb: Verb,
    before: Mapping[str, Any],
    *,
    also: Mapping[str, Any] | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Write the step into the journal; ``before`` are the ``facts`` that it began with, ``also`` is kept with those
    that it ended with."""
    subject, after = f"session:{session.id}", {**facts(session), **(also or {})}
    record(db, actor=actor, verb=verb, subject=subject, now=now, before=before, after=after)
