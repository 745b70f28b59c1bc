"""Answers to the five steps of asking, and a hospital's way through them."""

from __future__ import annotations

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
    paths = {"confirm": "/confirm/", "status": "/r/", "resume": "/request/"}
    return f"{paths[purpose]}{app.state.mint.token(purpose, seed)}"
