"""A published recap names those who were there as it is by now, also where the list changes twice at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.library import queries as library
from medixchange.library.filters import Filters
from medixchange.people.models import Person
from medixchange.recaps.about import about
from medixchange.recaps.naming import recap_kept_true
from medixchange.sessions import attending, roll
from medixchange.sessions import queries as sessions
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.models import SessionAttendee, SharingSession
from tests import postgres
from tests.recaps.stage import PUBLIC_URL, published
from tests.recaps.test_printing import pdfs
from tests.sessions.stage import ACTOR, SARA, ZHANG, join, place_of, set_up


def sign_in(db: Session, session: SharingSession, email: str, *, hospital: str = "", now: datetime) -> None:
    """Somebody signs in by the code."""
    facts = {"name": "Grace", "email": email, "role": "nurse", "language": "fr", "institution": "Ward 4"}
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=now):
        attending.attend(db, session, AttendeeDraft.model_validate({**facts, "hospital": hospital}), now=now)


def miss(db: Session, session: SharingSession, name: str, *, now: datetime) -> None:
    """Somebody was not there."""
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=now):
        roll.call(db, session, place_of(db, session, name).id, present=False, actor=ACTOR, now=now)


def test_an_expert_who_was_missing_is_printed_again_once_they_sign_in_by_code(db: Session) -> None:
    stage = set_up(db)
    recap = published(db, stage)
    session = sessions.by_id(db, recap.session_id)
    later = session.ends_at + timedelta(minutes=10)
    first = pdfs(db)
    miss(db, session, ZHANG, now=later)
    without = pdfs(db)

    sign_in(db, session, db.get_one(Person, stage.zhang.person_id).email, now=later)

    again = pdfs(db)
    assert [each.name for each in about(db, recap).experts] == [ZHANG]
    assert [number for number in first if without[number] == first[number]] == []
    assert [number for number in first if again[number] == without[number]] == []


def test_what_changes_nobody_who_is_named_is_not_printed_again(db: Session) -> None:
    recap = published(db, set_up(db))
    session = sessions.by_id(db, recap.session_id)
    before = pdfs(db)

    sign_in(db, session, "grace@example.org", now=session.ends_at)

    assert pdfs(db) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_removals_at_once_leave_no_hospital_on_the_shelf_of_which_nobody_was_there(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        other = join(db, stage.request)
        session = sessions.by_id(db, published(db, stage).session_id)
        now = session.ends_at
        miss(db, session, SARA, now=now)
        for email in ("one@example.org", "two@example.org"):
            sign_in(db, session, email, hospital=str(other.hospital_id), now=now)
        entries = [each.id for each, _ in attending.attendees(db, session.id)]
        assert library.total(db, Filters(country="ET")) == 1

    def remove(attendee_id: int) -> None:
        with database.write() as db:
            mine, entry = sessions.by_id(db, session.id), attending.by_id(db, session.id, attendee_id)
            with recap_kept_true(db, mine, public_url=PUBLIC_URL, now=now):
                attending.remove(db, entry, reason="Was not there", actor=ACTOR, now=now)

    gate = select(SessionAttendee).where(col(SessionAttendee.id) == entries[0])
    postgres.at_once(database, gate, lambda: remove(entries[0]), lambda: remove(entries[1]))

    with database.read() as db:
        assert library.total(db, Filters(country="ET")) == 0
