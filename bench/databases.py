"""Empty databases for what is measured: a SQLite file, or a PostgreSQL where the tests get theirs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from medixchange.db import Database
from medixchange.tokens import secret
from tests import postgres

KINDS = ("sqlite", "postgresql")


@contextmanager
def opened(name: str) -> Iterator[Database]:
    """An empty database of one of KINDS; where there is no PostgreSQL it says how to get one, as the tests do
    (``pytest.skip.Exception``)."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/medixchange.db")
            yield database
            database.close()
        return
    with postgres.server(postgres.SAFE) as url:
        own = f"bench_{secret()[:8].lower().replace('-', '_')}"
        postgres.command(url, f"CREATE DATABASE {own}")
        database = Database(postgres.named(url, own))
        yield database
        database.close()
        postgres.command(url, f"DROP DATABASE {own} WITH (FORCE)")
