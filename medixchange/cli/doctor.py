"""medixchange doctor: looks at everything that has gone wrong somewhere once, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Annotated

import typer
from rich.table import Table

from medixchange.cli.backup import BACK_UP, SUBJECT
from medixchange.cli.opened import clock_of, database_of, mail_server_of
from medixchange.cli.terminal import output, tell
from medixchange.db import SQLITE_VERSION, Database
from medixchange.documents.faces import broken_faces, lacking
from medixchange.documents.tongues import NAMES
from medixchange.journal.record import history
from medixchange.matching.searching import stale_searches
from medixchange.messages import Message, count, listed, say, sentences
from medixchange.outbox.queries import delay
from medixchange.outbox.smtp import Unreachable
from medixchange.schema import schema_is_current
from medixchange.settings import Settings, read_settings

UNHEALTHY = 3
LEAST_SQLITE = (3, 51, 3)  # before it a rare bug can damage the write-ahead log when it is reset
LEAST_TZDATA = (2026, 6)
OLDEST_BACKUP = 7
"""Days after which a house that makes backups with this program is asked why it stopped."""


@dataclass(frozen=True)
class Finding:
    """One look: what was looked at, whether it is well, and in words what was seen or what to do."""

    name: str
    well: bool
    words: str


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Look at tables, SQLite, time zones, fonts, mail, letters, jobs, backups. Exit status 3 when one is not well."""
    settings = read_settings()
    with database_of(settings, migrated=False) as database:
        findings = [Finding(name, *_told(look(settings, database))) for name, look in LOOKS.items()]
    if as_json:
        output.print(json.dumps([asdict(each) for each in findings], ensure_ascii=False))
    else:
        table = Table("", "Looked at", "Found", box=None)
        for each in findings:
            table.add_row("✓" if each.well else "!", each.name, each.words)
        output.print(table)
    if not all(each.well for each in findings):
        raise typer.Exit(UNHEALTHY)


def _told(look: tuple[bool, Message]) -> tuple[bool, str]:
    return look[0], tell(look[1])


def _schema(_settings: Settings, database: Database) -> tuple[bool, Message]:
    if schema_is_current(database):
        return True, say("The tables are this program's.")
    return False, say("The tables are not this program's: run “medixchange migrate”.")


def _sqlite(_settings: Settings, database: Database) -> tuple[bool, Message]:
    found = tuple(int(part) for part in SQLITE_VERSION.split("."))
    if not database.is_sqlite:
        return True, say("PostgreSQL is used.")
    if found >= LEAST_SQLITE:
        return True, say("SQLite %(version)s is used.", version=SQLITE_VERSION)
    return False, say(
        "SQLite %(version)s has a fault that can damage the database; install the package pysqlite3.",
        version=SQLITE_VERSION,
    )


def _tzdata(_settings: Settings, _database: Database) -> tuple[bool, Message]:
    found = version("tzdata")
    if tuple(int(part) for part in found.split(".")[:2]) >= LEAST_TZDATA:
        return True, say("Time zone rules %(version)s are used.", version=found)
    return False, say("Time zone rules %(version)s are old: upgrade the package tzdata.", version=found)


def _fonts(_settings: Settings, _database: Database) -> tuple[bool, Message]:
    broken = broken_faces()
    if broken:
        return False, say(
            "These fonts are missing or damaged: %(files)s. Install medixchange again.", files=listed(broken)
        )
    gaps = [f"{NAMES[tag]}: {characters}" for tag, characters in lacking().items()]
    if gaps:
        return False, say("The fonts lack characters (%(gaps)s); PDFs show their numbers instead.", gaps=listed(gaps))
    return True, say("The fonts are there and print every language of the program.")


def _mail(settings: Settings, _database: Database) -> tuple[bool, Message]:
    try:
        with mail_server_of(settings).connect():
            return True, say("The mail server answers.")
    except Unreachable as wrong:
        return False, say("The mail server does not answer (%(why)s): check MEDIXCHANGE_SMTP_URL.", why=str(wrong))


def _letters(_settings: Settings, database: Database) -> tuple[bool, Message]:
    if not schema_is_current(database):
        return False, say("Not looked at before the tables are this program's.")
    with database.read() as db:
        late = delay(db, now=clock_of(database)())
    if late is None:
        return True, say("Letters go in time.")
    minutes = int(late.total_seconds() // 60)
    return False, count(
        "The oldest letter has been waiting for %(num)s minute: see the desk.",
        "The oldest letter has been waiting for %(num)s minutes: see the desk.",
        minutes,
    )


def _jobs(_settings: Settings, database: Database) -> tuple[bool, Message]:
    if not schema_is_current(database):
        return False, say("Not looked at before the tables are this program's.")
    with database.read() as db:
        stale = stale_searches(db, now=clock_of(database)())
    if not stale:
        return True, say("No search stands still.")
    return False, count(
        "%(num)s search stands still: is “medixchange work” running?",
        "%(num)s searches stand still: is “medixchange work” running?",
        stale,
    )


def _backup(_settings: Settings, database: Database) -> tuple[bool, Message]:
    if not schema_is_current(database):
        return False, say("Not looked at before the tables are this program's.")
    with database.read() as db:
        made = [entry.at for entry in history(db, SUBJECT) if entry.verb == BACK_UP]
    if not made:
        # Other programs may copy the database as well; nobody is told off for that.
        return True, say("“medixchange backup” has made none yet.")
    days = (clock_of(database)() - made[-1]).days
    told = count("The last one is %(num)s day old.", "The last one is %(num)s days old.", days)
    if days <= OLDEST_BACKUP:
        return True, told
    return False, sentences([told, say("Does what makes them still run?")])


LOOKS: dict[str, Callable[[Settings, Database], tuple[bool, Message]]] = {
    "schema": _schema,
    "SQLite": _sqlite,
    "time zones": _tzdata,
    "fonts": _fonts,
    "mail": _mail,
    "letters": _letters,
    "jobs": _jobs,
    "backup": _backup,
}
