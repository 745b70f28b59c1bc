"""Reminders, the nudge and the request for a recap: each once, at its minute, and none for what has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.outbox.actions import expire
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.people.actions import change_address, change_profile
from medixchange.people.models import Person
from medixchange.sessions import reminders
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    MEI,
    NOW,
    ZHANG,
    Stage,
    at,
    place_of,
    read,
    send,
    set_up,
    waiting_for,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVERYBODY = (ZHANG, MEI, ALINE)


@pytest.fixture
def stage(db: Session) -> Stage:
    return set_up(db)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that nobody has answered yet."""
    held = approve(db, stage.tuesday, actor=f"person:{stage.liaison.id}", now=NOW)
    send(db)
    return held


def kinds(db: Session, session: SharingSession, name: str) -> list[str]:
    """What waits for somebody, the next first."""
    return [kind for who, kind, _ in waiting_for(db, session) if who == name and kind != reminders.RECAP]


def test_everybody_is_reminded_a_day_and_an_hour_before(db: Session, session: SharingSession) -> None:
    due = {(name, kind, when) for name, kind, when in waiting_for(db, session) if kind in reminders.AHEAD}

    assert due == {
        (name, kind, session.starts_at - ahead)
        for name in EVERYBODY
        for kind, ahead in (("reminder-day", DAY), ("reminder-hour", HOUR))
    }


def test_who_has_not_answered_is_asked_once_more_after_two_days(db: Session, session: SharingSession) -> None:
    respond(db, place_of(db, session, MEI), "ACCEPTED", now=NOW)

    nudged = [(name, when) for name, kind, when in waiting_for(db, session) if kind == "nudge"]

    assert sorted(nudged) == sorted((name, NOW + timedelta(days=2)) for name in (ZHANG, ALINE))


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (23 * HOUR + MINUTE, {"reminder-day", "reminder-hour", "nudge"}),
        (23 * HOUR, {"reminder-hour", "nudge"}),
        (HOUR, {"reminder-hour"}),
        (41 * MINUTE, {"reminder-hour"}),
        (40 * MINUTE, set()),
    ],
)
def test_a_letter_that_could_not_go_in_time_does_not_go_when_it_would_say_what_is_not_so(
    db: Session, session: SharingSession, before: timedelta, left: set[str]
) -> None:
    expire(db, now=session.starts_at - before)

    assert {kind for _, kind, _ in waiting_for(db, session)} - {reminders.RECAP} == left


@pytest.mark.parametrize("ahead", [2 * HOUR + timedelta(seconds=36), 2 * HOUR, HOUR, 4 * MINUTE])
def test_however_little_time_is_left_a_nudge_may_be_late(db: Session, stage: Stage, ahead: timedelta) -> None:
    starts_at = stage.tuesday.starts_at
    session = approve(db, stage.tuesday, actor=ACTOR, now=starts_at - ahead)

    nudge = db.exec(select(Delivery).where(Delivery.kind == "nudge")).first()

    assert nudge is not None
    assert nudge.due_at == starts_at - ahead / 2
    assert nudge.until == min(session.starts_at, nudge.due_at + 30 * MINUTE)


def test_where_little_time_is_left_the_nudge_comes_half_way(db: Session, stage: Stage) -> None:
    now = stage.tuesday.starts_at - timedelta(hours=10)

    session = approve(db, stage.tuesday, actor=ACTOR, now=now)

    assert {(kind, when) for _, kind, when in waiting_for(db, session)} == {
        ("nudge", now + timedelta(hours=5)),
        ("reminder-hour", session.starts_at - HOUR),
        ("recap-wanted", session.ends_at),
    }


def test_whoever_approved_is_asked_for_the_recap_at_the_end(db: Session, session: SharingSession) -> None:
    wanted = [each for each in waiting_for(db, session) if each[1] == reminders.RECAP]

    assert wanted == [(ALINE, "recap-wanted", session.ends_at)]


def test_who_declines_is_not_reminded_and_who_comes_after_all_is(db: Session, session: SharingSession) -> None:
    respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call", now=NOW)
    declined = kinds(db, session, ZHANG)

    respond(db, place_of(db, session, ZHANG), "ACCEPTED", now=NOW + HOUR)

    assert (declined, kinds(db, session, ZHANG)) == ([], ["reminder-day", "reminder-hour"])


def test_who_has_not_answered_is_asked_by_the_reminder_and_who_comes_is_told_what_they_do(
    db: Session, session: SharingSession
) -> None:
    before = texts(db, session, "reminder-day")
    respond(db, place_of(db, session, ALINE), "ACCEPTED", now=NOW)
    after = texts(db, session, "reminder-day")

    signs = (
        "Can you come? Please answer",
        "You are invited",
        "If you cannot come after all",
        "You come for the hospital",
    )
    assert [[sign in text for sign in signs] for text in (*before, *after)] == [
        [True] * 2 + [False] * 2,
        [False] * 2 + [True] * 2,
    ]


