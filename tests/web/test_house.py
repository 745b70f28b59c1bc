"""The name at the foot of each page: seldom asked for, never in the way."""

from __future__ import annotations

from medixchange.accounts import setup
from medixchange.db import Database
from medixchange.web import house
from medixchange.web.house import House
from tests.make import NOW


def rename(database: Database, name: str) -> None:
    with database.write() as db:
        setup.rename(db, name, actor="person:1", now=NOW)


def test_what_another_process_changed_is_seen_after_a_while(database: Database) -> None:
    shown = House(database)
    before = shown.name
    rename(database, "Network of Hospitals")
    at_once = shown.name
    shown._until -= house.LASTS

    assert (before, at_once, shown.name) == ("", "", "Network of Hospitals")


def test_what_this_process_changed_is_seen_at_once(database: Database) -> None:
    shown = House(database)
    assert shown.name == ""
    rename(database, "Network of Hospitals")
    shown.forget()

    assert shown.name == "Network of Hospitals"


def test_without_the_table_the_name_that_is_known_stays(database: Database) -> None:
    rename(database, "Network of Hospitals")
    shown = House(database)
    known = shown.name
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE installation")
    shown.forget()

    assert (known, shown.name) == ("Network of Hospitals", "Network of Hospitals")
