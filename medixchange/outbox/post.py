"""Posts letters in the transaction that promises them; they go out after it has been committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select, update

from medixchange.bell import Bell
from medixchange.db import after_commit, in_parts
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState

WAITING = (DeliveryState.SCHEDULED, DeliveryState.QUEUED, DeliveryState.FAILED)
"""States in which a letter will still go."""

POSTED = Bell()
LIGHT = defer(cast(Any, Delivery.payload))
"""For queries of many letters: what they say is loaded only where it is read."""


def post(
    db: Session, letter: Letter, *, key: str, subject: str, reader_id: int | None = None, now: datetime
) -> Delivery:
    """Promise ``letter``: it goes when the transaction has been committed.

    ``key`` makes the promise once: the same key gives the row that is there. ``subject`` names what it is about
    ("session:7"), ``reader_id`` whoever it is for.
    """
    there = db.exec(select(Delivery).where(Delivery.key == key)).one_or_none()
    if there is not None:
        return there
    after_commit(db, POSTED)
    made = Promise(letter, key, reader_id).row(subject=subject, posted_at=now, due_at=now)
    db.add(made)
    db.flush()
    return made


@dataclass(frozen=True)
class Promise:
    """A letter that is to be posted, under its key, for one reader."""

    letter: Letter
    key: str
    reader_id: int | None

    def row(self, **facts: Any) -> Delivery:
        """What is kept of it, with these ``facts`` besides."""
        letter = self.letter
        return Delivery(
            key=self.key,
            kind=letter.kind,
            reader_id=self.reader_id,
            recipient=letter.to_email,
            payload=letter.to_json(),
            **facts,
        )


@dataclass(frozen=True)
class Later(Promise):
    """One that goes at ``due_at``, by which it is dated, and not from ``until`` on."""

    due_at: datetime
    until: datetime | None = None


def schedule_all(db: Session, promises: Sequence[Later], *, subject: str) -> None:
    """Promise each letter for its hour, in few statements.

    The keys as for ``post``, but a letter that was taken back before it went is promised anew.
    """
    there = _there(db, promises)
    for each in promises:
        fresh: dict[str, Any] = {"posted_at": each.due_at, "due_at": each.due_at, "until": each.until}
        fresh["state"] = DeliveryState.SCHEDULED
        known = there.get(each.key)
        if known is None:
            db.add(each.row(subject=subject, **fresh))
        elif known.state is DeliveryState.SUPERSEDED and not known.attempt:
            # A drain that has it right now keeps its lease, and notes that it has gone: else it would go twice.
            known.sqlmodel_update({**fresh, "payload": each.letter.to_json(), "recipient": each.letter.to_email})
            db.add(known)
    db.flush()


def post_all(db: Session, promises: Sequence[Promise], *, subject: str, now: datetime) -> Mapping[str, Delivery]:
    """As ``post`` for many letters about the same, in few statements; the rows by key."""
    made = [each.row(subject=subject, posted_at=now, due_at=now) for each in promises]
    there = _there(db, promises)
    db.add_all([each for each in made if each.key not in there])
    db.flush()
    after_commit(db, POSTED)
    return {**{each.key: each for each in made}, **there}


def _there(db: Session, promises: Sequence[Promise]) -> Mapping[str, Delivery]:
    """What is kept under the keys of ``promises`` already, by key."""
    parts = (col(Delivery.key).in_(some) for some in in_parts(each.key for each in promises))
    return {each.key: each for one in parts for each in db.exec(select(Delivery).where(one).options(LIGHT))}


def supersede(
    db: Session,
    subject: str,
    *,
    kinds: Iterable[str],
    reader_id: int | None = None,
    due_after: datetime | None = None,
) -> None:
    """Take back letters about ``subject`` that have not gone, given up or not: a later change says it better.

    With ``reader_id`` those to one reader, with ``due_after`` those that wait for a later moment.
    One that is being sent right now goes, but is not tried again; ``queries.gone`` tells who may have it.
    """
    stale = update(Delivery).where(
        col(Delivery.subject) == subject,
        col(Delivery.kind).in_(list(kinds)),
        col(Delivery.state) != DeliveryState.SENT,
    )
    if reader_id is not None:
        stale = stale.where(col(Delivery.reader_id) == reader_id)
    if due_after is not None:
        stale = stale.where(col(Delivery.due_at) > due_after)
    db.exec(stale.values(state=DeliveryState.SUPERSEDED))


def take_back(db: Session, delivery_ids: Sequence[int]) -> None:
    """As ``supersede``, for the letters with these numbers."""
    for some in in_parts(sorted(delivery_ids)):
        # A drain that lets go of letters locks them in this order too, or we and it could wait for each other.
        these = select(Delivery.id).where(col(Delivery.id).in_(some)).order_by(col(Delivery.id))
        db.exec(these.with_for_update()).all()
        stale = update(Delivery).where(col(Delivery.id).in_(some), col(Delivery.state) != DeliveryState.SENT)
        db.exec(stale.values(state=DeliveryState.SUPERSEDED))
