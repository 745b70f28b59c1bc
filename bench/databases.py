"""Empty databases for what is measured: a SQLite file, or a PostgreSQL where the tests get theirs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from medixchange.db import Database
from medixchange.tokens import secret
from tests import postgres

KINDS = ("sqlite", "postgresql")


class Missing(Exception):
    """There is no such database here; the words say how to get one."""


@contextmanager
def opened(name: str) -> Iterator[Database]:
    """An empty database of one of KINDS. Raises Missing where there is no PostgreSQL."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/medixchange.db")
            yield database
            database.close()
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server(postgres.SAFE))
        except pytest.skip.Exception as told:  # how the tests' server says that there is none
            raise Missing(told) from told
        own = f"bench_{secret()[:8].lower().replace('-', '_')}"
        postgres.command(url, f"CREATE DATABASE {own}")
        database = Database(postgres.named(url, own))
        yield database
        database.close()
        postgres.command(url, f"DROP DATABASE {own} WITH (FORCE)")
