"""SQLite: copied by its own backup API while others write, looked at, and put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from medixchange.backups.files import keep_names, put
from medixchange.db import FAULTS, Database, opened_file
from medixchange.engine import own_file
from medixchange.errors import Refusal
from medixchange.messages import listed, say
from medixchange.schema import migrate

BESIDE = ("", "-wal", "-shm")
"""What belongs to a database file and bears its name."""

Counts = dict[str, int]
Renamed = tuple[Path, Path]
"""The name of a file and the one under which it was set aside."""


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
    Raises OSError where the disk does not take it, with everything under its own name again.
    """
    assert database.path is not None
    upgraded = Database(f"sqlite:///{copied}")
    try:
        migrate(upgraded)
    finally:
        upgraded.close()
    there = _there(database.path, now)
    renamed: list[Renamed] = []
    try:
        for name, aside in there:
            name.rename(aside)
            renamed.append((name, aside))
        keep_names(database.path.absolute().parent)
        put(copied, database.path)
    except OSError:
        if database.path not in dict(there):
            database.path.unlink(missing_ok=True)
        put_back(renamed)
        raise
    return dict(renamed).get(database.path)


def put_back(renamed: Sequence[Renamed]) -> None:
    """Give what was set aside its own names again. Raises Refusal, with what is left to do, where the disk does not."""
    left = list(renamed)
    try:
        while left:
            name, aside = left[-1]
            aside.rename(name)
            left.pop()
    except OSError as wrong:
        told = say(
            "Nothing is lost, but the disk says “%(why)s”. Give these files their names again yourself, before "
            "anything is started: %(files)s.",
            why=str(wrong.strerror),
            files=listed([f"{aside} → {name}" for name, aside in left]),
        )
        raise Refusal(told) from wrong


def _there(path: Path, now: datetime) -> list[Renamed]:
    """What lies where the database goes, each with the name under which it is kept."""
    found = []
    for one in (path, own_file(path)):
        aside = one.with_name(f"{one.name}.before-{now:%Y%m%d-%H%M%S-%f}")
        for tail in BESIDE:
            name = one.with_name(one.name + tail)
            if name.exists():
                found.append((name, aside.with_name(aside.name + tail)))
    return found


def _facts(connection: Any) -> tuple[str | None, Counts]:
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [row[0] for row in connection.execute(listed)]
    counts = {name: _one(connection, f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 - its own names
    if not counts.pop("alembic_version", 0):
        return None, counts
    return _one(connection, "SELECT version_num FROM alembic_version"), counts


def _one(connection: Any, sql: str) -> Any:
    return connection.execute(sql).fetchone()[0]
