"""The guard around every request: where forms come from, how large they are, which headers go out."""

from __future__ import annotations

import json

import pytest
import structlog
from fastapi import FastAPI

from medixchange.db import Database
from medixchange.people.models import Hospital
from medixchange.web.security import HEADERS, MOST_BODY
from tests import make
from tests.web.answers import ask, hospital_step, page_of, the_request
from tests.web.conftest import Browser

FORM = {"email": "ada@example.org"}


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


@pytest.mark.parametrize("address", ["/", "/request/new", "/signin", "/nowhere", "/desk", "/healthz"])
def test_every_answer_carries_the_headers(address: str, browser: Browser) -> None:
    answer = browser.get(address)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_of_asking_has_script_or_style_of_its_own(browser: Browser, kigali: Hospital) -> None:
    pages = [browser.get(address).text for address in ("/", "/request/new", "/signin", ask(browser, kigali))]

    for page in pages:
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page
        assert "http://" not in page


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "http://exchange.example.org", ""])
def test_a_form_from_elsewhere_is_refused(origin: str, browser: Browser) -> None:
    assert browser.post("/signin", data=FORM, headers={"Origin": origin}).status_code == 403


def test_a_form_that_says_nothing_of_where_it_comes_from_is_refused(browser: Browser) -> None:
    del browser.headers["Origin"]

    answers = [
        browser.post("/signin", data=FORM, headers=headers).status_code
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"})
    ]

    assert answers == [403] * 3
    assert browser.post("/signin", data=FORM, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    answer = browser.post("/request/new", data={"contact_name": "x" * MOST_BODY})

    assert answer.status_code == 413
    assert "This form is too large." in answer.text


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_what_is_no_form_is_not_read(kind: str, browser: Browser) -> None:
    answer = browser.post("/request/new", content=json.dumps(FORM), headers={"Content-Type": kind})

    assert answer.status_code == 422


def test_the_host_a_request_names_is_not_believed(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = ask(browser, kigali)

    page = browser.get(page_of(app, "status", the_request(database).status_seed), headers={"Host": "evil.example.org"})

    assert "evil.example.org" not in page.text
    assert "evil.example.org" not in browser.get(base, headers={"Host": "evil.example.org"}).text


def test_reading_with_head_answers_as_get_does_without_the_page(browser: Browser) -> None:
    shown, asked = browser.get("/request/new"), browser.head("/request/new")

    assert (asked.status_code, asked.content) == (shown.status_code, b"")


def test_the_log_has_neither_addresses_nor_links(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    with structlog.testing.capture_logs() as log:
        base = ask(browser, kigali)
        browser.post(page_of(app, "confirm", the_request(database).confirm_seed))
        browser.post("/request/new", data=hospital_step("nowhere"))

    said = str(log)
    assert len(log) >= 7
    assert "example.org" not in said
    assert base.rpartition("/")[2] not in said
    assert "Aline" not in said


def test_a_program_gets_a_problem_in_json(browser: Browser) -> None:
    answer = browser.get("/nowhere", headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Page not found",
        "status": 404,
        "detail": "Check the address, or start again from the first page.",
        "instance": answer.json()["instance"],
    }
