"""The pages of whoever is signed in: sessions and answers, language and clock, and the calendar's address."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from medixchange.db import Database
from medixchange.feeds.models import Feed
from medixchange.journal.record import history
from medixchange.people.models import Person
from medixchange.sessions import actions, queries
from medixchange.sessions.actions import refresh_feeds
from medixchange.tokens import digest
from tests import make
from tests.sessions.stage import ACTOR, NOW, ZHANG, Stage, at, elsewhere, place_of, send, set_up
from tests.web.conftest import PUBLIC_URL, Browser, Clock
from tests.web.test_answer import buttons, heading, hours, text_of

TWICE_A_DAY = {"language": "fr", "zone": "Asia/Kathmandu"}


@pytest.fixture
def stage(database: Database) -> Stage:
    """A session that is held on Tuesday for Zhang, Mei and Aline."""
    with database.write() as db:
        found = set_up(db)
        actions.approve(db, found.tuesday, actor=ACTOR, now=NOW)
        send(db)
        return found


@pytest.fixture
def zhang(browser: Browser, database: Database, stage: Stage) -> Browser:
    """Zhang, signed in, with a browser that reads English."""
    with database.read() as db:
        person = db.get_one(Person, stage.zhang.person_id)
    browser.sign_in(database, person)
    browser.get("/?lang=en")
    return browser


def feed_of(db: Session, stage: Stage) -> Feed:
    """Zhang's feed."""
    return db.exec(select(Feed).where(Feed.person_id == stage.zhang.person_id)).one()


def address_on(html: str) -> str:
    """The address that a page shows to be copied, empty where it shows none."""
    found = re.search(r'<input id="address"[^>]* value="([^"]+)"', html)
    return found[1] if found else ""


def made(browser: Browser) -> str:
    """The path of a new address, taken from the page."""
    answer = browser.post("/me/feed")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/feed")
    return address_on(browser.get("/me/feed").text).removeprefix(PUBLIC_URL)


def test_what_waits_for_an_answer_comes_first_on_both_clocks(zhang: Browser) -> None:
    page = zhang.get("/me")

    assert text_of(page.text).startswith(
        "My sessions Waiting for your answer Oxygen therapy when beds run short King Faisal Hospital , Kigali"
    )
    assert hours(page.text) == [
        ("Kigali, UTC+2", "Tue, 1 Dec 2026, 09:00–09:30"),
        ("Beijing, UTC+8", "Tue, 1 Dec 2026, 15:00–15:30"),
    ]


def test_from_the_list_one_comes_to_the_page_to_answer(zhang: Browser, database: Database) -> None:
    href = re.findall(r'<a class="btn" href="(/answer/[^"]+)">', zhang.get("/me").text)[0]

    zhang.post(href, data={"answer": "ACCEPTED", "sequence": "0"})

    with database.read() as db:
        assert place_of(db, queries.by_id(db, 1), ZHANG).partstat == "ACCEPTED"
    assert "Held tentatively You come Change my answer" in text_of(zhang.get("/me").text)


def test_a_cancelled_session_stays_and_says_so(zhang: Browser, database: Database) -> None:
    with database.write() as db:
        actions.cancel(db, queries.by_id(db, 1), reason="No power.", actor=ACTOR, now=NOW)

    words = text_of(zhang.get("/me").text)

    assert ("Waiting for your answer" in words, "Cancelled" in words, "Change my answer" in words) == (
        False,
        True,
        False,
    )


def test_who_has_no_session_reads_what_comes_next(browser: Browser, database: Database) -> None:
    with database.write() as db:
        nadia = make.person(db, "Nadia Example")
    browser.sign_in(database, nadia)

    words = text_of(browser.get("/me").text)

    assert "No session yet. When you are invited to one you get a letter, and it stands here." in words


def test_another_persons_sessions_are_not_shown(browser: Browser, database: Database, stage: Stage) -> None:
    with database.read() as db:
        li = db.get_one(Person, stage.li.person_id)
    browser.sign_in(database, li)

    assert "/answer/" not in browser.get("/me").text


