"""Noting that a session was held: its recap can follow, and nobody's calendar changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.journal.record import history
from medixchange.sessions.actions import approve, close, confirm
from medixchange.sessions.ending import may_close
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.recapped import recapped
from medixchange.sessions.reminders import RECAP
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, feeds, letters, loaded, set_up, waiting_for


@pytest.fixture
def unconfirmed(db: Session) -> SharingSession:
    """A session that is held tentatively."""
    return approve(db, set_up(db).tuesday, actor=ACTOR, now=NOW)


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


def test_what_nobody_confirmed_in_time_can_be_noted_as_held(db: Session, unconfirmed: SharingSession) -> None:
    told, gave = letters(db, unconfirmed), loaded(db)

    close(db, unconfirmed, actor=ACTOR, now=unconfirmed.ends_at)

    certain = ("CONFIRMED", 1, unconfirmed.starts_at)
    assert (unconfirmed.state, unconfirmed.sequence) == (SessionState.HELD, 1)
    assert feeds(db, unconfirmed) == dict.fromkeys((ZHANG, MEI, ALINE), certain)
    assert (letters(db, unconfirmed), loaded(db)) == (told, gave)
    assert RECAP in [kind for _, kind, _ in waiting_for(db, unconfirmed)]
    assert history(db, f"session:{unconfirmed.id}")[-1].verb == "close"


def test_until_its_hour_has_passed_it_is_confirmed_instead(db: Session, unconfirmed: SharingSession) -> None:
    almost = unconfirmed.ends_at - timedelta(minutes=1)

    with pytest.raises(Refusal, match="confirm it, or wait until its hour has passed"):
        close(db, unconfirmed, actor=ACTOR, now=almost)

    assert (may_close(unconfirmed, now=almost), may_close(unconfirmed, now=unconfirmed.ends_at)) == (False, True)


def test_after_its_hour_it_is_not_confirmed_but_noted(db: Session, unconfirmed: SharingSession) -> None:
    with pytest.raises(Refusal, match="note whether it was held"):
        confirm(db, unconfirmed, actor=ACTOR, now=unconfirmed.ends_at)


def test_its_recap_is_published_like_any_other(db: Session, unconfirmed: SharingSession) -> None:
    close(db, unconfirmed, actor=ACTOR, now=unconfirmed.ends_at)

    recapped(db, unconfirmed, actor=ACTOR, now=unconfirmed.ends_at)

    assert unconfirmed.state is SessionState.RECAPPED
