"""Noting at the desk that no recap will be written, and what the hospital and those invited read then."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from medixchange.db import Database
from medixchange.recaps import queries as recaps
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.queries import by_id
from tests.recaps.stage import begin, check, publish
from tests.sessions.stage import ALINE, Stage, place_of
from tests.web.answers import page_of, shown
from tests.web.conftest import Browser, Clock, text_of

DESK = "/desk/sessions/1"
PAGE = f"{DESK}/no-recap"
WHY = {"reason": "Nobody took notes."}


@pytest.fixture
def over(organizer: Browser, session: SharingSession, clock: Clock) -> SharingSession:
    """A session that is certain, at its end."""
    organizer.post(f"{DESK}/confirm")
    clock.now = session.ends_at
    return session


@pytest.fixture
def held(organizer: Browser, over: SharingSession) -> SharingSession:
    """It was held."""
    organizer.post(f"{DESK}/close")
    return over


def test_the_session_leaves_the_first_page_and_says_why(organizer: Browser, held: SharingSession) -> None:
    offered = f'href="{PAGE}"' in organizer.get(DESK).text
    asked = organizer.get(PAGE)
    noted = organizer.post(PAGE, data=WHY)
    page = organizer.get(noted.headers["location"]).text

    assert (offered, asked.status_code, noted.headers["location"]) == (True, 200, f"{DESK}?done=no-recap")
    told = (
        "Noted that no recap will be written.",
        "Held, without a recap",
        "Why there is no recap Nobody took notes.",
        "Ada Organizer noted that no recap will be written",
    )
    assert [each for each in told if each not in text_of(page)] == []
    assert 'id="unfinished"' not in organizer.get("/desk").text
    assert (f'href="{PAGE}"' in page, f'href="{DESK}/recap"' in page) == (False, True)
    assert "closed the request" in text_of(organizer.get(f"/desk/requests/{held.request_id}").text)


def test_a_reason_is_asked_for_and_what_was_typed_is_kept(organizer: Browser, held: SharingSession) -> None:
    empty = organizer.post(PAGE, data={"reason": " "})
    doubtful = organizer.post(PAGE, data={"reason": "See MRN 4471234 of 3 May"})

    assert empty.status_code == 422
    assert list(shown(empty.text).errors) == ["reason"]
    page = shown(doubtful.text)
    assert (doubtful.status_code, list(page.errors)) == (422, ["no_patient_data"])
    assert page.fields["reason"] == ["See MRN 4471234 of 3 May"]
    taken = organizer.post(PAGE, data={"reason": "See MRN 4471234 of 3 May", "no_patient_data": "yes"})
    assert taken.status_code == 303


def test_what_was_not_held_or_has_a_recap_is_refused_in_words(
    organizer: Browser, database: Database, over: SharingSession
) -> None:
    early = [organizer.get(PAGE), organizer.post(PAGE, data=WHY)]
    offered = f'href="{PAGE}"' in organizer.get(DESK).text
    organizer.post(f"{DESK}/close")
    with database.write() as db:
        check(db, begin(db, by_id(db, 1)))
        publish(db, recaps.by_id(db, 1))
    late = [organizer.get(PAGE), organizer.post(PAGE, data=WHY)]

    assert ([each.status_code for each in (*early, *late)], offered) == ([409] * 4, False)
    assert all("Note first that this session was held" in text_of(each.text) for each in early)
    assert all("its recap is published" in text_of(each.text) for each in late)


def test_the_hospital_and_those_invited_read_that_there_is_none_and_later_the_recap_after_all(
    organizer: Browser, database: Database, held: SharingSession, app: FastAPI, stage: Stage
) -> None:
    with database.read() as db:
        seed = place_of(db, by_id(db, 1), ALINE).seed
    pages = page_of(app, "status", stage.request.status_seed), f"/answer/{app.state.mint.token('answer', seed)}"

    organizer.post(PAGE, data=WHY)
    status, answer = (text_of(organizer.get(page).text) for page in pages)
    with database.write() as db:
        check(db, begin(db, by_id(db, 1)))
        publish(db, recaps.by_id(db, 1))
    after = [organizer.get(page).text for page in pages]

    assert "Your session has been held" in status
    told = ("No recap of it is published.", "Why there is no recap: Nobody took notes.", "has taken place")
    assert [each for each in told if each not in status] == []
    assert ("is being written" in status, "next" in status.partition("How far it is")[2]) == (False, False)
    told = ("No recap of this session is published.", "Reason: Nobody took notes.", "no recap will be written")
    assert [each for each in told if each not in answer] == []
    assert "The organizers write the recap." not in answer
    assert all(re.search(r'href="[^"]+">Read the recap<', page) for page in after)
    assert not any("Nobody took notes." in page for page in after)
    with database.read() as db:
        assert by_id(db, 1).state is SessionState.RECAPPED
