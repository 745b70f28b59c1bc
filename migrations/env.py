"""Alembic's door: runs the migrations on the connection it is given, or on MEDIXCHANGE_DATABASE_URL's."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection

from medixchange.db import Database
from medixchange.tables import METADATA

LOCK_TIMEOUT = "5s"


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only our own tables: the job executor keeps its own schema or file."""
    return kind != "table" or name in METADATA.tables


def migrate(connection: Connection) -> None:
    """Bring the schema of ``connection`` to what was asked for, in its transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=include_name,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    database = Database(os.environ.get("MEDIXCHANGE_DATABASE_URL", "sqlite:///medixchange.db"))
    with database.engine.begin() as opened:
        migrate(opened)