@pytest.mark.parametrize("path", ["/me", "/me/profile", "/me/feed", "/me/feed/revoke"])
def test_who_is_not_signed_in_is_asked_to_and_comes_back(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={path}")


def test_language_and_clock_are_kept_and_the_feed_follows(zhang: Browser, database: Database, stage: Stage) -> None:
    answer = zhang.post("/me/profile", data=TWICE_A_DAY)
    with database.write() as db:
        refresh_feeds(db, now=NOW)

    page = zhang.get(answer.headers["location"])
    assert (answer.status_code, page.headers["Content-Language"]) == (303, "fr")
    assert hours(page.text)[-1][1].endswith("12:45–13:15")
    with database.read() as db:
        assert b"TZID:Asia/Kathmandu" in feed_of(db, stage).body
        entry = history(db, f"person:{stage.zhang.person_id}")[-1]
        assert (entry.verb, entry.before, entry.after) == (
            "change profile",
            {"language": "zh-Hans", "zone": "Asia/Shanghai"},
            TWICE_A_DAY,
        )


def test_saving_the_same_again_changes_nothing(zhang: Browser, database: Database, stage: Stage) -> None:
    zhang.post("/me/profile", data={"language": "zh-Hans", "zone": "Asia/Shanghai"})

    with database.read() as db:
        assert (feed_of(db, stage).stale, history(db, f"person:{stage.zhang.person_id}")) == (False, [])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"language": "tlh"}, "Choose one of the languages."),
        ({"language": ""}, "Choose one of the languages."),
        ({"zone": "Mars/Olympus"}, "Choose a place whose clock is yours."),
        ({"zone": "Etc/GMT+2"}, "Choose a place whose clock is yours."),
        ({"zone": ""}, "Choose a place whose clock is yours."),
        ({"zone": "x" * 10_000}, "Choose a place whose clock is yours."),
        ({"zone": "Asia/Shang\x00hai"}, "This holds a character that cannot be shown; type it again as plain text."),
    ],
)
def test_a_wrong_choice_gets_its_sentence_and_stores_nothing(
    zhang: Browser, database: Database, stage: Stage, wrong: dict[str, str], sentence: str
) -> None:
    page = zhang.post("/me/profile", data={**TWICE_A_DAY, **wrong})

    assert page.status_code == 422
    assert text_of(page.text).startswith(f"Back There is a problem {sentence}")
    with database.read() as db:
        person = db.get_one(Person, stage.zhang.person_id)
        assert (person.language, person.zone) == ("zh-Hans", "Asia/Shanghai")


def test_the_clock_one_has_is_offered_also_where_no_country_keeps_it(browser: Browser, database: Database) -> None:
    with database.write() as db:
        person = make.person(db, zone="Asia/Calcutta")
    browser.sign_in(database, person)

    page = browser.get("/me/profile")

    assert re.findall(r'<option value="([^"]*)" selected>', page.text) == ["Asia/Calcutta"]


def test_an_address_is_made_shown_and_works(zhang: Browser, database: Database, stage: Stage) -> None:
    before = zhang.get("/me/feed")
    path = made(zhang)

    page = zhang.get("/me/feed")
    assert buttons(before.text) == ["Make an address"]
    assert f'href="webcal://{PUBLIC_URL.partition("://")[2]}{path}"' in page.text
    assert page.text.count('class="qr"') == 1
    with database.read() as db:
        assert zhang.get(path, headers={"Accept-Encoding": "identity"}).content == feed_of(db, stage).body


def test_an_address_is_kept_as_its_digest_only(zhang: Browser, database: Database, stage: Stage) -> None:
    token = made(zhang).removeprefix("/feed/").removesuffix(".ics")

    with database.read() as db:
        assert feed_of(db, stage).token_hash == digest(token)


def test_an_address_is_not_shown_to_another_browser_nor_after_the_cookie_has_gone(
    zhang: Browser, opened: Callable[..., Browser], database: Database, stage: Stage
) -> None:
    made(zhang)
    other = opened(machine="203.0.113.9")
    with database.read() as db:
        person = db.get_one(Person, stage.zhang.person_id)
    other.sign_in(database, person)

    page = other.get("/me/feed?lang=en")

    assert (address_on(page.text), buttons(page.text)) == ("", ["Make a new address"])
    assert "It was shown when it was made, and is kept nowhere." in text_of(page.text)


