"""medixchange backup: a copy of everything, made while the program runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medixchange.backups import actions as backups
from medixchange.cli.opened import clock_of, database_of
from medixchange.cli.terminal import output, tell
from medixchange.journal.record import PROGRAM, record
from medixchange.messages import count
from medixchange.schema import schema_is_current

SUBJECT, BACK_UP = "database", "back up"


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over an earlier backup of this name.")] = False,
) -> None:
    """Copy the whole database, as it is at this moment, into one file with a checksum. Nobody need stop for it."""
    with database_of(migrated=False) as database:
        made = backups.make(database, file, now=clock_of(database)(), replace=replace)
        # The tables may be of an earlier version: a backup is what one makes before an upgrade.
        if schema_is_current(database):
            with database.write() as db:
                record(db, actor=PROGRAM, verb=BACK_UP, subject=SUBJECT, now=made.made_at)
    told = count("%(file)s holds %(num)s row.", "%(file)s holds %(num)s rows.", sum(made.rows.values()), file=str(file))
    output.print(tell(told))
