"""Jobs run once each, some at a time, and neither a failing one nor another worker's stops the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from medixchange import engine
from medixchange.db import Database
from tests import make

PATIENCE = 30.0


class Work:
    """A kind of job whose rows are kept here: what waits, and what was run."""

    def __init__(self, *waiting: int) -> None:
        self.wanted = list(waiting)
        self.runs: list[int] = []
        self.failing: set[int] = set()
        self.stuck = 0
        self.gate = threading.Event()
        self.gate.set()
        self.at_once = self.most = 0
        self.lock = threading.Lock()

    def run(self, _database: Database, row: int, _clock: engine.Clock) -> None:
        """Do one row."""
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.gate.wait(PATIENCE)
        with self.lock:
            self.at_once -= 1
            self.runs.append(row)
            if len(self.runs) <= self.stuck:
                raise OSError("attempt to write a readonly database")
            if row in self.wanted:
                self.wanted.remove(row)
        if row in self.failing:
            raise OSError("no space left on device")

    def waiting(self, _db: Session, _now: datetime) -> Sequence[tuple[int, int]]:
        """The rows that want to be run, each for the first time."""
        return [(row, 1) for row in list(self.wanted)]

    @property
    def job(self) -> engine.Job:
        """It as the executor knows it."""
        return engine.Job("work", self.run, self.waiting)


def until(reached: Callable[[], bool], between: Callable[[], object] = lambda: None) -> bool:
    """Whether it comes true before patience ends, doing ``between`` again and again."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if reached():
            return True
        between()
        waiting.wait(0.05)
    return False


def test_asking_rings_after_the_commit_and_not_after_a_rollback(database: Database) -> None:
    rung: list[str] = []
    with engine.ASKED.heard_by(lambda: rung.append("rung")):
        with suppress(KeyError), database.write() as db:
            engine.ask(db)
            raise KeyError
        with database.write() as db:
            engine.ask(db)
            engine.ask(db)
            before = list(rung)

    assert (before, rung) == ([], ["rung"])


def test_no_more_than_a_few_run_at_once_and_each_runs_once(database: Database) -> None:
    work = Work(*range(1, 8))
    work.gate.clear()
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        started = [executor.sweep() for _ in range(3)]
        work.gate.set()

        assert until(lambda: len(work.runs) == 7, executor.sweep)

    assert started == [engine.AT_ONCE, 0, 0]
    assert (sorted(work.runs), work.most) == (list(range(1, 8)), engine.AT_ONCE)


def test_a_job_that_fails_is_noted_and_stops_no_other(database: Database) -> None:
    work = Work(1, 2, 3, 4)
    work.failing = {1, 2}
    with capture_logs() as logged, engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: len(work.runs) == 4, executor.sweep)

    noted = [(each["event"], each["job"]) for each in logged]
    assert sorted(noted) == [("job failed", "work-1-1"), ("job failed", "work-2-1")]


def test_what_another_worker_has_run_is_not_run_again_and_keeps_no_room(database: Database) -> None:
    work = Work(*range(1, engine.AT_ONCE + 3))
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: not work.wanted, executor.sweep)
    here = Work(*range(1, engine.AT_ONCE + 3), 99)
    with engine.run(database, [here.job], lambda: make.NOW) as executor:
        assert until(lambda: here.runs == [99], executor.sweep)


def test_what_a_worker_started_and_never_began_is_started_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(1)
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: work.runs == [1], executor.sweep)
    work.wanted = [1]
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        too_soon = executor.sweep()
        monkeypatch.setattr(engine, "LOST_SECONDS", 0.05)

        assert until(lambda: work.runs == [1, 1], executor.sweep)
    assert too_soon == 0


def test_what_no_start_gets_through_to_is_started_again_for_as_long_as_it_waits(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(1)
    work.stuck = 7
    monkeypatch.setattr(engine, "LOST_SECONDS", 0.05)

    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: not work.wanted, executor.sweep)

    assert work.runs == [1] * 8


def test_the_executors_own_state_may_be_lost(database: Database) -> None:
    work = Work(1)
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: work.runs == [1], executor.sweep)

    forget(database)
    work.wanted = [1]
    with engine.run(database, [work.job], lambda: make.NOW) as executor:
        assert until(lambda: work.runs == [1, 1], executor.sweep)


def forget(database: Database) -> None:
    """Lose all that the executor keeps for itself."""
    if database.path is not None:
        for path in database.path.parent.glob("*.jobs.db*"):
            path.unlink()
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {engine.SCHEMA} CASCADE")
