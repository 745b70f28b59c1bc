"""Promising many letters at once: each once, in a fixed number of statements, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.outbox.models import Delivery
from medixchange.outbox.post import Later, Promise, post_all, schedule_all
from tests.outbox.letters import NOW, signin
from tests.statements import noted


def post_many(db: Session, keys: list[str], subject: str) -> None:
    post_all(db, [Promise(signin(), key, None) for key in keys], subject=subject, now=NOW)


def schedule_many(db: Session, keys: list[str], subject: str) -> None:
    schedule_all(db, [Later(signin(), key, None, NOW) for key in keys], subject=subject)


@pytest.fixture(params=[post_many, schedule_many])
def promise(request: pytest.FixtureRequest) -> Callable[[Session, list[str], str], None]:
    found: Callable[[Session, list[str], str], None] = request.param
    return found


def asked(database: Database, promise: Callable[[Session, list[str], str], None], number: int) -> int:
    """How many statements so many letters take, but for the rows themselves: SQLite has each inserted by itself, as it
    tells their numbers in no order."""
    with noted(database) as sent, database.write() as db:
        promise(db, [f"recap-{number}-{each}" for each in range(number)], "recap:1")
    inserted = [each for each in sent if each.startswith("INSERT")]
    assert inserted
    assert database.is_sqlite or len(inserted) == 1
    return len(sent) - len(inserted)


def test_many_letters_of_one_mailing_are_promised_in_as_many_statements_as_two(
    database: Database, promise: Callable[[Session, list[str], str], None]
) -> None:
    two, many = (asked(database, promise, number) for number in (2, 200))

    assert two == many


def test_a_letter_is_promised_once_whatever_it_was_said_to_be_about(
    db: Session, promise: Callable[[Session, list[str], str], None]
) -> None:
    promise(db, ["one", "two"], "recap:1")
    promise(db, ["two", "three"], "recap:2")

    found = {each.key: each.subject for each in db.exec(select(Delivery))}
    assert found == {"one": "recap:1", "two": "recap:1", "three": "recap:2"}
