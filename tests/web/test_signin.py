"""Signing in by a link in a letter, as a browser sees it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.accounts.models import SignInLink
from medixchange.db import Database
from medixchange.people.models import Person
from tests import make
from tests.web.answers import shown
from tests.web.conftest import Browser, Clock

Opened = Callable[..., Browser]


@pytest.fixture
def ada(database: Database) -> Person:
    """An organizer."""
    with database.write() as db:
        return make.organizer(db, email="ada@example.org")


def written(database: Database) -> bool:
    """Whether a link has been committed."""
    with database.read() as db:
        return db.exec(select(SignInLink)).first() is not None


def link(app: FastAPI, database: Database) -> str:
    """The path in the latest letter."""
    with database.read() as db:
        found = db.exec(select(SignInLink)).all()[-1]
    return f"/signin/{app.state.mint.token('signin', found.seed)}"


def test_the_link_shows_a_button_and_the_button_signs_in(
    app: FastAPI, database: Database, browser: Browser, ada: Person
) -> None:
    sent = browser.post("/signin", data={"email": " Ada@Example.org "})
    address = link(app, database)

    seen, still_out = browser.get(address), browser.get("/desk").status_code
    entered = browser.post(address)

    assert (sent.status_code, seen.status_code, still_out) == (200, 200, 303)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
    assert browser.get("/desk").status_code == 200


def test_the_login_is_out_of_reach_of_scripts_and_of_other_sites(
    app: FastAPI, database: Database, browser: Browser, ada: Person
) -> None:
    browser.post("/signin", data={"email": ada.email})

    cookies = browser.post(link(app, database)).headers.get_list("set-cookie")

    login = next(each for each in cookies if each.startswith("__Host-login="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in login.split(";")}
    assert "Domain" not in login


def test_a_known_and_an_unknown_address_look_alike(browser: Browser, ada: Person) -> None:
    known, unknown = (browser.post("/signin", data={"email": email}) for email in (ada.email, "eve@example.org"))

    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ada.email, "") == unknown.text.replace("eve@example.org", "")
    assert sorted(known.headers) == sorted(unknown.headers)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Write the address that your invitations go to."),
        ("ada", "Write a mail address such as name@hospital.org."),
        ("ada@example.org\nBcc: eve@example.org", "Write a mail address such as name@hospital.org."),
        ("ada\x00@example.org", "This holds a character that cannot be shown; type it again as plain text."),
        (f"{'x' * 300}@example.org", "Shorten this to 254 characters: it has 312."),
    ],
)
def test_a_wrong_address_is_asked_for_again(email: str, sentence: str, database: Database, browser: Browser) -> None:
    answer = browser.post("/signin", data={"email": email, "next": "/me"})

    page = shown(answer.text)
    assert (answer.status_code, page.errors, page.summary) == (422, {"email": sentence}, {"email": sentence})
    assert page.fields["next"] == ["/me"]
    with database.read() as db:
        assert db.exec(select(SignInLink)).all() == []


def test_a_link_works_once_and_for_a_quarter_of_an_hour(
    app: FastAPI, database: Database, opened: Opened, ada: Person, clock: Clock
) -> None:
    browser = opened()
    browser.post("/signin", data={"email": ada.email})
    first = link(app, database)
    browser.post(first)
    again = browser.post("/signin", data={"email": ada.email})
    second = link(app, database)
    clock.now += timedelta(minutes=15)

    assert (again.status_code, first == second) == (200, False)
    assert [browser.post(address).status_code for address in (first, second)] == [404, 404]


@pytest.mark.each_database
def test_nobody_waits_while_an_answer_waits_for_its_beat(
    monkeypatch: pytest.MonkeyPatch, database: Database, browser: Browser, ada: Person
) -> None:
    monkeypatch.setattr("medixchange.web.signin.BEAT", 1.0)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(browser.post, "/signin", data={"email": ada.email})
        while not written(database):
            assert not asked.done()

        with database.write() as db:
            make.organizer(db, email="bea@example.org")

        assert not asked.done()
        assert asked.result().status_code == 200


def test_a_link_opened_elsewhere_says_so(app: FastAPI, database: Database, opened: Opened, ada: Person) -> None:
    opened().post("/signin", data={"email": ada.email})

    page = opened(machine="203.0.113.99").get(link(app, database)).text

    assert "This link was asked for in another browser or on another device." in page


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/hospitals", "/desk/hospitals"),
        ("/me?x=1", "/me?x=1"),
        ("https://evil.example.org/", "/desk"),
        ("//evil.example.org/", "/desk"),
        ("/\\evil.example.org", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/" + "x" * 400, "/desk"),
    ],
)
def test_one_comes_back_to_where_one_was_but_never_to_another_site(
    wanted: str, reached: str, app: FastAPI, database: Database, browser: Browser, ada: Person
) -> None:
    browser.post("/signin", data={"email": ada.email, "next": wanted})

    assert browser.post(link(app, database)).headers["location"] == reached


def test_a_page_for_those_who_are_signed_in_leads_to_signing_in_and_back(browser: Browser) -> None:
    assert browser.get("/desk?state=waiting").headers["location"] == "/signin?next=/desk%3Fstate%3Dwaiting"


def test_signing_out_ends_the_login_on_the_server(
    app: FastAPI, database: Database, browser: Browser, ada: Person
) -> None:
    browser.sign_in(database, ada)
    kept = browser.cookies["__Host-login"]

    left = browser.post("/signout")
    browser.cookies.set("__Host-login", kept)

    assert left.headers["location"] == "/"
    assert browser.get("/desk").status_code == 303


def test_asking_for_links_is_limited_for_an_address_and_for_a_machine(opened: Opened, ada: Person) -> None:
    browser = opened()

    answers = [browser.post("/signin", data={"email": ada.email}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert browser.post("/signin", data={"email": "other@example.org"}).status_code == 200
    assert opened(machine="203.0.113.99").post("/signin", data={"email": ada.email}).status_code == 429


def test_what_was_asked_too_often_says_when_to_come_back(browser: Browser, ada: Person) -> None:
    for _ in range(5):
        browser.post("/signin", data={"email": ada.email})

    answer = browser.post("/signin", data={"email": ada.email})

    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "This was asked too often." in answer.text
