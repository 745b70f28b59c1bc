"""The processes that stay, as they really run: they serve, work, end when asked, and keep secrets out of their logs."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import httpx
import pytest

from medixchange.accounts.signin import ask_link
from medixchange.db import Database
from medixchange.matching.actions import want
from medixchange.tokens import digest
from tests import make
from tests.cli.shell import PATIENCE, Running, Said, Shell, running
from tests.outbox.office import Office

pytestmark = pytest.mark.each_database
EMAIL = "aline@example.org"
KEY = "a key that no log line may ever show"
PUBLIC_URL = "http://exchange.test"

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path, database_url: str, office: Office) -> Iterator[Start]:
    """Starts processes over the same database: ``start("serve", "--port", "0")``."""
    settings = {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": PUBLIC_URL,
        "SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "SECRET_KEY": KEY,
    }
    with ExitStack() as stack:

        def starting(*arguments: str, name: str = "", **more: str) -> Running:
            named = name or arguments[0]
            return stack.enter_context(running(tmp_path, named, *arguments, settings={**settings, **more}))

        yield starting


@pytest.fixture
def visitor(start: Start) -> Iterator[Callable[[Running], httpx.Client]]:
    """Browsers at a process that serves."""
    with ExitStack() as stack:

        def visiting(serving: Running) -> httpx.Client:
            port = serving.wait_for("medixchange serves").rpartition(":")[2]
            headers = {"Origin": PUBLIC_URL, "Accept": "text/html"}
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE)
            stack.enter_context(client)
            until(lambda: client.get("/healthz").status_code == 200)
            return client

        yield visiting


def until(reached: Callable[[], bool]) -> None:
    """Wait for it; a connection that is refused is not there yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if reached():
                return
        except httpx.ConnectError:
            pass
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_link_is_asked_for_mailed_and_followed_and_no_log_line_holds_a_secret(
    start: Start, visitor: Callable[[Running], httpx.Client], office: Office, database: Database
) -> None:
    with database.write() as db:
        make.person(db, email=EMAIL)
    processes = (
        [start("serve", "--port", "0")] if database.is_sqlite else [start("serve", "--port", "0"), start("work")]
    )
    browser = visitor(processes[0])

    ready = browser.get("/readyz")
    asked = browser.post("/signin", data={"email": EMAIL})
    until(lambda: bool(office.arrived))
    letter = message_from_bytes(office.arrived[0].raw, policy=SMTP)
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{PUBLIC_URL}(/signin/(\S+))", body.get_content())
    assert found is not None
    path, token = found.groups()
    shown = browser.get(path)
    entered = browser.post(path)
    login = browser.cookies["medixchange-login"]
    browser.get("/desk", params={"token": token})
    browser.get(f"/feed/{'k' * 43}.ics")

    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert (asked.status_code, shown.status_code, entered.status_code) == (200, 200, 303)
    assert [process.end() for process in processes] == [0] * len(processes)
    logged = "".join(process.out.read_text("utf-8") + process.err.read_text("utf-8") for process in processes)
    secrets = [KEY, token, token[:22], login, digest(login), EMAIL, "k" * 43, "Aline"]
    assert [secret for secret in secrets if secret in logged] == []
    lines = [json.loads(line) for line in processes[0].err.read_text("utf-8").splitlines()]
    told = [(line["method"], line["route"], line["status"]) for line in lines if line["event"] == "request"]
    assert [each for each in told if each[1] not in ("/healthz", "")] == [
        ("GET", "/readyz", 200),
        ("POST", "/signin", 200),
        ("GET", "/signin/{token}", 200),
        ("POST", "/signin/{token}", 303),
        ("GET", "/desk", 403),
    ]


