"""The guard at its edges: odd origins, endless and late bodies, and what nobody foresaw."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError  # noqa: A004 - its own

from medixchange.cli.serving import logs_on
from medixchange.web import security
from medixchange.web.security import MOST_BODY
from tests.web.conftest import PUBLIC_URL, Browser, text_of

Headers = dict[str, str | None]
JSON = {"Accept": "application/json"}


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    """SQLite is enough where nothing is asked of the database."""
    return sqlite_url


def posted(browser: Browser, headers: Headers) -> int:
    """The status of a form that is sent with ``headers``; None leaves one out."""
    request = browser.build_request("POST", "/signout")
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value is not None:
            request.headers[name] = value
    return browser.send(request).status_code


@pytest.mark.parametrize("path", ["/%00", "/recaps/a%00", "/feeds/%00.ics", "/unsubscribe/%00"])
def test_an_address_that_no_database_could_look_for_is_nowhere(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": PUBLIC_URL}, 303),
        ({"Origin": None, "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": PUBLIC_URL, "Sec-Fetch-Site": "cross-site"}, 303),
        ({"Origin": None}, 403),
        ({"Origin": None, "Referer": f"{PUBLIC_URL}/"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": PUBLIC_URL.replace("https", "http")}, 403),
        ({"Origin": f"{PUBLIC_URL}:8443"}, 403),
        ({"Origin": f"{PUBLIC_URL}.example.net"}, 403),
        ({"Origin": "https://elsewhere.example.net"}, 403),
        ({"Origin": "https://elsewhere.example.net", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "https://elsewhere.example.net", "Host": "elsewhere.example.net"}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "none"}, 403),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(browser: Browser, headers: Headers, status: int) -> None:
    assert posted(browser, headers) == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_no_method_that_changes_something_comes_from_elsewhere(browser: Browser, method: str) -> None:
    answer = browser.request(method, "/signin", headers={"Origin": "https://elsewhere.example.net", **JSON})

    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        f"This form did not come from {PUBLIC_URL}. Open the page there and send it again.",
    )


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    rules = dict(rule.split(" ", 1) for rule in security.POLICY.split("; "))

    assert rules.pop("default-src") == "'none'"
    assert rules.pop("base-uri") == "'none'"
    assert rules.pop("frame-ancestors") == "'none'"
    assert set(rules.values()) == {"'self'"}


def test_without_https_nobody_is_told_to_insist_on_it() -> None:
    assert security.headers_at("http://127.0.0.1:8000") == security.HEADERS


@pytest.mark.parametrize("length", [str(MOST_BODY + 1), "9" * 30, "-1", "1e3", "²"])
def test_a_body_that_says_it_is_too_large_is_not_read(browser: Browser, length: str) -> None:
    request = browser.build_request("POST", "/signin", content=b"email=a")
    request.headers["Content-Length"] = length.encode().decode("latin-1")

    answer = browser.send(request)

    assert answer.status_code == 413
    assert "This form is too large. Shorten the texts in it and send it again." in text_of(answer.text)


def test_a_body_in_pieces_may_not_be_endless_either(browser: Browser) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"email="
        for _ in range(MOST_BODY // 1024 + 1):
            yield b"x" * 1024

    answer = browser.post(
        "/signin", content=pieces(), headers={"Content-Type": "application/x-www-form-urlencoded", **JSON}
    )

    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "This form is too large. Shorten the texts in it and send it again.",
    )


def test_a_body_that_does_not_come_is_not_waited_for(
    app: FastAPI, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "PATIENCE", 0.05)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(slow_form(), receive, send))

    assert sent[0]["status"] == 408


def slow_form() -> dict[str, Any]:
    """The request of a form whose body never comes."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/signin",
        "raw_path": b"/signin",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"exchange.example.org"),
            (b"origin", PUBLIC_URL.encode()),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", b"100"),
        ],
        "client": ("203.0.113.7", 50000),
        "server": ("exchange.example.org", 443),
    }


@pytest.fixture
def broken(app: FastAPI, browser: Browser) -> Browser:
    """A browser at an application with a page that fails."""

    @app.get("/broken")
    def fail() -> None:
        raise RuntimeError("password=hunter2 at aline@example.org")

    return browser


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the program writes into its log."""
    written = StringIO()
    with logs_on(written):
        yield written


def test_what_nobody_foresaw_is_a_page_with_a_number_that_finds_its_place_in_the_log(
    broken: Browser, log: StringIO
) -> None:
    answer = broken.get("/broken", headers=JSON)
    page = broken.get("/broken")

    problem, entry = answer.json(), json.loads(log.getvalue().splitlines()[0])
    number = problem.pop("instance")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert problem == {
        "type": "about:blank",
        "title": "Something went wrong here",
        "status": 500,
        "detail": "Nothing was changed. Try again; if it happens again, tell the organizers the number below.",
    }
    assert (entry["request"], entry["event"], entry["reason"]) == (number, "request failed", "RuntimeError")
    assert entry["at"][-1].endswith(" in fail")
    assert text_of(page.text).startswith("Something went wrong here Nothing was changed. Try again;")
    assert [secret for secret in ("hunter2", "aline@") if secret in log.getvalue() + answer.text + page.text] == []


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/no-such-page", 404, "Page not found"),
        ("GET", "/desk/requests/many", 404, "Page not found"),
        ("DELETE", "/signin", 405, "This could not be understood"),
        ("POST", "/desk", 405, "This could not be understood"),
    ],
)
def test_what_is_not_there_is_told_in_words(
    organizer: Browser, method: str, path: str, status: int, title: str
) -> None:
    answer = organizer.request(method, path)

    assert (answer.status_code, text_of(answer.text).startswith(title)) == (status, True)


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("SELECT secret", {}, Exception("at aline@example.org")),
        InterfaceError("SELECT secret", {}, Exception("at aline@example.org")),
        TimeoutError("QueuePool limit of size 20 overflow 20 reached"),
    ],
)
def test_a_database_that_does_not_answer_is_told_to_come_back_to_and_noted(
    app: FastAPI, browser: Browser, log: StringIO, fault: SQLAlchemyError
) -> None:
    @app.get("/unanswered")
    def ask() -> None:
        raise fault

    answer = browser.get("/unanswered", headers=JSON)

    entry = json.loads(log.getvalue().splitlines()[0])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert (entry["event"], entry["reason"]) == ("database does not answer", type(fault).__name__)
    assert entry["at"][-1].endswith(" in ask")
    assert "aline@" not in log.getvalue() + answer.text
