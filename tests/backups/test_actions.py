"""Backups of a database at work: every row that was acknowledged is in them, and what is unsound is never put back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import col, func, select

from medixchange.backups import actions as backups
from medixchange.backups import archive, embedded
from medixchange.db import Database, opened_file
from medixchange.errors import Refusal
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import record
from medixchange.messages import listed
from medixchange.people.models import Person
from medixchange.schema import alembic_config, newest_revision, revision_of, schema_is_current
from tests import make
from tests.make import NOW

WRITERS = 3
BEFORE, AFTER = 60, 60

pytestmark = pytest.mark.usefixtures("pg_clients")
Open = Callable[[str], Database]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@contextmanager
def writing(url: str) -> Iterator[list[str]]:
    """Several writers at work, each row in a transaction with a second one; the list holds what was acknowledged."""
    acknowledged: list[str] = []
    ended = threading.Event()

    def work(writer: int) -> None:
        database = Database(url)
        number = 0
        while not ended.is_set():
            email = f"row-{writer}-{number}@example.org"
            with database.write() as db:
                made = make.person(db, email=email)
                record(db, actor="program", verb="write", subject=f"person:{made.id}", now=NOW)
            acknowledged.append(email)
            number += 1
        database.close()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield acknowledged
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def wait_for(acknowledged: list[str], number: int) -> list[str]:
    """What was acknowledged once there were so many."""
    while len(acknowledged) < number:
        threading.Event().wait(0.005)
    return list(acknowledged)


def kept_in(database: Database) -> tuple[set[str], int]:
    with database.read() as db:
        entries = db.exec(select(func.count()).where(col(JournalEntry.verb) == "write")).one()
        return set(db.exec(select(Person.email))), entries


def test_a_backup_under_load_holds_every_row_that_was_acknowledged_before_it_began(
    database: Database, database_url: str, empty_url: str, open_database: Open, tmp_path: Path
) -> None:
    with writing(database_url) as acknowledged:
        before = wait_for(acknowledged, BEFORE)
        backups.make(database, tmp_path / "backup", now=NOW)
        wait_for(acknowledged, len(acknowledged) + AFTER)

    manifest = backups.check(tmp_path / "backup")
    restored = open_database(empty_url)
    backups.restore(tmp_path / "backup", restored, now=NOW)
    rows, entries = kept_in(restored)
    assert set(before) - rows == set()
    assert rows < set(acknowledged)
    # One moment for all tables: no row is there without the other one of its transaction.
    assert (len(rows), len(rows)) == (manifest.rows["person"], entries)


def test_a_restored_database_is_the_one_that_was_kept(
    database: Database, empty_url: str, open_database: Open, tmp_path: Path
) -> None:
    with database.write() as db:
        make.organizer(db, email="ada@example.org")
    made = backups.make(database, tmp_path / "backup", now=NOW)
    restored = open_database(empty_url)

    told, aside = backups.restore(tmp_path / "backup", restored, now=NOW)

    assert (told, aside) == (made, None)
    assert schema_is_current(restored)
    assert kept_in(restored) == ({"ada@example.org"}, 0)
    again = backups.make(restored, tmp_path / "again", now=NOW)
    assert again == made


def test_a_backup_of_earlier_tables_is_brought_up_to_date(
    database: Database, empty_url: str, open_database: Open, tmp_path: Path
) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "2026_11_23")
    backups.make(database, tmp_path / "backup", now=NOW)
    restored = open_database(empty_url)

    manifest, _ = backups.restore(tmp_path / "backup", restored, now=NOW)

    with restored.engine.connect() as connection:
        assert (manifest.revision, revision_of(connection)) == ("2026_11_23", newest_revision())


def test_a_backup_of_later_tables_is_refused_and_changes_nothing(
    database: Database, empty_url: str, open_database: Open, tmp_path: Path
) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '2999_01_01'")
    backups.make(database, tmp_path / "backup", now=NOW)
    restored = open_database(empty_url)

    with pytest.raises(Refusal, match="is later than this one: install that first"):
        backups.check(tmp_path / "backup")
    with pytest.raises(Refusal, match="is later than this one: install that first"):
        backups.restore(tmp_path / "backup", restored, now=NOW)

    with pytest.raises(Refusal, match="nothing was kept"):
        backups.make(restored, tmp_path / "again", now=NOW)


def test_nothing_is_written_over_unless_it_is_asked_for(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("something else")

    with pytest.raises(Refusal, match="is there already; choose another name, or add --replace"):
        backups.make(database, file, now=NOW)
    untouched = file.read_text()
    made = backups.make(database, file, now=NOW, replace=True)

    assert untouched == "something else"
    assert backups.check(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_folder_is_never_written_over(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is there already"):
        backups.make(database, tmp_path, now=NOW, replace=True)


def test_where_the_folder_is_not_there_nothing_is_kept(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Nothing was kept"):
        backups.make(database, tmp_path / "no such folder" / "backup", now=NOW)


def test_a_database_without_tables_is_not_kept(empty_url: str, open_database: Open, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nothing was kept"):
        backups.make(open_database(empty_url), tmp_path / "backup", now=NOW)

    assert not (tmp_path / "backup").exists()


@ON_SQLITE
def test_a_sqlite_file_in_the_way_stays_or_is_kept_beside_with_what_belongs_to_it(
    database: Database, empty_url: str, open_database: Open, tmp_path: Path
) -> None:
    with database.write() as db:
        make.person(db, email="kept@example.org")
    backups.make(database, tmp_path / "backup", now=NOW)
    there = open_database(empty_url)
    backups.restore(tmp_path / "backup", there, now=NOW)
    assert there.path is not None
    jobs = there.path.with_name("medixchange.jobs.db")
    jobs.write_text("what the executor knew")
    with there.write() as db:
        make.person(db, email="later@example.org")

    with pytest.raises(Refusal, match="There is a database at"):
        backups.restore(tmp_path / "backup", there, now=NOW)
    untouched = kept_in(there)[0]
    there.close()
    _, aside = backups.restore(tmp_path / "backup", there, now=NOW, replace=True)

    assert untouched == {"kept@example.org", "later@example.org"}
    assert kept_in(there)[0] == {"kept@example.org"}
    assert aside == there.path.with_name("medixchange.db.before-20261123-080000-000000")
    assert kept_in(open_database(f"sqlite:///{aside}"))[0] == {"kept@example.org", "later@example.org"}
    assert not jobs.exists()
    assert jobs.with_name(f"{jobs.name}.before-20261123-080000-000000").read_text() == "what the executor knew"


@ON_SQLITE
def test_where_the_disk_refuses_a_name_the_database_is_in_its_place_again(database: Database, tmp_path: Path) -> None:
    backups.make(database, tmp_path / "backup", now=NOW)
    with database.write() as db:
        make.person(db, email="later@example.org")
    database.close()
    assert database.path is not None
    jobs = database.path.with_name("medixchange.jobs.db")
    jobs.write_text("what the executor knew")
    in_the_way = jobs.with_name(f"{jobs.name}.before-20261123-080000-000000")
    in_the_way.mkdir()
    names = sorted(path.name for path in database.path.parent.iterdir())

    with pytest.raises(Refusal) as refused:
        backups.restore(tmp_path / "backup", database, now=NOW, replace=True)

    left = sorted(path.name for path in database.path.parent.iterdir())
    in_the_way.rmdir()
    told = refused.value.message
    assert (told.text, told.values["why"]) == (
        "Nothing was changed: the disk of %(folder)s says “%(why)s”.",
        "Is a directory",
    )
    assert left == names
    assert (kept_in(database)[0], jobs.read_text()) == ({"later@example.org"}, "what the executor knew")


def test_what_cannot_be_put_back_is_told_by_name(tmp_path: Path) -> None:
    names = [tmp_path / "medixchange.db", tmp_path / "medixchange.db-wal", tmp_path / "medixchange.jobs.db"]
    renamed = [(name, name.with_name(f"{name.name}.before")) for name in names]
    for _, aside in renamed:
        aside.write_text(aside.name)
    names[1].mkdir()

    with pytest.raises(Refusal) as refused:
        embedded.put_back(renamed)

    told = refused.value.message.values
    assert told["why"] == "Is a directory"
    assert told["files"] == listed([f"{aside} → {name}" for name, aside in renamed[:2]])
    assert names[2].read_text() == "medixchange.jobs.db.before"


@ON_POSTGRESQL
def test_a_postgresql_with_tables_stays_as_it_is(database: Database, tmp_path: Path) -> None:
    backups.make(database, tmp_path / "backup", now=NOW)

    with pytest.raises(Refusal, match="The database has tables already, and they stay"):
        backups.restore(tmp_path / "backup", database, now=NOW, replace=True)


@ON_POSTGRESQL
def test_without_the_programs_of_postgresql_it_is_told_what_to_install(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal, match="install PostgreSQL's client programs"):
        backups.make(database, tmp_path / "backup", now=NOW)


@ON_POSTGRESQL
def test_what_pg_dump_says_is_told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal) as refused:
        backups.make(database, tmp_path / "backup", now=NOW)

    assert refused.value.message.values == {
        "program": "pg_dump",
        "why": "aborting because of server version mismatch",
    }


def test_a_backup_goes_into_a_database_of_its_own_kind_only(
    database: Database, postgres_url: str, sqlite_url: str, open_database: Open, tmp_path: Path
) -> None:
    backups.make(database, tmp_path / "backup", now=NOW)
    other = open_database(postgres_url if database.is_sqlite else sqlite_url)

    with pytest.raises(Refusal, match="This is a backup of"):
        backups.restore(tmp_path / "backup", other, now=NOW, replace=True)


@ON_SQLITE
def test_a_copy_that_was_damaged_before_it_was_packed_is_found(database: Database, tmp_path: Path) -> None:
    copy, file = tmp_path / "copy", tmp_path / "backup"
    manifest = backups.make(database, tmp_path / "good", now=NOW)
    archive.unpack(tmp_path / "good", copy)
    whole = bytearray(copy.read_bytes())
    whole[4096:8192] = b"\xff" * 4096
    copy.write_bytes(whole)
    archive.pack(copy, manifest, file)

    with pytest.raises(Refusal, match="The copy in the backup is unsound"):
        backups.check(file)


@ON_SQLITE
def test_a_copy_with_a_row_that_belongs_to_nothing_is_found(database: Database, tmp_path: Path) -> None:
    copy, file = tmp_path / "copy", tmp_path / "backup"
    manifest = backups.make(database, tmp_path / "good", now=NOW)
    archive.unpack(tmp_path / "good", copy)
    with opened_file(copy) as connection:
        connection.execute("INSERT INTO organizer (person_id) VALUES (7)")
    archive.pack(copy, manifest, file)

    with pytest.raises(Refusal, match="The copy in the backup is unsound"):
        backups.check(file)


@ON_SQLITE
def test_a_copy_that_is_not_the_one_it_tells_of_is_found(database: Database, tmp_path: Path) -> None:
    copy, file = tmp_path / "copy", tmp_path / "backup"
    manifest = backups.make(database, tmp_path / "good", now=NOW)
    archive.unpack(tmp_path / "good", copy)
    archive.pack(copy, replace(manifest, rows={**manifest.rows, "person": 7}), file)

    with pytest.raises(Refusal, match="not the one that it tells of"):
        backups.check(file)


@ON_POSTGRESQL
def test_a_dump_that_pg_restore_cannot_read_is_found(database: Database, tmp_path: Path) -> None:
    copy, file = tmp_path / "copy", tmp_path / "backup"
    manifest = backups.make(database, tmp_path / "good", now=NOW)
    archive.unpack(tmp_path / "good", copy)
    copy.write_bytes(copy.read_bytes()[:-200])
    archive.pack(copy, manifest, file)

    with pytest.raises(Refusal, match="The copy in the backup is unsound"):
        backups.check(file)


@ON_SQLITE
def test_a_database_that_is_damaged_gives_no_backup_and_leaves_the_earlier_one(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    good = backups.make(database, file, now=NOW)
    database.close()
    assert database.path is not None
    whole = bytearray(database.path.read_bytes())
    whole[4096:8192] = b"\xff" * 4096
    database.path.write_bytes(whole)

    with pytest.raises(Refusal, match="The database cannot be copied whole"):
        backups.make(database, file, now=NOW, replace=True)

    assert backups.check(file) == good
