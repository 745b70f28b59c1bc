"""Makes people known and approves hospitals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.feeds import actions as feeds
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox import actions as outbox
from medixchange.people import queries
from medixchange.people.models import Hospital, Organizer, Person

ADD = "add person"
"""What the journal calls it when somebody is added by a command, and not because of something that they did."""
HAS_IT = say("Somebody else has this address already; ask who it belongs to.")


def ensure_person(
    db: Session, *, name: str, email: str, language: str, zone: str, country: str, now: datetime
) -> Person:
    """The person with this address, made where there is none; what is known of somebody stays as it is."""
    known = queries.person_by_email(db, email)
    if known is not None:
        return known
    made = Person(name=name, email=email.strip().lower(), language=language, zone=zone, country=country, created_at=now)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        # Somebody else made the same person in this very moment.
        known = queries.person_by_email(db, email)
        if known is None:
            raise
        return known
    return made


def add_person(
    db: Session, *, name: str, email: str, language: str, zone: str, country: str, actor: str, now: datetime
) -> Person:
    """As ``ensure_person``, for somebody who is wanted here whatever else becomes of them."""
    person = ensure_person(db, name=name, email=email, language=language, zone=zone, country=country, now=now)
    _keep(db, person)
    record(db, actor=actor, verb=ADD, subject=f"person:{person.id}", now=now)
    return person


def change_address(db: Session, person: Person, email: str, *, actor: str, now: datetime) -> None:
    """Write to ``person`` at another address from now on, also what waits to be sent.

    Raises Refusal where somebody else has it.
    """
    other = queries.person_by_email(db, email)
    if other is not None and other.id != person.id:
        raise Refusal(HAS_IT)
    try:
        with db.begin_nested():
            person.email = email.strip().lower()
            db.add(person)
    except IntegrityError:
        # Somebody else has been given it in this very moment.
        raise Refusal(HAS_IT) from None
    outbox.follow(db, person.id, email, now=now)
    record(db, actor=actor, verb="correct", subject=f"person:{person.id}", now=now)


def ensure_organizer(db: Session, person: Person, *, actor: str, now: datetime) -> None:
    """``person`` decides at the desk from now on."""
    if db.get(Organizer, person.id) is None:
        _keep(db, person)
        db.add(Organizer(person_id=person.id))
        db.flush()
        record(db, actor=actor, verb="add organizer", subject=f"person:{person.id}", now=now)


def _keep(db: Session, person: Person) -> None:
    """Have somebody stay when the demo data goes."""
    person.is_demo = False
    db.add(person)


def change_profile(db: Session, person: Person, *, language: str, zone: str, actor: str, now: datetime) -> None:
    """From now on pages, letters and the feed of ``person`` are in ``language``, on the clock of ``zone``."""
    before, after = {"language": person.language, "zone": person.zone}, {"language": language, "zone": zone}
    if before == after:
        return
    person.language, person.zone = language, zone
    db.add(person)
    db.flush()
    outbox.translate(db, person.id, language=language, zone=zone)
    feeds.mark_stale(db, person.id)
    record(db, actor=actor, verb="change profile", subject=f"person:{person.id}", now=now, before=before, after=after)


def approve_hospital(db: Session, hospital: Hospital, *, actor: str, now: datetime) -> None:
    """From now on sessions of ``hospital`` may enter calendars.

    Raises Refusal when it is approved already.
    """
    if hospital.approved_at is not None:
        raise Refusal(say("%(name)s is approved already.", name=hospital.name))
    hospital.approved_at = now
    db.add(hospital)
    record(db, actor=actor, verb="approve", subject=f"hospital:{hospital.id}", now=now)
