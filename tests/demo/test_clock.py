"""The clock of the demo goes ahead, never back, and letters that wait go when it gets to their hour."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from medixchange.app import build
from medixchange.cli.opened import clock_of
from medixchange.cli.terminal import now
from medixchange.db import Database
from medixchange.demo import clock as demo_clock
from medixchange.demo.clock import FURTHEST, DemoClock, kept_beside
from medixchange.errors import Refusal
from medixchange.matching.models import ProposedMatch
from medixchange.outbox.post import POSTED
from medixchange.sessions import actions as sessions
from medixchange.settings import Settings
from medixchange.web.access import Public, policies_of
from tests.sessions.stage import ACTOR, NOW, join, set_up
from tests.web.conftest import text_of

DAY = timedelta(days=1)


@pytest.fixture
def clock(tmp_path: Path) -> DemoClock:
    return DemoClock(lambda: NOW, tmp_path / "clock")


@pytest.fixture
def app(database: Database, clock: DemoClock) -> FastAPI:
    made = build(Settings(), database, clock=clock)
    demo_clock.add_to(made)
    return made


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Accept": "text/html", "Accept-Language": "en", "Origin": "http://127.0.0.1:8000"})


def press(browser: TestClient, to: datetime | str) -> int:
    value = to if isinstance(to, str) else to.isoformat()
    return browser.post("/demo/clock", data={"to": value}, follow_redirects=False).status_code


def test_the_clock_goes_as_the_one_on_the_wall(tmp_path: Path) -> None:
    wall = [NOW]
    clock = DemoClock(lambda: wall[-1], tmp_path / "clock")

    clock.put_ahead(NOW + DAY)
    wall.append(NOW + timedelta(seconds=7))

    assert clock() == NOW + DAY + timedelta(seconds=7)


def test_other_processes_on_its_database_go_by_it(tmp_path: Path) -> None:
    clock = DemoClock(lambda: NOW, kept_beside(tmp_path / "medixchange.db"))
    clock.put_ahead(NOW + DAY)
    clock.put_ahead(NOW + 3 * DAY)

    with closing(Database(f"sqlite:///{tmp_path}/medixchange.db")) as database:
        ahead = clock_of(database)() - now()

    assert timedelta() <= 3 * DAY - ahead < timedelta(seconds=1)


@pytest.mark.parametrize("step", [timedelta(), -DAY, FURTHEST + timedelta(seconds=1)])
def test_the_clock_goes_neither_back_nor_too_far(clock: DemoClock, step: timedelta) -> None:
    with pytest.raises(Refusal, match="lies ahead, at most"):
        clock.put_ahead(NOW + step)

    assert clock() == NOW


def test_the_page_has_every_hospital_of_a_session_with_its_clock(browser: TestClient, database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        join(db, stage.request)
        session = sessions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
        begins = session.starts_at - timedelta(minutes=10)

    page = text_of(browser.get("/demo/clock").text)
    sent = press(browser, begins)

    assert "King Faisal Hospital, Kigali Hospital of Addis Ababa, Addis Ababa" in page
    assert [each in page for each in ("09:00–09:30", "10:00–10:30", "15:00–15:30")] == [True] * 3
    assert sent == 303
    assert "24 hours before" not in text_of(browser.get("/demo/clock").text)


def test_the_page_offers_what_is_still_ahead_of_each_session(browser: TestClient, database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        session = sessions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
        starts_at, topic = session.starts_at, session.topic

    before = browser.get("/demo/clock").text
    assert press(browser, starts_at - timedelta(hours=1)) == 303
    after = browser.get("/demo/clock?done=put").text

    told = [
        f'{each}<span class="vh">: {topic}' for each in ("24 hours before", "1 hour before", "It begins", "It ends")
    ]
    assert [each in before for each in told] == [True] * 4
    assert [each in after for each in told] == [False, False, True, True]
    assert "The clock is put ahead." in after


def test_putting_it_ahead_wakes_the_clockwork(browser: TestClient) -> None:
    woken: list[bool] = []

    with POSTED.heard_by(lambda: woken.append(True)):
        press(browser, NOW + DAY)

    assert woken == [True]


@pytest.mark.parametrize("to", ["", "tomorrow", "2026-12-08T10:00:00", NOW.isoformat(), "9999-12-31T23:59:59+00:00"])
def test_what_is_no_moment_ahead_is_refused_in_words(browser: TestClient, clock: DemoClock, to: str) -> None:
    assert press(browser, to) == 422
    assert clock() == NOW


def test_the_clock_is_for_everybody_in_the_demo_and_not_there_elsewhere(app: FastAPI, database: Database) -> None:
    pages = [route for route in app.routes if getattr(route, "path", "") == "/demo/clock"]
    outside = TestClient(build(Settings(), database), headers={"Accept": "text/html"})

    assert [[type(each) for each in policies_of(route)] for route in pages] == [[Public]] * 2
    assert outside.get("/demo/clock").status_code == 404
