"""Jobs on the durable executor (DBOS), behind two functions: ``ask`` in the transaction, ``run`` in the worker.

A job's own row says what is wanted and how far it is. Asking rings a bell; the executor looks for rows that
want to be run, starts each under an id made of job, row and attempt, and so never twice, however many workers
look. A sweep finds what a dead process left: the executor's own state may be lost without losing a job.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlmodel import Session

from medixchange.bell import Bell
from medixchange.db import Database, after_commit

VERSION = "1"  # pinned: work of an older program is found by the sweep, not by the executor's recovery
AT_ONCE = 2
MOST_TOLD = 500
"""How many characters of a fault a job's row keeps."""
SCHEMA = "medixchange_jobs"
POLL_SECONDS = 0.1
"""How often the executor looks for messages; ours has none, so it looks at nothing, but its end waits for it."""
SETTLING_SECONDS = 1.0
"""A job that ended so lately may not have been noted by the executor yet."""
ENDING_SECONDS = 5
LOST_SECONDS = 60.0
"""A row that still waits so long after it was started was never begun: its worker died, or could not write."""

Clock = Callable[[], datetime]
log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """One kind of background work.

    ``run`` does the work of one row and writes how it went; ``waiting`` lists the rows that want to be run
    as (row, attempt).
    """

    name: str
    run: Callable[[Database, int, Clock], None]
    waiting: Callable[[Session, datetime], Sequence[tuple[int, int]]]


ASKED = Bell()


def ask(db: Session) -> None:
    """Have the rows that this transaction wrote run as soon as it has been committed."""
    after_commit(db, ASKED)


def told(fault: Exception) -> str:
    """What broke a job off, as its row keeps it for whoever runs the program."""
    return f"{type(fault).__name__}: {fault}"[:MOST_TOLD]


class Executor:
    """Starts waiting rows, at most ``AT_ONCE`` at a time in this process."""

    def __init__(self, database: Database, jobs: Sequence[Job], clock: Clock) -> None:
        self._database = database
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        self._running: set[str] = set()
        self._ended_at = -math.inf
        self.executor_id = uuid4().hex
        self._lock = threading.Lock()

        @DBOS.workflow(name="job")
        def work(key: str, name: str, row: int) -> None:
            self._run(key, name, row)

        self._work = work

    def sweep(self) -> int:
        """Start what waits, as far as there is room, and return how many were started."""
        with self._lock, self._database.read() as db:
            waiting = [
                (f"{job.name}-{row}-{attempt}", job.name, row)
                for job in self._jobs.values()
                for row, attempt in job.waiting(db, self._clock())
            ]
            started = 0
            for key, name, row in waiting:
                if len(self._running) >= AT_ONCE:
                    break
                if key not in self._running and self._start(key, name, row):
                    started += 1
        return started

    def _start(self, key: str, name: str, row: int) -> bool:
        """Start it here unless somebody has just done so, and say whether it was."""
        turn = _free_turn(key)
        if turn is None:
            return False
        self._running.add(key)
        is_here = False
        try:
            with SetWorkflowID(turn):
                started = DBOS.start_workflow(self._work, key, name, row)
            # Where another worker was a moment faster nothing runs here, and nothing would make room again.
            is_here = started.get_status().executor_id == self.executor_id
        except Exception:
            log.exception("job could not be started", job=key)
        if not is_here:
            self._running.discard(key)
        return is_here

    def _run(self, key: str, name: str, row: int) -> None:
        try:
            self._jobs[name].run(self._database, row, self._clock)
        except Exception:
            # The row says that it failed and when it is tried again; the log says where.
            log.exception("job failed", job=key)
        finally:
            with self._lock:
                self._running.discard(key)
                self._ended_at = time.monotonic()
            ASKED()

    @property
    def is_busy(self) -> bool:
        """Whether a job runs, or has ended in this very moment."""
        with self._lock:
            return bool(self._running) or time.monotonic() - self._ended_at < SETTLING_SECONDS


@contextmanager
def run(database: Database, jobs: Sequence[Job], clock: Clock) -> Iterator[Executor]:
    """The executor while the block runs: on SQLite in a file of its own, on PostgreSQL in a schema of its own."""
    executor = Executor(database, jobs, clock)
    DBOS(config=_config(database, executor.executor_id))
    DBOS.launch()
    try:
        yield executor
    finally:
        # It looks only once a second whether its work has ended: where there is none, nobody waits for that.
        patience = ENDING_SECONDS if executor.is_busy else 0
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)


def own_file(database: Path) -> Path:
    """Where the executor keeps its state beside the SQLite file ``database``; it may be lost without losing a job."""
    return database.with_suffix(".jobs.db")


def _free_turn(key: str) -> str | None:
    """The id under which ``key`` can be started now, None where somebody has just done so.

    The same for all workers, so that only one of them can begin it: after the first start one for each stretch of
    ``LOST_SECONDS``, for as long as nobody begins the work.
    """
    now = time.time()
    stretch = int(now / LOST_SECONDS)
    turn, before = f"{key}-{stretch}", f"{key}-{stretch - 1}"
    known = [DBOS.get_workflow_status(each) for each in (key, before, turn)]
    if known[0] is None:
        return key
    started = [each.created_at for each in known if each is not None]
    is_lost = all(at is not None and now - at / 1000 >= LOST_SECONDS for at in started)
    return turn if is_lost and known[2] is None else None


def _config(database: Database, executor_id: str) -> DBOSConfig:
    own = database.url.render_as_string(hide_password=False)
    if database.path is not None:
        path = own_file(database.path)
        path.touch(mode=0o600)  # for its owner only, as the database itself
        own = f"sqlite:///{path}"
    settings: DBOSConfig = {
        "name": "medixchange",
        "system_database_url": own,
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor_id,
        "log_level": "WARNING",
        "notification_listener_polling_interval_sec": POLL_SECONDS,
        "serializer": DBOSPortableJSONSerializer(),  # the default is pickle
        "use_listen_notify": False,
        "enable_otlp": False,
    }
    return settings
