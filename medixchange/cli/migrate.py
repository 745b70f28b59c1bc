"""medixchange migrate: brings the database to this program's version."""

from __future__ import annotations

from medixchange import schema
from medixchange.cli.opened import database_of
from medixchange.cli.terminal import output
from medixchange.db import alone


def migrate() -> None:
    """Make or change the database's tables to this program's version; safe to run again."""
    with database_of(migrated=False) as database, alone(database):
        schema.migrate(database)
    output.print("The database is at this program's version.")
