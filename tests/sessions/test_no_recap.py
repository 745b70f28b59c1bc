"""A session that was held and of which no recap will be written: its request is done, and one can follow after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history
from medixchange.outbox.models import DeliveryState
from medixchange.outbox.queries import about
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, close, confirm
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.recapped import forgo, recapped
from medixchange.sessions.reminders import RECAP
from tests.sessions.stage import ACTOR, NOW, Stage, feeds, letters, loaded, waiting_for

WHY = "Nobody took notes."


@pytest.fixture
def certain(db: Session, stage: Stage) -> SharingSession:
    """A session that is certain."""
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    confirm(db, session, actor=ACTOR, now=NOW)
    return session


@pytest.fixture
def held(db: Session, certain: SharingSession) -> SharingSession:
    """It was held, as was noted before its end."""
    close(db, certain, actor=ACTOR, now=certain.starts_at + timedelta(minutes=10))
    return certain


def give_up(db: Session, session: SharingSession) -> None:
    forgo(db, session, reason=WHY, language="en", actor=ACTOR, now=session.ends_at)


def request_of(db: Session, session: SharingSession) -> SessionRequest:
    return db.get_one(SessionRequest, session.request_id)


def test_nothing_is_left_to_do_and_nobody_is_written_to(db: Session, held: SharingSession) -> None:
    before = held.sequence, letters(db, held), feeds(db, held), loaded(db)

    give_up(db, held)

    assert (held.state, held.reason, held.reason_language) == (SessionState.UNWRITTEN, WHY, "en")
    assert request_of(db, held).state is RequestState.DONE
    assert queries.unfinished(db, now=held.ends_at, most=9) == []
    assert (held.sequence, letters(db, held), feeds(db, held), loaded(db)) == before
    assert [each.verb for each in history(db, f"session:{held.id}")][-2:] == ["close", "forgo"]
    assert [each.verb for each in history(db, f"request:{held.request_id}")][-1] == "finish"


def publish(db: Session, session: SharingSession) -> None:
    recapped(db, session, actor=ACTOR, now=session.starts_at + timedelta(minutes=20))


@pytest.mark.parametrize("settle", [give_up, publish])
def test_nobody_is_asked_for_the_recap_any_more(
    db: Session, held: SharingSession, settle: Callable[[Session, SharingSession], None]
) -> None:
    before = [kind for _, kind, _ in waiting_for(db, held)]

    settle(db, held)

    asking = [each for each in about(db, f"session:{held.id}") if each.kind == RECAP]
    assert RECAP in before
    assert {each.state for each in asking} == {DeliveryState.SUPERSEDED}


def test_a_letter_that_has_asked_for_the_recap_stays_as_it_went(db: Session, held: SharingSession) -> None:
    for each in about(db, f"session:{held.id}"):
        each.state = DeliveryState.SENT

    give_up(db, held)

    assert {each.state for each in about(db, f"session:{held.id}") if each.kind == RECAP} == {DeliveryState.SENT}


def test_a_recap_that_is_published_after_all_closes_no_request_twice(db: Session, held: SharingSession) -> None:
    give_up(db, held)

    recapped(db, held, actor=ACTOR, now=held.ends_at)

    assert (held.state, request_of(db, held).state) == (SessionState.RECAPPED, RequestState.DONE)
    assert [each.verb for each in history(db, f"request:{held.request_id}")].count("finish") == 1


def test_what_was_not_noted_as_held_is_noted_first(db: Session, certain: SharingSession) -> None:
    with pytest.raises(Refusal, match="Note first that this session was held"):
        give_up(db, certain)

    assert (certain.state, certain.reason) == (SessionState.CONFIRMED, "")
    assert request_of(db, certain).state is RequestState.APPROVED


def test_a_published_recap_is_there(db: Session, held: SharingSession) -> None:
    recapped(db, held, actor=ACTOR, now=held.ends_at)

    with pytest.raises(Refusal, match="its recap is published"):
        give_up(db, held)


def test_it_is_noted_once(db: Session, held: SharingSession) -> None:
    give_up(db, held)

    with pytest.raises(Refusal, match="no recap will be written"):
        forgo(db, held, reason="Another reason", actor=ACTOR, now=held.ends_at)

    assert held.reason == WHY
