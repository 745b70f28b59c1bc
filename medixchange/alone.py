"""Being the only long-running process on a SQLite file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from medixchange.db import Database
from medixchange.messages import Message, say


class Busy(Exception):
    """Another process does this on the same SQLite file; ``message`` says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Be the only long-running process on a SQLite file; on PostgreSQL there may be many.

    Raises Busy when another one is there. The lock is the operating system's and ends with the process.
    """
    if database.path is None:
        yield
        return
    lock = database.path.with_name(f"{database.path.name}.lock")
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(
                say(
                    "Another medixchange process serves %(path)s already. Stop it first, or use PostgreSQL "
                    "(MEDIXCHANGE_DATABASE_URL), where several may run.",
                    path=str(database.path),
                )
            ) from None
        yield
