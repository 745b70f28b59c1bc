"""What is done about letters that have not gone: by an organizer, and as their readers and the hours change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from medixchange.db import after_commit
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import POSTED, WAITING

UNSENT = (DeliveryState.FAILED, DeliveryState.GIVEN_UP)


def retry(db: Session, delivery: Delivery, *, actor: str, now: datetime) -> None:
    """Send a failed letter again at once, with all its attempts before it.

    Raises Refusal where the letter has gone or is going.
    """
    _change(db, delivery, DeliveryState.QUEUED, verb="retry", actor=actor, now=now)
    delivery.attempt, delivery.due_at = 0, now
    after_commit(db, POSTED)


def readdress(db: Session, delivery: Delivery, email: str, *, actor: str, now: datetime) -> None:
    """Send a failed letter at once to another address of its reader, with all its attempts before it.

    Raises Refusal where the letter has gone or is going.
    """
    _change(db, delivery, DeliveryState.QUEUED, verb="correct", actor=actor, now=now)
    _redirect(db, delivery, email, now=now)


def discard(db: Session, delivery: Delivery, *, actor: str, now: datetime) -> None:
    """Send a failed letter no more.

    Raises Refusal where the letter has gone or is going.
    """
    _change(db, delivery, DeliveryState.SUPERSEDED, verb="discard", actor=actor, now=now)


def forget(db: Session, subject: str) -> None:
    """Erase every letter about ``subject``, gone or not."""
    db.exec(delete(Delivery).where(col(Delivery.subject) == subject))


def follow(db: Session, reader_id: int, email: str, *, now: datetime) -> None:
    """What still waits for one reader goes to another address of theirs, with all its attempts before it."""
    for delivery in _for(db, reader_id, WAITING):
        _redirect(db, delivery, email, now=now)


def greet(db: Session, reader_id: int, name: str) -> None:
    """What has not gone, given up or not, greets its reader by another name."""
    for delivery in _for(db, reader_id, (*WAITING, DeliveryState.GIVEN_UP)):
        _, email = delivery.payload["to"]
        delivery.payload = {**delivery.payload, "to": [name, email]}
        db.add(delivery)


def translate(db: Session, reader_id: int, *, language: str, zone: str) -> None:
    """What waits for its hour will be in another language of its reader's, and on another clock."""
    for delivery in _for(db, reader_id, (DeliveryState.SCHEDULED,)):
        delivery.payload = {**delivery.payload, "language": language, "zone": zone}
        db.add(delivery)


def expire(db: Session, *, now: datetime) -> None:
    """Letters that are of no use any more are not sent."""
    late = update(Delivery).where(col(Delivery.state).in_(WAITING), col(Delivery.until) <= now)
    db.exec(late.values(state=DeliveryState.SUPERSEDED))


def _for(db: Session, reader_id: int, states: Sequence[DeliveryState]) -> Sequence[Delivery]:
    query = select(Delivery).where(Delivery.reader_id == reader_id, col(Delivery.state).in_(states))
    return db.exec(query.order_by(col(Delivery.id)).with_for_update()).all()


def _redirect(db: Session, delivery: Delivery, email: str, *, now: datetime) -> None:
    name, _ = delivery.payload["to"]
    delivery.payload = {**delivery.payload, "to": [name, email]}
    if delivery.state is not DeliveryState.SCHEDULED:
        delivery.state, delivery.due_at = DeliveryState.QUEUED, now
    delivery.recipient, delivery.attempt, delivery.in_doubt = email, 0, False
    delivery.failure, delivery.last_error = None, ""
    db.add(delivery)
    after_commit(db, POSTED)


def _change(db: Session, delivery: Delivery, state: DeliveryState, *, verb: str, actor: str, now: datetime) -> None:
    if delivery.state not in UNSENT:
        raise Refusal(say("This letter has gone already or is on its way; reload the page to see where it stands."))
    record(
        db,
        actor=actor,
        verb=verb,
        subject=f"delivery:{delivery.id}",
        now=now,
        before={"state": delivery.state},
        after={"state": state},
    )
    delivery.state = state
    db.add(delivery)
