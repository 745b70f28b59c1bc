"""What the desk sees of letters: where each one stands, and whether they are late."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select

from medixchange.errors import NotFound
from medixchange.messages import say
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import WAITING

LATE = timedelta(minutes=5)


def by_id(db: Session, delivery_id: int, *, for_change: bool = False) -> Delivery:
    """The letter with this number; ``for_change`` locks its row until the transaction ends.

    Raises NotFound.
    """
    query = select(Delivery).where(Delivery.id == delivery_id)
    found = db.exec(query.with_for_update() if for_change else query).one_or_none()
    if found is None:
        raise NotFound(say("There is no such letter."))
    return found


def about(db: Session, subject: str) -> list[Delivery]:
    """Every letter about ``subject``, oldest first."""
    return list(db.exec(select(Delivery).where(Delivery.subject == subject).order_by(col(Delivery.id))))


def gone(db: Session, subject: str) -> list[tuple[int | None, Letter]]:
    """The letters about ``subject`` that their readers have, or may have, each with its reader, oldest first.

    One that the server refused, or that no server was there for, is not among them.
    """
    # Whose lease has been left to it was taken back while a drain had it.
    begun = or_(col(Delivery.state) == DeliveryState.SENT, col(Delivery.lease) != "", col(Delivery.in_doubt))
    query = select(Delivery.reader_id, Delivery.payload).where(Delivery.subject == subject, begun)
    return [(reader, Letter.from_json(payload)) for reader, payload in db.exec(query.order_by(col(Delivery.id)))]


def latest(db: Session, *, states: tuple[DeliveryState, ...] = (), most: int = 200) -> list[Delivery]:
    """The newest letters, in ``states`` where some are given."""
    found = select(Delivery).order_by(col(Delivery.id).desc()).limit(most)
    return list(db.exec(found.where(col(Delivery.state).in_(states)) if states else found))


def counts(db: Session) -> dict[DeliveryState, int]:
    """How many letters stand in each state."""
    rows = db.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state)))
    return {DeliveryState(state): number for state, number in rows}


def delay(db: Session, *, now: datetime) -> timedelta | None:
    """How long the oldest letter has been waiting that should have gone, None when letters go in time.

    One that the server answered for waits for its mailbox, not for the server, until it is due and not tried.
    """
    tried = (Delivery.attempt > 0, col(Delivery.answered).is_(False))
    promised = func.min(col(Delivery.posted_at))
    waiting = select(promised).where(col(Delivery.state).in_((*WAITING, DeliveryState.SENDING)), *tried)
    overdue = select(func.min(col(Delivery.due_at))).where(col(Delivery.state).in_(WAITING))
    since = [at for at in (db.exec(waiting).one(), db.exec(overdue).one()) if at is not None]
    late = now - min(since) if since else timedelta()
    return late if late >= LATE else None
