"""Letters to send, and what became of them as plain values."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.outbox.drain import drain
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.outbox.post import Later, post, schedule_all
from medixchange.outbox.smtp import MailServer
from medixchange.tokens import seed
from tests.sessions.stage import DESK

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ALINE, BRUCE, CHEN = "aline@example.org", "bruce@example.org", "chen@example.org"


def signin(to: str = ALINE, *, name: str = "Aline Example", language: str = "en") -> Letter:
    """A letter without a calendar."""
    return Letter("signin", language, "UTC", name, to, {"minutes": 15}, {"signin": ("signin", seed())})


def promise(db: Session, *recipients: str, due_at: datetime | None = None) -> None:
    """Post a letter to each of ``recipients``, at NOW."""
    for to in recipients:
        key = f"letter-{to.partition('@')[0]}"
        if due_at is None:
            post(db, signin(to), key=key, subject="session:1", now=NOW)
        else:
            schedule_all(db, [Later(signin(to), key, None, due_at)], subject="session:1")


def send(database: Database, url: str, *, after: timedelta = timedelta()) -> int:
    """One drain at ``after`` NOW; how many letters the server took."""
    return drain(database, MailServer(url), DESK, lambda: NOW + after).sent


def stands(database: Database) -> dict[str, tuple[str, int, str]]:
    """For each recipient the state of the letter, how often it was tried in vain, and the last error."""
    with database.read() as db:
        rows = db.exec(select(Delivery).order_by(col(Delivery.id)))
        return {row.recipient: (str(row.state), row.attempt, row.last_error) for row in rows}


def due(database: Database) -> dict[str, timedelta]:
    """For each recipient how long after NOW the letter goes."""
    with database.read() as db:
        return {row.recipient: row.due_at - NOW for row in db.exec(select(Delivery))}


def read(raw: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def calendars(raw: bytes) -> list[bytes]:
    """Every calendar object in a letter, in the order of its parts."""
    kinds = ("text/calendar", "application/ics")
    parts = [part for part in read(raw).walk() if part.get_content_type() in kinds]
    return [content for part in parts if isinstance(content := part.get_payload(decode=True), bytes)]
