"""Which statements are sent to a database, and one that takes few values in each, as every database does from some
number on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from medixchange import db as databases
from medixchange.db import Database

PARTS, MOST = 5, 25


@contextmanager
def noted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent while the block runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def narrow(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While the block runs lists are told in parts of PARTS values, and whatever asks or deletes with more than MOST
    fails. Rows are inserted in as many statements as they need by SQLAlchemy itself."""

    def refuse(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:
        assert is_many or statement.startswith("INSERT") or len(values) <= MOST, statement

    monkeypatch.setattr(databases, "MOST_AT_ONCE", PARTS)
    event.listen(database.engine, "before_cursor_execute", refuse)
    yield
    event.remove(database.engine, "before_cursor_execute", refuse)
