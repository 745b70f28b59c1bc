"""The page of an invitation once the session has moved, is cancelled, is over, or goes on without its reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from medixchange.db import Database
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.people.models import Person
from medixchange.sessions import actions, queries
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, SharingSession
from medixchange.sessions.roll import call
from medixchange.web.answer import ANSWERED, state_of
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage, at, letters, place_of, send
from tests.web.answers import page_of
from tests.web.conftest import Browser, Clock, text_of
from tests.web.invited import LATER, accept, answered, buttons, change, heading, hours

LOST = "The expert cannot come after all. The organizers look for somebody else. Please keep the hour free"


def test_a_moved_session_says_so_and_asks_anew(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(link(ALINE), data=accept())
    change(database, actions.reschedule, starts_at=at(2, 10))

    page = browser.get(link(ALINE))

    assert heading(page.text) == "Can you come to this session?"
    assert text_of(page.text).partition("The session has moved ")[2].partition(" Please")[0] == (
        "It is not at this hour any more: Tue, 1 Dec 2026, 09:00–09:30 Kigali · UTC+2 "
        "Tue, 1 Dec 2026, 15:00–15:30 Beijing · UTC+8"
    )
    assert hours(page.text)[0] == ("Kigali, UTC+2", "Wed, 2 Dec 2026, 10:00–10:30")


def test_an_answer_to_the_hour_before_is_not_taken_for_the_new_one(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    change(database, actions.reschedule, starts_at=at(2, 10))

    page = browser.post(link(ALINE), data=accept(0))

    assert page.status_code == 409
    assert text_of(page.text).startswith(
        "The session has changed since you opened this page. Look at its hour again before you answer."
    )
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_why_somebody_cannot_come_is_kept_where_the_session_has_changed_meanwhile(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    change(database, actions.reschedule, starts_at=at(2, 10))

    page = browser.post(link(ALINE), data={"answer": "DECLINED", "reason": "On call that week", "sequence": "0"})

    assert page.status_code == 409
    assert "On call that week</textarea>" in page.text
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def test_the_new_hour_is_accepted_with_what_its_page_sends(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    session = change(database, actions.reschedule, starts_at=at(2, 10))

    browser.post(link(ALINE), data=accept(session.sequence))
    page = browser.get(link(ALINE))

    assert (answered(database)[ALINE], "The session has moved" in page.text) == ("ACCEPTED", False)


def test_a_cancelled_session_says_so_with_its_reason_and_takes_no_answer(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    change(database, actions.cancel, reason="The power is out.")

    page, answer = browser.get(link(ZHANG) + "?lang=en"), browser.post(link(ZHANG), data=accept(1))

    assert (heading(page.text), heading(answer.text)) == ("This session was cancelled", "This session was cancelled")
    assert (page.status_code, answer.status_code, buttons(page.text)) == (200, 409, [])
    assert "Reason: The power is out." in text_of(page.text)


def test_whoever_was_taken_out_is_told_so_and_not_when_it_takes_place(
    browser: Browser, database: Database, link: Callable[[str], str], held: Stage
) -> None:
    with database.write() as db:
        by_li = db.get_one(ProposedMatch, held.by_li.id)
        by_li.state = MatchState.PROPOSED
        db.flush()
        actions.reschedule(db, queries.by_id(db, 1), match=by_li, actor=ACTOR, now=LATER)

    page, answer = browser.get(link(ZHANG) + "?lang=en"), browser.post(link(ZHANG), data=accept(1))

    assert heading(page.text) == "You are no longer needed in this session"
    assert (hours(page.text), buttons(page.text), answer.status_code) == ([], [], 409)


def test_a_session_that_is_over_takes_no_answer(
    browser: Browser, database: Database, clock: Clock, link: Callable[[str], str]
) -> None:
    clock.now = at(1, 9, 30)

    page, answer = browser.get(link(ALINE)), browser.post(link(ALINE), data=accept())

    assert (heading(page.text), buttons(page.text), answer.status_code) == ("This session is over", [], 409)
    assert answered(database)[ALINE] == "NEEDS-ACTION"


def declines(database: Database, name: str) -> None:
    """Somebody says that they cannot come after all, after the letters have gone."""
    with database.write() as db:
        send(db)
        respond(db, place_of(db, queries.by_id(db, 1), name), "DECLINED", reason="Leave.", now=LATER)


def test_when_the_only_expert_of_a_certain_session_cannot_come_the_others_read_so_and_get_no_letter(
    browser: Browser, database: Database, link: Callable[[str], str]
) -> None:
    browser.post(link(ALINE), data=accept())
    declines(database, ZHANG)
    uncertain = browser.get(link(ALINE)).text
    change(database, actions.confirm)

    pages = {name: text_of(browser.get(link(name) + "?lang=en").text) for name in (ALINE, MEI, ZHANG)}

    assert {name: LOST in page for name, page in pages.items()} == {ALINE: True, MEI: True, ZHANG: False}
    assert (LOST in text_of(uncertain), "The session is certain" in pages[ALINE]) == (False, False)
    with database.read() as db:
        assert [letter for letter in letters(db, queries.by_id(db, 1)) if letter[1] not in ("hold", "confirmed")] == []


def test_an_expert_who_came_after_all_is_not_missed(
    browser: Browser, database: Database, link: Callable[[str], str], clock: Clock
) -> None:
    change(database, actions.confirm)
    declines(database, ZHANG)
    with database.write() as db:
        session = queries.by_id(db, 1)
        clock.now = session.starts_at
        call(db, session, place_of(db, session, ZHANG).id, present=True, actor=ACTOR, now=clock.now)

    assert LOST not in text_of(browser.get(link(ALINE)).text)


def test_who_steps_in_ends_the_notice(
    browser: Browser, database: Database, link: Callable[[str], str], held: Stage
) -> None:
    change(database, actions.confirm)
    declines(database, ZHANG)
    before = text_of(browser.get(link(ALINE)).text)
    with database.write() as db:
        by_li = db.get_one(ProposedMatch, held.by_li.id)
        by_li.state = MatchState.PROPOSED
        db.flush()
        actions.substitute(db, queries.by_id(db, 1), by_li, actor=ACTOR, now=LATER)

    assert (LOST in before, LOST in text_of(browser.get(link(ALINE)).text)) == (True, False)


def test_the_page_of_the_request_and_the_list_say_that_an_expert_is_looked_for(
    app: FastAPI, browser: Browser, database: Database, held: Stage
) -> None:
    change(database, actions.confirm)
    declines(database, ZHANG)
    status = browser.get(page_of(app, "status", held.request.status_seed) + "?lang=en").text
    with database.read() as db:
        liaison = db.get_one(Person, held.liaison.id)
    browser.sign_in(database, liaison)

    assert (heading(status), "an expert is looked for" in text_of(status)) == (
        "The expert cannot come after all.",
        True,
    )
    assert "In the hands of: The organizers" in text_of(status)
    assert LOST in text_of(browser.get("/me").text)


@given(
    st.sampled_from(SessionState),
    st.sampled_from(("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")),
    st.booleans(),
    st.integers(-90, 90),
)
def test_there_is_something_to_answer_exactly_while_one_is_expected(
    state: SessionState, partstat: str, removed: bool, minutes: int
) -> None:
    seat: dict[str, Any] = {"partstat": partstat, "removed_at": NOW if removed else None}
    hour: dict[str, Any] = {"state": state, "ends_at": NOW + timedelta(minutes=minutes)}

    found = state_of(SharingSession(**hour), Attendance(**seat), now=NOW)

    expected = not removed and state in ALIVE and minutes > 0
    assert (found in ANSWERED) == expected
    assert not expected or found == ("asked" if partstat == "NEEDS-ACTION" else partstat)
