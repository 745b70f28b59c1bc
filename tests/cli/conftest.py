"""Shells whose settings name a database of the test's own, and a mail server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.outbox.office import Office


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell in an empty folder, without any setting."""
    for name in [name for name in os.environ if name.startswith("MEDIXCHANGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Shell(folder, monkeypatch, capsys)


@pytest.fixture
def shell(bare: Shell, database_url: str) -> Shell:
    """A shell whose settings name a migrated database, once on SQLite and once on PostgreSQL."""
    bare.set(DATABASE_URL=database_url)
    return bare


@pytest.fixture
def office() -> Iterator[Office]:
    """A mail server that takes letters."""
    taking = Office()
    with taking.open():
        yield taking
