"""How far a session is, as its page says to those who are invited: before its link, while it is shown, and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from medixchange.db import Database
from medixchange.recaps import actions as recaps
from medixchange.recaps.models import Visibility
from medixchange.recaps.queries import by_id as recaps_by_id
from medixchange.sessions import actions, queries
from medixchange.settings import Settings
from medixchange.tokens import Mint
from tests import make
from tests.recaps.stage import published
from tests.sessions.stage import ACTOR, ALINE, Stage, place_of
from tests.web.conftest import Browser, Clock, text_of
from tests.web.invited import accept, decline, heading

Links = Callable[[str], str]
MINUTE = timedelta(minutes=1)
NOT_CONFIRMED = (
    "The organizers have not confirmed the session yet. When they have you get the link to join by mail, and it stands "
    "here shortly before the session."
)
RECAP_COMES = "The organizers write the recap. When it is published it comes by mail, and stands here."


@pytest.fixture
def confirmed(database: Database, held: Stage) -> Stage:
    with database.write() as db:
        actions.confirm(db, queries.by_id(db, 1, for_change=True), actor=ACTOR, now=make.NOW)
    return held


@pytest.fixture
def room(database: Database, confirmed: Stage) -> str:
    return confirmed.room.join_url


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


def test_a_session_that_is_not_certain_has_no_link_and_says_so(
    browser: Browser, database: Database, link: Links, clock: Clock, held: Stage
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).starts_at

    asked = browser.get(link(ALINE)).text
    browser.post(link(ALINE), data=accept())
    answered = browser.get(link(ALINE)).text

    assert held.room.join_url not in asked + answered
    assert f"{NOT_CONFIRMED} Please say below whether you come." in text_of(asked)
    assert f"{NOT_CONFIRMED} You have answered; there is nothing else to do." in text_of(answered)


def test_who_declines_reads_nothing_about_joining(
    browser: Browser, database: Database, link: Links, clock: Clock, room: str
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).starts_at
    browser.post(link(ALINE), data=decline())

    page = browser.get(link(ALINE)).text

    assert (room in page, "Join the session" in page) == (False, False)


def test_while_the_link_stands_there_the_page_says_until_when(
    browser: Browser, database: Database, link: Links, clock: Clock, room: str
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).starts_at

    words = text_of(browser.get(link(ALINE)).text)

    told = words.partition("The link stands here until:")[2]
    assert ("10:00 (Kigali, UTC+2)" in told, "16:00 (Beijing, UTC+8)" in told) == (True, True)


@pytest.mark.parametrize("closes", [False, True])
def test_after_the_window_the_session_is_over_and_its_recap_comes(
    browser: Browser, database: Database, link: Links, clock: Clock, room: str, closes: bool
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        clock.now = session.ends_at if closes else session.ends_at + 30 * MINUTE
        if closes:
            actions.close(db, session, actor=ACTOR, now=clock.now)

    page = browser.get(link(ALINE)).text

    assert (heading(page), RECAP_COMES in text_of(page), room in page) == ("This session is over", True, False)


def test_a_session_that_nobody_confirmed_in_time_waits_for_the_organizers(
    browser: Browser, database: Database, link: Links, clock: Clock, held: Stage
) -> None:
    with database.read() as db:
        clock.now = queries.by_id(db, 1).ends_at

    page = browser.get(link(ALINE)).text

    words = text_of(page)
    assert (heading(page), RECAP_COMES in words) == ("This session is over", False)
    assert "Nobody had confirmed it before its hour had passed. The organizers note whether it took place;" in words


@pytest.mark.parametrize("visibility", Visibility)
def test_a_published_recap_is_opened_from_the_page(
    browser: Browser, database: Database, stage: Stage, settings: Settings, visibility: Visibility
) -> None:
    with database.write() as db:
        recap = published(db, stage, visibility=visibility)
        place = place_of(db, queries.by_id(db, 1), ALINE)
    page = f"/answer/{Mint(settings.secret_key.get_secret_value()).token('answer', place.seed)}"

    href = browser.get(page).text.partition(">Read the recap<")[0].rpartition('href="')[2].rstrip('"')

    is_public = visibility is Visibility.PUBLIC
    assert (href == f"/recaps/{recap.slug}", href.startswith("/recap/")) == (is_public, not is_public)
    assert browser.get(href).status_code == 200
    with database.write() as db:
        recaps.withdraw(db, recaps_by_id(db, recap.id), reason="A wrong dose.", actor=ACTOR, now=make.NOW)
    words = text_of(browser.get(page).text)
    assert ("The organizers have withdrawn the recap." in words, "Read the recap" in words) == (True, False)


@pytest.mark.parametrize(
    ("why", "title", "sentence"),
    [
        ("cancelled", "This session was cancelled", "It does not take place at this hour. There is nothing to do."),
        ("not held", "This session was not held", "It did not take place. There is nothing to do."),
    ],
)
def test_a_session_that_is_off_says_so_with_its_reason(
    browser: Browser, database: Database, link: Links, clock: Clock, room: str, why: str, title: str, sentence: str
) -> None:
    with database.write() as db:
        session = queries.by_id(db, 1, for_change=True)
        if why == "cancelled":
            actions.cancel(db, session, reason="No line.", actor=ACTOR, now=make.NOW)
        else:
            clock.now = session.starts_at
            actions.miss(db, session, reason="No line.", actor=ACTOR, now=clock.now)

    page = browser.get(link(ALINE)).text

    words = text_of(page)
    assert (heading(page), room in page) == (title, False)
    assert [each in words for each in (sentence, "Reason: No line.", "Join the session")] == [True, True, False]
