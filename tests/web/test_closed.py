"""Closed days at the desk, and where they are named afterwards."""

from __future__ import annotations

import pytest

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.db import Database
from medixchange.journal.record import PROGRAM, by_person
from medixchange.records.imports import import_records
from medixchange.sessions.disruptions import look_over
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, NOW, ZHANG, Stage
from tests.web.answers import fill, times_step
from tests.web.conftest import Browser, text_of
from tests.web.test_lists import page_after

PAGE = "/desk/closed"
TUESDAY = make.next_week(1)
MOURNING = {"country": "CN", "name": "National mourning", "first": TUESDAY.isoformat(), "last": ""}


def test_days_of_a_country_are_closed_listed_and_opened_again_by_a_button_that_asks_first(organizer: Browser) -> None:
    closed = page_after(organizer, PAGE, **MOURNING)
    asked = text_of(organizer.get(f"{PAGE}/1/remove").text)
    opened = page_after(organizer, f"{PAGE}/1/remove")

    assert "The days are closed" in closed
    assert "National mourning Tue, 1 Dec 2026 China · Ada" in closed
    assert ("National mourning · Tue, 1 Dec 2026 · China" in asked, "National mourning" in opened) == (True, False)
    assert organizer.get(f"{PAGE}/1/remove").status_code == 404
    assert 'href="/desk/closed"' in organizer.get("/desk").text


def test_days_that_were_imported_or_recorded_by_somebody_who_is_gone_are_listed_without_a_name(
    organizer: Browser, database: Database
) -> None:
    rows = f"first_day,last_day,name,country,hospital\n{TUESDAY},,National mourning,CN,\n"
    assert import_records(database, "closed-days", rows, now=NOW, actor=PROGRAM).faults == ()
    with database.write() as db:
        closing.close(db, Closing(TUESDAY, TUESDAY, "Strike", country="FR"), actor=by_person(99), now=NOW)

    page = text_of(organizer.get(PAGE).text)

    assert "National mourning Tue, 1 Dec 2026 China Open again" in page
    assert "Strike Tue, 1 Dec 2026 France Open again" in page


def test_days_of_one_hospital_are_closed_from_the_list_of_hospitals(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
    form = organizer.get(f"{PAGE}?hospital={kigali.id}")
    days = {"name": "Stocktaking", "first": TUESDAY.isoformat(), "last": make.next_week(2).isoformat()}

    closed = page_after(organizer, PAGE, hospital=str(kigali.id), **days)

    assert f'href="/desk/closed?hospital={kigali.id}"' in organizer.get("/desk/hospitals").text
    assert 'name="country"' not in form.text
    assert "Stocktaking Tue, 1 Dec 2026 – Wed, 2 Dec 2026 King Faisal Hospital, Kigali · Ada" in closed
    assert organizer.get(f"{PAGE}?hospital=99").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"country": ""}, "country", "Choose the country"),
        ({"country": "XX"}, "country", "Choose the country"),
        ({"name": ""}, "name", "Write what is kept"),
        ({"first": ""}, "first", "Choose the first day."),
        ({"first": "tomorrow"}, "first", "is no day"),
        ({"last": make.next_week(0).isoformat()}, "last", "The last day is before the first one"),
        ({"last": "2027-11-01"}, "last", "Close at most 92 days"),
        ({"first": "2026-11-02"}, "first", "These days are over"),
        ({}, "first", "closed there already: Strike, Tue, 1 Dec 2026 to Tue, 1 Dec 2026"),
    ],
)
def test_what_cannot_be_closed_is_said_at_its_field(
    organizer: Browser, database: Database, changes: dict[str, str], field: str, why: str
) -> None:
    if not changes:
        with database.write() as db:
            closing.close(db, Closing(TUESDAY, TUESDAY, "Strike", country="CN"), actor=ACTOR, now=NOW)

    answer = organizer.post(PAGE, data={**MOURNING, **changes})

    assert (answer.status_code, f'<a href="#{field}">' in answer.text, why in text_of(answer.text)) == (422, True, True)


def test_a_closed_day_is_named_where_a_hospital_chooses_its_hours(browser: Browser, database: Database) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        closing.close(db, Closing(TUESDAY, TUESDAY, "100 % strike", country="CN"), actor=ACTOR, now=NOW)
        closing.close(db, Closing(TUESDAY, TUESDAY, "Stocktaking", hospital_id=kigali.id), actor=ACTOR, now=NOW)
    base = fill(browser, kigali, until="times")

    browser.post(f"{base}/times", data=times_step(then="again"))
    page = text_of(browser.get(f"{base}/times").text)

    assert "hard: in China it is 100 % strike, a day off" in page
    assert (
        "This day is Stocktaking, a day off at your hospital, and no session is planned then; choose another day."
        in page
    )


def test_what_would_come_of_a_request_counts_closed_days(browser: Browser, database: Database) -> None:
    with database.write() as db:
        kigali = make.hospital(db)
        make.expert(db, panel=make.panel(db), specialties={"intensive-care": 3, "respiratory": 3})
        make.room(db)
    base = fill(browser, kigali)
    before = text_of(browser.get(f"{base}/check").text)
    with database.write() as db:
        closing.close(db, Closing(TUESDAY, make.next_week(2), "Strike", hospital_id=kigali.id), actor=ACTOR, now=NOW)

    page = text_of(browser.get(f"{base}/check").text)

    told = f"The days that are left are days off for {kigali.name}."
    assert (told in before, told in page) == (False, True)


def test_the_desk_says_why_nobody_meets_on_a_closed_day(organizer: Browser, database: Database) -> None:
    with database.write() as db:
        asked = make.request(db, make.hospital(db), languages={"en": 5})
        make.expert(db, panel=make.panel(db))
        make.room(db)
        closing.close(db, Closing(TUESDAY, TUESDAY, "National mourning", country="CN"), actor=ACTOR, now=NOW)

    page = organizer.get(f"/desk/requests/{asked.id}/hours?day={TUESDAY}&clock=09:00")

    assert "It is a day off where Zhang San 张三 works: National mourning." in text_of(page.text)


def test_a_session_that_stands_on_a_day_that_is_closed_later_is_named_at_the_desk(
    organizer: Browser, database: Database, session: SharingSession
) -> None:
    page_after(organizer, PAGE, **MOURNING)
    look_over(database, now=NOW)

    page = text_of(organizer.get("/desk").text)

    assert f"It is a day off where {ZHANG} works: National mourning." in page


def test_a_proposal_on_a_day_that_was_closed_meanwhile_is_not_approved(
    organizer: Browser, database: Database, stage: Stage
) -> None:
    page_after(organizer, PAGE, **MOURNING)

    answer = organizer.post(f"/desk/matches/{stage.tuesday.id}/approve")

    assert answer.status_code == 409
    assert f"It is a day off where {ZHANG} works: National mourning." in text_of(answer.text)
