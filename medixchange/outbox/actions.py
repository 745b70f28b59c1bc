"""What an organizer does about a letter that did not go."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from medixchange.db import after_commit
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import POSTED

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
    name, _ = delivery.payload["to"]
    delivery.payload = {**delivery.payload, "to": [name, email]}
    delivery.recipient, delivery.attempt, delivery.due_at, delivery.last_error = email, 0, now, ""
    delivery.in_doubt = False
    after_commit(db, POSTED)


def discard(db: Session, delivery: Delivery, *, actor: str, now: datetime) -> None:
    """Send a failed letter no more.

    Raises Refusal where the letter has gone or is going.
    """
    _change(db, delivery, DeliveryState.SUPERSEDED, verb="discard", actor=actor, now=now)


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
