"""Makes backups, checks them, and puts them back."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from medixchange.backups import archive, embedded, server
from medixchange.backups.archive import Manifest
from medixchange.backups.files import put, workshop
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.messages import say
from medixchange.schema import is_known

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def make(database: Database, file: Path, *, now: datetime, replace: bool = False) -> Manifest:
    """Copy the database into ``file``, beside whatever else works on it.

    The file is there whole or not at all. Raises Refusal where it is there already and ``replace`` was not asked
    for, or the copy cannot be made.
    """
    if file.exists() and not (replace and file.is_file()):
        told = say("%(file)s is there already; choose another name, or add --replace.", file=str(file))
        raise Refusal(told)
    if database.path is not None and embedded.is_empty(database):
        raise Refusal(say("There is no database at %(path)s; nothing was kept.", path=str(database.path)))
    with workshop(file) as folder:
        copied = folder / "copy"
        kind = "sqlite" if database.path else "postgresql"
        revision, rows = _copied(database, copied)
        if revision is None:
            raise Refusal(say("The database has no tables of medixchange yet; nothing was kept."))
        manifest = Manifest(kind, version("medixchange"), revision, now, rows)
        archive.pack(copied, manifest, folder / "backup")
        put(folder / "backup", file)
    return manifest


def check(file: Path) -> Manifest:
    """What the backup ``file`` is, after everything in it was looked at; nothing else is touched.

    Raises Refusal where it could not be put back.
    """
    manifest = archive.read(file)
    with workshop() as folder:
        _examined(file, manifest, folder / "copy")
    return manifest


def restore(file: Path, database: Database, *, now: datetime, replace: bool = False) -> tuple[Manifest, Path | None]:
    """Put the backup ``file`` in the place of the database and bring it to this program's tables.

    A SQLite file that is there is kept under another name, which is given back, where ``replace`` was asked for.
    Raises Refusal, with nothing changed, where the backup is damaged or later than this program, the database is of
    the other kind or not empty, or the disk does not take it.
    """
    manifest = archive.read(file)
    if (manifest.database == "sqlite") != database.is_sqlite:
        told = say("This is a backup of %(kind)s; let MEDIXCHANGE_DATABASE_URL name one.", kind=_kind(manifest))
        raise Refusal(told)
    _refuse_unless_free(database, replace=replace)
    with workshop(database.path, restoring=True) as folder:
        copied = folder / "copy"
        _examined(file, manifest, copied)
        if database.is_sqlite:
            return manifest, embedded.install(copied, database, now=now)
        server.install(copied, database)
        return manifest, None


def _copied(database: Database, into: Path) -> tuple[str | None, embedded.Counts]:
    """Copy the database. Raises Refusal where it is damaged already: then only an earlier backup is worth something."""
    try:
        return embedded.copy(database.path, into) if database.path else server.copy(database, into)
    except embedded.Unsound as wrong:
        told = say(
            "The database cannot be copied whole (%(why)s); nothing was kept. Keep your earlier backups.",
            why=str(wrong),
        )
        raise Refusal(told) from wrong


def _examined(file: Path, manifest: Manifest, into: Path) -> None:
    """Unpack the copy and look at it. Raises Refusal."""
    if not is_known(manifest.revision):
        told = say(
            "The backup was made by medixchange %(version)s, which is later than this one: install that first.",
            version=manifest.version,
        )
        raise Refusal(told)
    archive.unpack(file, into)
    try:
        if manifest.database == "postgresql":
            server.examine(into)
        elif embedded.examine(into) != (manifest.revision, dict(manifest.rows)):
            raise Refusal(say("The copy in the backup is not the one that it tells of. Use another backup."))
    except embedded.Unsound as wrong:
        told = say("The copy in the backup is unsound (%(why)s). Use another backup.", why=str(wrong))
        raise Refusal(told) from wrong


def _refuse_unless_free(database: Database, *, replace: bool) -> None:
    if database.is_sqlite:
        if not replace and not embedded.is_empty(database):
            told = say(
                "There is a database at %(path)s. Name another, or add --replace: then it is kept beside the new one.",
                path=str(database.path),
            )
            raise Refusal(told)
    elif not server.is_empty(database):
        raise Refusal(
            say(
                "The database has tables already, and they stay. Make a new one (createdb), and name it in "
                "MEDIXCHANGE_DATABASE_URL."
            )
        )


def _kind(manifest: Manifest) -> str:
    return KINDS.get(manifest.database, manifest.database)