def test_a_planted_cookie_shows_nothing(zhang: Browser) -> None:
    made(zhang)
    zhang.cookies.delete("__Host-feed")
    zhang.cookies.set("__Host-feed", "A" * 43)

    assert address_on(zhang.get("/me/feed").text) == ""


def test_making_a_new_address_stops_the_old_one(zhang: Browser) -> None:
    first, second = made(zhang), made(zhang)

    assert [zhang.get(path).status_code for path in (first, second)] == [404, 200]


def test_revoking_asks_first_and_then_stops_the_address(zhang: Browser) -> None:
    path = made(zhang)

    asked = zhang.get("/me/feed/revoke")
    still = zhang.get(path).status_code
    answer = zhang.post("/me/feed/revoke")
    page = zhang.get(answer.headers["location"])

    assert (heading(asked.text), still, zhang.get(path).status_code) == ("Stop the calendar address", 200, 404)
    assert (address_on(page.text), buttons(page.text)) == ("", ["Make an address"])
    assert "The address works no more." in text_of(page.text)


def test_signing_out_forgets_the_address(zhang: Browser) -> None:
    made(zhang)

    zhang.post("/signout")

    assert "__Host-feed" not in zhang.cookies


def test_the_page_says_which_program_asked_last_and_a_second_poll_writes_nothing(
    zhang: Browser, database: Database, stage: Stage, clock: Clock
) -> None:
    path = made(zhang)
    never = text_of(zhang.get("/me/feed").text)
    zhang.get(path, headers={"User-Agent": "Google-Calendar-Importer/1.0 (+https://example.org)"})
    zhang.get(path, headers={"User-Agent": "Thunderbird/140"})

    with database.read() as db:
        feed = feed_of(db, stage)
        assert (feed.fetched_at, feed.fetched_by) == (NOW, "Google-Calendar-Importer")
    assert "Last asked for not yet" in never
    assert "Last asked for Mon, 23 Nov 2026, 16:00 (Beijing, UTC+8) Google-Calendar-Importer" in text_of(
        zhang.get("/me/feed").text
    )


def test_the_first_poll_of_a_new_address_is_noted_at_once(zhang: Browser, database: Database, stage: Stage) -> None:
    zhang.get(made(zhang), headers={"User-Agent": "Thunderbird/140"})
    zhang.get(made(zhang), headers={"User-Agent": "Evolution/3"})

    with database.read() as db:
        assert feed_of(db, stage).fetched_by == "Evolution"


def test_a_longer_list_asks_the_database_no_more_often(zhang: Browser, database: Database, stage: Stage) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(*facts: Any) -> None:
            statements.append(facts[2])

        event.listen(database.engine, "before_cursor_execute", note)
        zhang.get("/me")
        event.remove(database.engine, "before_cursor_execute", note)
        return len(statements)

    one = asked()
    with database.write() as db:
        actions.approve(db, elsewhere(db, stage, at(2, 8)), actor=ACTOR, now=NOW)
    two = asked()

    assert (one == two, zhang.get("/me").text.count("/answer/")) == (True, 4)


def test_addresses_cannot_be_made_without_end(zhang: Browser) -> None:
    answers = [zhang.post("/me/feed").status_code for _ in range(21)]

    assert answers == [303] * 20 + [429]


@pytest.mark.parametrize("path", ["/me", "/me/profile", "/me/feed"])
def test_looking_writes_nothing(zhang: Browser, database: Database, stage: Stage, path: str) -> None:
    with database.read() as db:
        before = feed_of(db, stage).model_dump()

    zhang.get(path)

    with database.read() as db:
        assert feed_of(db, stage).model_dump() == before


def test_a_reason_with_markup_stays_text(zhang: Browser, database: Database) -> None:
    with database.write() as db:
        place = place_of(db, queries.by_id(db, 1), ZHANG)
        actions.respond(db, place, "DECLINED", reason="<img src=x onerror=alert(1)>", now=NOW)
    href = re.findall(r'<a href="(/answer/[^"]+)">', zhang.get("/me").text)[0]

    assert "<img" not in zhang.get(unescape(href)).text
