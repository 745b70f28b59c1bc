"""A process of its own that approves and sends, to be killed in the middle of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from multiprocessing.connection import Connection

from medixchange.db import Database
from medixchange.matching.models import ProposedMatch
from medixchange.outbox.drain import drain
from medixchange.outbox.smtp import MailServer
from medixchange.sessions.actions import approve
from tests.sessions.stage import ACTOR, DESK


class Until(StrEnum):
    """How far the process comes before it is killed."""

    WRITTEN = "approved, not committed"
    APPROVED = "approved, nothing sent"
    SENDING = "approved, and a letter taken by the server"


class Spoiled(Exception):
    """Something goes wrong after an approval, in its transaction."""


def run(url: str, smtp_url: str, hour: datetime, spoiled: int, match: int, until: Until, told: Connection) -> None:
    """Approve the match ``spoiled`` in vain and ``match`` in earnest, with the clock at ``hour``; go on until killed.

    ``told`` hears when there is nothing more to come.
    """
    database = Database(url)
    with suppress(Spoiled):
        _approve(database, spoiled, hour, _spoil)
    _approve(database, match, hour, lambda: _stay(told) if until is Until.WRITTEN else None)
    if until is Until.SENDING:
        drain(database, MailServer(smtp_url), DESK, lambda: hour)
    _stay(told)


def _approve(database: Database, match: int, now: datetime, then: Callable[[], None]) -> None:
    with database.write() as db:
        approve(db, db.get_one(ProposedMatch, match), actor=ACTOR, now=now)
        then()


def _spoil() -> None:
    raise Spoiled


def _stay(told: Connection) -> None:
    told.send("here")
    threading.Event().wait()
