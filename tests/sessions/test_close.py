"""Noting that a session was held: its recap can follow, and nobody's calendar changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.journal.record import history
from medixchange.sessions.actions import approve, close, confirm
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.reminders import RECAP
from tests.sessions.stage import ACTOR, NOW, feeds, letters, loaded, set_up, waiting_for


@pytest.fixture
def session(db: Session) -> SharingSession:
    """A session that is certain."""
    held = approve(db, set_up(db).tuesday, actor=ACTOR, now=NOW)
    confirm(db, held, actor=ACTOR, now=NOW)
    return held


def test_a_session_that_was_held_changes_no_calendar_and_keeps_its_load(db: Session, session: SharingSession) -> None:
    before = session.sequence, letters(db, session), feeds(db, session), loaded(db)

    close(db, session, actor=ACTOR, now=session.ends_at)

    assert session.state is SessionState.HELD
    assert (session.sequence, letters(db, session), feeds(db, session), loaded(db)) == before
    assert history(db, f"session:{session.id}")[-1].verb == "close"


def test_the_letter_that_asks_for_the_recap_still_goes(db: Session, session: SharingSession) -> None:
    close(db, session, actor=ACTOR, now=session.starts_at + timedelta(minutes=10))

    assert RECAP in [kind for _, kind, _ in waiting_for(db, session)]


def test_a_session_that_has_not_begun_was_not_held(db: Session, session: SharingSession) -> None:
    with pytest.raises(Refusal, match="has not begun"):
        close(db, session, actor=ACTOR, now=session.starts_at - timedelta(minutes=1))

    assert session.state is SessionState.CONFIRMED