def test_a_worker_that_fails_says_where_and_never_on_what(start: Start, database: Database, database_url: str) -> None:
    with database.write() as db:
        want(db, make.request(db, make.hospital(db)), now=make.NOW)
        ask_link(db, make.person(db, email=EMAIL).email, now=make.NOW, browser="")
    break_with_an_address(database, "matchsearch", "delivery")

    working = start("work")
    wanted = {("work failed, and is tried again", "letters"), ("job failed", "propose-1-0")}
    until(lambda: wanted <= {(line["event"], line.get("work") or line.get("job")) for line in lines_of(working)})

    assert working.end() == 0
    assert EMAIL not in working.out.read_text("utf-8") + working.err.read_text("utf-8")
    told = [line for line in lines_of(working) if "failed" in line["event"]]
    assert {line["reason"] for line in told} == {"IntegrityError" if database.is_sqlite else "ProgrammingError"}
    assert [line for line in told if not any("/medixchange/" in place for place in line["at"])] == []


def break_with_an_address(database: Database, *tables: str) -> None:
    """No row of the tables can be changed any more, and the database says so with an address in its words."""
    words = f"Key (email)=({EMAIL}) already exists"
    statements = [
        f"CREATE TRIGGER broken_{table} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        for table in tables
    ]
    if not database.is_sqlite:
        body = f"BEGIN RAISE EXCEPTION '{words}'; END"
        statements = [f"CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"] + [
            f"CREATE TRIGGER broken BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION broken()" for table in tables
        ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def lines_of(process: Running) -> list[dict[str, Any]]:
    """What a process has logged so far: JSON, every line of it."""
    whole, _, _ = process.err.read_text("utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_process_on_the_same_sqlite_file_is_refused_in_words(
    start: Start, visitor: Callable[[Running], httpx.Client], shell: Shell, database_url: str
) -> None:
    browser = visitor(start("serve", "--port", "0"))

    second = [start("serve", "--port", "0", name="second serve"), start("work")]
    migrating = shell("migrate")

    told = (
        f"Another medixchange process serves {database_url.removeprefix('sqlite:///')} already. "
        "Stop it first, or use PostgreSQL (MEDIXCHANGE_DATABASE_URL), where several may run.\n"
    )
    assert migrating == Said(1, "", told)
    assert [each.process.wait(PATIENCE) for each in second] == [1, 1]
    assert [(each.out.read_text("utf-8"), each.err.read_text("utf-8")) for each in second] == [("", told)] * 2
    assert browser.get("/healthz").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_work_ends_when_it_is_asked_and_leaves_the_sqlite_file_to_the_next(start: Start) -> None:
    first = start("work")
    first.wait_for("medixchange works")
    ended = first.end(signal.SIGINT)

    second = start("work", name="second work")
    second.wait_for("medixchange works")

    assert (ended, first.err.read_text("utf-8")) == (0, "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_told_in_words(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        refused = start("serve", "--port", str(port))

        assert refused.process.wait(PATIENCE) == 1
    assert refused.err.read_text("utf-8") == (
        f"Nobody can listen on 127.0.0.1:{port} (Address already in use). Choose another --host or --port.\n"
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_production_does_not_start_on_tables_of_another_version(start: Start, tmp_path: Path) -> None:
    refused = start(
        "serve",
        ENV="production",
        DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}",
        PUBLIC_URL="https://exchange.example.com",
        MAIL_FROM="MediXchange <sessions@exchange.example.com>",
    )

    assert refused.process.wait(PATIENCE) == 1
    assert refused.err.read_text("utf-8") == (
        "The database is not at this program's version; run “medixchange migrate” first.\n"
    )


def test_settings_that_are_wrong_keep_production_from_starting(bare: Shell) -> None:
    bare.set(ENV="production", SECRET_KEY="short")

    said = bare("serve")

    assert (said.status, said.out) == (2, "")
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "MEDIXCHANGE_SECRET_KEY",
        "MEDIXCHANGE_PUBLIC_URL",
        "MEDIXCHANGE_MAIL_FROM",
    ]
