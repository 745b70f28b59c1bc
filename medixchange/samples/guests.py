"""People who became known by the demo data alone: who signed in to its sessions, or was mailed its recaps."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.db import Row, in_parts
from medixchange.journal.models import JournalEntry
from medixchange.outbox.models import Delivery
from medixchange.people.actions import ADD
from medixchange.people.models import Person
from medixchange.recaps.models import RecapReceipt
from medixchange.samples.closure import Doomed, numbers, table_of
from medixchange.sessions.models import SessionAttendee


def guests(db: Session, doomed: Doomed, *, since: datetime) -> set[int]:
    """The people who came with the ``doomed`` rows and whom nothing else knows.

    They were made ``since`` the demo data was loaded and by nobody's command, and no row that stays names them;
    letters do not count, as theirs go with them.
    """
    met: set[int] = set()
    for kind in (SessionAttendee, RecapReceipt):
        for some in in_parts(numbers(doomed, kind)):
            met |= set(db.exec(select(kind.person_id).where(col(kind.id).in_(some))))
    new = select(Person.id).where(col(Person.is_demo).is_(False), Person.created_at >= since)
    found = {number for some in in_parts(met) for number in db.exec(new.where(col(Person.id).in_(some)))}
    return found - _added(db, found) - _named(db, found, doomed)


def _added(db: Session, people: set[int]) -> set[int]:
    """Those of ``people`` whom somebody's command made known."""
    subjects = {f"person:{number}": number for number in people}
    added = select(JournalEntry.subject).where(JournalEntry.verb == ADD)
    told = (db.exec(added.where(col(JournalEntry.subject).in_(some))) for some in in_parts(subjects))
    return {subjects[each] for some in told for each in some}


def _named(db: Session, people: set[int], doomed: Doomed) -> set[int]:
    """Those of ``people`` whom a row names that stays."""
    named: set[int] = set()
    for table in Row.metadata.sorted_tables:
        for pointing in table.foreign_keys if table is not table_of(Delivery) else ():
            if pointing.column.table is table_of(Person):
                rows = select(pointing.parent, *table.primary_key.columns)
                for some in in_parts(people):
                    found = db.execute(rows.where(pointing.parent.in_(some)))
                    named |= {who for who, *key in found if tuple(key) not in doomed.get(table, ())}
    return named
