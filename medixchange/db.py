"""One engine, one SQLite library; one transaction per request or job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Enum, MetaData, event, make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlmodel import Session, SQLModel, create_engine

try:
    import pysqlite3.dbapi2 as sqlite  # noqa: TID251 - the one place: newer than most systems' SQLite
except ImportError:
    import sqlite3 as sqlite  # noqa: TID251 - where pysqlite3 has no wheel; doctor warns below 3.51.3

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 30_000
MOST_AT_ONCE = 500
"""Values in one statement; SQLite takes 32,766, PostgreSQL 65,535."""
SQLITE_VERSION: str = sqlite.sqlite_version
"""Of the one SQLite library in this process."""
Value = TypeVar("Value")
READ_ONLY = "medixchange_read_only"
LIGHT = "medixchange_light"
FAULTS = (SQLAlchemyError, sqlite.Error, psycopg.Error)
"""What a database that does not answer raises, by either way to it."""
NOT_NOW = (OperationalError, InterfaceError, InternalError, NoConnectionLeft)
"""Of these what is no fault of a statement: nobody is there, every connection is in use, or nothing may be written."""


class Row(SQLModel):
    """The base of every table: one metadata, with names for every constraint that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMES)


def choice(states: type[StrEnum]) -> Enum:
    """The column type of a lifecycle: its values as text, so that a new state needs no migration."""
    return Enum(states, native_enum=False, length=20, values_callable=lambda enum: [item.value for item in enum])


class Database:
    """The one database of this process, and the only place where anything commits."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**{READ_ONLY: True}, **one_moment)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database of a single process."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, all of it as it was at one moment; whatever it changed is rolled back."""
        with Session(self._reading) as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: commits when the block ends well, then runs what ``after_commit`` collected."""
        with Session(self.engine, expire_on_commit=False) as db:
            yield db
            db.commit()
            for wake in db.info.pop("after_commit", []):
                wake()

    @contextmanager
    def notes(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own, which does not wait for the disk: what it
        wrote outlives any process of ours, but the last moments may be lost with the machine. It is for notes that can
        be lost without harm."""
        with self._noting.connect() as connection:
            yield connection

    def peek(self, sql: str, *values: str) -> tuple[Any, ...] | None:
        """The first row of ``sql`` (``%s`` for each value), without session and transaction.

        On SQLite that takes microseconds and waits for nobody, so the event loop may call it.
        """
        if self.is_sqlite:
            row: tuple[Any, ...] | None = self._peeking.execute(sql.replace("%s", "?"), values).fetchone()
            return row
        try:
            return self._peek_over_network(sql, values)
        except psycopg.OperationalError:
            # The server was restarted; what the pool still holds is of no use.
            self._peeking.dispose()
            return self._peek_over_network(sql, values)

    def _peek_over_network(self, sql: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        connection = self._peeking.raw_connection()
        try:
            with connection.cursor() as cursor:
                row: tuple[Any, ...] | None = cursor.execute(sql, values).fetchone()
            return row
        except psycopg.OperationalError:
            connection.invalidate()
            raise
        finally:
            connection.close()

    @cached_property
    def _peeking(self) -> Any:
        if not self.is_sqlite:
            return create_engine(
                self.url,
                hide_parameters=True,
                isolation_level="AUTOCOMMIT",
                connect_args=self._set("default_transaction_read_only=on"),
                pool_size=4,
                max_overflow=0,
                pool_reset_on_return=None,
            )
        connection = sqlite.connect(str(self.path), check_same_thread=False, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")
        return connection

    @cached_property
    def _noting(self) -> Engine:
        if self.is_sqlite:
            return self.engine.execution_options(**{LIGHT: True})
        return create_engine(
            self.url,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            connect_args=self._set("synchronous_commit=off"),
            pool_size=1,
            max_overflow=20,
            pool_pre_ping=True,
        )

    def _set(self, setting: str) -> dict[str, str]:
        """What sets something for a connection to the server, beside what its address sets, whose place it takes."""
        return {"options": f"{self.url.query.get('options', '')} -c {setting}"}

    def close(self) -> None:
        """Give every connection back to the operating system."""
        if "_noting" in self.__dict__:
            self._noting.dispose()
            del self._noting
        if "_peeking" in self.__dict__:
            self._peeking.close() if self.is_sqlite else self._peeking.dispose()
            del self._peeking
        self.engine.dispose()


@contextmanager
def opened_file(path: Path) -> Iterator[Any]:
    """A connection to the SQLite file ``path`` by the one library there is, for copying and looking at it whole."""
    connection = sqlite.connect(str(path), isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    try:
        yield connection
    finally:
        connection.close()


def in_parts(values: Iterable[Value]) -> Iterator[list[Value]]:
    """``values`` in their order, in lists that are short enough for a statement."""
    rest = iter(values)
    while some := list(islice(rest, MOST_AT_ONCE)):
        yield some


def after_commit(db: Session, wake: Callable[[], None]) -> None:
    """Call ``wake`` once the transaction of ``db`` has been committed; never after a rollback."""
    waiting: list[Callable[[], None]] = db.info.setdefault("after_commit", [])
    if wake not in waiting:
        waiting.append(wake)


def _engine(url: str) -> Engine:
    # Parameters hold addresses and names: they stay out of errors, and so out of logs.
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_size=20, max_overflow=20, pool_pre_ping=True)
    engine = create_engine(
        url,
        module=sqlite,
        hide_parameters=True,
        pool_size=20,
        max_overflow=20,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": BUSY_MILLISECONDS / 1000,
        },
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    is_light = options.get(LIGHT, False)
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if is_light else 'FULL'}")
    if is_light:  # each statement by itself
        return
    # A writer that begins as a reader may have to be refused when it upgrades; so writers say so at once.
    connection.exec_driver_sql("BEGIN" if options.get(READ_ONLY, False) else "BEGIN IMMEDIATE")
