"""The pages of the letter box show letters safely, and only in the demo."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from medixchange.app import build
from medixchange.db import Database
from medixchange.demo import mailbox
from medixchange.demo.letterbox import LetterBox
from medixchange.settings import Settings
from medixchange.web.access import Public, policies_of

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:one@example.org\r\n"
    "SEQUENCE:2\r\nDTSTAMP:20261201T080000Z\r\nDTSTART:20261208T080000Z\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


def write(folder: Path, number: int, to: str, subject: str, *, calendar: str = "") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "sessions@example.org", to, subject
    message.set_content("Open http://127.0.0.1:1/confirm/x <script>")
    message.add_alternative("<p>Hello</p><script>alert(1)</script>", subtype="html")
    if calendar:
        message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    (folder / f"{number:04}.eml").write_bytes(bytes(message))


@pytest.fixture
def box(tmp_path: Path) -> LetterBox:
    kept = LetterBox(tmp_path / "mail")
    write(kept.folder, 1, "aline@king-faisal.example.org", "First")
    write(kept.folder, 2, "li.yi@fahzu.example.org", "Second", calendar=CALENDAR)
    return kept


@pytest.fixture
def app(database: Database, box: LetterBox) -> FastAPI:
    made = build(Settings(), database)
    mailbox.add_to(made, box)
    return made


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Accept": "text/html", "Accept-Language": "en"})


def test_the_newest_letter_stands_first(browser: TestClient) -> None:
    page = browser.get("/demo/mailbox").text

    assert page.index("Second") < page.index("First")


def test_the_list_can_be_narrowed_to_one_person(browser: TestClient) -> None:
    page = browser.get("/demo/mailbox", params={"to": "li.yi@fahzu.example.org"}).text

    assert ("Second" in page, "First" in page) == (True, False)


def test_a_letter_shows_its_text_escaped_with_links_that_can_be_followed(browser: TestClient) -> None:
    page = browser.get("/demo/mailbox/1").text

    assert 'href="http://127.0.0.1:1/confirm/x"' in page
    assert "&lt;script&gt;" in page


def test_the_calendar_of_a_letter_is_told_as_the_file_writes_it() -> None:
    told = [(fact.name, fact.value) for fact in mailbox.facts(CALENDAR)]

    assert sorted(told) == [
        ("DTSTART", "20261208T080000Z"),
        ("METHOD", "REQUEST"),
        ("SEQUENCE", "2"),
        ("STATUS", "CONFIRMED"),
        ("UID", "one@example.org"),
    ]


def test_the_html_of_a_letter_is_shut_into_a_sandbox(browser: TestClient) -> None:
    answer = browser.get("/demo/mailbox/1/html")

    assert answer.headers["content-security-policy"] == mailbox.LETTER_POLICY


def test_a_letter_can_be_downloaded_byte_by_byte(browser: TestClient, box: LetterBox) -> None:
    answer = browser.get("/demo/mailbox/2/letter.eml")

    assert answer.content == (box.folder / "0002.eml").read_bytes()


@pytest.mark.parametrize("number", ["0", "3", "x", "-1", "٣", "99999999999"])
def test_a_letter_that_is_not_there_is_not_found(browser: TestClient, number: str) -> None:
    assert browser.get(f"/demo/mailbox/{number}").status_code == 404


def test_every_page_of_the_letter_box_declares_one_policy(app: FastAPI) -> None:
    pages = [route for route in app.routes if getattr(route, "path", "").startswith("/demo/")]

    assert [[type(each) for each in policies_of(route)] for route in pages] == [[Public]] * 4


def test_there_is_no_letter_box_outside_the_demo(database: Database) -> None:
    browser = TestClient(build(Settings(), database), headers={"Accept": "text/html"})

    assert browser.get("/demo/mailbox").status_code == 404
