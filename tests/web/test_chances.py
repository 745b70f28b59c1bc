"""While windows are chosen the form says what they would give now, and what would give more; without names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.people.models import Expert
from medixchange.web.liaison.outlooks import CHANCES_PER_MACHINE
from tests import make
from tests.sessions.stage import ACTOR, NOW
from tests.web.answers import fill, hospital_step, languages_step, times_step, topic_step
from tests.web.conftest import Browser, Clock, text_of
from tests.web.test_outlook import MACHINE, experts

LATE = {"from1": "18:00", "to1": "20:00", "day2": "", "from2": "", "to2": ""}
EARLY = {**LATE, "from1": "06:00", "to1": "08:00"}
NO_PROMISE = "This is no promise: the organizers decide, and hours may be taken meanwhile."


@pytest.fixture
def base(browser: Browser, database: Database) -> str:
    """The address of a draft that is complete; somebody who knows its topics is there in office hours."""
    with database.write() as db:
        hospital = experts(db)
    return fill(browser, hospital)


def told(browser: Browser, base: str, **changed: str) -> str:
    """What is said of windows while they are chosen."""
    answer = browser.get(f"{base}/times/chances", params=times_step(**changed))
    assert answer.status_code == 200
    return text_of(answer.text.replace('<div id="chances">', "<main>").replace("</html>", "</main>"))


def test_starts_inside_the_windows_are_counted_by_day(browser: Browser, base: str) -> None:
    assert told(browser, base) == (
        "How it looks now Inside your windows there are 12 starts at which experts could come: "
        f"Tue 1 Dec: 7 starts Wed 2 Dec: 5 starts {NO_PROMISE}"
    )


def test_where_few_are_what_would_give_more_is_named_and_really_does(browser: Browser, base: str) -> None:
    early = told(browser, base, **EARLY)

    assert "Nothing is free inside your windows." in early
    assert "It would work if you could stay an hour longer: 1 possible start." in early
    assert "Tue, 1 Dec 2026, 08:00 (Kigali, UTC+2)" in early
    assert "there is 1 start" in told(browser, base, **{**EARLY, "to1": "09:00"})


def test_another_day_is_named_where_the_experts_are_away_that_day(
    browser: Browser, database: Database, base: str
) -> None:
    with database.write() as db:
        who = db.exec(select(Expert)).one().person_id
        db.add(LeavePeriod(person_id=who, first_day=make.next_week(1), last_day=make.next_week(1)))
    one = {"day2": "", "from2": "", "to2": ""}

    said = told(browser, base, **one)

    assert "if you could also come at the same time on Wed, 2 Dec 2026: 7 possible starts." in said
    assert "leave" not in said
    assert "7 starts" in told(browser, base, **one, day1=make.next_week(2).isoformat())


def test_any_other_time_is_named_where_nothing_nearer_helps(browser: Browser, base: str) -> None:
    assert "It would work if you could come at quite other times:" in told(browser, base, **LATE)


def test_the_page_itself_says_it_once_the_times_were_checked(browser: Browser, base: str) -> None:
    checked = browser.post(f"{base}/times", data=times_step(then="again"))

    page = browser.get(checked.headers["location"])

    assert "Inside your windows there are 12 starts at which experts could come:" in text_of(page.text)
    assert f'data-live="{base}/times/chances"' in page.text


def test_before_languages_are_asked_none_stands_in_the_way_and_that_is_said(
    browser: Browser, database: Database
) -> None:
    with database.write() as db:
        hospital = experts(db)
    base = browser.post("/request/new", data=hospital_step(hospital.code)).headers["location"].rpartition("/")[0]
    browser.post(f"{base}/topic", data=topic_step())

    first = told(browser, base)
    browser.post(f"{base}/times", data=times_step())
    browser.post(f"{base}/languages", data=languages_step(language1="ar", interpreting="no", language2="", level2=""))

    assert "The next step asks for languages: they may leave fewer." in first
    assert "12 starts" in first
    second = told(browser, base)
    assert "Nothing is free inside your windows." in second
    assert "if your team followed English well" in second
    assert "The next step asks for languages" not in second


@pytest.mark.parametrize(
    "changed",
    [
        {"day1": ""},
        {"day1": "2026-12-32"},
        {"day1": "2031-01-01"},
        {"from1": "12:00", "to1": "09:30"},
        {"from1": "<script>"},
        {"minutes": "9999"},
        {"to1": "10:00"},
    ],
)
def test_of_windows_that_are_none_yet_nothing_is_said(browser: Browser, base: str, changed: dict[str, str]) -> None:
    assert told(browser, base, **changed) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"from1": "12:00", "to1": "09:00"},
            "Window 1 ends before it begins; choose a later end or an earlier beginning.",
        ),
        (
            {"to1": "10:00", "minutes": "90"},
            "Window 1 is shorter than the session; end it at least 90 minutes after it begins.",
        ),
        ({"day1": "2020-01-01"}, "Window 1 is on a day that is over; choose a later day."),
        ({"day1": NOW.date().isoformat()}, "Window 1 is too soon; choose "),
        ({"day1": "2031-01-01"}, "Window 1 is too far ahead; choose "),
    ],
)
def test_what_is_wrong_with_a_window_is_said_at_it_at_once_and_by_the_button_and_nothing_is_lost(
    browser: Browser, base: str, changed: dict[str, str], said: str
) -> None:
    given = times_step(**changed)

    live = browser.get(f"{base}/times/chances", params=given).text
    sent = browser.post(f"{base}/times", data=given)

    [(wrong, at_once)] = re.findall(r'<div id="window1" data-wrong="(.*?)">(.*?)</div>', live, re.DOTALL)
    assert said in text_of(f"<main>{at_once}</main>")
    assert sent.status_code == 422
    assert text_of(sent.text).count(said) == 2  # at its window, and above
    assert wrong.split() == marked(sent.text)
    for name, value in given.items():
        if name.startswith(("day", "from", "to")) and value:
            assert re.search(rf'<select id="{name}".*?<option value="{value}" selected>', sent.text, re.DOTALL)


def marked(page: str) -> list[str]:
    """The fields of the first window that are marked as wrong, and described by what is said there."""
    marks = r'<div class="field has-err">\s*<label for="(\w+)">[^\n]*\s*'
    return re.findall(marks + r'<select [^>]*aria-invalid="true" aria-describedby="window1">', page)


def test_a_window_that_has_become_wrong_is_marked_before_anything_is_sent(
    browser: Browser, base: str, clock: Clock
) -> None:
    browser.post(f"{base}/times", data=times_step())
    before = browser.get(f"{base}/times").text
    clock.now = NOW + timedelta(days=30)

    page = browser.get(f"{base}/times").text

    assert (marked(before), marked(page)) == ([], ["day1"])
    assert "Window 1 is on a day that is over; choose a later day." in text_of(page)


@pytest.mark.parametrize("changed", [{"from1": "12:00", "to1": "09:00"}, {"from1": "", "to1": ""}])
def test_what_a_refused_form_says_of_a_window_stands_once_where_the_next_choice_replaces_it(
    browser: Browser, base: str, changed: dict[str, str]
) -> None:
    sent = browser.post(f"{base}/times", data=times_step(**changed)).text

    [window] = re.findall(r'<fieldset class="win">\s*<legend>Window 1</legend>(.*?)</fieldset>', sent, re.DOTALL)
    [replaced] = re.findall(r'<div id="window1" data-part role="status">(.*?)</div>', window, re.DOTALL)
    assert (window.count('class="err"'), replaced.count('class="err"')) == (1, 1)
    assert marked(window)[-1] == "to1"


def test_a_day_that_is_closed_is_said_at_its_window_at_once_and_with_the_answers(
    browser: Browser, database: Database
) -> None:
    with database.write() as db:
        hospital, first = experts(db), make.next_week(1)
        closing.close(db, Closing(first, first, "Stocktaking", hospital_id=hospital.id), actor=ACTOR, now=NOW)
    base = fill(browser, hospital)
    told = "This day is Stocktaking, a day off at your hospital, and no session is planned then; choose another day."

    live = browser.get(f"{base}/times/chances", params=times_step(day1=first.isoformat())).text

    assert told in text_of(live.replace('<div id="window1">', "<main>").replace('<div id="window2">', "</main>"))
    assert told in text_of(browser.get(f"{base}/check").text)


def test_windows_are_looked_at_as_open_and_an_hour_long_until_that_is_chosen(browser: Browser, base: str) -> None:
    given = {name: value for name, value in times_step().items() if name not in ("minutes", "windows_only")}

    answer = browser.get(f"{base}/times/chances", params=given)

    assert "12 starts" in answer.text


def test_looking_changes_nothing_and_is_small(browser: Browser, database: Database, base: str) -> None:
    before = browser.get(f"{base}/check").text

    size = len(browser.get(f"{base}/times/chances", params=times_step(**EARLY)).content)

    assert size < 1500
    assert text_of(browser.get(f"{base}/check").text) == text_of(before)


def test_who_looks_too_often_is_told_nothing_and_can_go_on(browser: Browser, base: str, app: FastAPI) -> None:
    for _ in range(int(CHANCES_PER_MACHINE.partition("/")[0])):
        app.state.limits.hit(CHANCES_PER_MACHINE, "chances", MACHINE)

    assert told(browser, base) == ""
    assert "How it looks now" in browser.get(f"{base}/check").text
    assert browser.post(f"{base}/times", data=times_step()).status_code == 303


def test_of_a_draft_that_was_sent_nothing_is_said(browser: Browser, database: Database) -> None:
    with database.write() as db:
        hospital = experts(db)
    base = fill(browser, hospital)
    browser.post(f"{base}/check", data={"then": "send"})

    assert browser.get(f"{base}/times/chances", params=times_step()).status_code == 404
