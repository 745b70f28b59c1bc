"""PostgreSQL: dumped and restored by its own programs, in one snapshot and in one transaction."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, inspect, text

from medixchange.backups.embedded import Unsound
from medixchange.db import Database
from medixchange.engine import SCHEMA
from medixchange.errors import Refusal
from medixchange.messages import say
from medixchange.schema import migrate, revision_of

Counts = dict[str, int]


def copy(database: Database, into: Path) -> tuple[str | None, Counts]:
    """Dump the database as it is at one moment; its schema's revision and how many rows each table has.

    What the executor of jobs keeps in a schema of its own is left out: what was wanted stands in our tables.
    """
    dump = _program("pg_dump")
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = (f"--snapshot={snapshot}", f"--exclude-schema={SCHEMA}", f"--file={into}")
        _run(database, dump, "--format=custom", "--no-owner", "--no-privileges", *options)
        return revision_of(connection), _counts(connection)


def examine(found: Path) -> None:
    """Have PostgreSQL's own program read the dump through. Raises Unsound where it cannot."""
    done = _call(_program("pg_restore"), f"--file={os.devnull}", str(found))
    if done.returncode:
        raise Unsound(_last_line(done))


def is_empty(database: Database) -> bool:
    """Whether the database has no table of anybody's."""
    with database.engine.connect() as connection:
        looking = inspect(connection)
        return not looking.get_table_names() and SCHEMA not in looking.get_schema_names()


def install(dump: Path, database: Database) -> None:
    """Read ``dump`` into the empty database, whole or not at all, and bring it to this program's tables."""
    restore = _program("pg_restore")
    _run(database, restore, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", last=str(dump))
    migrate(database)


def _counts(connection: Connection) -> Counts:
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    quoted = connection.dialect.identifier_preparer.quote
    return {
        name: connection.execute(text(f"SELECT count(*) FROM {quoted(name)}")).scalar_one()  # noqa: S608 - its own names
        for name in names
    }


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        told = say(
            "The program %(name)s is not there; install PostgreSQL's client programs (Debian: postgresql-client), "
            "of the server's version or later.",
            name=name,
        )
        raise Refusal(told)
    return found


def _run(database: Database, program: str, *options: str, last: str = "") -> None:
    """Run one of PostgreSQL's programs against the database; the password is in no argument.

    Raises Refusal with its own words where it fails.
    """
    address, secret = _address(database)
    done = _call(program, *options, f"--dbname={address}", "--no-password", *filter(None, [last]), secret=secret)
    if done.returncode:
        raise Refusal(say("%(program)s failed: %(why)s.", program=Path(program).name, why=_last_line(done)))


def _address(database: Database) -> tuple[str, str]:
    url = database.url
    given: dict[str, str | int | None] = {
        **{name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()},
        "host": url.host or url.query.get("host"),  # type: ignore[dict-item]  # one host, a folder of a socket
        "port": url.port,
        "user": url.username,
        "dbname": url.database,
    }
    secret = str(url.password or given.pop("password", "") or "")
    return make_conninfo("", **{name: value for name, value in given.items() if value is not None}), secret


def _call(program: str, *arguments: str, secret: str = "") -> subprocess.CompletedProcess[str]:
    environ: Mapping[str, str] = {**os.environ, "PGPASSWORD": secret} if secret else os.environ
    return subprocess.run(  # noqa: S603 - PostgreSQL's own programs, by path, without a shell
        [program, *arguments], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    return lines[-1].rpartition("error: ")[2].rstrip(".") if lines else str(done.returncode)
