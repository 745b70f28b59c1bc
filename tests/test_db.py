"""One transaction per request or job: what it wrote is there whole or not at all, and only then is somebody woken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, func, select, update

from medixchange.alone import Busy, alone
from medixchange.availability.models import SlotClaim
from medixchange.bell import Bell
from medixchange.db import FAULTS, SQLITE_VERSION, Database, after_commit
from medixchange.i18n import words
from medixchange.people.models import Liaison, Person
from tests import make


def names(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.exec(select(Person.name).order_by(Person.name)))


def test_what_a_block_wrote_is_there_when_it_ends_well(database: Database) -> None:
    with database.write() as db:
        make.person(db, "Aline Example")
        during = names(database)

    assert (during, names(database)) == ([], ["Aline Example"])


def test_what_fails_leaves_nothing_and_wakes_nobody(database: Database) -> None:
    woken: list[str] = []
    with suppress(KeyError), database.write() as db:
        make.person(db)
        after_commit(db, lambda: woken.append("too soon"))
        raise KeyError

    assert (names(database), woken) == ([], [])


def test_a_waker_is_called_once_and_after_the_commit(database: Database) -> None:
    seen: list[list[str]] = []

    def wake() -> None:
        seen.append(names(database))

    with database.write() as db:
        after_commit(db, wake)
        make.person(db, "Aline Example")
        after_commit(db, wake)

    assert seen == [["Aline Example"]]


def test_reading_keeps_nothing(database: Database) -> None:
    with database.read() as db:
        make.person(db)

    assert names(database) == []


def test_a_bell_is_heard_while_somebody_listens() -> None:
    bell, heard = Bell(), list[str]()

    bell()
    with bell.heard_by(lambda: heard.append("first")), bell.heard_by(lambda: heard.append("second")):
        bell()
    bell()

    assert heard == ["first", "second"]


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    with database.write() as db:
        who = make.person(db, "0").id
    longer = update(Person).where(col(Person.id) == who).values(name=Person.name + "x")

    def write() -> None:
        for _ in range(5):
            with database.write() as db:
                db.exec(longer)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names(database) == ["0" + "x" * 30]


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as db:
        db.add(Liaison(person_id=99, hospital_id=99))


def test_one_slot_is_claimed_once(database: Database) -> None:
    with database.write() as db:
        db.add(SlotClaim(resource="person:1", slot=1, session_uid="a"))

    with pytest.raises(IntegrityError), database.write() as db:
        db.add(SlotClaim(resource="person:1", slot=1, session_uid="b"))

    with database.read() as db:
        assert db.exec(select(SlotClaim.session_uid)).all() == ["a"]


def test_a_fault_of_the_database_does_not_tell_what_was_to_be_kept(database: Database) -> None:
    with database.write() as db:
        make.person(db, email="aline@example.org")

    with pytest.raises(DBAPIError) as wrong, database.write() as db:
        make.person(db, email="aline@example.org")

    assert "parameters hidden" in str(wrong.value)
    assert "Africa/Kigali" not in str(wrong.value)


def test_sqlite_is_set_up_not_to_lose_what_it_acknowledged(
    sqlite_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(sqlite_url)
    with database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert database.peek("SELECT sqlite_version()") == (SQLITE_VERSION,)


def test_only_a_note_does_not_wait_for_the_disk(sqlite_url: str, open_database: Callable[[str], Database]) -> None:
    database = open_database(sqlite_url)
    asked = "PRAGMA synchronous"

    with database.notes() as noting:
        noted = noting.exec_driver_sql(asked).scalar()
    with database.write() as db:
        written = db.connection().exec_driver_sql(asked).scalar()

    assert (noted, written) == (1, 2)


def test_only_a_note_does_not_wait_for_the_disk_of_the_server(
    postgres_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(postgres_url)
    asked = "SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'"

    with database.notes() as noting:
        noted = noting.exec_driver_sql(asked).one()
    with database.write() as db:
        written = db.connection().exec_driver_sql(asked).one()

    assert noted == ("off", "client")
    assert written.source != "client"


def test_what_the_address_of_the_server_sets_holds_for_notes_and_peeks_too(
    postgres_url: str, open_database: Callable[[str], Database]
) -> None:
    asked = make_url(postgres_url).update_query_dict({"options": "-c lock_timeout=1234"})
    database = open_database(asked.render_as_string(hide_password=False))
    settings = [
        f"current_setting('{each}')" for each in ("lock_timeout", "synchronous_commit", "transaction_read_only")
    ]
    said = f"SELECT {', '.join(settings)}"

    with database.notes() as noting:
        noted = noting.exec_driver_sql(said).one()
    peeked = database.peek(said)

    assert peeked is not None
    assert (noted, peeked[::2]) == (("1234ms", "off", "off"), ("1234ms", "on"))


def test_each_note_is_there_at_once(database: Database) -> None:
    with database.write() as db:
        who = make.person(db, "Aline").id
    renamed = update(Person).where(col(Person.id) == who).returning(col(Person.name))

    with database.notes() as noting:
        noting.execute(renamed.values(name="Berthe")).all()

        assert names(database) == ["Berthe"]


def test_peeking_reads_and_never_writes(database: Database) -> None:
    with database.write() as db:
        make.person(db, "Aline Example", email="aline@example.org")

    assert database.peek("SELECT name FROM person WHERE email = %s", "aline@example.org") == ("Aline Example",)
    assert database.peek("SELECT name FROM person WHERE email = %s", "bruno@example.org") is None
    with pytest.raises(FAULTS, match=r"read-?only"):
        database.peek("DELETE FROM person")


def test_one_copy_of_sqlite_has_the_file_open(sqlite_url: str, open_database: Callable[[str], Database]) -> None:
    database = open_database(sqlite_url)
    with database.engine.connect() as connection:
        pooled = connection.connection.driver_connection

    assert type(pooled).__module__ == type(database._peeking).__module__


def test_only_one_is_alone_on_a_sqlite_file(sqlite_url: str, open_database: Callable[[str], Database]) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url)

    with alone(first), pytest.raises(Busy) as refused, alone(second):
        pass

    assert words("en").say(refused.value.message).startswith(f"Another medixchange process serves {first.path} already")
    with alone(second):
        pass


def test_on_postgresql_many_may_serve(postgres_url: str, open_database: Callable[[str], Database]) -> None:
    with alone(open_database(postgres_url)), alone(open_database(postgres_url)):
        pass


def test_reading_goes_on_while_somebody_writes(database: Database) -> None:
    with database.write() as db:
        make.person(db)
        with database.read() as reading:
            seen = reading.exec(select(func.count()).select_from(Person)).one()

    assert seen == 0


def test_all_that_one_transaction_reads_is_of_one_moment(database: Database) -> None:
    many = select(func.count()).select_from(Person)
    with database.read() as reading:
        before = reading.exec(many).one()
        with database.write() as db:
            make.person(db)
        after = reading.exec(many).one()
    with database.read() as reading:
        later = reading.exec(many).one()

    assert (before, after, later) == (0, 0, 1)


def test_whoever_writes_sees_what_others_have_written_meanwhile(
    postgres_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(postgres_url)
    with database.read() as db:  # on the connection that the pool gives to the next
        db.exec(select(Person)).all()

    with database.write() as writing:
        before = writing.exec(select(Person.name)).all()
        with database.write() as db:
            make.person(db, "Aline Example")
        after = writing.exec(select(Person.name)).all()

    assert (before, after) == ([], ["Aline Example"])
