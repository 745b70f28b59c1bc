"""Before it is sent a request shows what would come of it: in its windows, outside them, or why nothing yet."""

from __future__ import annotations

from fastapi import FastAPI
from hypothesis import given as drawn
from sqlmodel import Session, func, select

from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching.outlook import outlook
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Window
from medixchange.people.models import Expert, Hospital
from medixchange.times.intervals import Interval
from medixchange.web.liaison.outlooks import OUTLOOKS_PER_MACHINE
from tests import make
from tests.matching import oracle
from tests.matching.worlds import at, request, slots, world, worlds
from tests.thoroughness import examples
from tests.web.answers import (
    ask,
    fill,
    hospital_step,
    languages_step,
    page_of,
    the_request,
    times_step,
    topic_step,
)
from tests.web.conftest import Browser, text_of

BOTH = {"intensive-care": 3, "respiratory": 2}
OUTLOOK = "How it looks now"
MACHINE = "203.0.113.7"
"""Of the tests' browser."""


def experts(db: Session) -> Hospital:
    """Somebody who knows both topics in office hours, a room, and a hospital in Kigali."""
    make.expert(db, specialties=BOTH)
    make.room(db)
    return make.hospital(db)


def told(browser: Browser, base: str) -> str:
    """What the last page says of it."""
    page = text_of(browser.get(f"{base}/check").text)
    return page.partition(OUTLOOK)[2].partition("The organizers, and the experts")[0]


def test_starts_inside_the_windows_are_counted_and_the_best_is_on_both_clocks(
    browser: Browser, database: Database
) -> None:
    with database.write() as db:
        hospital = experts(db)

    said = told(browser, fill(browser, hospital))

    # Tuesday 09:30 to 11:00 by the quarter, and Wednesday 08:00 to 09:00.
    assert "Inside your windows there are 12 starts at which experts could come. The best:" in said
    assert "Tue, 1 Dec 2026, 09:30–10:30" in said
    assert "Tue, 1 Dec 2026, 15:30–16:30" in said
    assert "This is no promise" in said


def test_where_no_window_fits_the_best_hour_outside_them_is_shown(browser: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = experts(db)
    base = fill(browser, hospital)
    evening = {"from1": "18:00", "to1": "20:00", "from2": "18:00", "to2": "20:00", "windows_only": "open"}
    browser.post(f"{base}/times", data=times_step(**evening))

    said = told(browser, base)

    assert "Inside your windows there is no match. The best hour outside them:" in said
    assert "Choose other windows" in said


def test_where_nothing_is_possible_the_reason_is_said_and_it_can_be_sent_all_the_same(
    browser: Browser, database: Database
) -> None:
    with database.write() as db:
        make.expert(db, "Zhang Example", specialties={"intensive-care": 3})
        make.room(db)
        hospital = make.hospital(db)
    base = fill(browser, hospital)

    said = told(browser, base)

    assert "There is no match yet. No expert covers Respiratory medicine." in said
    assert "You can send it all the same" in said
    assert "Zhang" not in said
    assert ask(browser, hospital)


def test_why_people_are_away_is_told_to_nobody_who_asks(browser: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = experts(db)
        expert = db.exec(select(Expert)).one()
        db.add(LeavePeriod(person_id=expert.person_id, first_day=make.next_week(0), last_day=make.next_week(6)))

    said = told(browser, fill(browser, hospital))

    assert "The experts, interpreters or rooms that it needs are not free at these hours." in said
    assert "leave" not in said


def test_who_looks_too_often_sees_no_outlook_and_can_send(browser: Browser, database: Database, app: FastAPI) -> None:
    with database.write() as db:
        hospital = experts(db)
    base = fill(browser, hospital)
    most = int(OUTLOOKS_PER_MACHINE.partition("/")[0])

    for _ in range(most - 1):
        app.state.limits.hit(OUTLOOKS_PER_MACHINE, "outlook", MACHINE)
    pages = [browser.get(f"{base}/check").text for _ in range(2)]

    assert [OUTLOOK in page for page in pages] == [True, False]
    assert all("Send the request" in page for page in pages)


def test_windows_that_meet_are_one() -> None:
    windows = tuple(Window(slots([slot]), 100, (0, 0)) for slot in (3, 4))
    problem = world(requests=(request(minutes=120, windows=windows, windows_only=True),))

    found = outlook(problem, "r")

    assert (found.inside, found.best, found.other) == (1, Interval(at(3), at(5)), None)


def test_looking_for_a_hospital_that_is_new_writes_nothing(browser: Browser, database: Database) -> None:
    with database.write() as db:
        experts(db)
    new = hospital_step("new", name="Clinique du Lac", city="Goma", country="RW")
    base = browser.post("/request/new", data=new).headers["location"].rpartition("/")[0]
    for step, given in (("topic", topic_step()), ("times", times_step()), ("languages", languages_step())):
        browser.post(f"{base}/{step}", data=given)

    assert "12 starts" in told(browser, base)
    with database.read() as db:
        rows = [db.exec(select(func.count()).select_from(each)).one() for each in (Hospital, SessionRequest)]
    assert rows == [1, 0]


def test_a_request_that_is_changed_is_looked_at_without_itself(
    browser: Browser, database: Database, app: FastAPI
) -> None:
    with database.write() as db:
        hospital = experts(db)
    ask(browser, hospital)
    browser.post(page_of(app, "confirm", the_request(database).confirm_seed))
    changing = browser.post(f"{page_of(app, 'status', the_request(database).status_seed)}/change")

    assert "12 starts" in text_of(browser.get(changing.headers["location"]).text)
    with database.read() as db:
        assert db.exec(select(func.count()).select_from(SessionRequest)).one() == 1


@examples(8)
@drawn(worlds())
def test_it_counts_what_trying_everything_finds_in_the_windows(problem: Problem) -> None:
    found, asked = outlook(problem, "r"), problem.request["r"]
    named, length = [window.slots for window in asked.windows], problem.length(asked.minutes)
    inside = {
        slot
        for slot in oracle.possible_slots(problem)
        if all(any(window >> each & 1 for window in named) for each in range(slot, slot + length))
    }

    assert found.inside == len(inside)
    assert (found.best is not None) == bool(inside)
    if not inside:
        assert (found.other is not None) == oracle.is_possible(problem)
    assert not found.reasons or not oracle.is_possible(problem)


def test_a_session_of_a_series_is_looked_for_in_its_own_week(browser: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = experts(db)
        who = db.exec(select(Expert)).one()
        db.add(LeavePeriod(person_id=who.person_id, first_day=make.next_week(0), last_day=make.next_week(6)))
    base = fill(browser, hospital)

    browser.post(f"{base}/times", data=times_step(windows_only="open"))
    once = told(browser, base)
    browser.post(f"{base}/times", data=times_step(windows_only="open", rhythm="1", times="3"))
    weekly = told(browser, base)

    assert "The best hour outside them:" in once
    assert "There is no match yet." in weekly
