"""The end of a session's work: its recap is published."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.intake import actions as intake
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import record
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession


def recapped(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """The recap of ``session``, locked by the caller, is published for the first time: its request is done. Raises
    Refusal."""
    before = session.state
    session.state, session.modified_at = step(session.state, Verb.PUBLISH), now
    db.add(session)
    told = {"state": before}, {"state": session.state}
    record(db, actor=actor, verb=Verb.PUBLISH, subject=f"session:{session.id}", now=now, before=told[0], after=told[1])
    intake.complete(db, db.get_one(SessionRequest, session.request_id), actor=actor, now=now)
