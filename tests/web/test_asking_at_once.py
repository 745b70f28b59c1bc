"""Whoever opens a request for change while its answers are sent: both are done, on PostgreSQL.

On SQLite nobody else writes meanwhile.
"""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.db import Database
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.people.models import Hospital
from tests import make, postgres
from tests.web.answers import SEND, ask, fill, page_of, the_draft, the_request, topic_step
from tests.web.conftest import Browser

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


def test_a_request_is_opened_for_change_while_what_was_changed_before_is_sent(
    app: FastAPI, browser: Browser, database: Database, kigali: Hospital
) -> None:
    ask(browser, kigali)
    asked = the_request(database)
    change = f"{page_of(app, 'status', asked.status_seed)}/change"
    check = browser.post(change).headers["location"]
    browser.post(check.replace("/check", "/topic"), data=topic_step(topic="Oxygen at home"))

    def open_again() -> int:
        return browser.post(f"{change}?anew").status_code

    def send() -> int:
        return browser.post(check, data=SEND).status_code

    gate = select(SessionRequest).where(SessionRequest.id == asked.id)
    assert postgres.at_once(database, gate, open_again, send) == [303, 303]


def test_a_draft_is_sent_twice_at_once_and_becomes_one_request(
    browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = fill(browser, kigali)

    def send() -> int:
        return browser.post(f"{base}/check", data=SEND).status_code

    assert postgres.at_once(database, select(RequestDraft), send, send) == [303, 303]
    assert the_draft(database).request_id == the_request(database).id
