"""Sends what was promised: claims due letters, hands them over, and remembers each one at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import and_, case, col, or_, select, update

from medixchange.db import Database
from medixchange.outbox.compose import Desk, compose
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import WAITING
from medixchange.outbox.smtp import TIMEOUT, Broken, Connection, MailServer, Refused, Unreachable
from medixchange.outbox.wire import clean, deliverable
from medixchange.tokens import seed

BATCH = 50
LEASE = timedelta(minutes=2)
LONGEST_SEND = 4 * timedelta(seconds=TIMEOUT)  # MAIL, RCPT, DATA and the letter itself
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_ATTEMPTS = 12  # about two days with these waits
MOST_OUTAGES = 6  # half an hour is the longest wait for a server that is not there

Clock = Callable[[], datetime]
log = structlog.get_logger()


@dataclass(frozen=True)
class Drained:
    """How many letters of a batch the server took, and whether more may be due that can be tried at once."""

    sent: int
    is_more: bool


def drain(database: Database, server: MailServer, desk: Desk, clock: Clock) -> Drained:
    """Send one batch of due letters.

    Any number of processes may drain at once: a row is claimed by compare-and-set, and a claim expires, so that
    letters of a process that died are sent by another. One commit per accepted letter: a letter goes twice only if
    the dialogue breaks or the process dies between the server's taking it and that commit, and then under the same
    Message-ID; ``in_doubt`` marks it.
    """
    lease = seed()
    claimed = _claim(database, lease, clock())
    sent = 0
    try:
        if claimed:
            with server.connect() as connection:
                for key in claimed:
                    sent += _send(database, connection, desk, lease, key, clock)
    except Unreachable as wrong:
        _put_back(database, lease, str(wrong), clock())
        return Drained(sent, is_more=False)
    except Broken:
        _release(database, lease)
        return Drained(sent, is_more=False)
    return Drained(sent, is_more=len(claimed) == BATCH)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the ``attempt``-th failure: doubled each time, from a minute to six hours."""
    return min(FIRST_WAIT * (1 << min(attempt - 1, MOST_ATTEMPTS)), LONGEST_WAIT)


def _claim(database: Database, lease: str, now: datetime) -> list[int]:
    with database.write() as db:
        due = (
            select(Delivery.id)
            .where(
                or_(
                    col(Delivery.state).in_(WAITING) & (col(Delivery.due_at) <= now),
                    (col(Delivery.state) == DeliveryState.SENDING) & (col(Delivery.lease_until) <= now),
                ),
                or_(col(Delivery.until).is_(None), col(Delivery.until) > now),
            )
            .order_by(col(Delivery.due_at), col(Delivery.id))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        ids = list(db.exec(due))
        if not ids:
            return []
        left = or_(col(Delivery.in_doubt), col(Delivery.state) == DeliveryState.SENDING)
        values = {"state": DeliveryState.SENDING, "lease": lease, "lease_until": now + LEASE, "in_doubt": left}
        db.exec(update(Delivery).where(col(Delivery.id).in_(ids)).values(**values))
        return ids


def _send(database: Database, connection: Connection, desk: Desk, lease: str, key: int, clock: Clock) -> int:
    delivery = _leased(database, key, lease, clock())
    if delivery is None:
        return 0
    try:
        recipient = deliverable(delivery.recipient)
        letter = compose(Letter.from_json(delivery.payload), desk, key=delivery.key, posted_at=delivery.posted_at)
    except Exception as wrong:  # a letter that cannot be written must not stop the others
        log.exception("a letter could not be written, and is given up", letter=key, kind=delivery.kind)
        _failed(database, key, lease, _given_up(delivery, f"{type(wrong).__name__}: {wrong}"))
        return 0
    try:
        connection.send(deliverable(desk.sender.email), recipient, letter)
    except Refused as wrong:
        again = not wrong.forever and delivery.attempt + 1 < MOST_ATTEMPTS
        values = _again(delivery, wrong.words, clock()) if again else _given_up(delivery, wrong.words)
        _failed(database, key, lease, {**values, "answered": True})
        return 0
    except Broken as wrong:
        _failed(database, key, lease, {**_again(delivery, str(wrong), clock()), "in_doubt": True, "answered": False})
        raise
    _sent(database, key, lease, clock())
    return 1


def _leased(database: Database, key: int, lease: str, now: datetime) -> Delivery | None:
    """The row, if it is still ours, with time enough to send it; else another drain has it or will."""
    sending = col(Delivery.state) == DeliveryState.SENDING
    ours = and_(col(Delivery.lease) == lease, sending, col(Delivery.lease_until) > now)
    with database.read() as db:
        found = db.exec(select(Delivery).where(Delivery.id == key, ours)).one_or_none()
    if found is None or (found.lease_until and found.lease_until > now + LONGEST_SEND):
        return found
    with database.write() as db:
        db.exec(update(Delivery).where(ours).values(lease_until=now + LEASE))
        return db.exec(select(Delivery).where(Delivery.id == key, ours)).one_or_none()


def _again(delivery: Delivery, words: str, now: datetime) -> dict[str, object]:
    attempt = delivery.attempt + 1
    return {
        "state": DeliveryState.FAILED,
        "attempt": attempt,
        "due_at": now + backoff(attempt),
        "last_error": clean(words),
    }


def _given_up(delivery: Delivery, words: str) -> dict[str, object]:
    return {"state": DeliveryState.GIVEN_UP, "attempt": delivery.attempt + 1, "last_error": clean(words)}


def _sent(database: Database, key: int, lease: str, now: datetime) -> None:
    """The letter has gone, even where it was taken back in this very moment."""
    with database.write() as db:
        mine = update(Delivery).where(col(Delivery.id) == key, col(Delivery.lease) == lease)
        db.exec(mine.values(state=DeliveryState.SENT, sent_at=now, last_error="", lease="", lease_until=None))


def _failed(database: Database, key: int, lease: str, values: dict[str, object]) -> None:
    """The letter has not gone; one that was taken back meanwhile stays so."""
    with database.write() as db:
        mine = update(Delivery).where(
            col(Delivery.id) == key, col(Delivery.lease) == lease, col(Delivery.state) == DeliveryState.SENDING
        )
        db.exec(mine.values(**values, lease="", lease_until=None))


def _put_back(database: Database, lease: str, words: str, now: datetime) -> None:
    """The server is not there: every letter waits, none is given up for that, and none for very long."""
    ours = select(Delivery).where(Delivery.lease == lease, Delivery.state == DeliveryState.SENDING)
    with database.write() as db:
        for delivery in db.exec(ours):
            attempt = max(delivery.attempt, min(delivery.attempt + 1, MOST_OUTAGES))
            delivery.state, delivery.attempt, delivery.due_at = DeliveryState.FAILED, attempt, now + backoff(attempt)
            delivery.lease, delivery.lease_until, delivery.last_error = "", None, clean(words)
            delivery.answered = False
            db.add(delivery)


def _release(database: Database, lease: str) -> None:
    """The dialogue broke at one letter: the others of its batch were not tried, and go with the next one."""
    untried = case((col(Delivery.attempt) > 0, DeliveryState.FAILED), else_=DeliveryState.QUEUED)
    with database.write() as db:
        ours = update(Delivery).where(col(Delivery.lease) == lease, col(Delivery.state) == DeliveryState.SENDING)
        db.exec(ours.values(state=untried, lease="", lease_until=None))
