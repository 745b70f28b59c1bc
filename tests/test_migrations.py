"""The migrations go up and down, and leave nothing that the tables do not say, on both databases."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.journal.models import JournalEntry
from medixchange.schema import alembic_config, migrate, schema_is_current
from medixchange.tables import METADATA
from tests.make import NOW


def test_the_migrated_schema_is_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, METADATA) == []


def test_down_and_up_again_ends_at_the_same_schema(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with database.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}

    migrate(database)

    assert left == set()
    assert schema_is_current(database)


def test_an_old_schema_is_noticed(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

    assert not schema_is_current(database)


@pytest.mark.parametrize("act", ["UPDATE journalentry SET verb = 'other'", "DELETE FROM journalentry"])
def test_the_journal_only_grows(database: Database, act: str) -> None:
    entry = JournalEntry(at=NOW, actor="program", verb="import", subject="records:rooms")
    with database.write() as db:
        db.add(entry)

    with pytest.raises(DatabaseError, match="the journal only grows"), database.write() as db:
        db.connection().exec_driver_sql(act)

    with database.read() as db:
        assert [row.verb for row in _entries(db)] == ["import"]


def _entries(db: Session) -> list[JournalEntry]:
    return list(db.exec(select(JournalEntry)))
