"""Sends what was promised: claims due letters, hands them over, and remembers each one at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection as Notes
from sqlalchemy import Row
from sqlmodel import Session, col, or_, select, update

from medixchange.db import Database
from medixchange.outbox.compose import Desk
from medixchange.outbox.failures import Failure
from medixchange.outbox.merging import write
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import TIMEOUT, Broken, Connection, MailServer, Parted, Refused, Trouble, Unreachable
from medixchange.outbox.statements import DUE, HOLD, LETTERS, LOOK, NOTE, TAKE
from medixchange.outbox.wire import clean, deliverable
from medixchange.tokens import seed

BATCH = 100
LEASE = timedelta(minutes=2)
LONGEST_SEND = 4 * timedelta(seconds=TIMEOUT)  # MAIL, RCPT, DATA and the letter itself
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_ATTEMPTS = 12  # about two days with these waits
TAKEN_BACK = (DeliveryState.SUPERSEDED, DeliveryState.SCHEDULED)  # the second where it was promised anew since
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
    the dialogue breaks or the process dies between the server's taking it and that commit, or if that commit is lost
    with the machine, and then under the same Message-ID; ``in_doubt`` marks it.
    """
    batch = Batch(database, desk, clock)
    batch.claim()
    try:
        if batch.rows:
            with server.connect() as connection, database.notes() as notes:
                batch.send_all(connection, notes)
            if batch.is_passed_over:
                batch.release()
    except Unreachable as wrong:
        batch.put_back(wrong)
        return Drained(batch.sent, is_more=False)
    except Broken:
        batch.release()
        return Drained(batch.sent, is_more=False)
    return Drained(batch.sent, is_more=len(batch.rows) == BATCH)


def backoff(attempt: int) -> timedelta:
    """How long to wait after the ``attempt``-th failure: doubled each time, from a minute to six hours."""
    return min(FIRST_WAIT * (1 << min(attempt - 1, MOST_ATTEMPTS)), LONGEST_WAIT)


