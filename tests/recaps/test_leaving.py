"""Whoever leaves in the moment of a mailing gets no letter of it: two real transactions at once on PostgreSQL.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.recaps import lists, mailing, queries, receipts
from medixchange.recaps.models import Recap
from medixchange.sessions import attending
from tests.recaps.stage import ENGLISH, check, publish, published, write
from tests.recaps.test_attendees import attend
from tests.recaps.test_mailing import mail, ministry
from tests.recaps.test_receipts import undo, waiting
from tests.sessions.stage import ACTOR, NOW, set_up
from tests.sessions.stage import send as send_all

SOON = 0.2
HOWS = ("left", "removed", "corrected")
STAYS = "stays@example.org"
Leaving = Callable[[Session], None]

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def recap(database: Database) -> Recap:
    """A recap, and those who signed in to its session."""
    with database.write() as db:
        recap = published(db, set_up(db))
        send_all(db)
        ministry(db)
        for name in (*HOWS, "stays"):
            attend(db, recap, f"{name}@example.org", language="en")
        return recap


@pytest.fixture
def leaving(database: Database, recap: Recap) -> Mapping[str, Leaving]:
    """Ways to get no more letters, by the address of whoever goes it."""
    with database.read() as db:
        entries = {person.email: each.id for each, person in attending.attendees(db, recap.session_id)}
        members = {person.email: each.id for each, person in lists.members(db, [1])}

    def leave_list(db: Session) -> None:
        member = next(each for each, _ in lists.members(db, [1]) if each.id == members["bruno@ministry.example.org"])
        lists.remove(db, member, actor="link:unsubscribe", now=NOW)

    def leave(how: str) -> Leaving:
        def leave(db: Session) -> None:
            entry = attending.by_id(db, recap.session_id, entries[f"{how}@example.org"])
            undo(db, entry, how)
            receipts.stop_attendee(db, entry)

        return leave

    return {"bruno@ministry.example.org": leave_list, **{f"{how}@example.org": leave(how) for how in HOWS}}


def prepare(database: Database, recap: Recap, act: str) -> None:
    """Before a correction everybody has an older text."""
    if act == "correct":
        with database.write() as db:
            mail(db, recap, invited=True, list_ids=[1])
            send_all(db)
            english = queries.version(db, recap.id, "en")
            write(db, english, ENGLISH.replace("1–6", "2–6"))
            check(db, english)
            publish(db, queries.by_id(db, recap.id))


def written(db: Session, recap: Recap, act: str) -> list[mailing.Written]:
    """The letters of a mailing, or of a correction."""
    if act == "correct":
        return mailing.corrections(db, recap, note="A slip", for_change=True)
    return mailing.letters(db, recap, mailing.readers(db, recap, invited=True, list_ids=[1], for_change=True), note="")


def left_out(database: Database, recap: Recap, leaving: Mapping[str, Leaving]) -> tuple[set[str], bool]:
    """Who of those who leave has a letter that goes, and whether somebody else has."""
    with database.read() as db:
        addresses = {address for _, address in waiting(db, recap)}
    return addresses & set(leaving), STAYS in addresses


@pytest.mark.parametrize("act", ["mail", "correct"])
def test_whoever_leaves_while_letters_are_written_stops_theirs(
    database: Database, recap: Recap, leaving: Mapping[str, Leaving], act: str
) -> None:
    prepare(database, recap, act)

    def go(leave: Leaving) -> None:
        with database.write() as db:
            leave(db)

    with ThreadPoolExecutor(len(leaving)) as pool:
        with database.write() as db:
            mine = queries.by_id(db, recap.id, for_change=True)
            letters = written(db, mine, act)
            gone = [pool.submit(go, each) for each in leaving.values()]
            wait(gone, SOON)
            mailing.send(db, mine, letters, actor=ACTOR, now=NOW)
        for each in gone:
            each.result()

    assert left_out(database, recap, leaving) == (set(), True)


@pytest.mark.parametrize("act", ["mail", "correct"])
def test_whoever_has_just_left_is_not_written_to(
    database: Database, recap: Recap, leaving: Mapping[str, Leaving], act: str
) -> None:
    prepare(database, recap, act)

    def send() -> int:
        with database.write() as db:
            mine = queries.by_id(db, recap.id, for_change=True)
            return mailing.send(db, mine, written(db, mine, act), actor=ACTOR, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            for leave in leaving.values():
                leave(db)
            sending = pool.submit(send)
            wait([sending], SOON)
        sending.result()

    assert left_out(database, recap, leaving) == (set(), True)
    with database.read() as db:
        told = {address for _, address in waiting(db, recap)}
    assert ("right@example.org" in told) == (act == "mail")
