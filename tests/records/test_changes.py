"""Whoever comes to a session learns what an import changes about its room, its hospital and its panel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from medixchange.calendars.meeting import Meeting
from medixchange.db import Database
from medixchange.feeds.models import Feed
from medixchange.people.models import Panel, Person
from medixchange.records.imports import import_records
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, cancel, confirm
from medixchange.sessions.entries import refresh_feeds
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage, feeds, latest_letter, letters, send, set_up

LATER = NOW + timedelta(hours=1)
NEW = "https://rooms.example.org/east-lake"
EVERYBODY = (ZHANG, MEI, ALINE)


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request from Kigali with three proposals."""
    with database.write() as db:
        return set_up(db)


def held(database: Database, stage: Stage, *, certain: bool = False, sent: bool = True) -> SharingSession:
    """The first proposal is a session, and the letters about it have gone."""
    with database.write() as db:
        session = approve(db, db.merge(stage.tuesday), actor=ACTOR, now=NOW)
        if certain:
            confirm(db, session, actor=ACTOR, now=NOW)
        if sent:
            send(db)
        return session


def bring(database: Database, kind: str, text: str, *, dry_run: bool = False) -> None:
    outcome = import_records(database, kind, text, now=LATER, actor=ACTOR, dry_run=dry_run)
    assert outcome.faults == ()


def bring_room(database: Database, stage: Stage, *, name: str = "West Lake room", address: str = NEW) -> None:
    bring(database, "rooms", f"code,name,join_url,channels\n{stage.room.code},{name},{address},2\n")


def bring_hospital(database: Database, stage: Stage, *, name: str = "King Faisal Hospital") -> None:
    row = f"{stage.hospital.code},{name},Kigali,RW,Africa/Kigali,yes"
    bring(database, "hospitals", f"code,name,city,country,zone,approved\n{row}\n")


def stale(db: Session) -> set[str]:
    """Those whose feed waits to be written again."""
    query = select(Person.name).join(Feed, col(Feed.person_id) == col(Person.id)).where(col(Feed.stale))
    return set(db.exec(query))


def told(db: Session, session: SharingSession, name: str) -> Meeting:
    """The calendar entry of the last letter to somebody."""
    calendar = latest_letter(db, session, name).calendar
    assert calendar is not None
    return calendar.meeting


def test_a_room_with_another_address_is_told_to_everybody_who_comes(database: Database, stage: Stage) -> None:
    session = held(database, stage, certain=True)

    bring_room(database, stage)

    with database.read() as db:
        assert letters(db, session)[3:] == [(name, "address", "REQUEST", 2) for name in EVERYBODY]
        assert {told(db, session, name).conference for name in EVERYBODY} == {NEW}
        assert {sequence for _, sequence, _ in feeds(db, session).values()} == {2}
        assert queries.by_id(db, session.id).sequence == 2


def test_a_session_that_is_not_certain_has_no_address_yet_that_could_change(database: Database, stage: Stage) -> None:
    session = held(database, stage)

    bring_room(database, stage)

    with database.write() as db:
        assert len(letters(db, session)) == 3
        confirm(db, queries.by_id(db, session.id), actor=ACTOR, now=LATER)
    with database.read() as db:
        assert {told(db, session, name).conference for name in EVERYBODY} == {NEW}


def test_the_answers_stay_when_a_room_has_another_address(database: Database, stage: Stage) -> None:
    session = held(database, stage)
    with database.write() as db:
        confirm(db, queries.by_id(db, session.id), actor=ACTOR, now=NOW)
        send(db)

    bring_room(database, stage)

    with database.read() as db:
        assert letters(db, session)[6:] == [(name, "address", "REQUEST", 2) for name in EVERYBODY]
        assert {told(db, session, name).status for name in EVERYBODY} == {"CONFIRMED"}


def test_a_letter_that_still_waits_is_written_anew_with_the_new_address(database: Database, stage: Stage) -> None:
    session = held(database, stage, certain=True, sent=False)

    bring_room(database, stage)

    with database.read() as db:
        assert letters(db, session) == [(name, "confirmed", "REQUEST", 2) for name in EVERYBODY]
        assert {told(db, session, name).conference for name in EVERYBODY} == {NEW}


def test_a_room_that_comes_as_it_was_is_told_to_nobody(database: Database, stage: Stage) -> None:
    session = held(database, stage)

    bring_room(database, stage, address=stage.room.join_url)

    with database.read() as db:
        assert (len(letters(db, session)), stale(db)) == (3, set())


def test_a_dry_run_tells_nobody(database: Database, stage: Stage) -> None:
    session = held(database, stage)

    row = f"{stage.room.code},West Lake room,{NEW}"
    bring(database, "rooms", f"code,name,join_url\n{row}\n", dry_run=True)

    with database.read() as db:
        assert len(letters(db, session)) == 3


def test_a_session_that_was_cancelled_is_told_to_nobody(database: Database, stage: Stage) -> None:
    session = held(database, stage)
    with database.write() as db:
        cancel(db, queries.by_id(db, session.id), reason="", actor=ACTOR, now=NOW)
        before = len(letters(db, session))

    bring_room(database, stage, name="East Lake room")

    with database.read() as db:
        assert (len(letters(db, session)), stale(db)) == (before, set())


def test_a_room_with_another_name_is_shown_in_the_feeds_without_a_letter(database: Database, stage: Stage) -> None:
    session = held(database, stage)

    bring_room(database, stage, name="East Lake room", address=stage.room.join_url)

    with database.read() as db:
        assert (len(letters(db, session)), stale(db)) == (3, set(EVERYBODY))
    refresh_feeds(database, now=LATER)
    with database.read() as db:
        bodies = [feed.body.decode() for feed in db.exec(select(Feed))]
        assert ["East Lake room" in body for body in bodies] == [True] * 3


def test_a_hospital_with_another_name_is_shown_in_the_feeds(database: Database, stage: Stage) -> None:
    held(database, stage)

    bring_hospital(database, stage, name="King Faisal Teaching Hospital")

    with database.read() as db:
        assert stale(db) == set(EVERYBODY)


def test_a_panel_of_another_institution_is_shown_in_the_feeds(database: Database, stage: Stage) -> None:
    held(database, stage)
    with database.read() as db:
        panel = db.exec(select(Panel)).one()

    row = f"{panel.code},{panel.name},The Second Hospital,Hangzhou,CN,Asia/Shanghai"
    bring(database, "panels", f"code,name,institution,city,country,zone\n{row}\n")

    with database.read() as db:
        assert stale(db) == set(EVERYBODY)
