"""Whether the program lives and is ready, for supervisors and proxies."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from medixchange.accounts.signin import ask_link
from medixchange.app import build
from medixchange.db import Database
from medixchange.outbox.queries import LATE
from medixchange.schema import alembic_config, migrations_folder
from medixchange.settings import Settings
from tests import make
from tests.web.conftest import Browser, Clock

NEWEST = ScriptDirectory(str(migrations_folder())).get_current_head()


def test_a_good_house_is_ready(browser: Browser) -> None:
    lives, ready = browser.get("/healthz"), browser.get("/readyz")

    assert (lives.status_code, lives.text) == (200, "ok")
    assert (ready.status_code, ready.json()) == (
        200,
        {
            "ready": True,
            "schema": {"found": NEWEST, "wanted": NEWEST},
            "outbox_delay_seconds": 0,
            "tzdata": version("tzdata"),
        },
    )


def test_tables_of_another_version_are_not_ready(browser: Browser, database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")

    ready = browser.get("/readyz")

    assert (browser.get("/healthz").status_code, ready.status_code) == (200, 503)
    assert ready.json() == {
        "ready": False,
        "schema": {"found": None, "wanted": NEWEST},
        "outbox_delay_seconds": None,
        "tzdata": version("tzdata"),
    }


def test_late_letters_are_told_and_do_not_take_the_house_away(
    browser: Browser, database: Database, clock: Clock
) -> None:
    with database.write() as db:
        ask_link(db, make.person(db).email, now=clock.now, browser="")
    clock.now += LATE + timedelta(seconds=7)

    ready = browser.get("/readyz")

    assert (ready.status_code, ready.json()["outbox_delay_seconds"]) == (200, LATE.total_seconds() + 7)


def test_without_a_database_it_lives_and_is_not_ready(settings: Settings, tmp_path: Path, clock: Clock) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'no such folder' / 'medixchange.db'}")
    with Browser(build(settings, gone, clock=clock)) as browser:
        lives, ready = browser.get("/healthz"), browser.get("/readyz")

    gone.close()
    assert (lives.status_code, ready.status_code, ready.headers["Retry-After"]) == (200, 503, "30")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_may_only_be_read_is_told_to_come_back_to(database: Database, browser: Browser) -> None:
    with database.write() as db:
        make.person(db, email="aline@example.org")
    with database.engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.engine.dispose()

    answer = browser.post("/signin", data={"email": "aline@example.org"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
