"""The run sheet as an organizer uses it on the day, phone in hand."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from medixchange.db import Database
from medixchange.sessions import queries
from medixchange.sessions.models import SessionQuestion, SharingSession
from medixchange.sessions.preparing import ask
from tests.sessions.stage import ALINE, NOW, ZHANG, Stage, place_of
from tests.web.answers import page_of
from tests.web.conftest import Browser, Clock, text_of

RUN = "/desk/sessions/1/run"


@pytest.fixture
def certain(organizer: Browser, session: SharingSession, clock: Clock) -> SharingSession:
    """A session that is certain, ten minutes before it begins."""
    organizer.post("/desk/sessions/1/confirm")
    clock.now = session.starts_at - timedelta(minutes=10)
    return session


def place(database: Database, name: str) -> str:
    """Where the roll call of somebody is posted to."""
    with database.read() as db:
        return f"{RUN}/places/{place_of(db, queries.by_id(db, 1), name).id}"


def shown(organizer: Browser) -> str:
    return text_of(organizer.get(RUN).text)


def test_the_run_sheet_has_both_clocks_the_room_and_whom_to_write_to(
    organizer: Browser, certain: SharingSession
) -> None:
    page = organizer.get(RUN).text

    words = text_of(page)
    assert [each in words for each in ("Kigali", "Beijing", "West Lake room", ZHANG, "Not noted yet")] == [True] * 5
    assert page.count('href="mailto:') == 4
    assert 'href="/desk/sessions/1/run"' in organizer.get("/desk").text


def test_a_day_from_opening_to_held(organizer: Browser, database: Database, certain: SharingSession) -> None:
    opened = organizer.post("/desk/sessions/1/open").headers["location"]
    there = organizer.post(place(database, ZHANG), data={"act": "present"})
    organizer.post(place(database, ALINE), data={"act": "no-show"})
    organizer.post(f"{RUN}/notes", data={"text": "The line broke at ten."})

    words = shown(organizer)
    assert '<p class="pre" lang="en" dir="auto">The line broke at ten.</p>' in organizer.get(RUN).text
    assert (opened, there.status_code) == (f"{RUN}?done=opened", 303)
    assert there.headers["location"].startswith(f"{RUN}#place-")
    told = ("Running", "Present 1 · Did not come 1 · Not noted yet 1", "The line broke at ten.", "Noted: 30 November")
    assert [each for each in told if each not in words] == ["Noted: 30 November"]


def test_what_was_noted_is_seen_on_the_page_of_the_session_after_it_was_held(
    organizer: Browser, database: Database, certain: SharingSession, clock: Clock
) -> None:
    clock.now = certain.starts_at + timedelta(minutes=9)
    organizer.post(place(database, ZHANG), data={"act": "present"})
    closed = organizer.post("/desk/sessions/1/close")

    words = text_of(organizer.get("/desk/sessions/1").text)
    assert (closed.status_code, "Came late" in words, "noted at the roll call" in words) == (303, True, True)


def test_the_history_says_of_whom_the_roll_call_noted_what(
    organizer: Browser, database: Database, certain: SharingSession
) -> None:
    for name, act in ((ZHANG, "present"), (ALINE, "no-show"), (ALINE, "undo")):
        organizer.post(place(database, name), data={"act": act})

    words = text_of(organizer.get("/desk/sessions/1").text)

    told = [
        f"that {ZHANG} is there",
        f"that {ALINE} is not there",
        f"took back what the roll call had found of {ALINE}",
    ]
    assert [each for each in told if each not in words] == []


def test_somebody_who_cannot_come_at_the_last_moment_is_looked_for_a_substitute(
    organizer: Browser, database: Database, certain: SharingSession
) -> None:
    organizer.post(place(database, ZHANG), data={"act": "declined"})

    words = shown(organizer)
    assert ("See what can be done" in words, f"Somebody cannot come ( {ZHANG} )" in words) == (True, True)


@pytest.mark.parametrize(
    ("path", "data", "told"),
    [
        ("/open", {}, "too early"),
        ("/run/places/1", {"act": "present"}, "too early"),
        ("/run/places/1", {"act": "dance"}, "Choose one of the answers."),
    ],
)
def test_what_cannot_be_done_is_told(
    organizer: Browser, certain: SharingSession, clock: Clock, path: str, data: dict[str, str], told: str
) -> None:
    clock.now = certain.starts_at - timedelta(hours=1)

    answer = organizer.post(f"/desk/sessions/1{path}", data=data)

    assert (answer.status_code, told in text_of(answer.text)) == (409, True)


def test_an_empty_note_is_asked_for(organizer: Browser, certain: SharingSession) -> None:
    answer = organizer.post(f"{RUN}/notes", data={"text": " "})

    assert (answer.status_code, "Write what happened." in text_of(answer.text)) == (422, True)


def test_a_session_that_was_not_held_is_previewed_noted_and_told(
    organizer: Browser, certain: SharingSession, clock: Clock
) -> None:
    clock.now = certain.ends_at
    page = "/desk/sessions/1/not-held"
    said = {"reason": "No line to Kigali", "afterwards": "done", "to_hospital": "We are sorry."}

    asked = text_of(organizer.get(page).text)
    alone = organizer.post(page, data={**said, "to_hospital": ""})
    letters = text_of(organizer.post(page, data={**said, "act": "show"}).text)
    noted = organizer.post(page, data=said)
    again = organizer.get(page)

    assert ("The session was not held" in asked, alone.status_code, "3 letters go out" in letters) == (True, 422, True)
    assert "Write to the hospital why no other session is looked for." in text_of(alone.text)
    assert (noted.headers["location"], again.status_code) == ("/desk/sessions/1?done=not-held", 409)
    assert "Why it was not held No line to Kigali" in text_of(organizer.get("/desk/sessions/1").text)
    assert "Why it was not held No line to Kigali" in shown(organizer)


def test_the_hospital_reads_why_on_the_page_of_its_request(
    organizer: Browser, database: Database, certain: SharingSession, clock: Clock, app: FastAPI, stage: Stage
) -> None:
    clock.now = certain.ends_at
    organizer.post(
        "/desk/sessions/1/not-held",
        data={"reason": "No line", "afterwards": "done", "to_hospital": "We are sorry."},
    )

    words = text_of(organizer.get(page_of(app, "status", stage.request.status_seed)).text)

    told = ("Your session was not held", "Reason: We are sorry.", "Why it was not held: No line")
    assert [each in words for each in told] == [True] * 3


def test_questions_are_marked_as_answered_on_the_sheet_and_taken_back(
    organizer: Browser, database: Database, certain: SharingSession
) -> None:
    with database.write() as db:
        aline = place_of(db, queries.by_id(db, 1), ALINE)
        for text in ("Who watches the tube?", "When do you turn back?"):
            ask(db, aline, text, language="en", now=NOW)
    before = shown(organizer)

    marked = organizer.post(f"{RUN}/questions/2", data={"note": "After 16 hours."}).headers["location"]
    too_long = organizer.post(f"{RUN}/questions/1", data={"note": "x" * 501})
    answered = shown(organizer)
    taken_back = organizer.post(f"{RUN}/questions/2", data={"act": "undo"}).headers["location"]

    assert before.count("Mark as answered") == 3
    assert [before.count(each) for each in ("Asked with the request", "Sent ahead")] == [1, 2]
    assert [marked, taken_back] == [f"{RUN}?question=2#question-2"] * 2
    assert (too_long.status_code, "x" * 501 in too_long.text) == (422, True)
    assert [answered.count(each) for each in ("Save the note", "Mark as answered", "After 16 hours.")] == [1, 2, 2]
    assert shown(organizer) == before


def test_what_was_asked_with_the_request_is_answered_like_the_others_and_stands_in_the_recap(
    organizer: Browser, certain: SharingSession
) -> None:
    organizer.post("/desk/sessions/1/questions/1", data={"note": "Not below 90."})

    begun = organizer.post("/desk/sessions/1/recap", data={"language": "en"})
    editor = organizer.get(begun.headers["location"]).text

    assert "**How low may the saturation go?**\n\nNot below 90." in unescape(editor)


def test_a_question_of_another_session_is_not_on_the_sheet(organizer: Browser, certain: SharingSession) -> None:
    assert organizer.post(f"{RUN}/questions/2", data={"note": ""}).status_code == 404


def test_a_session_that_nobody_confirmed_is_noted_as_held_after_its_hour(
    organizer: Browser, session: SharingSession, clock: Clock
) -> None:
    clock.now = session.ends_at - timedelta(minutes=1)
    early = organizer.post("/desk/sessions/1/close")
    offered = ["It was held" in shown(organizer)]
    clock.now = session.ends_at
    offered.append("It was held" in shown(organizer))

    closed = organizer.post("/desk/sessions/1/close")

    assert (early.status_code, "confirm it, or wait until its hour" in text_of(early.text)) == (409, True)
    assert (offered, closed.headers["location"]) == ([False, True], "/desk/sessions/1?done=closed")
    assert (organizer.get("/desk/sessions/1/confirm").status_code, "Roll call Not noted yet 3" in shown(organizer)) == (
        409,
        True,
    )


def many_questions(database: Database, number: int, *, words: str, answered: int = 0) -> None:
    """Questions to the session with the numbers from 3 on, the first of them ``answered``."""
    with database.write() as db:
        person_id = place_of(db, queries.by_id(db, 1), ALINE).person_id
        for place in range(number):
            text, answered_at = f"Question {place} of many. {words}", NOW if place < answered else None
            facts: dict[str, Any] = {"session_id": 1, "person_id": person_id, "language": "en", "asked_at": NOW}
            db.add(
                SessionQuestion(text=text, note=words[:500] if answered_at else "", answered_at=answered_at, **facts)
            )


def test_the_run_sheet_stays_light_when_there_are_many_long_questions(
    organizer: Browser, database: Database, certain: SharingSession
) -> None:
    chinese = "".join(chr(0x4E00 + 7 * number) for number in range(900))
    many_questions(database, 30, words=chinese, answered=3)

    page = organizer.get(f"{RUN}?lang=zh-Hans")

    found = [int(each) for each in re.findall(r"<p[^>]*>Question (\d+) of many", page.text)]
    assert found == list(range(3, 3 + len(found)))
    assert 3 <= len(found) < 10
    assert 'href="/desk/sessions/1/questions"' in page.text
    assert len(page.content) < 60_000


def test_what_is_noted_is_shown_again_however_many_questions_there_are(
    organizer: Browser, database: Database, certain: SharingSession
) -> None:
    many_questions(database, 30, words="x" * 900)
    last = 30

    noted = organizer.post(f"{RUN}/questions/{last}", data={"note": "Yes."})
    page = organizer.get(noted.headers["location"].partition("#")[0])
    wrong = organizer.post(f"{RUN}/questions/{last - 1}", data={"note": "y" * 501})

    assert noted.headers["location"] == f"{RUN}?question={last}#question-{last}"
    assert (f'id="question-{last}"' in page.text, "Not answered yet" in page.text) == (True, True)
    assert (wrong.status_code, "y" * 501 in wrong.text, 'id="note"' in wrong.text) == (422, True, True)
