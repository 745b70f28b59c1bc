"""A series on the pages: asked for in the form, followed by its hospital, approved at the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import MatchSearch
from medixchange.outbox.compose import preview
from medixchange.outbox.letters import Letter
from medixchange.outbox.models import Delivery
from medixchange.people.models import Hospital, Person
from medixchange.sessions import queries as sessions
from medixchange.sessions.actions import approve, close
from tests import make
from tests.matching.weekly import Stage
from tests.sessions.stage import DESK
from tests.web.answers import SEND, fill, page_of, shown, the_draft, the_request, times_step
from tests.web.conftest import Browser, text_of
from tests.web.test_desk_pages import queries_for

WEEKLY = {"rhythm": "1", "times": "4"}


@pytest.fixture
def kigali(database: Database) -> Hospital:
    """A hospital in the list."""
    with database.write() as db:
        return make.hospital(db)


@pytest.fixture
def pages(app: FastAPI, database: Database, browser: Browser, kigali: Hospital) -> list[str]:
    """The status pages of a weekly series of four that is in the queue."""
    base = fill(browser, kigali)
    browser.post(f"{base}/times", data=times_step(**WEEKLY))
    browser.post(f"{base}/check", data=SEND)
    browser.post(page_of(app, "confirm", the_request(database).confirm_seed))
    return [page_of(app, "status", each.status_seed) for each in every(database)]


def every(database: Database) -> list[SessionRequest]:
    """All requests."""
    with database.read() as db:
        return list(db.exec(select(SessionRequest).order_by(col(SessionRequest.id))))


def states(database: Database) -> list[str]:
    """How all requests stand."""
    return [each.state.value for each in every(database)]


def kinds(database: Database) -> list[str]:
    """The kinds of all letters."""
    with database.read() as db:
        return [each.kind for each in db.exec(select(Delivery).order_by(col(Delivery.id)))]


def test_the_form_asks_for_a_series_beside_the_hours_and_keeps_it(
    browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = fill(browser, kigali, until="times")
    fields = shown(browser.get(f"{base}/times").text).fields
    assert (fields.get("rhythm"), fields.get("times")) == (None, None)

    wrong = browser.post(f"{base}/times", data=times_step(rhythm="2"))
    assert (wrong.status_code, shown(wrong.text).errors) == (422, {"times": "Choose how many sessions the series has."})
    browser.post(f"{base}/times", data=times_step(rhythm="2", times="3"))

    fields = shown(browser.get(f"{base}/times").text).fields
    assert (fields["rhythm"], fields["times"]) == (["2"], ["3"])
    assert the_draft(database).answers["times"]["rhythm"] == "2"


def test_windows_that_span_the_rhythm_are_refused_beside_the_day_that_is_too_late(
    browser: Browser, database: Database, kigali: Hospital
) -> None:
    base = fill(browser, kigali, until="times")
    spanning = {"day2": (make.next_week(1) + timedelta(days=7)).isoformat()}

    wrong = browser.post(f"{base}/times", data=times_step(**WEEKLY, **spanning))

    told = "The windows of this series must lie within 7 days; choose a day that is nearer to the others."
    assert (wrong.status_code, shown(wrong.text).errors) == (422, {"day2": told})
    assert browser.post(f"{base}/times", data=times_step(rhythm="2", times="3", **spanning)).status_code == 303
    assert the_draft(database).answers["times"]["rhythm"] == "2"


def test_a_request_in_the_queue_keeps_within_the_rhythm_that_its_series_has(
    browser: Browser, database: Database, pages: list[str]
) -> None:
    times = browser.post(f"{pages[2]}/change").headers["location"].replace("/check", "/times")
    days = [make.next_week(1) + timedelta(days=days) for days in (8, 15, 16)]
    typed = times_step(day1=days[1].isoformat(), day2=days[0].isoformat())

    wrong = browser.post(times, data=typed)

    assert (wrong.status_code, list(shown(wrong.text).errors)) == (422, ["day1"])
    assert browser.post(times, data={**typed, "day2": days[2].isoformat()}).status_code == 303


def test_a_request_in_the_queue_keeps_its_place_among_those_of_its_series_that_are_asked_for_still(
    app: FastAPI, browser: Browser, database: Database, pages: list[str]
) -> None:
    times = browser.post(f"{pages[2]}/change").headers["location"].replace("/check", "/times")
    first = make.next_week(1)

    def said(days: int) -> dict[str, str]:
        day = (first + timedelta(days=days)).isoformat()
        answer = browser.post(times, data=times_step(day1=day, day2="", from2="", to2=""))
        return {} if answer.status_code == 303 else shown(answer.text).errors

    assert said(8) == {"day1": "An earlier session of this series is asked for Wed, 9 Dec 2026; choose a later day."}
    assert said(21) == {"day1": "A later session of this series is asked for Tue, 22 Dec 2026; choose an earlier day."}
    assert (said(9), said(20)) == ({}, {})

    browser.post(f"{pages[3]}/withdraw", data={"reason": "The ward moves."})

    assert said(28) == {}


def test_the_last_page_says_the_rhythm_and_the_days_before_it_is_sent(browser: Browser, kigali: Hospital) -> None:
    base = fill(browser, kigali)
    assert "Once, or a series? once Change" in text_of(browser.get(f"{base}/check").text)

    browser.post(f"{base}/times", data=times_step(rhythm="2", times="3"))

    said = text_of(browser.get(f"{base}/check").text)
    assert "every two weeks, 3 times Days of window 1: Tue 1 Dec; Tue 15 Dec; Tue 29 Dec" in said


def test_its_hospital_sees_which_one_it_is_and_the_others(browser: Browser, pages: list[str]) -> None:
    page = browser.get(pages[1]).text
    said = text_of(page)

    assert "Series: 2 of 4, every week" in said
    assert [f'href="{href}"' in page for href in pages] == [True, False, True, True]
    assert said.count("We are looking for an hour") == 5  # the headline and one for each of the four
    assert "Session 3" in said


def test_only_the_first_is_searched_at_once(database: Database, pages: list[str]) -> None:
    with database.read() as db:
        assert [each.request_id for each in db.exec(select(MatchSearch))] == [every(database)[0].id]
    assert len(pages) == 4
    assert kinds(database) == ["confirm-address", "request-received"]


def test_changing_one_says_that_it_is_this_one_only_and_asks_for_no_other_rhythm(
    browser: Browser, database: Database, pages: list[str]
) -> None:
    told = "What you change holds for this one session of the series; the others stay as they are."
    assert told in text_of(browser.get(f"{pages[2]}/change").text)
    check = browser.post(f"{pages[2]}/change").headers["location"]
    times = check.replace("/check", "/times")

    assert told in text_of(browser.get(times).text)
    assert told in text_of(browser.get(check).text)
    assert shown(browser.get(times).text).fields["rhythm"] == ["1"]
    sent = {name: values[0] for name, values in shown(browser.get(times).text).fields.items()}
    browser.post(times, data={**sent, "minutes": "90"})
    browser.post(check, data=SEND)

    assert [each.minutes for each in every(database)] == [60, 60, 90, 60]


@pytest.mark.parametrize(
    ("scope", "left"),
    [("one", ["submitted", "withdrawn", "submitted", "submitted"]), ("later", ["submitted", *["withdrawn"] * 3])],
)
def test_withdrawing_takes_this_one_or_also_the_later_ones_and_says_it_in_one_letter(
    browser: Browser, database: Database, pages: list[str], scope: str, left: list[str]
) -> None:
    assert "This one and the 2 later ones" in text_of(browser.get(f"{pages[1]}/withdraw").text)

    answer = browser.post(f"{pages[1]}/withdraw", data={"reason": "The ward moves.", "scope": scope})

    assert (answer.status_code, states(database)) == (303, left)
    assert kinds(database) == ["confirm-address", "request-received", "request-withdrawn"]
    with database.read() as db:
        letter = db.exec(select(Delivery).where(Delivery.kind == "request-withdrawn")).one()
    assert letter.payload["context"]["later"] == (2 if scope == "later" else 0)


def test_who_withdraws_a_session_and_what_comes_later_reads_of_the_session_and_of_the_others(
    app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        stage.stand(db, 2, 9, 1)
        page = page_of(app, "status", stage.requests[1].status_seed)

    answer = browser.post(f"{page}/withdraw", data={"reason": "The ward moves.", "scope": "later"})

    assert (answer.status_code, states(database)) == (303, ["submitted", "withdrawn", "withdrawn", "withdrawn"])
    with database.read() as db:
        told = db.exec(select(Delivery).where(Delivery.kind == "request-withdrawn").order_by(col(Delivery.id))).all()
    assert [each.payload["context"]["later"] for each in told] == [0, 1]


def test_whoever_is_the_contact_of_one_alone_is_led_to_no_other(
    browser: Browser, database: Database, pages: list[str]
) -> None:
    with database.write() as db:
        db.get_one(SessionRequest, every(database)[3].id).contact_email = "other@kigali.example.org"

    page = browser.get(pages[3]).text
    assert not any(href in page for href in pages[:3])
    assert "later one" not in browser.get(f"{pages[2]}/withdraw").text
    assert RequestState.SUBMITTED.value in states(database)


def test_one_approval_holds_every_session_of_the_series_and_says_what_could_not_be(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db), times=4)
        for place in (1, 2, 3):
            stage.propose(db, place, 9, 1)
        series_id = stage.requests[0].series_id
    address = f"/desk/series/{series_id}"
    page = organizer.get(address)
    said = text_of(page.text)
    assert "every week, 4 times" in said
    assert "Approve and invite: 3 sessions" in said

    with database.write() as db:  # meanwhile the expert is taken in the second week
        other = make.request(db, make.hospital(db, "Clinic"), state=RequestState.MATCHED, windows_only=False)
        taken = make.match(
            db, other, starts_at=stage.at(2, 9), panel=stage.experts[:1], room=make.room(db, "East Lake room")
        )
        approve(db, taken, actor="person:1", now=make.NOW)
    answer = organizer.post(f"{address}/approve", data={"match": shown(page.text).fields["match"]})

    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "1 request could not be approved; the reason is beside it. 2 others were approved." in said
    assert "Not approved:" in said
    assert states(database) == ["approved", "matched", "approved", "submitted", "approved"]
    assert organizer.post(f"{address}/approve", data={"match": str(taken.id)}).status_code == 404


def test_the_desk_says_which_of_a_series_a_request_is_and_leads_to_the_others(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db), weeks=4, times=3)
        stage.propose(db, 1, 9, 1)
        stage.stand(db, 2, 9, 2)
        ids = [each.id for each in stage.requests]

    queue = text_of(organizer.get("/desk").text)
    assert "1 of 3, every four weeks" in queue
    assert "Looked for from" in queue
    page = organizer.get(f"/desk/requests/{ids[2]}").text
    assert "Its hours are further ahead than sessions are planned." in text_of(page)
    assert "Search again" not in page
    assert [f'href="/desk/requests/{each}"' in page for each in ids] == [True, True, False]
    assert organizer.post(f"/desk/requests/{ids[2]}/search").status_code == 409
    assert (organizer.get("/desk/series/99").status_code, text_of(page).count("Has a session")) == (404, 0)


def test_the_pages_of_a_session_at_the_desk_say_which_of_the_series_it_is_and_lead_to_the_others(
    organizer: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        stage.stand(db, 3, 9, 1)
        series = f'href="/desk/series/{stage.requests[0].series_id}"'
    session = "/desk/sessions/1"
    pages = [session, *(f"{session}/{each}" for each in ("reschedule", "cancel", "confirm", "run", "questions"))]

    for page in (*pages, "/desk/matches/1/exchange", f"/desk/requests/{stage.requests[2].id}/hours"):
        html = organizer.get(page).text
        assert ("Series: 3 of 4, every week" in text_of(html), series in html) == (True, True), page


def test_whoever_is_invited_sees_which_of_the_series_it_is(browser: Browser, database: Database) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        stage.stand(db, 3, 9, 1)
        expert = db.get_one(Person, stage.experts[0].person_id)
        expert.language = "en"
    browser.sign_in(database, expert)

    page = browser.get("/me").text
    answer = browser.get(re.findall(r'href="(/answer/[^"]+)"', page)[0]).text

    assert "King Faisal Hospital, Kigali · 3 of 4, every week" in text_of(page)
    assert "Series 3 of 4, every week" in text_of(answer)


def test_the_letters_of_a_session_say_which_of_the_series_it_is(database: Database) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        stage.stand(db, 3, 9, 1)
        mine = (Delivery.kind == "hold", Delivery.reader_id == stage.experts[0].person_id)
        letter = db.exec(select(Delivery).where(*mine)).one()
    assert "系列：第 3 次，共 4 次，每周一次" in preview(Letter.from_json(letter.payload), DESK).text


def test_a_request_of_a_series_takes_as_many_queries_however_long_it_is(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        stages = [Stage(db, make.hospital(db), times=times) for times in (2, 5)]
        for stage in stages:
            for place in range(1, len(stage.requests) + 1):
                stage.propose(db, place, 9, 1)
        short, long = (f"/desk/requests/{stage.requests[0].id}" for stage in stages)

    assert queries_for(organizer, database, short) == queries_for(organizer, database, long)


@pytest.mark.parametrize("page", ["the desk's", "its hospital's", "to withdraw"])
def test_a_page_of_a_series_takes_as_many_queries_however_long_it_is(
    app: FastAPI, organizer: Browser, database: Database, page: str
) -> None:
    with database.write() as db:
        stages = [Stage(db, make.hospital(db), times=times) for times in (3, 6)]
        for stage in stages:
            stage.stand(db, 1, 9, 1)
            for place in range(2, len(stage.requests) + 1):
                stage.propose(db, place, 9, 1)
    first = [stage.requests[0] for stage in stages]
    status = [page_of(app, "status", each.status_seed) for each in first]
    addresses = {
        "the desk's": [f"/desk/series/{each.series_id}" for each in first],
        "its hospital's": status,
        "to withdraw": [f"{each}/withdraw" for each in status],
    }

    short, long = (queries_for(organizer, database, each) for each in addresses[page])

    assert short == long


def test_one_that_was_joined_to_another_hospitals_session_is_shown_with_that(
    app: FastAPI, organizer: Browser, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        leads = stage.join(db, 2)
        panel = stage.experts[:1]
        match = make.match(db, leads, starts_at=stage.at(2, 11), panel=panel, room=stage.room, others=["en"])
    desk, asked = f"/desk/series/{stage.requests[0].series_id}", f"/desk/requests/{stage.requests[0].id}"

    found = [shown_of(organizer, page, 2) for page in (desk, asked)]
    assert [("11:00" in said, "Joined to another request" in said) for said in found] == [(True, True)] * 2

    with database.write() as db:
        approve(db, db.merge(match), actor="person:1", now=make.NOW)

    found = [shown_of(organizer, page, 2) for page in (desk, asked)]
    assert [("11:00" in said, "Held tentatively" in said) for said in found] == [(True, True)] * 2
    theirs = shown_of(browser, page_of(app, "status", stage.requests[0].status_seed), 2)
    assert ("11:00" in theirs, "Your session is held in everybody's calendar" in theirs) == (True, True)


def shown_of(browser: Browser, address: str, place: int) -> str:
    """What a page says of one session of the series."""
    said = text_of(browser.get(address).text)
    return said.partition(f"Session {place}")[2].partition(f"Session {place + 1}")[0]


def test_a_session_that_was_held_keeps_its_hour_on_the_page_of_its_hospital(
    app: FastAPI, browser: Browser, database: Database
) -> None:
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        session = sessions.by_id(db, stage.stand(db, 1, 10, 1))
        close(db, session, actor="person:1", now=session.ends_at)

    said = shown_of(browser, page_of(app, "status", stage.requests[1].status_seed), 1)

    assert ("10:00" in said, "the window that was asked for" in said) == (True, False)
