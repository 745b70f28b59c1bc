"""Whoever leaves while the desk mails a recap gets no letter of it: the page waits for them, on PostgreSQL.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from httpx2 import Response
from sqlmodel import Session

from medixchange.db import Database
from medixchange.recaps import lists, queries, receipts
from medixchange.recaps.models import Recap
from medixchange.sessions import attending
from tests import postgres
from tests.recaps.stage import published
from tests.recaps.test_attendees import attend
from tests.recaps.test_mailing import MINISTRY, correct_english, ministry
from tests.recaps.test_receipts import waiting
from tests.sessions.stage import NOW, Stage, send
from tests.web.conftest import Browser
from tests.web.test_mailing import MAIL, post

LONG = 30
AMINA, BRUNO = (each.email for each in MINISTRY)
GRACE, ERIC = "grace@example.org", "eric@example.org"
CORRECT = "/desk/recaps/1/correct"

Leave = Callable[[Session, Recap], None]

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def recap(database: Database, stage: Stage) -> Recap:
    """A recap, the list 1 of a ministry, and two who signed in to its session."""
    with database.write() as db:
        recap = published(db, stage)
        send(db)
        ministry(db)
        for email in (GRACE, ERIC):
            attend(db, recap, email, language="en")
        return recap


def leave_list(db: Session, _: Recap) -> None:
    """Bruno leaves the list."""
    (bruno,) = [member for member, person in lists.members(db, [1]) if person.email == BRUNO]
    lists.remove(db, bruno, actor="link:unsubscribe", now=NOW)


def stop_letters(db: Session, recap: Recap) -> None:
    """Grace, who signed in, wants no more letters."""
    (grace,) = [each for each, person in attending.attendees(db, recap.session_id) if person.email == GRACE]
    attending.leave(db, grace, now=NOW)
    receipts.stop_attendee(db, grace)


def pressed_meanwhile(database: Database, recap: Recap, leave: Leave, press: Callable[[], Response]) -> Response:
    """The answer to a button that is pressed while somebody leaves."""
    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            leave(db, recap)
            db.flush()
            pressing = pool.submit(press)
            postgres.until_waiting(database, pressing)
        return pressing.result()


def ministers_and_attendees(database: Database, recap: Recap) -> set[str]:
    """To whom of the list and of those who signed in a letter goes."""
    with database.read() as db:
        return {address for _, address in waiting(db, recap)} & {AMINA, BRUNO, GRACE, ERIC}


@pytest.mark.parametrize(("leave", "gone"), [(leave_list, BRUNO), (stop_letters, GRACE)])
def test_whoever_leaves_while_a_recap_is_mailed_is_not_written_to(
    organizer: Browser, database: Database, recap: Recap, leave: Leave, gone: str
) -> None:
    answer = pressed_meanwhile(database, recap, leave, lambda: post(organizer, MAIL, to=["invited", "list:1"]))

    assert answer.status_code == 303
    assert ministers_and_attendees(database, recap) == {AMINA, BRUNO, GRACE, ERIC} - {gone}


@pytest.mark.parametrize(("leave", "gone"), [(leave_list, BRUNO), (stop_letters, GRACE)])
def test_whoever_leaves_while_a_correction_is_mailed_is_not_written_to(
    organizer: Browser, database: Database, recap: Recap, leave: Leave, gone: str
) -> None:
    post(organizer, MAIL, to=["invited", "list:1"])
    with database.write() as db:
        send(db)
        correct_english(db, queries.by_id(db, recap.id))

    answer = pressed_meanwhile(database, recap, leave, lambda: post(organizer, CORRECT, why="The flow was wrong."))

    assert answer.status_code == 303
    assert ministers_and_attendees(database, recap) == {BRUNO, GRACE, ERIC} - {gone}


def test_a_preview_waits_for_nobody(organizer: Browser, database: Database, recap: Recap) -> None:
    with ThreadPoolExecutor(1) as pool, database.write() as db:
        leave_list(db, recap)
        stop_letters(db, recap)
        db.flush()
        showing = pool.submit(lambda: post(organizer, MAIL, to=["invited", "list:1"], act="show"))
        done, _ = wait([showing], LONG)

    assert [each.result().status_code for each in done] == [200]
