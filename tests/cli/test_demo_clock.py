"""Whatever is run on the database of a demo whose clock was put ahead goes by that clock, not by the machine's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import col, select

from medixchange.accounts.models import Installation, SignInLink
from medixchange.cli.terminal import now
from medixchange.db import Database
from medixchange.demo.clock import DemoClock, kept_beside
from medixchange.journal.models import JournalEntry
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import post
from tests import make
from tests.cli.shell import PATIENCE, Running, Shell, running
from tests.outbox.letters import signin
from tests.outbox.office import Office

ADA = ("Ada Example", "ada@example.org", "--zone", "Africa/Kigali", "--country", "RW")
EMAIL = ADA[1]
ROOMS = "code,name,join_url\nwest,West Lake room,https://rooms.example.org/west\n"
PUBLIC_URL = "http://exchange.test"
AHEAD = timedelta(days=30)


@pytest.fixture
def demo(sqlite_url: str) -> Iterator[Database]:
    """The database of a demo whose clock was put ahead."""
    with closing(Database(sqlite_url)) as database:
        assert database.path is not None
        DemoClock(now, kept_beside(database.path)).put_ahead(now() + AHEAD)
        yield database


@pytest.fixture
def shell(bare: Shell, demo: Database, sqlite_url: str) -> Shell:
    """A shell whose settings name that database."""
    bare.set(DATABASE_URL=sqlite_url)
    return bare


@pytest.fixture
def settings(sqlite_url: str, office: Office) -> dict[str, str]:
    """Those of a process on that database."""
    return {"DATABASE_URL": sqlite_url, "PUBLIC_URL": PUBLIC_URL, "SMTP_URL": f"smtp://127.0.0.1:{office.port}"}


def is_by_the_demo(*moments: datetime | None) -> bool:
    """Whether all of them were read from the demo's clock."""
    return all(each is not None and each > now() + AHEAD - timedelta(days=1) for each in moments)


def until(reached: Callable[[], object], process: Running) -> None:
    """Wait for it while the process runs."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert process.process.poll() is None, process.err.read_text("utf-8")
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_commands_that_write_something_down_date_it_by_the_demo(shell: Shell, demo: Database) -> None:
    (shell.folder / "rooms.csv").write_text(ROOMS)

    said = [
        shell("user", "add", *ADA, "--organizer"),
        shell("login-link", EMAIL),
        shell("feed", "address", EMAIL),
        shell("feed", "revoke", EMAIL),
        shell("import", "rooms", "rooms.csv"),
        shell("demo-data", "load"),
        shell("demo-data", "remove"),
        shell("backup", "copy.zip"),
    ]
    doctor = shell("doctor")

    with demo.read() as db:
        noted = db.exec(select(JournalEntry.at)).all()
        [ends] = db.exec(select(SignInLink.expires_at)).all()
    assert [each.status for each in said] == [0] * len(said)
    assert len(noted) >= len(said) - 1
    assert is_by_the_demo(*noted, ends)
    assert "The last one is 0 days old." in doctor.out


def test_migrating_sets_a_house_up_by_the_demo(shell: Shell, demo: Database) -> None:
    assert shell("migrate").status == 0

    with demo.read() as db:
        assert is_by_the_demo(*db.exec(select(Installation.created_at)))


def test_a_test_letter_goes_and_is_dated_by_the_demo(shell: Shell, demo: Database, office: Office) -> None:
    shell.set(SMTP_URL=f"smtp://127.0.0.1:{office.port}")

    said = shell("mail", "test", EMAIL)

    with demo.read() as db:
        [letter] = db.exec(select(Delivery)).all()
    assert (said.status, len(office.arrived)) == (0, 1)
    assert is_by_the_demo(letter.posted_at, letter.due_at, letter.sent_at)


def test_a_test_letter_that_does_not_go_is_given_up_by_the_demo(shell: Shell, demo: Database, office: Office) -> None:
    office.replies[EMAIL] = ["550 nobody"]
    shell.set(SMTP_URL=f"smtp://127.0.0.1:{office.port}")

    said = shell("mail", "test", EMAIL)

    with demo.read() as db:
        noted = db.exec(select(JournalEntry.at)).all()
    assert (said.status, len(noted)) == (1, 1)
    assert is_by_the_demo(*noted)


def test_a_restore_is_noted_and_what_was_there_is_named_by_the_demo(
    shell: Shell, demo: Database, sqlite_url: str
) -> None:
    shell("backup", "copy.zip")

    said = shell("restore", "copy.zip", "--replace")

    with closing(Database(sqlite_url)) as restored, restored.read() as db:
        noted = db.exec(select(JournalEntry.at).where(col(JournalEntry.verb) == "restore")).all()
    aside = re.search(r"\.before-(\d{8}-\d{6})-\d+\.", said.out)
    assert (said.status, len(noted)) == (0, 1)
    assert aside is not None
    assert is_by_the_demo(*noted, datetime.strptime(aside[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC))


def test_a_process_that_serves_answers_and_sends_by_the_demo(
    shell: Shell, demo: Database, settings: dict[str, str], office: Office
) -> None:
    with demo.write() as db:
        make.person(db, email=EMAIL)

    with running(shell.folder, "serve", "serve", "--port", "0", settings=settings) as serving:
        port = serving.wait_for("medixchange serves").rpartition(":")[2]
        headers = {"Origin": PUBLIC_URL, "Accept": "text/html"}
        asked = httpx.post(f"http://127.0.0.1:{port}/signin", data={"email": EMAIL}, headers=headers, timeout=PATIENCE)
        until(lambda: office.arrived, serving)
        until(lambda: sent(demo), serving)

    assert asked.status_code == 200
    with demo.read() as db:
        [house], [ends] = db.exec(select(Installation.created_at)).all(), db.exec(select(SignInLink.expires_at)).all()
        [letter] = db.exec(select(Delivery)).all()
    assert is_by_the_demo(house, ends, letter.posted_at, letter.sent_at)


def test_a_process_that_works_sends_by_the_demo(
    shell: Shell, demo: Database, settings: dict[str, str], office: Office
) -> None:
    tomorrow = now() + timedelta(days=1)
    with demo.write() as db:
        post(db, signin(EMAIL), key="tomorrow", subject="session:1", now=tomorrow)

    with running(shell.folder, "work", "work", settings=settings) as working:
        until(lambda: sent(demo), working)

    assert [each.recipient for each in office.arrived] == [EMAIL]


def sent(database: Database) -> bool:
    """Whether a letter has gone."""
    with database.read() as db:
        return DeliveryState.SENT in db.exec(select(Delivery.state)).all()
