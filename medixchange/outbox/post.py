"""Posts letters in the transaction that promises them; they go out after it has been committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select, update

from medixchange.db import Bell, after_commit
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState

WAITING = (DeliveryState.QUEUED, DeliveryState.FAILED)


POSTED = Bell()


def post(
    db: Session,
    letter: Letter,
    *,
    key: str,
    subject: str,
    reader_id: int | None = None,
    now: datetime,
    due_at: datetime | None = None,
) -> Delivery:
    """Promise ``letter``: it goes when the transaction has been committed, or at ``due_at``.

    ``key`` makes the promise once: the same key gives the row that is there. ``subject`` names what it is about
    ("session:7"), ``reader_id`` whoever it is for.
    """
    there = db.exec(select(Delivery).where(Delivery.key == key)).one_or_none()
    if there is not None:
        return there
    delivery = Delivery(
        key=key,
        kind=letter.kind,
        subject=subject,
        reader_id=reader_id,
        recipient=letter.to_email,
        payload=letter.to_json(),
        posted_at=now,
        due_at=due_at or now,
    )
    db.add(delivery)
    db.flush()
    after_commit(db, POSTED)
    return delivery


def supersede(db: Session, subject: str, *, kinds: Iterable[str], reader_id: int | None = None) -> None:
    """Take back letters about ``subject`` that have not gone, given up or not: a later change says it better.

    One that is being sent right now goes, but is not tried again; ``queries.gone`` tells who may have it.
    """
    stale = update(Delivery).where(
        col(Delivery.subject) == subject,
        col(Delivery.kind).in_(list(kinds)),
        col(Delivery.state) != DeliveryState.SENT,
    )
    if reader_id is not None:
        stale = stale.where(col(Delivery.reader_id) == reader_id)
    db.exec(stale.values(state=DeliveryState.SUPERSEDED))
