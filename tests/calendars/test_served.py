"""The feeds that the program serves and the invitations that it writes tell the same, to every reader."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session

from medixchange.app import build
from medixchange.cli.serving import server, wait_for
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.models import SharingSession
from medixchange.settings import Settings
from tests.calendars.readers import Reader, Seen
from tests.calendars.subscriber import Subscriber
from tests.sessions import stage
from tests.sessions.stage import ACTOR, ALINE, NOW, at

Change = Callable[[Session, SharingSession], None]
CHANGES: dict[str, Change] = {
    "confirmed": lambda db, session: confirm(db, session, actor=ACTOR, now=NOW),
    "moved": lambda db, session: reschedule(db, session, starts_at=at(2, 10, 30), actor=ACTOR, now=NOW),
    "cancelled": lambda db, session: cancel(db, session, reason="The line is down.", actor=ACTOR, now=NOW),
}


@pytest.fixture
def session(database: Database) -> SharingSession:
    """A session that is held on Tuesday at nine in Kigali."""
    with database.write() as db:
        return approve(db, stage.set_up(db).tuesday, actor=ACTOR, now=NOW)


@pytest.fixture
def address(database: Database, session: SharingSession) -> Iterator[str]:
    """The address of Aline's feed on a server that runs."""
    with database.write() as db:
        person_id = stage.place_of(db, session, ALINE).person_id
        token = feeds.issue(db, person_id, language="en", actor=ACTOR, now=NOW)
    with serving(database) as url:
        yield f"{url}/feed/{token}.ics"


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """The web application on the loopback."""
    running = server(build(Settings(), database), host="127.0.0.1", port=0)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        wait_for(running, thread)
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()


def test_a_subscriber_sees_every_change(
    database: Database, session: SharingSession, address: str, tmp_path: Path
) -> None:
    subscriber, told = Subscriber(tmp_path, address), []
    for change in ("", *CHANGES):
        with database.write() as db:
            if change:
                CHANGES[change](db, session)
        subscriber.fetch()
        told += [(event.start, event.status) for event in subscriber.shown(zone="Asia/Shanghai")]

    assert told == [
        ("2026-12-01 15:00", "TENTATIVE"),
        ("2026-12-01 15:00", "CONFIRMED"),
        ("2026-12-02 16:30", "TENTATIVE"),
        ("2026-12-02 16:30", "CANCELLED"),
    ]


def test_feed_and_invitation_tell_the_same_of_every_change(
    reader: Reader, database: Database, session: SharingSession, address: str
) -> None:
    told = []
    for change in ("hold", *CHANGES):
        with database.write() as db:
            if change in CHANGES:
                CHANGES[change](db, session)
            stage.send(db)
            invitation = stage.read(stage.latest_letter(db, session, ALINE, kind=change)).calendar or ""
        (in_feed,), (in_letter,) = reader(httpx.get(address).content), reader(invitation.encode())
        assert facts(in_feed) == facts(in_letter)
        told.append(facts(in_feed))

    topic = "Oxygen therapy when beds run short: King Faisal Hospital"
    assert told == [
        (session.uid, 0, "TENTATIVE", at(1, 9), at(1, 9, 30), topic),
        (session.uid, 1, "CONFIRMED", at(1, 9), at(1, 9, 30), topic),
        (session.uid, 2, "TENTATIVE", at(2, 10, 30), at(2, 11), topic),
        (session.uid, 3, "CANCELLED", at(2, 10, 30), at(2, 11), topic),
    ]


def facts(seen: Seen) -> tuple[object, ...]:
    """What a feed and an invitation have in common."""
    return seen.uid, seen.sequence, seen.status, seen.starts_at, seen.ends_at, seen.summary
