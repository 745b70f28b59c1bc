"""Writes rows of closed days."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.availability.closing import Closing, close
from medixchange.errors import Refusal
from medixchange.journal.record import PROGRAM
from medixchange.messages import say
from medixchange.people.queries import hospital_by_code
from medixchange.records.sheets import Fault, Line


def write_closed_days(db: Session, line: Line, *, now: datetime) -> list[Fault]:
    """Days closed in a country or at a hospital; a row that is there already changes nothing."""
    if bool(line["country"]) == bool(line["hospital"]):
        told = say("Name either the country or the hospital that is closed.")
        return [Fault(line.row, "country", told)]
    hospital = hospital_by_code(db, line["hospital"]) if line["hospital"] else None
    if line["hospital"] and hospital is None:
        told = say("There is no hospital “%(code)s”; import it first or correct its key.", code=line["hospital"])
        return [Fault(line.row, "hospital", told)]
    first, last = line["first_day"], line["last_day"] or line["first_day"]
    what = Closing(first, last, line["name"], line["country"] or None, hospital.id if hospital else None)
    try:
        close(db, what, actor=PROGRAM, now=now)
    except Refusal as no:
        return [Fault(line.row, "last_day" if line["last_day"] else "first_day", no.message)]
    return []
