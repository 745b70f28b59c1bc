"""The first run: an address that works until somebody decides at the desk, and what is asked there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from medixchange.accounts.models import Installation
from medixchange.errors import NotFound
from medixchange.journal.record import by_link, by_person, record
from medixchange.messages import say
from medixchange.outbox.trial import post_test
from medixchange.people.actions import ensure_organizer, ensure_person
from medixchange.people.models import Organizer, Person
from medixchange.tokens import seed

ONLY = 1
SUBJECT = f"installation:{ONLY}"


def organization(db: Session) -> str:
    """Who runs this installation, empty where nobody has said so."""
    return db.exec(select(Installation.organization).where(Installation.id == ONLY)).one_or_none() or ""


def setup_seed(db: Session, *, now: datetime) -> str | None:
    """The seed of the address that sets this installation up; None once somebody decides at the desk.

    It stays the same until then, however often and by however many processes it is asked for.
    """
    return None if _has_organizer(db) else _installation(db, now=now).setup_seed


def usable(db: Session, given: str, *, for_change: bool = False) -> None:
    """Raises NotFound where the address with the seed ``given`` sets nothing up, or not any more.

    ``for_change`` locks the row until the transaction ends.
    """
    found = db.get(Installation, ONLY, with_for_update=for_change)
    if found is None or found.setup_seed != given or _has_organizer(db):
        raise NotFound(say("Check the address, or start again from the first page."))


def set_up(db: Session, given: str, *, of: str, now: datetime, **person: Any) -> Person:
    """Name the installation after ``of``, make the first organizer, and send them a test letter.

    ``person`` is as for ``people.actions.ensure_person``. Raises NotFound where the address with the seed ``given``
    sets nothing up any more; of two who send the form at once one does.
    """
    usable(db, given, for_change=True)
    first = ensure_person(db, **person, now=now)
    ensure_organizer(db, first, actor=by_link("setup"), now=now)
    rename(db, of, actor=by_person(first.id), now=now)
    post_test(db, name=first.name, email=first.email, language=first.language, zone=first.zone, now=now)
    return first


def rename(db: Session, name: str, *, actor: str, now: datetime) -> None:
    """From now on ``name`` stands at the foot of each page."""
    found = _installation(db, now=now)
    found.organization = name
    db.add(found)
    db.flush()
    record(db, actor=actor, verb="name", subject=SUBJECT, now=now)


def _installation(db: Session, *, now: datetime) -> Installation:
    found = db.get(Installation, ONLY)
    if found is not None:
        return found
    try:
        with db.begin_nested():
            made = Installation(setup_seed=seed(), created_at=now)
            db.add(made)
    except IntegrityError:
        # Another process made the row in this very moment.
        return db.get_one(Installation, ONLY)
    return made


def _has_organizer(db: Session) -> bool:
    return db.exec(select(Organizer.person_id).limit(1)).first() is not None