class Batch:
    """Letters that one drain has claimed, and what becomes of each."""

    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self.rows: Sequence[Row[Any]] = ()
        self.sent = 0
        self.is_passed_over = False
        self._database, self._desk, self._clock = database, desk, clock
        self._lease = seed()
        self._written: dict[int, tuple[str, bytes] | Exception] = {}

    def claim(self) -> None:
        """Make the letters that are due ours for a while, also those of a drain that died."""
        now = self._clock()
        with self._database.write() as db:
            connection = db.connection()
            found = sorted(row for each in DUE for row in connection.execute(each, {"at": now, "most": BATCH}))
            keys = [key for _, key in found[:BATCH]]
            if keys:
                mine = LETTERS.c.id.in_(keys)
                left = or_(LETTERS.c.in_doubt, LETTERS.c.state == DeliveryState.SENDING)
                lease = {"lease": self._lease, "lease_until": now + LEASE}
                claimed = update(LETTERS).where(mine).values(state=DeliveryState.SENDING, in_doubt=left, **lease)
                connection.execute(claimed)
                rows = {row.id: row for row in connection.execute(TAKE.where(mine))}
                self.rows = [rows[key] for key in keys]

    def send_all(self, connection: Connection, notes: Notes) -> None:
        """Send each letter that is still ours. That one has gone is noted as the next one is looked at, before
        anything more is sent: so one commit a letter is enough, and whoever dies here has at most one unnoted.

        Raises Broken where the dialogue ends with a letter, Unreachable where there is no new one.
        """
        gone: int | None = None
        for place, row in enumerate(self.rows):
            try:
                is_taken = self._turn(notes, gone, row.id) and self._send(connection, place)
            except Parted:  # at most once a letter: the next one is the first of its dialogue
                connection.renew()
                is_taken = self._turn(notes, None, row.id) and self._send(connection, place)
            gone = row.id if is_taken else None
            self.sent += is_taken
        if gone is not None:
            self._turn(notes, gone, None)

    def put_back(self, wrong: Unreachable) -> None:
        """The server is not there: every letter waits, none is given up for that, and none for very long."""
        now = self._clock()
        with self._database.write() as db:
            for delivery in db.exec(self._ours()):
                attempt = max(delivery.attempt, min(delivery.attempt + 1, MOST_OUTAGES))
                delivery.state, delivery.due_at = DeliveryState.FAILED, now + backoff(attempt)
                delivery.attempt, delivery.answered = attempt, False
                delivery.failure, delivery.last_error = wrong.failure, clean(wrong.words)
                delivery.lease, delivery.lease_until = "", None
                db.add(delivery)
            self._let_go(db)

    def release(self) -> None:
        """The dialogue is over, at its end or where it broke: what was not tried goes with the next batch."""
        with self._database.write() as db:
            for delivery in db.exec(self._ours()):
                delivery.state = DeliveryState.FAILED if delivery.attempt else DeliveryState.QUEUED
                delivery.lease, delivery.lease_until = "", None
                db.add(delivery)
            self._let_go(db)

    def _ours(self) -> Any:
        """What we have not tried, locked: else one that is taken back in this moment would wait to be sent again."""
        ours = select(Delivery).where(Delivery.lease == self._lease, Delivery.state == DeliveryState.SENDING)
        return ours.order_by(col(Delivery.id)).with_for_update()

    def _let_go(self, db: Session) -> None:
        """What was taken back before its turn has reached nobody, and is not ours any more."""
        mine = update(LETTERS).where(LETTERS.c.lease == self._lease, LETTERS.c.state.in_(TAKEN_BACK))
        db.connection().execute(mine.values(lease="", lease_until=None))

    def _turn(self, notes: Notes, gone: int | None, following: int | None) -> bool:
        """Note that the letter ``gone`` has been sent, even where it was taken back in this very moment, and say
        whether the ``following`` one is still ours, with time enough to send it; else another drain has it or will.

        It waits for no disk: a note that is lost with the whole machine costs a repeat under the same Message-ID.
        """
        now = self._clock()
        about = {"following": following, "ours": self._lease, "at": now}
        found = notes.execute(NOTE, {**about, "its": gone}).all() if gone is not None else []
        # Without a row the letter that went is another drain's by now, and nothing was said about the next.
        until = found[0][0] if found else notes.execute(LOOK, about).scalar_one_or_none()
        if until is not None and until <= now + LONGEST_SEND:
            notes.execute(HOLD, {"its": following, "ours": self._lease, "longer": now + LEASE})
        self.is_passed_over |= following is not None and until is None
        return until is not None

    def _send(self, connection: Connection, place: int) -> bool:
        """Whether the server has taken the letter at ``place``; the next one is written while it thinks about it.

        Raises Broken or Parted.
        """
        row = self.rows[place]
        self._write(place)
        written = self._written.pop(place)
        if isinstance(written, Exception):  # a letter that cannot be written must not stop the others
            log.error("a letter could not be written, and is given up", letter=row.id, kind=row.kind, exc_info=written)
            words = clean(f"{type(written).__name__}: {written}")
            self._failed(row.id, {**_given_up(row), "failure": Failure.UNWRITTEN, "last_error": words})
            return False
        recipient, letter = written
        sender = deliverable(self._desk.sender.email)
        try:
            connection.send(sender, recipient, letter, meanwhile=lambda: self._write(place + 1))
        except Refused as wrong:
            again = not wrong.forever and row.attempt + 1 < MOST_ATTEMPTS
            values = _again(row, self._clock()) if again else _given_up(row)
            self._failed(row.id, {**values, **_told(wrong), "answered": True})
            return False
        except Broken as wrong:
            doubt = {"in_doubt": True} if wrong.is_in_doubt else {}
            self._failed(row.id, {**_again(row, self._clock()), **_told(wrong), **doubt, "answered": False})
            raise
        return True

    def _write(self, place: int) -> None:
        """Write the letter at ``place`` once, if there is one; what goes wrong is kept until it is its turn."""
        if place >= len(self.rows) or place in self._written:
            return
        row = self.rows[place]
        try:
            letter = write(row.payload, self._desk, key=row.key, posted_at=row.posted_at)
            self._written[place] = deliverable(row.recipient), letter
        except Exception as wrong:
            self._written[place] = wrong

    def _failed(self, key: int, values: dict[str, object]) -> None:
        """The letter has not gone; one that was taken back meanwhile stays so, with the doubt whether it has."""
        doubt = {name: value for name, value in values.items() if name == "in_doubt"}
        with self._database.write() as db:
            for states, told in (((DeliveryState.SENDING,), values), (TAKEN_BACK, doubt)):
                mine = (LETTERS.c.id == key, LETTERS.c.lease == self._lease, LETTERS.c.state.in_(states))
                db.connection().execute(update(LETTERS).where(*mine).values(**told, lease="", lease_until=None))


def _again(row: Row[Any], now: datetime) -> dict[str, object]:
    attempt = row.attempt + 1
    return {"state": DeliveryState.FAILED, "attempt": attempt, "due_at": now + backoff(attempt)}


def _given_up(row: Row[Any]) -> dict[str, object]:
    return {"state": DeliveryState.GIVEN_UP, "attempt": row.attempt + 1}


def _told(wrong: Trouble) -> dict[str, object]:
    return {"failure": wrong.failure, "last_error": clean(wrong.words)}
