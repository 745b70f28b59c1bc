"""Several hospitals in one session, at the desk and on the pages of the hospitals."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import ProposedMatch
from medixchange.sessions.actions import approve
from medixchange.sessions.models import SharingSession
from medixchange.sessions.queries import attendances
from tests.sessions.stage import ACTOR, NOW, SARA, Stage, join, second_hospital
from tests.web.answers import page_of
from tests.web.conftest import Browser, text_of


@pytest.fixture
def other(database: Database, stage: Stage) -> SessionRequest:
    """A request on the same topic from another hospital, in the queue."""
    with database.write() as db:
        return second_hospital(db, languages={"fr": 4})


@pytest.fixture
def joint(database: Database, stage: Stage) -> SessionRequest:
    """The request that has joined, and a session stands for both."""
    with database.write() as db:
        request = join(db, db.get_one(SessionRequest, stage.request.id))
        approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
        return request


def state(database: Database, request: SessionRequest) -> tuple[RequestState, int | None]:
    with database.read() as db:
        row = db.get_one(SessionRequest, request.id)
        return row.state, row.joined_id


def test_the_desk_suggests_who_asked_the_same_joins_them_and_separates_them(
    organizer: Browser, database: Database, stage: Stage, other: SessionRequest
) -> None:
    page = f"/desk/requests/{stage.request.id}"
    before = text_of(organizer.get(page).text)
    organizer.post(f"{page}/join", data={"other": str(other.id)})
    joined = state(database, other)
    shown, theirs = (text_of(organizer.get(each).text) for each in (page, f"/desk/requests/{other.id}"))

    organizer.post(f"/desk/requests/{other.id}/separate")

    for words in (
        "Hospital of Addis Ababa asked the same: join as another hospital?",
        "Both ask about: Intensive care.",
        "2 hours suit both of them.",
        "Both follow: French.",
    ):
        assert words in before
    assert joined == (RequestState.JOINED, stage.request.id)
    assert "Together in one session Hospital of Addis Ababa, Addis Ababa" in shown
    assert "took another hospital's request into this one" in shown
    assert "answered in the session of another one, which leads:" in theirs
    assert state(database, other) == (RequestState.SUBMITTED, None)


def test_what_does_not_go_together_is_said(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        late = second_hospital(db, minutes=90)

    answer = organizer.post(f"/desk/requests/{stage.request.id}/join", data={"other": str(late.id)})

    assert answer.status_code == 409
    assert "differ by more than 30 minutes" in text_of(answer.text)


@pytest.mark.parametrize("other", ["", "x", "-1", "99999999999"])
def test_a_button_that_was_tampered_with_joins_nobody(other: str, organizer: Browser, stage: Stage) -> None:
    answer = organizer.post(f"/desk/requests/{stage.request.id}/join", data={"other": other})

    assert answer.status_code in (404, 422)


def test_the_joined_hospital_sees_the_session_on_its_own_clock_and_answers(
    app: FastAPI, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    shows = browser.get(page_of(app, "status", joint.status_seed)).text
    with database.read() as db:
        session = db.get_one(SharingSession, 1)
        seed = next(place.seed for place, person in attendances(db, session.id) if person.name == SARA)

    text = text_of(shows)
    for words in (
        "Your session is held in everybody's calendar",
        "Tue, 1 Dec 2026, 10:00–10:30",
        "Together with King Faisal Hospital, Kigali",
        "Language of the session: French, with interpreters",
    ):
        assert words in text
    answering = f"/answer/{app.state.mint.token('answer', seed)}"
    assert f'href="{answering}"' in shows
    assert "Hospital of Addis Ababa" in browser.get(answering).text


def test_a_joined_hospital_that_cannot_come_leaves_and_the_session_stays(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, joint: SessionRequest
) -> None:
    page = page_of(app, "status", joint.status_seed)

    browser.post(f"{page}/part")

    assert state(database, joint) == (RequestState.SUBMITTED, None)
    assert state(database, stage.request) == (RequestState.APPROVED, None)
    assert "We are looking for an hour" in browser.get(page).text
    assert browser.post(f"{page}/part").status_code == 409


def test_a_joined_hospital_withdraws_without_the_other_one(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, joint: SessionRequest
) -> None:
    page = page_of(app, "status", joint.status_seed)
    asks = text_of(browser.get(f"{page}/withdraw").text)

    browser.post(f"{page}/withdraw", data={"reason": "We found help."})

    assert "This session then takes place without your hospital:" in asks
    assert state(database, joint) == (RequestState.WITHDRAWN, None)
    assert state(database, stage.request) == (RequestState.APPROVED, None)


def test_the_pages_of_the_session_name_both_hospitals(organizer: Browser, stage: Stage, joint: SessionRequest) -> None:
    for page in ("/desk/sessions/1", "/desk/sessions/1/run", f"/desk/requests/{stage.request.id}"):
        text = text_of(organizer.get(page).text)
        assert "Hospital of Addis Ababa, Addis Ababa" in text
        assert "King Faisal Hospital" in text
