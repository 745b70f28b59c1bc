"""The clockwork beside the web: sends letters, runs jobs, and finds what a dead process left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import structlog
from sqlmodel import Session

from medixchange import engine
from medixchange.accounts import signin
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.intake import drafting, unconfirmed
from medixchange.matching import searching, sweeping
from medixchange.outbox import actions as outbox
from medixchange.outbox.compose import Desk
from medixchange.outbox.drain import drain
from medixchange.outbox.post import POSTED
from medixchange.outbox.smtp import MailServer
from medixchange.plans import accepting, making
from medixchange.sessions import actions as sessions
from medixchange.sessions import rivals
from medixchange.sessions.disruptions import Watch

SWEEP_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 60.0
STOP_SECONDS = 8.0

JOBS: tuple[engine.Job, ...] = (
    engine.Job("propose", searching.run_search, searching.waiting_searches),
    engine.Job("plan", making.run_plan, making.waiting_plans),
    engine.Job("accept", accepting.run_approvals, accepting.waiting_approvals),
)

Clock = Callable[[], datetime]
log = structlog.get_logger()


class Chore(Protocol):
    """Something to be done in the house now and then."""

    def __call__(self, db: Session, *, now: datetime) -> object:
        """Do it."""


CHORES: Mapping[str, Chore] = {
    "clearing feeds": feeds.expire,
    "dropping late letters": outbox.expire,
    "sweeping drafts": drafting.sweep,
    "erasing unconfirmed requests": unconfirmed.sweep,
    "giving up searches": searching.give_up_lost,
    "sweeping searches": sweeping.sweep,
    "sweeping logins": signin.sweep,
}


class Loop:
    """Does one kind of work again and again in a thread of its own: when woken, and every ``seconds``."""

    def __init__(self, name: str, work: Callable[[], object], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._turn, name=name, daemon=True)

    def start(self) -> None:
        """Begin, with a first turn at once."""
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """Take a turn now."""
        self._woken.set()

    def stop(self) -> None:
        """Let the turn that is under way end, and take no more."""
        self._ended.set()
        self._woken.set()

    def join(self) -> None:
        """Wait for the end, but not for ever: what is under way is picked up by the next process."""
        self._thread.join(STOP_SECONDS)

    def _turn(self) -> None:
        while True:
            self._woken.wait(self._seconds)
            self._woken.clear()
            if self._ended.is_set():
                return
            try:
                self._work()
            except Exception:
                # A turn that fails (the database restarts, the disk is full) is not the last one.
                log.exception("work failed, and is tried again", work=self._thread.name)


@contextmanager
def working(database: Database, server: MailServer, desk: Desk, clock: Clock) -> Iterator[None]:
    """The clockwork while the block runs."""
    with engine.run(database, JOBS, clock) as executor:
        letters = Loop("letters", lambda: _send_all(database, server, desk, clock), SWEEP_SECONDS)
        watch = Watch()
        jobs = Loop("jobs", lambda: _search_all(database, executor, watch, clock), SWEEP_SECONDS)
        keeping = Loop("housekeeping", lambda: keep_house(database, now=clock()), HOUSEKEEPING_SECONDS)
        with _started((letters, jobs, keeping)), POSTED.heard_by(letters.wake), engine.ASKED.heard_by(jobs.wake):
            yield


def keep_house(database: Database, *, now: datetime) -> None:
    """Write feeds again whose reader changed, take out what was cancelled long ago, throw away what serves nobody.

    Each chore in a transaction of its own: one that fails keeps no other from being done.
    """
    sessions.refresh_feeds(database, now=now)
    for name, chore in CHORES.items():
        try:
            with database.write() as db:
                chore(db, now=now)
        except Exception:
            log.exception("work failed, and is tried again", work=name)


def _send_all(database: Database, server: MailServer, desk: Desk, clock: Clock) -> None:
    while drain(database, server, desk, clock).is_more:
        pass


def _search_all(database: Database, executor: engine.Executor, watch: Watch, clock: Clock) -> None:
    rivals.look_again(database, now=clock())
    executor.sweep()
    watch.look(database, now=clock())  # what it wants rings for another turn


@contextmanager
def _started(loops: Sequence[Loop]) -> Iterator[None]:
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        for loop in loops:
            loop.join()
