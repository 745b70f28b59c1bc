"""Opens what the settings name: the database, the mail server, and the desk that writes letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from medixchange.accounts.setup import setup_seed
from medixchange.calendars.meeting import Party
from medixchange.cli.terminal import now
from medixchange.db import Database
from medixchange.demo.clock import DemoClock, kept_beside
from medixchange.errors import NotFound, Refusal
from medixchange.messages import say
from medixchange.outbox.compose import Desk
from medixchange.outbox.letters import Links
from medixchange.outbox.smtp import MailServer
from medixchange.people.models import Person
from medixchange.people.queries import person_by_email
from medixchange.schema import schema_is_current
from medixchange.settings import Settings, database_address, read_settings
from medixchange.templating import environment
from medixchange.tokens import Mint


@contextmanager
def database_of(settings: Settings | None = None, *, migrated: bool = True) -> Iterator[Database]:
    """The database of the settings, closed after the block.

    Raises Refusal where it cannot be reached, or its schema is not this program's and ``migrated`` is asked for.
    """
    database = Database(database_address(settings or read_settings()))
    if database.path is not None and not database.path.absolute().parent.is_dir():
        folder = str(database.path.absolute().parent)
        raise Refusal(
            say("The folder %(folder)s is not there; make it or correct MEDIXCHANGE_DATABASE_URL.", folder=folder)
        )
    try:
        if migrated and not schema_is_current(database):
            raise Refusal(say("The database is not at this program's version; run “medixchange migrate” first."))
        yield database
    except OperationalError as wrong:
        why = str(wrong.orig).strip().splitlines()[0]
        told = say("The database does not answer (%(why)s): check MEDIXCHANGE_DATABASE_URL.", why=why)
        raise Refusal(told) from wrong
    finally:
        database.close()


def clock_of(database: Database) -> Callable[[], datetime]:
    """What commands go by: the clock on the wall; of the database of a demo that one's, which people put ahead."""
    return now if database.path is None else DemoClock(now, kept_beside(database.path))


def desk_of(settings: Settings) -> Desk:
    """Who writes letters in this installation."""
    links = Links(settings.public_url, Mint(settings.secret_key.get_secret_value()))
    return Desk(environment(), links, Party(*settings.sender))


def setup_told(settings: Settings, database: Database, *, now: datetime) -> str:
    """Where the first organizer sets this installation up; empty once somebody decides at the desk."""
    with database.write() as db:
        seed = setup_seed(db, now=now)
    if seed is None:
        return ""
    address = desk_of(settings).links.url("setup", seed)
    return f"Nobody decides at the desk yet. Open this address to set it up, and show it to nobody else:\n{address}"


def mail_server_of(settings: Settings) -> MailServer:
    """Where letters are handed over."""
    return MailServer(settings.smtp_url.get_secret_value())


def known_person(db: Session, email: str) -> Person:
    """The person with this address.

    Raises NotFound, with what to do.
    """
    person = person_by_email(db, email)
    if person is None:
        raise NotFound(say("Nobody is known as %(email)s; correct the address or add the person.", email=email))
    return person