@pytest.mark.parametrize(("hours", "nudged"), [(50, []), (70, ["nudge"])])
def test_nobody_is_nudged_near_the_first_reminder(db: Session, stage: Stage, hours: int, nudged: list[str]) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=stage.tuesday.starts_at - timedelta(hours=hours))

    assert kinds(db, session, ALINE) == [*nudged, "reminder-day", "reminder-hour"]


def test_a_session_that_nobody_confirmed_is_asked_about_first(db: Session, session: SharingSession) -> None:
    def asked() -> str:
        query = select(Delivery).where(Delivery.kind == reminders.RECAP, Delivery.state == DeliveryState.SCHEDULED)
        return read(Letter.from_json(db.exec(query).one().payload)).subject

    before = asked()
    confirm(db, session, actor=ACTOR, now=NOW)

    assert (before.partition("?")[0], asked().partition(":")[0]) == ("Was it held", "Please write the recap")


def test_reminders_name_those_who_come(db: Session, session: SharingSession) -> None:
    named = [[ZHANG in text for text in texts(db, session, kind)] for kind in reminders.AHEAD]
    respond(db, place_of(db, session, ZHANG), "DECLINED", now=NOW)
    named += [[ZHANG in text for text in texts(db, session, kind)] for kind in reminders.AHEAD]
    respond(db, place_of(db, session, ZHANG), "ACCEPTED", now=NOW + HOUR)
    named += [[ZHANG in text for text in texts(db, session, kind)] for kind in reminders.AHEAD]

    assert named == [[True]] * 2 + [[False]] * 2 + [[True]] * 2


def test_a_reminder_that_is_due_goes_also_when_somebody_answers_in_that_minute(
    db: Session, session: SharingSession
) -> None:
    respond(db, place_of(db, session, ZHANG), "DECLINED", now=session.starts_at - DAY + MINUTE)
    respond(db, place_of(db, session, MEI), "ACCEPTED", now=session.starts_at - DAY + MINUTE)

    waiting = [[kind for kind in kinds(db, session, name) if kind in reminders.AHEAD] for name in EVERYBODY]
    assert waiting == [[], *[["reminder-day", "reminder-hour"]] * 2]


def test_a_confirmed_session_is_reminded_of_as_certain(db: Session, session: SharingSession) -> None:
    before = texts(db, session, "reminder-day")
    confirm(db, session, actor=ACTOR, now=NOW)

    after = texts(db, session, "reminder-day")

    assert ["not certain" in text for text in before] == [True]
    assert ["not certain" in text for text in after] == [False]


def texts(db: Session, session: SharingSession, kind: str) -> list[str]:
    """What waits for the hospital's contact, who reads English."""
    found = db.exec(select(Delivery).where(Delivery.kind == kind, Delivery.state == DeliveryState.SCHEDULED))
    letters = [Letter.from_json(each.payload) for each in found]
    return [read(each).text for each in letters if each.to_name == ALINE]


def test_a_moved_session_is_reminded_of_at_its_new_hour_alone(db: Session, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    assert {when for _, kind, when in waiting_for(db, session) if kind == "reminder-day"} == {at(2, 10)}
    assert {when for _, kind, when in waiting_for(db, session) if kind == reminders.RECAP} == {at(3, 10, 30)}


def test_of_a_cancelled_session_nobody_is_reminded(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="A power cut", actor=ACTOR, now=NOW)

    assert waiting_for(db, session) == []


def test_a_reminder_follows_its_readers_language_clock_and_address(db: Session, session: SharingSession) -> None:
    aline = db.exec(select(Person).where(Person.name == ALINE)).one()
    change_profile(db, aline, language="fr", zone="Europe/Paris", actor=ACTOR, now=NOW)
    change_address(db, aline, "aline@paris.example.org", actor=ACTOR, now=NOW)

    waiting = db.exec(select(Delivery).where(Delivery.kind == "reminder-day", Delivery.reader_id == aline.id)).one()
    letter = Letter.from_json(waiting.payload)

    assert (letter.language, letter.to_email, waiting.recipient) == (
        "fr",
        "aline@paris.example.org",
        "aline@paris.example.org",
    )
    assert "Paris (UTC+1)" in read(letter).text
    assert (waiting.state, waiting.due_at) == (DeliveryState.SCHEDULED, session.starts_at - DAY)


def test_a_reminder_that_is_too_late_is_not_sent(db: Session, session: SharingSession) -> None:
    expire(db, now=session.starts_at)

    assert [kind for _, kind, _ in waiting_for(db, session)] == [reminders.RECAP]
