"""A recap's letters to many readers, and a process that sends them until none is left or it is killed."""

from __future__ import annotations

from datetime import datetime

from medixchange.db import Database
from medixchange.outbox.drain import drain
from medixchange.outbox.letters import Letter
from medixchange.outbox.post import Promise, post_all
from medixchange.outbox.smtp import MailServer
from tests import make
from tests.outbox.letters import NOW
from tests.sessions.stage import DESK


def promise_all(database: Database, letters: list[Letter]) -> None:
    """Post ``letters``, each under a key of its own."""
    with database.write() as db:
        reader = make.person(db)
        promises = [Promise(letter, f"recap-1-{number:04}-en-1", reader.id) for number, letter in enumerate(letters)]
        post_all(db, promises, subject="recap:1", now=NOW)


def run(where: str, smtp_url: str, now: datetime) -> None:
    """Send what is due at ``now``."""
    database = Database(where)
    while drain(database, MailServer(smtp_url), DESK, lambda: now).is_more:
        pass
    database.close()
