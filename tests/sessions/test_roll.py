"""The day of a session: it is opened, its roll is called, and what happens is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import history
from medixchange.outbox.queries import about
from medixchange.people.models import Room
from medixchange.sessions import roll
from medixchange.sessions.actions import approve, confirm, reschedule
from medixchange.sessions.changes import followed
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.reminders import RECAP
from medixchange.sessions.roll import Presence
from tests import make
from tests.sessions.stage import ACTOR, MEI, NOW, ZHANG, Stage, at, feeds, letters, loaded, place_of, send, waiting_for

MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that is certain, its letters sent."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    confirm(db, held, actor=ACTOR, now=NOW)
    send(db)
    return held


def test_opening_a_session_tells_nobody_and_changes_no_calendar(db: Session, session: SharingSession) -> None:
    before = session.sequence, letters(db, session), feeds(db, session), loaded(db)

    roll.open_session(db, session, actor=ACTOR, now=session.starts_at - 30 * MINUTE)

    assert session.state is SessionState.OPEN
    assert (session.sequence, letters(db, session), feeds(db, session), loaded(db)) == before
    assert history(db, f"session:{session.id}")[-1].verb == "open"


@pytest.mark.parametrize(("minutes", "told"), [(-31, "It is too early"), (30, "The hour of this session has passed")])
def test_a_session_is_opened_around_its_beginning_only(
    db: Session, session: SharingSession, minutes: int, told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        roll.open_session(db, session, actor=ACTOR, now=session.starts_at + minutes * MINUTE)

    assert session.state is SessionState.CONFIRMED


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        (-10, Presence.PRESENT),
        (0, Presence.PRESENT),
        (5, Presence.PRESENT),
        (6, Presence.LATE),
        (29, Presence.LATE),
        (30, Presence.PRESENT),  # it is over: they were there
        (90, Presence.PRESENT),
    ],
)
def test_who_is_noted_well_after_the_beginning_came_late(
    db: Session, session: SharingSession, minutes: int, found: Presence
) -> None:
    place, noted_at = place_of(db, session, ZHANG), session.starts_at + minutes * MINUTE

    roll.call(db, session, place.id, present=True, actor=ACTOR, now=noted_at)

    assert (roll.presence(session, place), place.present_at) == (found, noted_at)


def test_a_second_note_of_the_same_keeps_the_first_time_and_another_replaces_it(
    db: Session, session: SharingSession
) -> None:
    place, starts_at = place_of(db, session, MEI), session.starts_at

    roll.call(db, session, place.id, present=False, actor=ACTOR, now=starts_at)
    roll.call(db, session, place.id, present=False, actor=ACTOR, now=starts_at + MINUTE)
    missed = place.missed_at
    roll.call(db, session, place.id, present=True, actor=ACTOR, now=starts_at + 8 * MINUTE)

    assert (missed, place.missed_at, place.present_at) == (starts_at, None, starts_at + 8 * MINUTE)
    assert [entry.verb for entry in history(db, f"session:{session.id}")][-2:] == ["roll-call", "roll-call"]


def test_what_was_noted_is_taken_back(db: Session, session: SharingSession) -> None:
    place = place_of(db, session, ZHANG)
    roll.call(db, session, place.id, present=True, actor=ACTOR, now=session.starts_at)

    roll.call(db, session, place.id, present=None, actor=ACTOR, now=session.starts_at + MINUTE)

    assert roll.presence(session, place) is Presence.UNKNOWN


def test_the_roll_is_called_near_the_hour_in_a_session_that_is_certain(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    place = place_of(db, session, ZHANG)
    with pytest.raises(Refusal, match="too early"):
        roll.call(db, session, place.id, present=True, actor=ACTOR, now=session.starts_at - 31 * MINUTE)
    reschedule(db, session, starts_at=at(2, 9), actor=ACTOR, now=NOW)
    with pytest.raises(Refusal, match="this one is not"):
        roll.call(db, session, place.id, present=True, actor=ACTOR, now=session.starts_at)

    assert roll.presence(session, place) is Presence.UNKNOWN


def test_whoever_is_asked_for_another_hour_was_not_seen_there(db: Session, session: SharingSession) -> None:
    place = place_of(db, session, ZHANG)
    roll.call(db, session, place.id, present=True, actor=ACTOR, now=session.starts_at - MINUTE)

    reschedule(db, session, starts_at=at(2, 9), actor=ACTOR, now=session.starts_at - MINUTE)

    assert roll.presence(session, place) is Presence.UNKNOWN


def test_a_place_of_another_session_is_not_found(db: Session, session: SharingSession) -> None:
    with pytest.raises(NotFound):
        roll.call(db, session, 999, present=True, actor=ACTOR, now=session.starts_at)


def test_notes_stay_in_their_order_with_who_wrote_them(db: Session, session: SharingSession) -> None:
    ada = make.organizer(db)
    for number, text in enumerate(("The line broke.", "It is back.")):
        roll.write_note(db, session, text, person_id=ada.id, actor=ACTOR, now=session.starts_at + number * MINUTE)

    found = [(note.text, person.name, note.at) for note, person in roll.notes(db, session.id)]

    assert found == [
        ("The line broke.", ada.name, session.starts_at),
        ("It is back.", ada.name, session.starts_at + MINUTE),
    ]


def test_another_address_of_the_room_while_it_runs_still_has_its_recap_asked_for(
    db: Session, session: SharingSession
) -> None:
    starts_at = session.starts_at
    roll.open_session(db, session, actor=ACTOR, now=starts_at)

    with followed(db, actor=ACTOR, now=starts_at):
        db.get_one(Room, session.room_id).join_url = "https://rooms.example.org/other"

    assert [kind for _, kind, _ in waiting_for(db, session)] == [RECAP] * len(
        {each.reader_id for each in about(db, f"session:{session.id}") if each.kind == RECAP}
    )
    assert session.sequence == 2
