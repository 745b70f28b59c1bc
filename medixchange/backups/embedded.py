"""SQLite: copied by its own backup API while others write, looked at, and put in its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from medixchange.backups.files import keep_names, put
from medixchange.db import FAULTS, Database, opened_file
from medixchange.engine import own_file
from medixchange.schema import migrate

BESIDE = ("", "-wal", "-shm")
"""What belongs to a database file and bears its name."""

Counts = dict[str, int]


class Unsound(Exception):
    """SQLite finds a fault in a file, or cannot write it; the text is its own."""


def copy(source: Path, into: Path) -> tuple[str | None, Counts]:
    """Copy the database ``source`` as it is at one moment; its schema's revision and how many rows each table has.

    Writers are not held up: in write-ahead mode the copy reads one snapshot. Raises Unsound.
    """
    try:
        with opened_file(source) as there, opened_file(into) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except FAULTS as wrong:
        raise Unsound(str(wrong)) from wrong
    return examine(into)


def examine(found: Path) -> tuple[str | None, Counts]:
    """Revision of the schema and row counts of a copy. Raises Unsound."""
    try:
        with opened_file(found) as here:
            faults = [row[0] for row in here.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            strays = here.execute("PRAGMA foreign_key_check").fetchone()
            facts = _facts(here)
    except FAULTS as wrong:
        raise Unsound(str(wrong)) from wrong
    if faults or strays:
        raise Unsound(faults[0] if faults else f"a row of {strays[0]} without its {strays[2]}")
    return facts


def is_empty(database: Database) -> bool:
    """Whether nothing is lost when the file is written anew."""
    assert database.path is not None
    return not database.path.exists() or database.path.stat().st_size == 0


def install(copied: Path, database: Database, *, now: datetime) -> Path | None:
    """Bring ``copied`` to this program's tables and put it in the place of the database.

    What stood there is kept beside it under a dated name, which is given back. The executor's own file goes with
    it: it knows jobs by the numbers of rows, and the rows are others now.
    """
    assert database.path is not None
    upgraded = Database(f"sqlite:///{copied}")
    try:
        migrate(upgraded)
    finally:
        upgraded.close()
    aside = _set_aside(database.path, now)
    put(copied, database.path)
    return aside


def _set_aside(path: Path, now: datetime) -> Path | None:
    kept = None
    for one in (path, own_file(path)):
        aside = one.with_name(f"{one.name}.before-{now:%Y%m%d-%H%M%S-%f}")
        for tail in BESIDE:
            there = one.with_name(one.name + tail)
            if there.exists():
                there.rename(aside.with_name(aside.name + tail))
                kept = kept or aside
    keep_names(path.absolute().parent)
    return kept


def _facts(connection: Any) -> tuple[str | None, Counts]:
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [row[0] for row in connection.execute(listed)]
    counts = {name: _one(connection, f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 - its own names
    if not counts.pop("alembic_version", 0):
        return None, counts
    return _one(connection, "SELECT version_num FROM alembic_version"), counts


def _one(connection: Any, sql: str) -> Any:
    return connection.execute(sql).fetchone()[0]
