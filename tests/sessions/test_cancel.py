"""Calling a session off: the end of it in every calendar, time given back, the request in the queue or withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from medixchange.errors import Refusal
from medixchange.feeds import actions as feeds_actions
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.models import MatchSearch, MatchState, SearchState
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.queries import about
from medixchange.people.actions import change_address
from medixchange.people.models import Person
from medixchange.sessions.actions import approve, cancel, confirm
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    MEI,
    NOW,
    ZHANG,
    Stage,
    at,
    claimed,
    desk_again,
    feeds,
    latest_letter,
    letters,
    loaded,
    news,
    read,
)

EVERYBODY = (ZHANG, MEI, ALINE)


def test_a_cancelled_session_gives_everything_back(db: Session, stage: Stage, session: SharingSession) -> None:
    desk_again(db, stage)

    cancel(db, session, reason="A power cut", actor=ACTOR, now=NOW)

    for match in (stage.tuesday, stage.by_li):
        db.refresh(match)
    assert (session.state, session.sequence, session.reason) == (SessionState.CANCELLED, 1, "A power cut")
    assert (claimed(db), loaded(db)) == ({}, set())
    assert (stage.tuesday.state, stage.by_li.state) == (MatchState.CANCELLED, MatchState.STALE)


def test_everybody_is_told_why_and_their_calendars_show_the_end(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="A power cut", actor=ACTOR, now=NOW)

    assert letters(db, session)[3:] == [(name, "cancelled", "CANCEL", 1) for name in EVERYBODY]
    assert feeds(db, session) == {name: ("CANCELLED", 1, at(1, 9)) for name in EVERYBODY}
    assert "The reason: A power cut" in read(latest_letter(db, session, ALINE)).text


def test_the_end_stays_in_the_feeds_for_thirty_days(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    feeds_actions.expire(db, now=NOW + timedelta(days=29))
    before = len(feeds(db, session))
    feeds_actions.expire(db, now=NOW + timedelta(days=30))

    assert (before, feeds(db, session)) == (3, {})


def test_the_request_is_matched_again(db: Session, stage: Stage, session: SharingSession) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    wanted = db.exec(select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)).all()
    assert (stage.request.state, wanted) == (RequestState.SUBMITTED, [stage.request.id])
    assert "Your request is kept" in read(latest_letter(db, session, ALINE)).text
    assert "Your request is kept" not in read(latest_letter(db, session, ZHANG)).text


def test_or_the_request_is_withdrawn_which_the_same_letter_says(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    cancel(db, session, reason="No staff", actor="link:status", now=NOW, afterwards="withdrawn")

    wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).all()
    assert (stage.request.state, wanted) == (RequestState.WITHDRAWN, [])
    assert about(db, f"request:{stage.request.id}") == []
    assert "Your request is withdrawn" in read(latest_letter(db, session, ALINE)).text
    assert "Your request is" not in read(latest_letter(db, session, ZHANG)).text
    assert [entry.verb for entry in history(db, f"session:{session.id}")] == ["approve", "cancel"]
    assert history(db, f"request:{stage.request.id}")[-1].verb == "withdraw"


def test_who_never_heard_of_the_session_is_told_of_the_withdrawal_alone(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    cancel(db, held, reason="No staff", actor="link:status", now=NOW, afterwards="withdrawn")

    assert {each.state for each in news(db, held)} == {DeliveryState.SUPERSEDED}
    assert [(each.kind, each.recipient) for each in about(db, f"request:{stage.request.id}")] == [
        ("request-withdrawn", stage.request.contact_email)
    ]


def test_a_request_can_be_approved_anew_after_a_cancellation_as_another_session(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)
    stage.request.state = RequestState.MATCHED
    desk_again(db, stage)

    again = approve(db, stage.by_li, actor=ACTOR, now=NOW)

    assert (again.uid != session.uid, again.sequence, again.state) == (True, 0, SessionState.TENTATIVE)


def test_a_session_is_not_cancelled_twice(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    with pytest.raises(Refusal, match="This session was cancelled"):
        cancel(db, session, reason="", actor=ACTOR, now=NOW)

    assert len(letters(db, session)) == 6


def test_nobody_is_told_of_the_end_of_what_they_never_heard_of(db: Session, stage: Stage) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    assert letters(db, session) == []
    assert {each.state for each in news(db, session)} == {DeliveryState.SUPERSEDED}


@pytest.mark.parametrize(
    "how",
    [
        {"state": DeliveryState.SENT},
        {"state": DeliveryState.SENDING, "lease": "somebody", "lease_until": NOW},
        {"state": DeliveryState.FAILED, "attempt": 1, "in_doubt": True},
        {"state": DeliveryState.GIVEN_UP, "attempt": 12, "in_doubt": True},
        {"state": DeliveryState.SUPERSEDED, "lease": "somebody", "lease_until": NOW},
        {"state": DeliveryState.QUEUED, "last_error": "timed out, and sent again from the desk", "in_doubt": True},
    ],
)
def test_whoever_may_have_the_hold_is_told_of_its_end(db: Session, stage: Stage, how: dict[str, object]) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    person = stage.zhang.person_id
    db.exec(update(Delivery).where(col(Delivery.key).endswith(f"-hold-{person}")).values(**how))
    db.expire_all()

    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    told = [letter for letter in letters(db, session) if letter[1] != "hold"]
    assert told == [(ZHANG, "cancelled", "CANCEL", 1)]


@pytest.mark.parametrize(
    "how",
    [
        {"state": DeliveryState.FAILED, "attempt": 1, "last_error": "ConnectionRefusedError"},
        {"state": DeliveryState.GIVEN_UP, "attempt": 1, "last_error": "550 Nobody of that name here"},
        {"state": DeliveryState.QUEUED, "last_error": "550, and sent again from the desk"},
    ],
)
def test_whoever_the_hold_never_reached_is_not_told_of_its_end(
    db: Session, stage: Stage, how: dict[str, object]
) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    db.exec(update(Delivery).values(**how))
    db.expire_all()

    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    assert letters(db, session) == []
    assert {each.state for each in news(db, session)} == {DeliveryState.SUPERSEDED}


def test_a_hold_that_a_dead_process_left_is_not_sent_after_the_end(db: Session, session: SharingSession) -> None:
    leased = {"state": DeliveryState.SENDING, "lease": "a dead one", "lease_until": NOW}
    db.exec(update(Delivery).values(**leased))
    db.expire_all()

    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    assert [(each.kind, each.state) for each in news(db, session)] == [
        *[("hold", DeliveryState.SUPERSEDED)] * 3,
        *[("cancelled", DeliveryState.QUEUED)] * 3,
    ]


def test_a_confirmation_that_has_not_gone_gives_way_to_the_end(db: Session, session: SharingSession) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)

    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    assert letters(db, session)[3:] == [(name, "cancelled", "CANCEL", 2) for name in EVERYBODY]


def test_whose_address_was_corrected_is_told_of_the_end_at_the_new_one(db: Session, session: SharingSession) -> None:
    mei = db.exec(select(Person).where(Person.name == MEI)).one()
    change_address(db, mei, "mei@hangzhou.example.org", actor=ACTOR, now=NOW)

    cancel(db, session, reason="A power cut", actor=ACTOR, now=NOW)

    told = latest_letter(db, session, MEI)
    assert (told.kind, told.to_email) == ("cancelled", "mei@hangzhou.example.org")


def test_a_session_whose_hour_has_passed_is_not_cancelled_and_keeps_its_load(
    db: Session, session: SharingSession
) -> None:
    before = letters(db, session), loaded(db)

    with pytest.raises(Refusal, match="has passed"):
        cancel(db, session, reason="Late", actor=ACTOR, now=session.ends_at)

    assert (session.state, letters(db, session), loaded(db)) == (SessionState.TENTATIVE, *before)
