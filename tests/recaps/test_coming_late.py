"""Who signs in after a recap was published reads it as those before. Whose entry is taken off does not, nor is
named, also where it is published at that very moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from medixchange.accounts.access import actor_for
from medixchange.db import Database
from medixchange.library import queries as library
from medixchange.library.filters import Filters
from medixchange.library.models import LibraryEntry
from medixchange.people.models import Expert, Person
from medixchange.people.queries import person_by_email
from medixchange.recaps import mailing, queries
from medixchange.recaps.about import about
from medixchange.recaps.models import Recap, Visibility
from medixchange.recaps.naming import recap_kept_true
from medixchange.sessions import attending, roll
from medixchange.sessions import queries as sessions
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.models import SessionAttendee, SharingSession
from tests import make, postgres
from tests.recaps.stage import PUBLIC_URL, begin, check, hold, publish, published, write
from tests.sessions.stage import ACTOR, SARA, ZHANG, join, place_of, set_up

GRACE, RIGHT = "grace@example.org", "grace.uwase@example.org"
Act = Callable[[Session], object]


def draft_of(email: str, hospital: str = "") -> AttendeeDraft:
    facts = {"name": "Grace", "email": email, "role": "nurse", "language": "fr", "institution": "Ward 4"}
    return AttendeeDraft.model_validate({**facts, "hospital": hospital})


def after(session: SharingSession) -> datetime:
    """While its code is good still."""
    return session.ends_at + timedelta(minutes=10)


def sign_in(db: Session, session: SharingSession, email: str = GRACE, hospital: str = "") -> SessionAttendee:
    """Somebody signs in by the code after the session."""
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=after(session)):
        return attending.attend(db, session, draft_of(email, hospital), now=after(session))


def take_off(db: Session, session: SharingSession, entry: int) -> None:
    mine = attending.by_id(db, session.id, entry)
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=after(session)):
        attending.remove(db, mine, reason="Was not there", actor=ACTOR, now=after(session))


def correct(db: Session, session: SharingSession, entry: int, email: str) -> None:
    mine = attending.by_id(db, session.id, entry)
    with recap_kept_true(db, session, public_url=PUBLIC_URL, now=after(session)):
        attending.correct(db, mine, draft_of(email), actor=ACTOR, now=after(session))


def reads(db: Session, recap: Recap, email: str) -> tuple[bool, int]:
    """Whether whoever has this address reads the recap, and how many recaps their own page has."""
    person = person_by_email(db, email)
    assert person is not None
    return queries.was_there(db, recap, person.id), len(queries.of_person(db, person.id, most=5))


def test_who_signs_in_after_a_recap_was_published_reads_what_is_for_those_of_the_session(db: Session) -> None:
    recap = published(db, set_up(db), visibility=Visibility.INVITED)
    make.person(db, "Somebody Else", email="else@example.org")

    sign_in(db, sessions.by_id(db, recap.session_id))

    assert (reads(db, recap, GRACE), reads(db, recap, "else@example.org")) == ((True, 1), (False, 0))
    assert [each.person.email for each in mailing.readers(db, recap, invited=True)][-1] == GRACE


def test_an_account_that_is_made_later_has_its_own_roles_and_reads_what_was_attended(db: Session) -> None:
    recap = published(db, set_up(db), visibility=Visibility.INVITED)
    sign_in(db, sessions.by_id(db, recap.session_id))
    grace = person_by_email(db, GRACE)
    assert grace is not None
    before = actor_for(db, grace).roles
    db.add(Expert(person_id=grace.id, notice_hours=24))
    db.flush()

    assert (before, actor_for(db, grace).roles) == (frozenset(), frozenset({"expert"}))
    assert reads(db, recap, GRACE) == (True, 1)


def test_whose_entry_is_taken_off_or_corrected_reads_it_no_more(db: Session) -> None:
    recap = published(db, set_up(db), visibility=Visibility.INVITED)
    session = sessions.by_id(db, recap.session_id)
    entry = sign_in(db, session).id

    correct(db, session, entry, RIGHT)
    corrected = reads(db, recap, GRACE), reads(db, recap, RIGHT)
    take_off(db, session, entry)

    assert corrected == ((False, 0), (True, 1))
    assert reads(db, recap, RIGHT) == (False, 0)


def test_an_expert_is_named_by_signing_in_and_not_once_that_entry_is_taken_off(db: Session) -> None:
    stage = set_up(db)
    recap = published(db, stage)
    session = sessions.by_id(db, recap.session_id)
    place = place_of(db, session, ZHANG)
    place.partstat = "DECLINED"
    email = db.get_one(Person, stage.zhang.person_id).email

    def experts() -> list[str]:
        return [each.name for each in about(db, recap).experts]

    entry = sign_in(db, session, email).id
    named = experts()
    take_off(db, session, entry)

    assert (named, experts(), place.present_at) == ([ZHANG], [], None)


def test_what_the_roll_call_has_noted_stays_when_an_entry_is_taken_off(db: Session) -> None:
    stage = set_up(db)
    session = sessions.by_id(db, published(db, stage).session_id)
    place = place_of(db, session, ZHANG)
    roll.call(db, session, place.id, present=True, actor=ACTOR, now=session.starts_at)
    entry = sign_in(db, session, db.get_one(Person, stage.zhang.person_id).email).id

    take_off(db, session, entry)

    assert place.present_at == session.starts_at


def test_a_corrected_address_takes_the_presence_with_it(db: Session) -> None:
    stage = set_up(db)
    session = sessions.by_id(db, published(db, stage).session_id)
    zhang, mei = place_of(db, session, ZHANG), db.get_one(Person, stage.mei.person_id)
    entry = sign_in(db, session, db.get_one(Person, stage.zhang.person_id).email).id

    correct(db, session, entry, mei.email)

    assert (zhang.present_at, place_of(db, session, mei.name).present_at) == (None, after(session))


def ready_to_publish(db: Session) -> tuple[SharingSession, int, int]:
    """A session of two hospitals, of the second of which one person signed in and nobody else was there; the entry of
    that one, and the recap, which is checked."""
    stage = set_up(db)
    other = str(join(db, stage.request).hospital_id)
    session = hold(db, stage)
    version = begin(db, session)
    write(db, version, "## Key points\n\nProne early.")
    check(db, version)
    roll.call(db, session, place_of(db, session, SARA).id, present=False, actor=ACTOR, now=session.starts_at)
    return session, sign_in(db, session, hospital=other).id, version.recap_id


@pytest.mark.parametrize("first", ["published", "taken off"])
def test_a_hospital_whose_only_entry_is_taken_off_is_not_named(db: Session, first: str) -> None:
    session, entry, recap_id = ready_to_publish(db)
    acts: list[Act] = [lambda db: publish(db, queries.by_id(db, recap_id)), lambda db: take_off(db, session, entry)]

    for act in acts if first == "published" else reversed(acts):
        act(db)

    assert (library.total(db, Filters(country="ET")), library.total(db, Filters(country="RW"))) == (0, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["published", "taken off"])
def test_nor_where_both_happen_at_once(database: Database, first: str) -> None:
    """On SQLite nobody else writes meanwhile."""
    with database.write() as db:
        session, entry, recap_id = ready_to_publish(db)

    def publishes(db: Session) -> None:
        publish(db, queries.by_id(db, recap_id))

    def takes_off(db: Session) -> None:
        take_off(db, sessions.by_id(db, session.id), entry)

    one, other = (publishes, takes_off) if first == "published" else (takes_off, publishes)

    def second() -> None:
        with database.write() as db:
            other(db)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            one(db)
            db.flush()
            follows = pool.submit(second)
            postgres.until_waiting(database, follows)
        follows.result()

    with database.read() as db:
        recap = queries.by_id(db, recap_id)
        assert [each.country for each in about(db, recap).hospitals] == ["RW"]
        assert (library.total(db, Filters(country="ET")), library.total(db, Filters(country="RW"))) == (0, 1)
        assert list(db.exec(select(LibraryEntry.slug))) == [recap.slug]
