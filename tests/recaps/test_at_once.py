"""Two organizers decide about one recap at once: two real transactions on PostgreSQL.

On SQLite the second one begins when the first has ended.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from sqlmodel import select

from medixchange.db import Database
from medixchange.library.models import LibraryEntry
from medixchange.recaps import actions, queries
from medixchange.sessions.models import SharingSession
from tests import postgres
from tests.recaps.stage import begin, check, publish, published, write
from tests.sessions.stage import ACTOR, NOW, set_up

SOON = 0.2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_recap_that_is_withdrawn_while_its_correction_is_published_is_there_again(database: Database) -> None:
    with database.write() as db:
        recap = published(db, set_up(db))
        english = queries.version(db, recap.id, "en")
        write(db, english, "Corrected.")
        check(db, english)
    looked = Event()

    def correct() -> list[str]:
        with database.write() as db:
            mine = queries.by_id(db, recap.id)
            looked.set()
            return publish(db, mine)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            actions.withdraw(db, queries.by_id(db, recap.id), reason="A slip", actor=ACTOR, now=NOW)
            db.flush()
            publishing = pool.submit(correct)
            looked.wait()
            wait([publishing], SOON)  # until it waits for this transaction
        new = publishing.result()

    with database.read() as db:
        now = queries.by_id(db, recap.id)
        assert (new, now.withdrawn_at, now.reason) == (["en"], None, "")
        assert list(db.exec(select(LibraryEntry.slug))) == [recap.slug]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_agreement_that_is_given_while_a_recap_is_published_is_published_with_it(database: Database) -> None:
    with database.write() as db:
        recap = published(db, set_up(db))
        french = begin(db, db.get_one(SharingSession, recap.session_id), "fr", source="en")
        check(db, french)
        english = queries.version(db, recap.id, "en")
        write(db, english, "Corrected.")
        check(db, english)

    def correct() -> list[str]:
        with database.write() as db:
            return publish(db, queries.by_id(db, recap.id))

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            mine = queries.version(db, recap.id, "fr")
            write(db, mine, queries.revision(db, mine, 1).text, agrees=True, source_number=3)
            publishing = pool.submit(correct)
            postgres.until_waiting(database, publishing)
        new = publishing.result()

    with database.read() as db:
        mine = queries.version(db, recap.id, "fr")
        assert (sorted(new), mine.published, mine.published_source_number) == (["en", "fr"], 1, 3)
