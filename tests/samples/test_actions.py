"""The demo data comes and goes, and takes nothing with it that is not its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import Table
from sqlmodel import Session, SQLModel, col, select

from medixchange.accounts.signin import ask_link, new_link
from medixchange.availability.models import SlotClaim
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.feeds import actions as feeds
from medixchange.intake import actions as intake
from medixchange.intake import drafting
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history, record
from medixchange.library.models import LibraryEdition, LibraryEntry
from medixchange.matching import searching
from medixchange.matching.facts import problem_of
from medixchange.matching.models import MatchSearch, MatchState, ProposedMatch
from medixchange.outbox.models import Delivery
from medixchange.people import actions as people
from medixchange.people.models import Expert, Hospital, Panel, Person, Room
from medixchange.people.queries import hospital_by_code, person_by_email
from medixchange.recaps import lists, mailing, readers
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import Recap, RecapReceipt
from medixchange.records.imports import import_records
from medixchange.samples import actions as samples
from medixchange.samples.closure import closure
from medixchange.samples.world import sheet
from medixchange.sessions import actions as sessions
from medixchange.sessions import attending
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SessionAttendee, SharingSession
from medixchange.tables import METADATA
from tests import make
from tests.make import NOW
from tests.recaps.stage import begin, check, publish, published, write
from tests.sessions.stage import ACTOR, set_up
from tests.statements import narrow

COUNTS = {"hospitals": 19, "people": 53, "panels": 3, "rooms": 4, "requests": 24}
NOT_BY_KEY = {"delivery", "feedentry", "load", "matchplan", "slotclaim"}
"""Tables whose rows name people or sessions by a text, or say themselves that they are of the demo data."""
OF_NOBODY = {"installation", "journalentry", "readerlist"}
"""Tables without anything of the demo data, or that keep what happened."""


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the journal."""
    with database.read() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(*table.columns))), key=repr)
            for table in METADATA.sorted_tables
            if table.name not in OF_NOBODY
        }


def all_of(db: Session, table: type[SQLModel]) -> Iterable[SQLModel]:
    return db.exec(select(table))


def load(database: Database) -> None:
    with database.write() as db:
        samples.load(db, actor="program", now=NOW)


def remove(database: Database) -> dict[str, int]:
    with database.write() as db:
        return samples.remove(db, actor="program", now=NOW)


def play(database: Database) -> SharingSession:
    """A search, a session with its letters, a feed, a link to sign in and a change under way, all of demo people."""
    with database.write() as db:
        asked = db.exec(select(SessionRequest).where(SessionRequest.reference == "MX-1001")).one()
        for search, _ in searching.waiting_searches(db, NOW + timedelta(minutes=1)):
            if db.get_one(MatchSearch, search).request_id == asked.id:
                wanted = search
    searching.run_search(database, wanted, lambda: NOW)
    with database.write() as db:
        on_offer = (ProposedMatch.request_id == asked.id, ProposedMatch.state == MatchState.PROPOSED)
        best = db.exec(select(ProposedMatch).where(*on_offer)).first()
        assert best is not None
        session = sessions.approve(db, best, actor=ACTOR, now=NOW)
        liaison = person_by_email(db, "aline@king-faisal.example.org")
        assert liaison is not None
        feeds.issue(db, liaison.id, language="en", actor=ACTOR, now=NOW)
        ask_link(db, liaison.email, now=NOW, browser="")
        other = db.exec(select(SessionRequest).where(SessionRequest.reference == "MX-1007")).one()
        drafting.open_for_change(db, other, now=NOW)
        return session


def test_loading_says_what_came_and_writes_to_nobody(database: Database) -> None:
    with database.write() as db:
        rows = samples.load(db, actor="program", now=NOW)

    with database.read() as db:
        assert rows["requests"] == COUNTS["requests"]
        assert samples.loaded(db) == COUNTS
        assert list(all_of(db, Delivery)) == []
        for table in (Hospital, Person, Panel, Room):
            assert set(db.exec(select(table.is_demo))) == {True}


