"""The database's schema: where its migrations lie, which one it stands at, and how it gets to the newest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from medixchange.db import Database


def migrations_folder() -> Path:
    """Where the migrations lie: in the wheel beside this file, in a checkout above it."""
    here = Path(__file__).parent
    inside = here / "migrations"
    return inside if inside.is_dir() else here.parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the schema up to date, in one transaction; a SQLite file that is made for it is its owner's alone."""
    if database.path is not None:
        database.path.touch(mode=0o600)
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def schema_is_current(database: Database) -> bool:
    """Whether the schema is the one that this program was written for; a SQLite file is not made to look."""
    if database.path is not None and not database.path.exists():
        return False
    with database.engine.connect() as connection:
        return revision_of(connection) == newest_revision()


def revision_of(connection: Connection) -> str | None:
    """The migration that the database stands at, None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The newest migration of this program."""
    return ScriptDirectory(str(migrations_folder())).get_current_head()


def is_known(revision: str) -> bool:
    """Whether this program has the migration ``revision``, and so can bring its tables up to date."""
    return any(each.revision == revision for each in ScriptDirectory(str(migrations_folder())).walk_revisions())


def alembic_config(connection: Connection) -> Config:
    """Alembic set up for our migrations on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    return config
