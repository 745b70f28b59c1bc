"""The end of a session's work: its recap is published, or none will be written."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.intake import actions as intake
from medixchange.intake import together
from medixchange.journal.record import record
from medixchange.outbox.post import supersede
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import SessionState, Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.reminders import RECAP
from medixchange.sessions.stepping import facts, note


def recapped(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """The recap of ``session``, locked by the caller, is published for the first time: its request is done, as it is
    already where no recap was to be written. Raises Refusal."""
    before = session.state
    session.state, session.modified_at = step(session.state, Verb.PUBLISH), now
    db.add(session)
    told = {"state": before}, {"state": session.state}
    record(db, actor=actor, verb=Verb.PUBLISH, subject=f"session:{session.id}", now=now, before=told[0], after=told[1])
    _ask_no_more(db, session)
    if before is not SessionState.UNWRITTEN:
        _complete(db, session, actor=actor, now=now)


def forgo(db: Session, session: SharingSession, *, reason: str, language: str = "", actor: str, now: datetime) -> None:
    """No recap of a session that was held will be written, for a ``reason`` in ``language``: its request is done.

    Nobody is written to, and nobody is asked for the recap any more. One can be published after all. Raises Refusal.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state, before = step(session.state, Verb.FORGO), facts(session)
        session.state, session.modified_at = state, now
        session.reason, session.reason_language = reason, language
        db.add(session)
        note(db, session, Verb.FORGO, before, actor=actor, now=now)
        _ask_no_more(db, session)
        _complete(db, session, actor=actor, now=now)


def _complete(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """Every request that the session answered is done."""
    for request, _ in together.asking(db, session.request_id):
        intake.complete(db, request, actor=actor, now=now)


def _ask_no_more(db: Session, session: SharingSession) -> None:
    """Nobody is asked for the recap whose letter has not gone."""
    supersede(db, f"session:{session.id}", kinds=(RECAP,))
