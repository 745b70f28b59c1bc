"""Writes down who did what, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from medixchange.journal.models import JournalEntry

REMOVE = "remove"
"""The last act of what is deleted: a row that is given its number later begins a history of its own."""
PROGRAM = "program"
"""The actor of what nobody decided: a search, a command of the operator."""
PERSON = "person:"


def by_person(number: int) -> str:
    """The actor of what somebody did who is known."""
    return f"{PERSON}{number}"


def by_link(purpose: str) -> str:
    """The actor of what was done by whoever holds a link for ``purpose``."""
    return f"link:{purpose}"


def person_of(actor: str) -> int | None:
    """The number of the person who is ``actor``, None where it is nobody who is known."""
    return int(actor.removeprefix(PERSON)) if actor.startswith(PERSON) else None


def record(
    db: Session,
    *,
    actor: str,
    verb: str,
    subject: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry; ``before`` and ``after`` hold plain JSON without free text or addresses."""
    entry = JournalEntry(
        at=now, actor=actor, verb=verb, subject=subject, before=dict(before or {}), after=dict(after or {})
    )
    db.add(entry)


def history(
    db: Session, subject: str, *, but: Collection[str] = (), about: Mapping[str, int] | None = None
) -> list[JournalEntry]:
    """Everything that was done to ``subject``, oldest first; not to another one that had its number before.

    ``but`` leaves verbs out; with ``about`` only what names these numbers: ``about={"attendee": 5}``.
    """
    named = [col(JournalEntry.after)[name].as_integer() == number for name, number in (about or {}).items()]
    wanted = and_(col(JournalEntry.verb).not_in(but), *named)
    query = select(JournalEntry).where(JournalEntry.subject == subject, or_(wanted, JournalEntry.verb == REMOVE))
    acts = db.exec(query.order_by(col(JournalEntry.id))).all()
    begins = max((place for place, act in enumerate(acts, start=1) if act.verb == REMOVE), default=0)
    return list(acts[begins:])
