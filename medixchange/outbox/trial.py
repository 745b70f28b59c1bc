"""Letters that only show that letters arrive."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.outbox.post import post
from medixchange.tokens import seed

KIND, SUBJECT = "test", "test-letter"
SHOWN = 5


def post_test(db: Session, *, name: str, email: str, language: str, zone: str, now: datetime) -> Delivery:
    """Post a test letter to ``email``."""
    letter = Letter(kind=KIND, language=language, zone=zone, to_name=name, to_email=email)
    return post(db, letter, key=f"{KIND}-{seed()}", subject=SUBJECT, now=now)


def latest_tests(db: Session) -> list[Delivery]:
    """The last test letters, the newest first."""
    found = select(Delivery).where(Delivery.subject == SUBJECT).order_by(col(Delivery.id).desc()).limit(SHOWN)
    return list(db.exec(found))
