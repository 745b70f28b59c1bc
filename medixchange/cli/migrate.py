"""medixchange migrate: brings the database to this program's version."""

from __future__ import annotations

from medixchange import schema
from medixchange.alone import alone
from medixchange.cli.opened import clock_of, database_of, setup_told
from medixchange.cli.terminal import output
from medixchange.settings import read_settings


def migrate() -> None:
    """Make or change the database's tables to this program's version; safe to run again."""
    settings = read_settings()
    with database_of(settings, migrated=False) as database, alone(database):
        schema.migrate(database)
        told = setup_told(settings, database, now=clock_of(database)())
    output.print("The database is at this program's version.")
    if told:
        output.print(told)
