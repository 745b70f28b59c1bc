"""Several hospitals in one session, at the desk and on the pages of the hospitals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from icalendar import Calendar
from sqlmodel import select

from medixchange.calendars import lint
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.actions import want
from medixchange.matching.models import ProposedMatch
from medixchange.matching.searching import propose
from medixchange.matching.together import join as join_request
from medixchange.people.models import Hospital, Person
from medixchange.recaps.models import Visibility
from medixchange.recaps.readers import readers
from medixchange.sessions.actions import approve
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.parting import separate
from medixchange.sessions.queries import attendances
from tests import make
from tests.recaps.stage import begin, hold, published
from tests.sessions.stage import ACTOR, ALINE, NOW, SARA, ZHANG, Stage, join, place_of, second_hospital
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


@pytest.mark.parametrize(("sent", "status"), [("", 422), ("x", 422), ("-1", 422), ("99999999999", 422), ("999", 404)])
def test_a_button_that_was_tampered_with_joins_nobody(
    sent: str, status: int, organizer: Browser, database: Database, stage: Stage, other: SessionRequest
) -> None:
    page = f"/desk/requests/{stage.request.id}/join"

    assert organizer.post(page, data={"other": sent}).status_code == status
    assert state(database, other) == (RequestState.SUBMITTED, None)
    assert organizer.post(page, data={"other": str(other.id)}).status_code == 303


def test_a_second_request_of_a_hospital_that_has_joined_stays_apart(
    organizer: Browser, database: Database, stage: Stage, other: SessionRequest
) -> None:
    with database.write() as db:
        hospital = db.get_one(Hospital, other.hospital_id)
        again = make.request(db, hospital, minutes=30, windows_only=False, languages={"fr": 4})
    page = f"/desk/requests/{stage.request.id}"
    organizer.post(f"{page}/join", data={"other": str(other.id)})

    answer = organizer.post(f"{page}/join", data={"other": str(again.id)})

    assert (answer.status_code, state(database, again)) == (409, (RequestState.SUBMITTED, None))
    assert "Another request of this hospital has joined already" in text_of(answer.text)
    assert "asked the same: join as another hospital?" not in text_of(organizer.get(page).text)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_recap_of_a_session_is_not_for_a_hospital_that_left_it_unless_it_is_for_all(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, visibility: Visibility
) -> None:
    with database.write() as db:
        other = join(db, db.get_one(SessionRequest, stage.request.id))
        session = approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)
        seeds = [place_of(db, session, name).seed for name in (SARA, ALINE)]
        sara = place_of(db, session, SARA).person_id
        separate(db, other, actor=ACTOR, now=NOW)
    theirs, ours = (f"/recap/{app.state.mint.token('recap', each)}" for each in seeds)
    before = browser.get(theirs)
    with database.write() as db:
        session = db.get_one(SharingSession, session.id)
        session.state = SessionState.HELD
        recap = published(db, stage, session=session, visibility=visibility)
        written = [each.name for each in readers(db, recap, invited=True)]
        browser.sign_in(database, db.get_one(Person, sara))

    left = "Your hospital takes no part in this session any more, so its recap is for others."
    found = [browser.get(f"{theirs}{part}") for part in ("", "/en", "/en.txt", "/en.pdf")]

    is_out = visibility is Visibility.PUBLIC
    assert (before.status_code, left in text_of(before.text)) == (410, True)
    assert [each.status_code for each in found] == [200 if is_out else 410] * 4
    assert [left in text_of(each.text) for each in found[:2]] == [not is_out] * 2
    assert browser.get(f"{ours}/en").status_code == 200
    assert (ALINE in written, SARA in written) == (True, False)
    assert browser.get(f"/recaps/{recap.slug}/en").status_code == (200 if is_out else 404)
    assert recap.slug not in browser.get("/me").text


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


BOTH = ("King Faisal Hospital, Kigali", "Hospital of Addis Ababa, Addis Ababa", "09:00–09:30", "10:00–10:30")


def named(browser: Browser, *pages: str) -> dict[str, list[bool]]:
    """Whether each page names both hospitals and shows the hour on both clocks."""
    shown = {page: text_of(browser.get(page).text) for page in pages}
    return {page: [each in text for each in BOTH] for page, text in shown.items()}


def test_the_pages_of_the_session_name_both_hospitals_on_both_clocks(
    organizer: Browser, stage: Stage, joint: SessionRequest
) -> None:
    request = f"/desk/requests/{stage.request.id}"
    pages = ("/desk/sessions/1", "/desk/sessions/1/run", "/desk/sessions/1/reschedule", request)

    assert named(organizer, *pages) == dict.fromkeys(pages, [True] * 4)


def test_the_hours_of_a_request_are_on_every_clock(organizer: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        join(db, db.get_one(SessionRequest, stage.request.id))

    asked = f"/desk/requests/{stage.request.id}/hours?day={stage.tuesday.starts_at.date()}&clock=09:00"

    assert named(organizer, asked) == {asked: [True] * 4}


def test_every_hour_to_choose_from_is_on_every_clock(
    app: FastAPI, organizer: Browser, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    with database.read() as db:
        seed = next(place.seed for place, person in attendances(db, 1) if person.name == SARA)
    own = f"/answer/{app.state.mint.token('answer', seed)}/other-hour"

    desk, exchange, mine = (
        organizer.get("/desk/sessions/1/reschedule").text,
        organizer.get("/desk/matches/1/exchange").text,
        browser.get(own).text,
    )

    assert "Start, on the clock of Kigali" in text_of(desk)
    assert "10:00 (Addis Ababa 11:00; Beijing 16:00)" in desk
    assert "10:00 (Addis Ababa 11:00; Beijing 16:00)" in exchange
    assert "Another hour, on the clock of Addis Ababa" in text_of(mine)
    assert "11:00 (Kigali 10:00; Beijing 16:00)" in mine


def test_a_hospital_that_asked_about_something_else_reads_what_the_session_is_about(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, joint: SessionRequest
) -> None:
    with database.write() as db:
        db.get_one(SessionRequest, joint.id).topic = "Oxygen at altitude"

    theirs, its_own = (
        text_of(browser.get(page_of(app, "status", seed)).text)
        for seed in (joint.status_seed, stage.request.status_seed)
    )

    told = f"Topic: {stage.request.topic}"
    assert (told in theirs, told in its_own) == (True, False)


def test_what_is_left_to_do_after_the_session_names_both_hospitals_on_both_clocks(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    with database.write() as db:
        join(db, db.get_one(SessionRequest, stage.request.id))
        begin(db, hold(db, stage))

    pages = ("/desk", "/desk/sessions/1/recap", "/desk/sessions/1/no-recap", "/desk/sessions/1/run")

    assert named(organizer, *pages) == dict.fromkeys(pages, [True] * 4)


def test_the_recap_names_both_hospitals_on_both_clocks(browser: Browser, database: Database, stage: Stage) -> None:
    with database.write() as db:
        join(db, db.get_one(SessionRequest, stage.request.id))
        slug = published(db, stage).slug

    text = browser.get(f"/recaps/{slug}/en.txt").text
    page = text_of(browser.get(f"/recaps/{slug}/en").text)

    assert [each in text for each in BOTH] == [True] * 4
    whose = "Hospitals King Faisal Hospital Kigali · Rwanda Hospital of Addis Ababa Addis Ababa · Ethiopia"
    assert (whose in page, "09:00–09:30" in page, "10:00–10:30" in page) == (True, True, True)


def test_everybodys_own_page_names_both_hospitals_their_own_first(
    opened: Callable[..., Browser], database: Database, joint: SessionRequest
) -> None:
    seen = {}
    for name in (SARA, ZHANG):
        person, browser = person_named(database, name), opened()
        browser.sign_in(database, person)
        seen[name] = text_of(browser.get("/me").text)

    one, other = BOTH[:2]
    assert (f"{other} {one}" in seen[SARA], f"{one} {other}" in seen[ZHANG]) == (True, True)


def person_named(database: Database, name: str) -> Person:
    """Somebody with this name."""
    with database.read() as db:
        return db.exec(select(Person).where(Person.name == name)).one()


def test_another_hour_is_proposed_from_the_page_of_ones_own_hospital(
    app: FastAPI, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    with database.read() as db:
        seed = next(place.seed for place, person in attendances(db, 1) if person.name == SARA)

    text = text_of(browser.get(f"/answer/{app.state.mint.token('answer', seed)}/other-hour").text)

    assert ("Hospital of Addis Ababa · King Faisal Hospital" in text, "09:00–09:30" in text) == (True, True)


def test_the_page_of_a_hospital_that_left_speaks_of_its_own_request_alone(
    app: FastAPI, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    with database.write() as db:
        db.get_one(SessionRequest, joint.id).topic = "Oxygen at a height"
        seed = place_of(db, db.get_one(SharingSession, 1), SARA).seed
        separate(db, db.get_one(SessionRequest, joint.id), actor=ACTOR, now=NOW)

    page = text_of(browser.get(page_of(app, "answer", seed)).text)

    assert "Your hospital takes no part in this session any more." in page
    assert "Our letters about your request lead to the page that says how it stands." in page
    assert "Oxygen at a height" in page
    assert "Hospital of Addis Ababa, Addis Ababa" in page
    for theirs in ("King Faisal", "Kigali", "Oxygen therapy when beds run short", ALINE, ZHANG):
        assert theirs not in page


def test_what_a_hospital_that_left_brought_is_found_at_the_desk_alone(
    app: FastAPI, organizer: Browser, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    with database.write() as db:
        session = db.get_one(SharingSession, 1)
        sara, aline = (place_of(db, session, name) for name in (SARA, ALINE))
    theirs, ours = (page_of(app, "answer", each.seed) for each in (sara, aline))
    browser.post(f"{theirs}/files", files={"file": ("pressure.txt", b"2,400 m", "text/plain")})
    before = text_of(browser.get(ours).text)
    with database.write() as db:
        separate(db, db.get_one(SessionRequest, joint.id), actor=ACTOR, now=NOW)

    page, files, questions = (
        text_of(client.get(where).text)
        for client, where in (
            (browser, ours),
            (organizer, "/desk/sessions/1/files"),
            (organizer, "/desk/sessions/1/questions"),
        )
    )

    for words in ("pressure.txt", "And at 2,400 metres?"):
        assert words in before
        assert words not in page
    assert "Of a hospital that has left" in files
    assert "pressure.txt" in files
    assert "Of a hospital that has left" in questions
    assert "And at 2,400 metres?" in questions
    assert browser.get(f"{ours}/files/1").status_code == 404
    assert organizer.get("/desk/sessions/1/files/1").status_code == 200


def test_each_hospital_has_a_button_of_its_own_for_what_it_agrees_to(organizer: Browser, database: Database) -> None:
    evening = [(make.next_week(1), 18 * 60, 20 * 60)]
    with database.write() as db:
        make.expert(db, ZHANG, languages={"fr": (5, 5)})
        make.room(db)
        leads = make.request(db, make.hospital(db), windows=evening, languages={"fr": 5}, minutes=30)
        other = second_hospital(db, windows=evening, windows_only=True)
        join_request(db, leads, other, actor=ACTOR, now=NOW)
        search = want(db, leads, now=NOW)
    propose(database, search.id, now=NOW)
    page, theirs = f"/desk/requests/{leads.id}", f"/desk/requests/{other.id}"
    shown = organizer.get(page).text

    answer = organizer.post(f"{theirs}/agree", data={"windows": "yes"})

    for where, name in ((page, "King Faisal Hospital"), (theirs, "Hospital of Addis Ababa")):
        assert f'action="{where}/agree"><input type="hidden" name="windows" value="yes">' in shown
        assert f"{name} agrees: search again" in text_of(shown)
    assert answer.headers["location"] == page
    with database.read() as db:
        kept = [db.get_one(SessionRequest, each.id).windows_only for each in (leads, other)]
    assert kept == [True, False]
    history = text_of(organizer.get(theirs).text)
    assert "Ada Organizer noted that the hospital agrees: other hours as well" in history
    assert "noted that the hospital agrees" not in text_of(organizer.get(page).text)


def test_every_hospital_of_a_session_finds_it_as_a_file_for_its_calendar(
    app: FastAPI, browser: Browser, database: Database, stage: Stage, joint: SessionRequest
) -> None:
    with database.read() as db:
        session = db.get_one(SharingSession, 1)
        own = {name: page_of(app, "answer", place_of(db, session, name).seed) for name in (ALINE, SARA)}
    for asked, name in ((stage.request, ALINE), (joint, SARA)):
        address = f"{own[name]}/session.ics"

        answer = browser.get(address)

        assert f'href="{address}"' in browser.get(page_of(app, "status", asked.status_seed)).text
        assert f'href="{address}"' in browser.get(own[name]).text
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert lint.check(answer.content) == []
        (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert (entry["UID"], entry["STATUS"], entry.decoded("DTSTART")) == (
            session.uid,
            "TENTATIVE",
            session.starts_at,
        )
        assert "ATTENDEE" not in entry


def test_whoever_left_finds_no_file_for_a_calendar(
    app: FastAPI, browser: Browser, database: Database, joint: SessionRequest
) -> None:
    with database.write() as db:
        separate(db, db.get_one(SessionRequest, joint.id), actor=ACTOR, now=NOW)
        own = page_of(app, "answer", place_of(db, db.get_one(SharingSession, 1), SARA).seed)

    assert browser.get(f"{own}/session.ics").status_code == 410
    assert "session.ics" not in browser.get(own).text
