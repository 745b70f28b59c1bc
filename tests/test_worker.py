"""The clockwork sends, searches and keeps house beside the web."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session, select
from structlog.testing import capture_logs

from medixchange.accounts.signin import ask_link
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.intake import drafting
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.matching.actions import want
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Person
from medixchange.sessions.actions import approve, cancel
from medixchange.worker import keep_house, working
from tests import make
from tests.calendars.meetings import meeting
from tests.outbox.office import Office
from tests.sessions.stage import ACTOR, DESK, NOW, set_up

PATIENCE = 30.0


def until(reached: Callable[[], bool]) -> bool:
    """Whether it comes true before patience ends."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if reached():
            return True
        waiting.wait(0.02)
    return False


def test_letters_and_searches_go_without_anybody_waiting(database: Database) -> None:
    office = Office()
    with office.open() as url, working(database, MailServer(url), DESK, lambda: NOW):
        with database.write() as db:
            make.expert(db)
            make.room(db)
            request = make.request(db, make.hospital(db))
            want(db, request, now=NOW)
            ask_link(db, make.person(db, email="aline@example.org").email, now=NOW, browser="")

        went = until(lambda: office.recipients == ["aline@example.org"])
        matched = until(lambda: state_of(database, request.id) is RequestState.MATCHED)

    assert (went, matched) == (True, True)


def state_of(database: Database, request_id: int) -> RequestState:
    with database.read() as db:
        return db.get_one(SessionRequest, request_id).state


def test_the_house_is_kept(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        cancel(db, session, reason="", actor=ACTOR, now=NOW)
    with database.write() as db:
        zhang = db.get_one(Person, stage.zhang.person_id)
        zhang.language, zhang.zone = "fr", "Europe/Paris"
        feeds.mark_stale(db, zhang.id)

    keep_house(database, now=NOW)
    with database.read() as db:
        renewed = feed_of(db, zhang.id)
    keep_house(database, now=NOW + feeds.KEEP_CANCELLED - timedelta(seconds=1))
    kept = entries(database)
    keep_house(database, now=NOW + feeds.KEEP_CANCELLED)

    assert (renewed.stale, renewed.language) == (False, "fr")
    assert b"TZID=Europe/Paris" in renewed.body
    assert (kept, entries(database)) == (3, 0)


def test_a_feed_that_cannot_be_written_keeps_nothing_else_in_the_house_from_being_done(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        for who, zone in ((stage.zhang, "Nowhere/Here"), (stage.mei, "Europe/Paris")):
            db.get_one(Person, who.person_id).zone = zone
            feeds.mark_stale(db, who.person_id)
        drafting.begin(db, now=NOW - drafting.KEPT)

    keep_house(database, now=NOW)

    with database.read() as db:
        stale = {who.person_id: feed_of(db, who.person_id).stale for who in (stage.zhang, stage.mei)}
        assert (stale, list(db.exec(select(RequestDraft)))) == (
            {stage.zhang.person_id: True, stage.mei.person_id: False},
            [],
        )


def test_a_chore_that_fails_keeps_no_other_from_being_done(database: Database) -> None:
    later = NOW + feeds.KEEP_CANCELLED
    with database.write() as db:
        aline = make.person(db)
        feeds.put(db, aline.id, meeting(), now=NOW)
        for entry in db.exec(select(FeedEntry)):
            entry.zone = "Nowhere/Here"
        feed = feed_of(db, aline.id)
        db.add(
            FeedEntry(
                feed_id=feed.id, session_uid="off", vevent=b"", zone="UTC", starts_at=NOW, ends_at=NOW, cancelled_at=NOW
            )
        )
        drafting.begin(db, now=later - drafting.KEPT)

    with capture_logs() as logged:
        keep_house(database, now=later)

    with database.read() as db:
        assert ([each["work"] for each in logged], list(db.exec(select(RequestDraft)))) == (["clearing feeds"], [])


def feed_of(db: Session, person_id: int) -> Feed:
    return db.exec(select(Feed).where(Feed.person_id == person_id)).one()


def entries(database: Database) -> int:
    with database.read() as db:
        return len(db.exec(select(FeedEntry)).all())
