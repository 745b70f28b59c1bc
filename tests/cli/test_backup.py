"""Backup and restore as they are typed: beside a process that serves, checked, put back, refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from medixchange.db import Database
from medixchange.journal.models import JournalEntry
from medixchange.people.models import Person
from tests import make
from tests.cli.shell import Said, Shell, running

pytestmark = [pytest.mark.usefixtures("pg_clients"), pytest.mark.each_database]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def done_to_the_database(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.exec(select(JournalEntry.verb).where(JournalEntry.subject == "database")))


def test_a_backup_is_made_checked_and_put_back(
    shell: Shell, database: Database, empty_url: str, open_database: type[Database]
) -> None:
    with database.write() as db:
        make.person(db, email="aline@example.org")

    made = shell("backup", "monday")
    checked = shell("restore", "monday", "--check")
    as_json = shell("restore", "monday", "--check", "--json")
    shell.set(DATABASE_URL=empty_url)
    restored = shell("restore", "monday")

    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    assert made == Said(0, "monday holds 1 row.\n", "")
    assert (checked.status, checked.err) == (0, "")
    assert checked.out.startswith(f"A whole backup of {kind}, made on 20")
    assert json.loads(as_json.out)["rows"]["person"] == 1
    assert restored == checked
    there = open_database(empty_url)
    with there.read() as db:
        assert db.exec(select(Person.email)).all() == ["aline@example.org"]
    assert (done_to_the_database(database), done_to_the_database(there)) == (["back up"], ["restore"])


def test_a_damaged_backup_is_told_and_ends_with_1(shell: Shell, database: Database) -> None:
    shell("backup", "monday")
    file = shell.folder / "monday"
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)

    checked, restored = shell("restore", "monday", "--check"), shell("restore", "monday", "--replace")

    told = Said(1, "", "monday is damaged: its checksum does not fit. Use another backup.\n")
    assert (checked, restored) == (told, told)


def test_checking_wants_no_settings(shell: Shell, database: Database) -> None:
    shell("backup", "monday")
    shell.set(DATABASE_URL="not an address")

    assert shell("restore", "monday", "--check").status == 0


@ON_SQLITE
def test_a_backup_is_made_beside_a_process_that_serves_and_a_restore_is_not(
    shell: Shell, database: Database, database_url: str, tmp_path: Path
) -> None:
    with running(tmp_path, "serve", "serve", "--port", "0", settings={"DATABASE_URL": database_url}) as serving:
        serving.wait_for("medixchange serves")

        made, checked = shell("backup", "monday"), shell("restore", "monday", "--check")
        restored = shell("restore", "monday", "--replace")

        assert serving.end() == 0
    assert (made.status, checked.status) == (0, 0)
    assert (restored.status, restored.out) == (1, "")
    assert restored.err.startswith("Another medixchange process serves ")


@ON_SQLITE
def test_what_was_there_is_named_after_a_restore(shell: Shell, database: Database) -> None:
    shell("backup", "monday")

    refused, replaced = shell("restore", "monday"), shell("restore", "monday", "--replace")

    assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert replaced.status == 0
    assert "\nThe database that was there is kept as " in replaced.out
    assert len(list(Path(str(database.path)).parent.glob("medixchange.db.before-*"))) == 1
