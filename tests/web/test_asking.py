"""Asking for a session in five steps, on real databases and without JavaScript."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.queries import windows_of
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital
from tests import make
from tests.web.answers import SEND, ask, fill, page_of, the_request
from tests.web.conftest import Browser


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


def test_five_steps_make_one_request_whose_address_is_asked_for(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    base = fill(browser, kigali)

    answer = browser.post(f"{base}/check", data=SEND)

    assert (answer.status_code, answer.headers["location"]) == (303, base)
    asked = the_request(database)
    with database.read() as db:
        windows = [(each.day, each.start_minute, each.end_minute) for each in windows_of(db, asked)]
        letters = [(each.kind, each.recipient) for each in db.exec(select(Delivery))]
        searches = db.exec(select(MatchSearch)).all()
    assert (asked.state, asked.reference, asked.topic, asked.minutes, asked.languages) == (
        RequestState.SENT,
        "MX-2001",
        "Oxygen therapy when beds run short",
        60,
        {"en": 4, "fr": 3},
    )
    assert windows == [(make.next_week(1), 570, 720), (make.next_week(2), 480, 600)]
    assert letters == [("confirm-address", "aline@kigali.example.org")]
    assert searches == []


def test_the_link_in_the_letter_shows_and_its_button_puts_the_request_into_the_queue(
    app: FastAPI, database: Database, browser: Browser, kigali: Hospital
) -> None:
    ask(browser, kigali)
    link = page_of(app, "confirm", the_request(database).confirm_seed)

    shown = browser.get(link)
    before = the_request(database).state
    pressed = browser.post(link)

    asked = the_request(database)
    with database.read() as db:
        searches = [(each.request_id, each.state) for each in db.exec(select(MatchSearch))]
        kinds = [each.kind for each in db.exec(select(Delivery).order_by("id"))]
    assert (shown.status_code, before) == (200, RequestState.SENT)
    assert pressed.headers["location"] == page_of(app, "status", asked.status_seed)
    assert (asked.state, asked.submitted_at) == (RequestState.SUBMITTED, make.NOW)
    assert searches == [(asked.id, SearchState.WANTED)]
    assert kinds == ["confirm-address", "request-received"]
    assert browser.get(pressed.headers["location"]).status_code == 200
