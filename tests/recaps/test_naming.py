"""A published recap names those who were there as it is by now, also where the list changes twice at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.library import queries as library
from medixchange.library.filters import Filters
from medixchange.people.models import Person
from medixchange.recaps.about import about
from medixchange.recaps.naming import recap_kept_true
from medixchange.sessions import attending, roll
from medixchange.sessions import queries as sessions
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.models import SharingSession
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


def remove(db: Session, session: SharingSession, attendee_id: int, *, now: datetime) -> None:
    """Somebody who signed in was not there after all."""
    entry = attending.by_id(db, session.id, attendee_id)
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=now):
        attending.remove(db, entry, reason="Was not there", actor=ACTOR, now=now)


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
@pytest.mark.parametrize(("there", "comes", "named"), [(2, False, 0), (1, True, 1)])
def test_the_list_may_change_twice_at_once(database: Database, there: int, comes: bool, named: int) -> None:
    with database.write() as db:
        stage = set_up(db)
        other = str(join(db, stage.request).hospital_id)
        session = sessions.by_id(db, published(db, stage).session_id)
        now = session.ends_at
        miss(db, session, SARA, now=now)
        for number in range(there):
            sign_in(db, session, f"{number}@example.org", hospital=other, now=now)
        entries = [each.id for each, _ in attending.attendees(db, session.id)]

    def second() -> None:
        with database.write() as db:
            mine = sessions.by_id(db, session.id)
            if comes:
                sign_in(db, mine, "late@example.org", hospital=other, now=now)
            else:
                remove(db, mine, entries[-1], now=now)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            remove(db, sessions.by_id(db, session.id), entries[0], now=now)
            db.flush()
            follows = pool.submit(second)
            postgres.until_waiting(database, follows)
        follows.result()

    with database.read() as db:
        assert library.total(db, Filters(country="ET")) == named
