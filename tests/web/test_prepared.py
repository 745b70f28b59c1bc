"""The page of a session for those who are invited: joining, agenda, questions, files, and what has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from medixchange.db import Database
from medixchange.sessions import actions, queries
from medixchange.sessions.answers import respond
from tests import make
from tests.sessions.stage import ACTOR, ALINE, MEI, ZHANG, Stage, place_of
from tests.web.conftest import Browser, Clock, text_of

Links = Callable[[str], str]
DESK = "/desk/sessions/1"
PDF = b"%PDF-1.7\n..."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def confirmed(database: Database, held: Stage) -> Stage:
    with database.write() as db:
        actions.confirm(db, queries.by_id(db, 1, for_change=True), actor=ACTOR, now=make.NOW)
    return held


@pytest.fixture
def room(database: Database, confirmed: Stage) -> str:
    return confirmed.room.join_url


def at_desk(browser: Browser, database: Database) -> Browser:
    with database.write() as db:
        ada = make.organizer(db)
    browser.sign_in(database, ada)
    return browser


@pytest.mark.parametrize(
    ("minutes", "shown"), [(-2000, False), (-31, False), (-30, True), (0, True), (59, True), (60, False)]
)
def test_the_link_to_join_stands_there_in_its_window_alone(
    browser: Browser, database: Database, link: Links, room: str, clock: Clock, minutes: int, shown: bool
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).starts_at + minutes * MINUTE

    page = browser.get(link(ALINE)).text

    assert (f'href="{room}"' in page, room in page) == (shown, shown)


def test_before_its_window_the_page_says_when_on_both_clocks(browser: Browser, link: Links, room: str) -> None:
    page = text_of(browser.get(link(ALINE)).text)

    assert "The link to join stands here from this hour on:" in page
    assert "08:30 (Kigali, UTC+2)" in page
    assert "14:30 (Beijing, UTC+8)" in page


def test_who_declines_and_a_session_that_is_not_certain_have_no_link(
    browser: Browser, database: Database, link: Links, clock: Clock, held: Stage
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).starts_at

    tentative = browser.get(link(ALINE)).text

    assert held.room.join_url not in tentative


def test_the_agenda_of_the_desk_stands_on_the_page(browser: Browser, database: Database, link: Links) -> None:
    at_desk(browser, database)
    saved = browser.post(f"{DESK}/agenda", data={"agenda": "10 min: the case\n20 min: questions"})
    refused = browser.post(f"{DESK}/agenda", data={"agenda": "x" * 4001})

    page = text_of(browser.get(link(ALINE)).text)

    assert (saved.status_code, refused.status_code, "10 min: the case 20 min: questions" in page) == (303, 422, True)


def test_a_question_is_sent_ahead_shown_to_all_and_marked_as_answered(
    browser: Browser, database: Database, link: Links
) -> None:
    sent = browser.post(f"{link(ALINE)}/questions", data={"text": "Who watches the tube?"})
    at_desk(browser, database)
    listed = text_of(browser.get(f"{DESK}/questions").text)
    browser.post(f"{DESK}/questions/1", data={"note": "One person at the head."})

    page = text_of(browser.get(link(MEI)).text)

    assert sent.status_code == 303
    assert ["Who watches the tube?" in each and ALINE in each for each in (listed, page)] == [True, True]
    assert "Answered One person at the head." in page
    browser.post(f"{DESK}/questions/1", data={"act": "undo"})
    assert "One person at the head." not in browser.get(link(MEI)).text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write your question."),
        ("x" * 1001, "Shorten this to 1,000 characters: it has 1,001."),
        ("MRN 12345, who turns?", "looks like a patient's record number"),
    ],
)
def test_a_question_that_cannot_be_sent_gets_its_sentence_and_is_kept(
    browser: Browser, link: Links, text: str, sentence: str
) -> None:
    answer = browser.post(f"{link(ALINE)}/questions", data={"text": text})

    assert (answer.status_code, sentence in text_of(answer.text), text in answer.text) == (422, True, True)


def test_a_question_about_nobody_is_sent_after_saying_so(browser: Browser, link: Links) -> None:
    data = {"text": "MRN 12345, what is that?", "no_patient_data": "yes"}

    assert browser.post(f"{link(ALINE)}/questions", data=data).status_code == 303


@pytest.mark.parametrize("why", ["declined", "over", "cancelled"])
def test_who_does_not_come_or_comes_too_late_adds_nothing(
    browser: Browser, database: Database, link: Links, clock: Clock, why: str
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        if why == "declined":
            respond(db, place_of(db, session, ALINE), "DECLINED", reason="Leave.", now=make.NOW)
        elif why == "cancelled":
            actions.cancel(db, session, reason="No line.", afterwards="submitted", actor=ACTOR, now=make.NOW)
        else:
            clock.now = session.ends_at

    forms = [browser.get(f"{link(ALINE)}/{what}").status_code for what in ("questions", "files")]
    asked = browser.post(f"{link(ALINE)}/questions", data={"text": "Who?"})
    added = browser.post(f"{link(ALINE)}/files", files={"file": ("protocol.pdf", PDF, "application/pdf")})

    assert (forms, asked.status_code, added.status_code) == ([303, 303], 422, 422)
    assert "until the session ends." in text_of(added.text)


def test_who_comes_finds_and_adds_files(browser: Browser, link: Links) -> None:
    added = browser.post(f"{link(ALINE)}/files", files={"file": ("protocol.pdf", PDF, "text/html")})
    refused = browser.post(f"{link(ALINE)}/files", files={"file": ("page.html", b"<script>", "text/html")})
    page = browser.get(link(ZHANG)).text

    assert (added.status_code, refused.status_code, "protocol.pdf" in page) == (303, 422, True)
    assert browser.get(f"{link(ZHANG)}/files/1").content == PDF
    assert browser.get(f"{link(ZHANG)}/files").status_code == 200


def test_the_page_says_what_has_changed(browser: Browser, database: Database, link: Links, held: Stage) -> None:
    at_desk(browser, database)
    browser.post(f"{DESK}/reschedule", data={"to": f"at:{held.wednesday.starts_at.isoformat()}"})
    with database.read() as db:
        moved = queries.by_id(db, 1).sequence

    page = text_of(browser.get(link(ALINE)).text)

    assert (moved, "What has changed" in page, "rescheduled from" in page) == (1, True, True)
