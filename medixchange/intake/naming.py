"""What a new request brings with it: its hospital and its reference."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from sqlmodel import Session, select

from medixchange.errors import NotFound
from medixchange.intake.models import SessionRequest
from medixchange.intake.steps import HospitalStep
from medixchange.journal.record import by_link, record
from medixchange.messages import say
from medixchange.people.models import Hospital
from medixchange.people.queries import hospital_by_code
from medixchange.tokens import seed

FIRST_REFERENCE = 2000


def hospital_for(db: Session, asked: HospitalStep, *, now: datetime) -> Hospital:
    """The hospital of the list, or a new one that waits for an organizer's approval.

    Raises NotFound for one that is not in the list any more.
    """
    if not asked.is_new:
        known = hospital_by_code(db, asked.hospital)
        if known is None:
            raise NotFound(say("This hospital is not in the list any more; choose again."))
        return known
    made = Hospital(
        code=f"{_key(asked.name)}-{seed()[:6].lower()}",
        name=asked.name,
        city=asked.city,
        country=asked.country,
        zone=asked.zone,
        created_at=now,
    )
    db.add(made)
    db.flush()
    record(db, actor=by_link("resume"), verb="add hospital", subject=f"hospital:{made.id}", now=now)
    return made


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "hospital"


def free_reference(db: Session, number: int) -> str:
    """What people call the request by; imported requests may have taken a number already."""
    number += FIRST_REFERENCE
    while db.exec(select(SessionRequest.id).where(SessionRequest.reference == f"MX-{number}")).first() is not None:
        number += 1
    return f"MX-{number}"
