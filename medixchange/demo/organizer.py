"""Who decides at the desk of the demo; organizers come from no file."""

from __future__ import annotations

from datetime import datetime

from medixchange.db import Database
from medixchange.journal.record import PROGRAM
from medixchange.people import actions as people

ORGANIZER = "ada@organizers.example.org"


def appoint(database: Database, *, now: datetime) -> None:
    """Give the demo its organizer."""
    with database.write() as db:
        ada = people.ensure_person(
            db, name="Ada Example", email=ORGANIZER, language="en", zone="Africa/Kigali", country="RW", now=now
        )
        people.ensure_organizer(db, ada, actor=PROGRAM, now=now)
