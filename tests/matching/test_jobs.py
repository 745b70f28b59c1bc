"""Searches are run from the queue, on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlmodel import Session, select

from medixchange import engine
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions, searching
from medixchange.matching.models import MatchSearch, ProposedMatch, SearchState
from medixchange.worker import JOBS
from tests import make

PATIENCE = 30.0


def until(database: Database, reached: Callable[[Session], bool]) -> bool:
    """Whether something becomes true before patience ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.read() as db:
            if reached(db):
                return True
        time.sleep(0.05)
    return False


def sweeping(executor: engine.Executor) -> Callable[[], None]:
    """Looks for work when it is called, as the worker's loop does."""

    def look() -> None:
        executor.sweep()

    return look


def all_done(db: Session) -> bool:
    """Whether every search has ended."""
    return {search.state for search in db.exec(select(MatchSearch))} == {SearchState.DONE}


def test_what_is_asked_for_is_run_from_the_queue_once(database: Database) -> None:
    with engine.run(database, JOBS, lambda: make.NOW) as executor, engine.ASKED.heard_by(sweeping(executor)):
        with database.write() as db:
            hospital = make.hospital(db)
            make.expert(db)
            make.room(db)
            requests = [make.request(db, hospital).id for _ in range(3)]
            for request_id in requests:
                actions.want(db, db.get_one(SessionRequest, request_id), now=make.NOW)

        assert until(database, all_done)

    with database.read() as db:
        searches = db.exec(select(MatchSearch)).all()
        states = {db.get_one(SessionRequest, request_id).state for request_id in requests}
        proposed = {match.request_id for match in db.exec(select(ProposedMatch))}
    assert [search.attempts for search in searches] == [1, 1, 1]
    assert (states, proposed) == ({RequestState.MATCHED}, set(requests))


def test_a_search_that_a_dead_process_left_is_run_by_the_next(database: Database) -> None:
    with database.write() as db:
        make.expert(db)
        make.room(db)
        request = make.request(db, make.hospital(db))
        search = actions.want(db, request, now=make.NOW)
        search.state, search.started_at, search.attempts = SearchState.RUNNING, make.NOW, 1

    later = make.NOW + searching.LOST_AFTER
    with engine.run(database, JOBS, lambda: later) as executor:
        assert executor.sweep() == 1
        assert until(database, all_done)

    with database.read() as db:
        assert db.exec(select(MatchSearch.attempts)).one() == 2