def test_removing_leaves_everything_as_it_was_before(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.write() as db:
        stage = set_up(db)
        sessions.approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    before = everything(database)
    load(database)
    play(database)

    with narrow(database, monkeypatch):
        counts = remove(database)

    assert counts == COUNTS
    assert everything(database) == before
    with database.read() as db:
        assert samples.loaded(db) == {}


def test_removing_takes_recaps_off_the_shelf(database: Database) -> None:
    with database.write() as db:
        kept = published(db, set_up(db))
    load(database)
    session = play(database)
    with database.write() as db:
        session = db.get_one(SharingSession, session.id)
        session.state = SessionState.HELD
        version = begin(db, session, by=make.organizer(db))
        write(db, version, "## Summary\n\nOxygen.")
        check(db, version)
        publish(db, db.get_one(Recap, version.recap_id))

    remove(database)

    with database.read() as db:
        assert list(db.exec(select(LibraryEntry.slug))) == [kept.slug]
        assert {each.title for each in db.exec(select(LibraryEdition))} == {"Oxygen therapy when beds run short"}


def test_removing_takes_those_along_whom_it_alone_made_known(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as db:
        set_up(db)
        early = make.person(db, email="early@example.com")
        early.created_at = NOW - timedelta(days=1)
        db.add(early)
    load(database)
    session = play(database)
    with database.write() as db:
        session = db.get_one(SharingSession, session.id)
        session.state = SessionState.HELD
        where = {"language": "fr", "zone": "Africa/Kigali", "country": "RW"}
        people.add_person(db, name="Eva", email="added@example.com", **where, actor="program", now=NOW)
        people.ensure_organizer(db, make.person(db, email="boss@example.com"), actor="program", now=NOW)
        there = ("alone", "early", "added", "boss", "listed", "signed")
        for name in there:
            attending.attend(db, session, visitor(f"{name}@example.com"), now=NOW)
        ministry = lists.create(db, "Ministry", actor=ACTOR, now=NOW)
        lists.add(db, ministry, [TypedReader("Amina", "listed@example.com", "ar")], actor=ACTOR, now=NOW)
        new_link(db, known(db, "signed"), now=NOW)
        (typed,) = lists.known(db, [TypedReader("Typed", "typed@example.com", "en")], now=NOW)
        mail(db, session, typed)

    with narrow(database, monkeypatch):
        remove(database)

    with database.read() as db:
        kept = set(db.exec(select(Person.email).where(col(Person.email).endswith("@example.com"))))
        assert kept == {f"{name}@example.com" for name in there[1:]}
        assert [db.exec(select(table)).all() for table in (SessionAttendee, RecapReceipt)] == [[], []]


def visitor(email: str) -> AttendeeDraft:
    """Somebody who signs in to a session by its code."""
    return AttendeeDraft(name="Grace", email=email, institution="CHUK", role=AttendeeRole.NURSE, language="fr")


def known(db: Session, name: str) -> Person:
    found = person_by_email(db, f"{name}@example.com")
    assert found is not None
    return found


def mail(db: Session, session: SharingSession, reader: Person) -> None:
    """``reader`` is sent the recap of ``session``."""
    boss = known(db, "boss")
    version = begin(db, session, by=boss)
    write(db, version, "Oxygen.", by=boss)
    check(db, version, by=boss)
    recap = db.get_one(Recap, version.recap_id)
    publish(db, recap)
    chosen = readers.readers(db, recap, invited=False, others=lambda: [reader])
    mailing.send(db, recap, mailing.letters(db, recap, chosen, note=""), actor=ACTOR, now=NOW)


def test_demo_data_can_be_loaded_again_after_it_was_removed(database: Database) -> None:
    load(database)
    remove(database)

    load(database)

    with database.read() as db:
        assert samples.loaded(db) == COUNTS


def test_demo_data_is_matched_with_itself_only(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
    load(database)

    with database.read() as db:
        ours = problem_of(db, stage.request, now=NOW)
        asked = db.exec(select(SessionRequest).where(SessionRequest.reference == "MX-1001")).one()
        demo = problem_of(db, asked, now=NOW)
        marked = set(map(str, db.exec(select(Person.id).where(col(Person.is_demo)))))
        rooms = set(map(str, db.exec(select(Room.id).where(col(Room.is_demo)))))
    people_of = [{each.id for each in (*found.experts, *found.interpreters)} for found in (ours, demo)]
    assert (people_of[0] & marked, people_of[1] - marked) == (set(), set())
    assert str(stage.zhang.person_id) in people_of[0]
    assert ({each.id for each in ours.rooms} & rooms, {each.id for each in demo.rooms}) == (set(), rooms)


def test_it_is_loaded_once(database: Database) -> None:
    load(database)
    before = everything(database)

    with pytest.raises(Refusal, match="is loaded already"):
        load(database)

    assert everything(database) == before


def test_it_is_not_mixed_with_rows_of_the_same_key(database: Database) -> None:
    outcome = import_records(database, "panels", sheet("panels", now=NOW), now=NOW, actor="program")
    with database.write() as db:
        make.person(db, email="aline@king-faisal.example.org")
    before = everything(database)

    with pytest.raises(Refusal) as refused:
        load(database)

    named = refused.value.message.values["keys"]
    assert len(named.items) == outcome.rows + 1  # type: ignore[union-attr]  # a list of keys
    assert everything(database) == before


def test_without_demo_data_there_is_nothing_to_remove(database: Database) -> None:
    with pytest.raises(Refusal, match="There is no demo data"):
        remove(database)


def test_a_request_of_somebody_else_for_a_demo_hospital_is_not_thrown_away_under_their_hands(
    database: Database,
) -> None:
    load(database)
    with database.write() as db:
        hospital = hospital_by_code(db, "king-faisal")
        assert hospital is not None
        asked = make.request(db, hospital, contact_email="real@example.com")
    before = everything(database)

    with pytest.raises(Refusal, match="Somebody who is not of the demo data asked for a demo hospital"):
        remove(database)
    untouched = everything(database) == before
    with database.write() as db:
        request = db.get_one(SessionRequest, asked.id)
        intake.decline(db, request, reason="Only a trial.", actor=ACTOR, now=NOW)
    remove(database)

    assert untouched
    with database.read() as db:
        assert db.exec(select(SessionRequest)).all() == []


def test_a_session_of_yours_with_a_demo_room_keeps_the_demo_data(database: Database) -> None:
    load(database)
    with database.write() as db:
        stage = set_up(db)
        session = sessions.approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        session.room_id = db.exec(select(Room.id).where(col(Room.is_demo))).first() or 0
        db.add(session)
    before = everything(database)

    with pytest.raises(Refusal) as refused:
        remove(database)

    assert refused.value.message.values["sessions"].items == (session.topic,)  # type: ignore[union-attr]  # a list
    assert everything(database) == before


def test_what_you_import_or_appoint_is_yours_and_stays(database: Database) -> None:
    load(database)
    import_records(database, "rooms", sheet("rooms", now=NOW), now=NOW, actor="program")
    with database.write() as db:
        experts = select(Person).join(Expert, col(Expert.person_id) == col(Person.id)).order_by(col(Person.id))
        expert, other = db.exec(experts.limit(2)).all()
        people.ensure_organizer(db, expert, actor="program", now=NOW)
        facts = other.model_dump(include={"name", "email", "language", "zone", "country"})
        people.add_person(db, **facts, actor="program", now=NOW)

    remove(database)

    with database.read() as db:
        assert len(db.exec(select(Room)).all()) == COUNTS["rooms"]
        assert set(db.exec(select(Person.id))) == {expert.id, other.id}


def test_a_row_that_is_given_the_number_of_a_removed_one_has_no_past(database: Database) -> None:
    load(database)
    with database.write() as db:
        demo = hospital_by_code(db, "king-faisal")
        assert demo is not None
        subject = f"hospital:{demo.id}"
        record(db, actor=ACTOR, verb="approve", subject=subject, now=NOW)

    remove(database)

    with database.write() as db:
        left = history(db, subject)
        record(db, actor=ACTOR, verb="add hospital", subject=subject, now=NOW)
        db.flush()
        begun = [act.verb for act in history(db, subject)]
    assert (left, begun) == ([], ["add hospital"])


def test_nor_has_one_that_is_named_with_it(database: Database) -> None:
    load(database)
    session = play(database)
    subject, grace = f"session:{session.id}", {"attendee": 1}
    with database.write() as db:
        record(db, actor=ACTOR, verb="attend", subject=subject, now=NOW, after=grace)

    remove(database)

    with database.write() as db:
        left = history(db, subject, about=grace)
        record(db, actor=ACTOR, verb="correct-attendee", subject=subject, now=NOW, after=grace)
        db.flush()
        begun = [act.verb for act in history(db, subject, about=grace)]
    assert (left, begun) == ([], ["correct-attendee"])


def test_every_table_is_known_to_those_who_remove_demo_data(database: Database) -> None:
    """A new table either points at people, hospitals or sessions by a key, or has to be thought of."""
    reached = {table.name for table in _pointing(database)}

    assert {table.name for table in METADATA.sorted_tables} - reached - NOT_BY_KEY == OF_NOBODY


def test_nothing_of_a_demo_session_is_held_afterwards(database: Database) -> None:
    load(database)
    play(database)
    with database.read() as db:
        held = len(list(all_of(db, SlotClaim)))

    remove(database)

    with database.read() as db:
        assert (held > 0, list(all_of(db, SlotClaim)), list(all_of(db, Delivery))) == (True, [], [])


def _pointing(database: Database) -> Iterable[Table]:
    with database.read() as db:
        return closure(db, {Hospital: [], Person: [], Panel: [], Room: [], SessionRequest: []})
