"""The clockwork sends, searches and keeps house beside the web."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session, select

from medixchange.accounts.signin import ask_link
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.actions import want
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Person
from medixchange.sessions.actions import approve, cancel
from medixchange.worker import keep_house, working
from tests import make
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


def feed_of(db: Session, person_id: int) -> Feed:
    return db.exec(select(Feed).where(Feed.person_id == person_id)).one()


def entries(database: Database) -> int:
    with database.read() as db:
        return len(db.exec(select(FeedEntry)).all())
