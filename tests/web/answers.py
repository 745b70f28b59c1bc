"""Answers to the five steps of asking, and a hospital's way through them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from fastapi import FastAPI
from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.people.models import Hospital
from tests import make
from tests.web.conftest import Browser

Answers = dict[str, Any]
SEND = {"then": "send"}


def hospital_step(hospital: str, **changes: Any) -> Answers:
    """A hospital from the list, and its contact."""
    contact = {"contact_name": "Aline Example", "contact_role": "Liaison", "contact_email": "aline@kigali.example.org"}
    return {"hospital": hospital, **contact, **changes}


def topic_step(**changes: Any) -> Answers:
    """Oxygen for 25 people."""
    plain = {
        "topic": "Oxygen therapy when beds run short",
        "specialties": ["intensive-care", "respiratory"],
        "audience": "Physicians and nurses of the intensive care unit",
        "audience_size": "25",
        "questions": "When do you move to high flow?\nWhom do you prone?",
        "urgency": "2",
    }
    return {**plain, **changes}


def times_step(**changes: Any) -> Answers:
    """Tuesday and Wednesday of the week after the tests' moment, an hour long."""
    plain = {
        "day1": make.next_week(1).isoformat(),
        "from1": "09:30",
        "to1": "12:00",
        "day2": make.next_week(2).isoformat(),
        "from2": "08:00",
        "to2": "10:00",
        "minutes": "60",
        "windows_only": "only",
    }
    return {**plain, **changes}


def languages_step(**changes: Any) -> Answers:
    """English well, French a little."""
    plain = {
        "language1": "en",
        "level1": "4",
        "language2": "fr",
        "level2": "3",
        "interpreting": "if-needed",
        "bandwidth": "good",
        "recording": "ask",
    }
    return {**plain, **changes}


def steps(hospital: str) -> dict[str, Answers]:
    """The answers of the four steps."""
    return {
        "hospital": hospital_step(hospital),
        "topic": topic_step(),
        "times": times_step(),
        "languages": languages_step(),
    }


def fill(browser: Browser, hospital: Hospital | str, *, until: str = "check") -> str:
    """Answer the steps before ``until``; the address of the draft."""
    answers = steps(hospital if isinstance(hospital, str) else hospital.code)
    base = ""
    for name, given in answers.items():
        if name == until:
            break
        answer = browser.post(f"{base}/{name}" if base else "/request/new", data=given)
        assert answer.status_code == 303, answer.text
        base = base or answer.headers["location"].rpartition("/")[0]
    return base


def ask(browser: Browser, hospital: Hospital) -> str:
    """Answer all steps and send the request; the address of the draft."""
    base = fill(browser, hospital)
    browser.post(f"{base}/check", data=SEND)
    return base


def the_request(database: Database) -> SessionRequest:
    """The only request there is."""
    with database.read() as db:
        return db.exec(select(SessionRequest)).one()


def the_draft(database: Database) -> RequestDraft:
    """The only draft there is."""
    with database.read() as db:
        return db.exec(select(RequestDraft)).one()


def page_of(app: FastAPI, purpose: str, seed: str) -> str:
    """The path of a secret link."""
    paths = {"confirm": "/confirm/", "status": "/r/", "resume": "/request/", "answer": "/answer/"}
    return f"{paths[purpose]}{app.state.mint.token(purpose, seed)}"


class _Shown(HTMLParser):
    """What a form shows: its fields as they stand, and the sentences of its errors by field."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}
        self.summary: dict[str, str] = {}
        self._select = self._area = self._error = self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.fields.setdefault(self._select, []).append(given["value"])
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "p" and given.get("class") == "err":
            self._error = given["id"].removesuffix("-error")
        elif tag == "a" and given.get("href", "").startswith("#"):
            self._link = given["href"][1:]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data
        if self._error:
            self.errors[self._error] = self.errors.get(self._error, "") + data
        if self._link:
            self.summary[self._link] = self.summary.get(self._link, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area][-1] = self.fields[self._area][-1].removeprefix("\n")
            self._area = ""
        elif tag == "p":
            self._error = ""
        elif tag == "a":
            self._link = ""


def shown(html: str) -> _Shown:
    """The form of a page as its reader sees it."""
    page = _Shown()
    page.feed(html)
    page.errors = {name: text.removeprefix("Error: ") for name, text in page.errors.items()}
    page.summary.pop("main", None)
    return page
