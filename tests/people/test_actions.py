"""People are known by one address each, whoever is faster."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlmodel import select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.people.actions import change_address, ensure_person
from medixchange.people.models import Person
from medixchange.people.queries import person_by_email
from tests import make

WANTED = "ada@example.org"
SOON = 1.0


def test_an_address_that_somebody_else_was_given_in_this_moment_is_refused_in_words(database: Database) -> None:
    with database.write() as db:
        number = make.person(db, "Late Example").id
    asked, done = Event(), Event()

    def change() -> str:
        try:
            asked.wait()
            with database.write() as db:
                change_address(db, db.get_one(Person, number), WANTED, actor="person:1", now=make.NOW)
        except Refusal as refusal:
            return refusal.message.text
        finally:
            done.set()
        return ""

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(change)
        with database.write() as db:
            facts = {"language": "en", "zone": "Africa/Kigali", "country": "RW"}
            ensure_person(db, name="Ada Example", email=WANTED, now=make.NOW, **facts)
            asked.set()
            done.wait(SOON)  # until it waits for this transaction

        told = late.result()

    assert told == "Somebody else has this address already; ask who it belongs to."
    with database.read() as db:
        assert [person.name for person in db.exec(select(Person).where(Person.email == WANTED))] == ["Ada Example"]


def test_somebody_is_found_however_the_address_is_written(database: Database) -> None:
    with database.write() as db:
        ada = make.person(db, email=WANTED)
        change_address(db, ada, "Ada.L@Example.org", actor="person:1", now=make.NOW)

        assert person_by_email(db, " ADA.L@example.ORG ") == ada
