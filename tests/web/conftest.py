"""The web application over a real database, and browsers that visit it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from medixchange.accounts.models import Login
from medixchange.app import build
from medixchange.db import Database
from medixchange.matching.models import ProposedMatch
from medixchange.people.models import Person
from medixchange.sessions import actions as sessions
from medixchange.sessions import queries
from medixchange.sessions.models import SharingSession
from medixchange.settings import Settings
from medixchange.tokens import Mint, digest, secret
from tests import make
from tests.sessions.stage import ACTOR, Stage, place_of, send, set_up
from tests.web.invited import new_address

PUBLIC_URL = "https://exchange.example.org"


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = make.NOW

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


class Browser(TestClient):
    """A browser: keeps cookies, follows nothing by itself, says where its forms come from."""

    def __init__(self, app: FastAPI, *, language: str = "en", machine: str = "203.0.113.7") -> None:
        super().__init__(
            app,
            base_url=PUBLIC_URL,
            follow_redirects=False,
            headers={"Accept-Language": language, "Accept": "text/html", "Origin": PUBLIC_URL},
            client=(machine, 50000),
        )

    def sign_in(self, database: Database, person: Person, *, now: datetime = make.NOW) -> None:
        """Be ``person`` from now on, as if a link had been followed."""
        token = secret()
        with database.write() as db:
            lasts = timedelta(days=14)
            db.add(Login(token_hash=digest(token), person_id=person.id, created_at=now, expires_at=now + lasts))
        self.cookies.set("__Host-login", token)


@pytest.fixture
def settings() -> Settings:
    """Settings of a production behind https."""
    return Settings(public_url=PUBLIC_URL, secret_key="a key for tests that is long enough")


@pytest.fixture
def clock() -> Clock:
    """The clock of the application; tests move it."""
    return Clock()


@pytest.fixture
def app(settings: Settings, database: Database, clock: Clock) -> FastAPI:
    """The application, once on SQLite and once on PostgreSQL."""
    return build(settings, database, clock=clock)


@pytest.fixture
def opened(app: FastAPI) -> Iterator[Callable[..., Browser]]:
    """Opens browsers: ``opened(language="fr", machine="203.0.113.9")``."""
    with ExitStack() as stack:
        yield lambda **facts: stack.enter_context(Browser(app, **facts))


@pytest.fixture
def browser(opened: Callable[..., Browser]) -> Browser:
    """A browser in English."""
    return opened()


@pytest.fixture
def organizer(browser: Browser, database: Database) -> Browser:
    """An organizer at the desk."""
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)
    return browser


@pytest.fixture
def stage(database: Database) -> Stage:
    """A request from Kigali with three proposals."""
    with database.write() as db:
        return set_up(db)


@pytest.fixture
def session(organizer: Browser, database: Database, stage: Stage) -> SharingSession:
    """A session that stands, its invitations sent."""
    organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")
    with database.write() as db:
        send(db)
        return queries.by_id(db, 1)


@pytest.fixture
def held(database: Database, stage: Stage) -> Stage:
    """The session of Tuesday is held for Zhang, Mei and Aline, and their invitations are sent."""
    with database.write() as db:
        sessions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=make.NOW)
        send(db)
    return stage


@pytest.fixture
def link(held: Stage, database: Database, settings: Settings) -> Callable[[str], str]:
    """The path of the answer page of somebody, by name."""
    mint = Mint(settings.secret_key.get_secret_value())

    def of(name: str) -> str:
        with database.read() as db:
            seed = place_of(db, queries.by_id(db, 1), name).seed
        return f"/answer/{mint.token('answer', seed)}"

    return of


@pytest.fixture
def zhang(browser: Browser, database: Database, held: Stage) -> Browser:
    """Zhang, signed in, with a browser that reads English."""
    with database.read() as db:
        person = db.get_one(Person, held.zhang.person_id)
    browser.sign_in(database, person)
    browser.get("/?lang=en")
    return browser


@pytest.fixture
def address(database: Database, held: Stage) -> str:
    """The path of Zhang's feed."""
    return new_address(database, held)


def text_of(html: str) -> str:
    """The words of a page between its frame, as they are read."""
    body = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
