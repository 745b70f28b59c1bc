"""A database that takes few values in one statement, as every database does from some number on."""

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
def narrow(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While the block runs lists are told in parts of PARTS values, and whatever asks or deletes with more than MOST
    fails. Rows are inserted in as many statements as they need by SQLAlchemy itself."""

    def refuse(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:
        assert is_many or statement.startswith("INSERT") or len(values) <= MOST, statement

    monkeypatch.setattr(databases, "MOST_AT_ONCE", PARTS)
    event.listen(database.engine, "before_cursor_execute", refuse)
    yield
    event.remove(database.engine, "before_cursor_execute", refuse)
